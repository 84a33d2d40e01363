"""From what was read in a message to the commands proposed for it: repairs first, then requests, answers, values."""

from agent.model.command import (
    AskAnswer,
    CancelFlow,
    CannotHandle,
    Clarify,
    Command,
    Handoff,
    Repeat,
    SetSlot,
    StartFlow,
)
from agent.model.content import Content
from agent.understand.answering import overruled
from agent.understand.classifier import Guess, IntentClassifier
from agent.understand.repairs import Repairs
from agent.understand.said import Said

START = 0.55  # from here an intent starts its flow
IN_FLOW = 0.72  # … while another question stands open
ASK = 0.30  # between ASK and START the desk asks one clarifying question
NOT_A_FLOW = frozenset({"affirm", "deny", "greeting", "thanks", "goodbye", "out_of_scope"})
ALARMS = frozenset({"emergency", "self_harm", "distress", "clinical_question"})
HUMAN = "human"  # the answer flow to "are you a robot?"
BOOK = "book"
_SHORT = 6  # words: an answer this short asks for nothing else
_ABOUT_A_VISIT = ("appointment_type", "date", "provider", "reason")


class Proposals:
    """Turns readings into commands with the words of `_repairs.yaml`."""

    def __init__(self, content: Content, classifier: IntentClassifier, repairs: Repairs) -> None:
        self._content, self._classifier, self._repairs = content, classifier, repairs

    def of(
        self, said: Said, guess: Guess, also: tuple[Guess, ...], open_flows: tuple[str, ...], *, changed: bool
    ) -> list[Command]:
        """`changed`: the message already asked for another language."""
        repair = self._repair(said, guess, open_flows)
        if repair is not None:
            return [repair]
        values = said.slots()
        commands = self._requests(said, values, guess, also, open_flows)
        if said.answer is not None and not overruled(said, values):
            commands.append(said.answer)
        answered = said.answer.slot if said.answer is not None else ""
        commands += [v for v in values if v.slot != answered]
        if said.question is not None and self._repairs.within(said.text, said.lang, "other_provider"):
            commands = [c for c in commands if c is not said.answer]
            commands.append(SetSlot(slot="another_provider", value="wanted", source="patient", quote=said.text))
        if not commands and not changed:
            commands += self._unsure(guess, said)
        return commands

    def _repair(self, said: Said, guess: Guess, open_flows: tuple[str, ...]) -> Command | None:
        text, lang, whole = said.text, said.lang, self._repairs.is_whole
        if open_flows and whole(text, lang, "never_mind"):
            return CancelFlow(source="patient", quote=text)
        if open_flows and "cancel" not in open_flows and whole(text, lang, "drop"):
            return CancelFlow(source="patient", quote=text)
        if HUMAN in self._content.flows and self._repairs.within(text, lang, "human_question", 8):
            return AskAnswer(flow=HUMAN, source="patient", quote=text)
        if whole(text, lang, "person_words"):
            return Handoff(source="patient", quote=text)
        if said.answer is None and guess.intent not in ("greeting", "thanks") and whole(text, lang, "repeat"):
            return Repeat(source="patient", quote=text)
        return None

    def _requests(
        self, said: Said, values: list[SetSlot], guess: Guess, also: tuple[Guess, ...], open_flows: tuple[str, ...]
    ) -> list[Command]:
        q = said.question
        floor = START if q is None else IN_FLOW
        answered = said.answer is not None or any(c.slot == (q.slot if q else "") for c in values)
        free_text = q is not None and q.type == "text" and said.answer is not None
        settled = said.answer is not None and not free_text and said.size <= _SHORT
        commands: list[Command] = []
        for g in (guess, *also):
            if g.intent in NOT_A_FLOW or g.confidence < (floor if g is guess else 0.0):
                continue
            if g is guess and answered and (settled or (free_text and g.confidence < 0.9)):
                continue
            command = self._for_intent(g, open_flows)
            again = isinstance(command, StartFlow) and command.flow in open_flows and answered
            if command is not None and not again and command not in commands:
                commands.append(command)
        if guess.intent in ALARMS and not any(isinstance(c, StartFlow) for c in commands):
            commands += self._beside_alarm(said, open_flows)
        if not commands and q is None and not open_flows and self._means_visit(said, guess):
            commands.append(StartFlow(flow=BOOK, source="classifier", confidence=max(guess.confidence, ASK)))
        if free_text and any(isinstance(c, AskAnswer | Handoff | StartFlow) for c in commands):
            said.answer = None  # a question of their own, not the answer to ours
        return commands

    def _for_intent(self, guess: Guess, open_flows: tuple[str, ...]) -> Command | None:
        if guess.intent == "talk_to_human":
            return Handoff(source="classifier", confidence=guess.confidence)
        flow = self._content.flow_for(guess.intent)
        if flow is None:
            return None
        if flow.kind == "answer":
            return AskAnswer(flow=flow.flow, source="classifier", confidence=guess.confidence)
        if guess.intent == BOOK and "reschedule" in open_flows:
            return None  # "I want to come on Tuesday instead" is the new time, not a new visit
        return StartFlow(flow=flow.flow, source="classifier", confidence=guess.confidence)

    def _beside_alarm(self, said: Said, open_flows: tuple[str, ...]) -> list[Command]:
        """ "I have chest pain and need an appointment": the request beside the alarm is kept."""
        parts = self._repairs.parts(said.text, said.lang)
        reading = said.lang if said.lang in self._classifier.languages else "en"
        for part in parts if len(parts) > 1 else ():
            guess = self._classifier.guess_all(part, reading)[0]
            command = self._for_intent(guess, open_flows) if guess.confidence >= IN_FLOW else None
            if isinstance(command, StartFlow):
                return [command]
        return []

    def _means_visit(self, said: Said, guess: Guess) -> bool:
        """No request stands out, but the words are those of a visit: a kind of visit, or a day with a provider."""
        if guess.intent == BOOK:
            return guess.confidence >= ASK
        named = [n for n in _ABOUT_A_VISIT if n in said.entities]
        plain = guess.confidence < START and "?" not in said.text
        return plain and "appointment_type" in named and guess.intent not in ALARMS

    def _unsure(self, guess: Guess, said: Said) -> list[Command]:
        if said.question is not None or guess.confidence < ASK or guess.intent in NOT_A_FLOW:
            return [CannotHandle()] if guess.intent not in NOT_A_FLOW or guess.intent == "out_of_scope" else []
        names = [guess.intent, *(i for i, p in guess.alternatives if p >= 0.12)]
        flows = list(dict.fromkeys(f.flow for n in names if (f := self._content.flow_for(n)) is not None))
        return [Clarify(flows=tuple(flows[:3]))] if len(flows) >= 2 else [CannotHandle()]
