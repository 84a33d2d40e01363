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
    SpeakSlower,
    SpeakUsual,
    StartFlow,
)
from agent.model.content import Content
from agent.understand.ahead import told_too
from agent.understand.answering import overruled
from agent.understand.classifier import Guess, IntentClassifier
from agent.understand.openings import ALARMS
from agent.understand.particular import (
    APPROVED,
    BOOK,
    CALL_BACK,
    CHECK,
    GIVES_UP,
    NAME_AND_BIRTH,
    RESCHEDULE,
    Particular,
    starts,
)
from agent.understand.repairs import Repairs
from agent.understand.replies import SLOTS, leaves_it, led_to
from agent.understand.replies import read as reply_in
from agent.understand.said import Said
from agent.understand.told import Told

START = 0.55  # from here an intent starts its flow
IN_FLOW = 0.72  # … while another question stands open
ASK = 0.30  # between ASK and START the desk asks one clarifying question
NOT_A_FLOW = frozenset({"affirm", "deny", "greeting", "thanks", "goodbye", "out_of_scope"})
HUMAN, WHY, ABILITIES = "human", "why", "abilities"  # "a robot?", "why do you need that?", "what can you do?"
ON_A_CALL = ("slower", "usual_speed", "by_text", "must_leave")  # tables of what callers wish for
STEERING = ("repeat", "why_ask", "go_back", "skip", "never_mind", "form_words")  # said in answer to what the desk asked
BY_TEXT, SPELLING, FORM = "by_text", "spelling", "form"
_ABOUT_A_TIME, _SURE_OF_A_DAY = {"appointment_type", "date"}, 0.85  # "an appointment tomorrow" is no message for staff
MISSED, _SURE_BESIDE = "missed", 0.95  # a flow; so sure another request must be in answer to it
BESIDE = 0.40  # enough where the message holds two requests
_TWO = 2  # requests to choose between
_SHORT = 7  # words: an answer this short asks for nothing else
_ABOUT_A_VISIT = ("appointment_type", "date", "time", "provider", "location")
_OF_A_PERSON = frozenset({"name", "dob", "phone", "relation", "code"})
_OF_A_VISIT = frozenset({"reschedule", "confirm_appointment", "check_appointment"})
_FINDS_A_TIME = frozenset({"book", "waitlist", "offered"})
_ASKED_OF_STAFF = {"results", "billing", "records", "complaint", "intake"}
_LIKE_A_MESSAGE = frozenset({"intake_update", "complaint", "billing_question", "refill_request", "results_question",
                             "referral_request", "records_request", "post_visit_instructions"})  # fmt: skip


class Proposals:
    """Turns readings into commands with the words of `_repairs.yaml`."""

    def __init__(self, content: Content, classifier: IntentClassifier, repairs: Repairs) -> None:
        self._content, self._classifier, self._repairs = content, classifier, repairs
        self._particular, self._told = Particular(content, repairs), Told(repairs)

    def of(
        self, said: Said, guess: Guess, also: tuple[Guess, ...], open_flows: tuple[str, ...], *, changed: bool,
        spoken: bool,
    ) -> list[Command]:  # fmt: skip
        """`changed`: the message already asked for another language; `spoken`: it was said on a telephone."""
        reply = reply_in(said, guess, self._repairs)
        repair = self._on_a_call(said, open_flows) if spoken and not reply else None
        repair = repair or (self._repair(said, guess, open_flows) if not reply else None)
        if repair is not None:
            return [repair]
        if aside := self._particular.aside(said) or self._particular.thinks_better(said, open_flows):
            return aside
        said.answer = reply or said.answer
        self._settle(said, guess)
        commands = self._requests(said, guess, also, open_flows)
        if said.answer is not None and said.answer.slot in SLOTS:
            commands = [c for c in commands if not led_to(c, said, reply is not None, self._repairs)]
        if self._particular.form(said, guess, commands):
            commands = [StartFlow(flow=FORM, source="patient", quote=said.text)]
        asks_person = self._repairs.within(said.text, said.lang, "person_words", 30)
        people = [c for c in commands if isinstance(c, Handoff)] if asks_person else []
        if self._particular.request(said):
            commands = [*people, StartFlow(flow=CHECK, source="patient", quote=said.text)]
        if begun := self._particular.begins(said, guess, commands, open_flows):
            people = [] if begun in (CALL_BACK, RESCHEDULE) else people
            commands = [*people, StartFlow(flow=begun, source="patient", quote=said.text)]
        topic = self._particular.topic(said, guess)
        if topic:
            instead = _ASKED_OF_STAFF - {topic} if topic == "records" else _ASKED_OF_STAFF
            kept = [c for c in commands if not isinstance(c, AskAnswer | Handoff) and not starts(c, instead)]
            commands = [*people, *kept, AskAnswer(flow=APPROVED, source="patient", quote=said.text)]
            said.answer = said.answer if said.asked("confirmed") else None
        if spoken and self._spells(said, open_flows):
            commands = [StartFlow(flow=SPELLING, source="patient")]
        values = self._values(said, commands)
        if said.answer is not None and not overruled(said, values):
            commands.append(said.answer)
        if any(starts(c, {CHECK}) for c in commands) and self._particular.request(said):
            commands.append(SetSlot(slot="request_meant", value=True, source="patient", quote=said.text))
        if topic:
            commands.append(self._particular.told(said, topic))
        commands += told_too(said, commands, self._repairs)
        answered = said.answer.slot if said.answer is not None else ""
        commands += [v for v in values if v.slot != answered]
        if wish := self._particular.of_another(said, commands):
            commands = [*(c for c in commands if c is not said.answer), wish]
        idle = said.question is None and not open_flows and all(isinstance(c, SetSlot) for c in commands)
        if not changed and (idle or not commands):
            commands += self._unsure(guess, said)
        return commands

    def _settle(self, said: Said, guess: Guess) -> None:
        """Weigh the answer that was read against what the message is: a greeting is no message for staff."""
        q = said.question
        if q is None:
            return
        courtesy = 0.99 if said.of_form else 0.8  # "at night", of a medicine, is like "good night"
        if said.free_text and guess.intent in ("greeting", "thanks", "goodbye") and guess.confidence >= courtesy:
            said.answer = None
        if said.free_text and "dob" in said.entities and (said.asked("reason") or said.size <= NAME_AND_BIRTH):
            said.answer = None  # a name and a date of birth say nothing of what for
            said.entities.pop("reason", None)
        if said.asked("reason") and said.only_times:
            said.answer = None  # when, not what for
            said.entities.pop("reason", None)
        wishes = [n for n in ("date", "time", "provider", "location") if n in said.entities]
        again = self._repairs.is_whole(said.text, said.lang, "repeat")
        if said.asked("opening") and said.answer is None and guess.intent == "deny" and not wishes and not again:
            more = next((o.value for o in q.options if o.value == "more"), None)
            if more is not None:
                said.answer = SetSlot(slot="opening", value=more, source="patient", quote=said.text)

    def _values(self, said: Said, commands: list[Command]) -> list[SetSlot]:
        """What was read, less what belongs to something else: to a message for staff, or to a question asked aside."""
        values = said.slots()
        if said.of_form and not any(isinstance(c, StartFlow) for c in commands):
            return []  # a name there may be anybody's
        if said.answer is not None and said.asked("message"):
            return [v for v in values if v.slot in _OF_A_PERSON or v.slot == "told"]
        aside = [self._content.flows[c.flow] for c in commands if isinstance(c, AskAnswer)]
        if aside and not any(isinstance(c, StartFlow) for c in commands):
            return [v for v in values if v.slot in _OF_A_PERSON or any(v.slot in f.slots for f in aside)]
        for c in commands:
            if isinstance(c, StartFlow) and "request" in self._content.flows[c.flow].slots:
                words = said.text.strip()
                values += self._first_words(c.flow, said, words)
                break
        return values

    def _first_words(self, flow: str, said: Said, words: str) -> list[SetSlot]:
        """The words that begin a request, and what of it they name already."""
        told = self._told.of(flow, said)
        slot = "message" if told == "" else "request"
        found = [SetSlot(slot=slot, value=words, source="patient", quote=words)]
        return [*found, SetSlot(slot="told", value=told, source="patient", quote=words)] if told else found

    def _on_a_call(self, said: Said, open_flows: tuple[str, ...]) -> Command | None:
        text, lang, repairs = said.text, said.lang, self._repairs
        for kind, wish in (("usual_speed", SpeakUsual), ("slower", SpeakSlower)):
            if repairs.is_whole(text, lang, kind) or repairs.within(text, lang, kind, _SHORT, fewest=2):
                return wish(source="patient", quote=text)
        leaves = bool(open_flows) and repairs.is_whole(text, lang, "must_leave")
        asks = any(repairs.is_whole(text, lang, kind) for kind in ("by_text", "rather_text"))
        asks = asks or repairs.within(text, lang, "by_text", fewest=2)
        return StartFlow(flow=BY_TEXT, source="patient", quote=text) if leaves or asks else None

    def _spells(self, said: Said, open_flows: tuple[str, ...]) -> bool:
        """Letters of a name, while a request is open that has one."""
        named = any("name" in self._content.flows[f].slots for f in open_flows)
        return named and "letters" in said.entities and SPELLING not in open_flows

    def _repair(self, said: Said, guess: Guess, open_flows: tuple[str, ...]) -> Command | None:
        text, lang, whole = said.text, said.lang, self._repairs.is_whole
        none = said.of_form and said.answer is not None and whole(text, lang, "has_none")  # "no more", of medicines
        if open_flows and not none and (whole(text, lang, "never_mind") or leaves_it(said, self._repairs)):
            return CancelFlow(source="patient", quote=text)
        keeps = said.answer is None and bool(GIVES_UP & set(open_flows))
        if keeps and self._repairs.is_whole_of(text, lang, "never_mind", "keeps"):
            return CancelFlow(source="patient", quote=text)
        if open_flows and not none and "cancel" not in open_flows and whole(text, lang, "drop"):
            return CancelFlow(source="patient", quote=text)
        if HUMAN in self._content.flows and self._repairs.within(text, lang, "human_question", 8):
            return AskAnswer(flow=HUMAN, source="patient", quote=text)
        if ABILITIES in self._content.flows and whole(text, lang, "abilities"):
            return AskAnswer(flow=ABILITIES, source="patient", quote=text)
        if WHY in self._content.flows and not said.of_form and whole(text, lang, "why_ask"):
            return AskAnswer(flow=WHY, source="patient", quote=text)
        if whole(text, lang, "person_words"):
            return Handoff(source="patient", quote=text)
        plain = said.plain and bool(open_flows) and not said.of_form  # staff see it in the thread; we ask on
        again = plain or (guess.intent not in ("greeting", "thanks") and whole(text, lang, "repeat"))
        if said.answer is None and again:
            return Repeat(source="patient", quote=text)
        return None

    def _requests(
        self, said: Said, guess: Guess, also: tuple[Guess, ...], open_flows: tuple[str, ...]
    ) -> list[Command]:
        commands: list[Command] = []
        for g in (guess, *also):
            if g.intent not in NOT_A_FLOW and self._stands(said, g, guess, also):
                command = self._for_intent(g, said, open_flows)
                if command is not None and command not in commands:
                    commands.append(command)
        if guess.intent in ALARMS and not any(isinstance(c, StartFlow) for c in commands):
            commands += self._beside_alarm(said, open_flows)
        if said.question is None and not (open_flows or guess.plain) and self._means_visit(said, guess, commands):
            commands = [StartFlow(flow=BOOK, source="classifier", confidence=max(guess.confidence, ASK))]
        if said.free_text and any(isinstance(c, AskAnswer | Handoff | StartFlow) for c in commands):
            said.answer = None  # a question of their own, not the answer to ours
        return commands

    def _stands(self, said: Said, g: Guess, main: Guess, also: tuple[Guess, ...]) -> bool:
        """Is a guess sure enough to act on, beside a question of ours that stands open or was just answered?"""
        if g is not main:
            return self._particular.may_be(said, g)
        q = said.question
        flow = self._content.flow_for(g.intent)
        aside = flow is not None and flow.kind == "answer"
        if q is None:
            floor = BESIDE if also else START
            return g.confidence >= (floor if said.asks or not aside else IN_FLOW)
        if g.intent == "talk_to_human":
            return g.confidence >= IN_FLOW
        if aside and said.asks:
            if g.confidence >= IN_FLOW:
                said.answer = said.answer if said.asked("confirmed") else None
            return g.confidence >= IN_FLOW
        if q.flow == MISSED and g.intent in _LIKE_A_MESSAGE and not said.asks:
            return g.confidence >= _SURE_BESIDE  # "I was in the hospital" tells why they did not come
        about_a_time = bool(_ABOUT_A_TIME & set(said.entities)) and q.flow not in (BOOK, "referral")
        if said.free_text and g.intent == BOOK and about_a_time:
            return g.confidence >= (IN_FLOW if "appointment_type" in said.entities else _SURE_OF_A_DAY)
        if said.free_text:
            meant = g.confidence >= 0.9 and g.intent not in _LIKE_A_MESSAGE
            return meant and not aside and self._particular.may_be(said, g)
        answered = said.answer is not None or q.slot in said.entities
        return g.confidence >= IN_FLOW and not (answered and said.size <= _SHORT)

    def _for_intent(self, guess: Guess, said: Said, open_flows: tuple[str, ...]) -> Command | None:
        if guess.intent == "talk_to_human":
            return Handoff(source="classifier", confidence=guess.confidence)
        flow = self._content.flow_for(guess.intent)
        if flow is None:
            return None
        if flow.kind == "answer":
            return AskAnswer(flow=flow.flow, source="classifier", confidence=guess.confidence)
        if guess.intent == BOOK and "reschedule" in open_flows:
            return None  # "I want to come on Tuesday instead" is the new time, not a new visit
        names = guess.intent == "intake_update" and _OF_A_PERSON & set(said.entities)
        if names and open_flows and said.size <= NAME_AND_BIRTH:
            return None  # "my name is Ann Lee", said before it was asked for
        open_now = said.question.flow if said.question is not None else "".join(open_flows[-1:])
        wishes = any(n in said.entities for n in _ABOUT_A_VISIT)
        if guess.intent in _OF_A_VISIT and wishes and open_now in _FINDS_A_TIME:
            return None  # "Wednesday is better": another wish for the visit that is being arranged
        if guess.plain:
            return StartFlow(flow=flow.flow, source="patient", quote=said.text)
        return StartFlow(flow=flow.flow, source="classifier", confidence=guess.confidence)

    def _beside_alarm(self, said: Said, open_flows: tuple[str, ...]) -> list[Command]:
        """ "I have chest pain and need an appointment": the request beside the alarm is kept."""
        parts = self._repairs.parts(said.text, said.lang)
        reading = said.lang if said.lang in self._classifier.languages else "en"
        for part in parts if len(parts) > 1 else ():
            guess = self._classifier.guess_all(part, reading)[0]
            if guess.intent == "intake_update" and "name" in said.entities:
                continue  # "my name is Ana Torres" is no wish to change it
            meant = guess.confidence >= IN_FLOW and self._particular.may_be(said, guess)
            command = self._for_intent(guess, said, open_flows) if meant else None
            if isinstance(command, StartFlow):
                return [command]
        return []

    def _means_visit(self, said: Said, guess: Guess, commands: list[Command]) -> bool:
        """No request stands out, but the words are those of a visit: "checkup on Tuesday"."""
        kind = "appointment_type" in said.entities
        if commands:
            bare = guess.intent in _OF_A_VISIT and guess.confidence < 0.9 and kind and said.size <= _SHORT
            return bare and len(commands) == 1
        if guess.intent == BOOK and guess.confidence >= ASK:
            return True
        return kind and guess.confidence < START and not said.asks and guess.intent not in ALARMS

    def _unsure(self, guess: Guess, said: Said) -> list[Command]:
        if said.question is None and not guess.plain and (either := self._particular.either(said)):
            return [Clarify(flows=either)]
        if said.question is not None or guess.confidence < ASK or guess.intent in NOT_A_FLOW:
            return [CannotHandle()] if guess.intent not in NOT_A_FLOW or guess.intent == "out_of_scope" else []
        names = [guess.intent, *(i for i, p in guess.alternatives if p >= 0.12)]
        flows = list(dict.fromkeys(f.flow for n in names if (f := self._content.flow_for(n)) is not None))
        if len(flows) < _TWO and guess.intent == "talk_to_human":
            return [Handoff(source="classifier", confidence=guess.confidence)]
        return [Clarify(flows=tuple(flows[:3]))] if len(flows) >= _TWO else [CannotHandle()]
