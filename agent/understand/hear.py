"""Proposes commands for one message: language, what was asked, values, intent. Decides nothing and writes no text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from agent.model.clinic import Clinic
from agent.model.command import (
    AskAnswer,
    CancelFlow,
    CannotHandle,
    ChangeLanguage,
    Clarify,
    Command,
    Handoff,
    Repeat,
    SetSlot,
    StartFlow,
)
from agent.model.content import Content
from agent.model.question import Offered, Question
from agent.model.understanding import Understanding
from agent.understand.classifier import Guess, IntentClassifier
from agent.understand.language import LanguageDetector
from agent.understand.repairs import Repairs
from agent.understand.times import Expression, TimeGrammar, Wanted, wanted
from agent.understand.values import Found, Option, ValueReader

START = 0.55  # from here an intent starts its flow
IN_FLOW = 0.72  # … while another question stands open
ASK = 0.30  # between ASK and START the desk asks one clarifying question
NOT_A_FLOW = frozenset({"affirm", "deny", "greeting", "thanks", "goodbye", "out_of_scope"})
_UNSURE = 0.6
PERSON = "intent:talk_to_human"  # the payload of the "talk to a person" button


@dataclass
class Said:
    """One message on its way to an Understanding."""

    text: str
    lang: str
    now: datetime  # naive wall time in the clinic's zone
    question: Question | None
    entities: dict[str, Any] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    expressions: list[Expression] = field(default_factory=list)
    answer: Command | None = None

    def note(self, name: str, found: Found | None) -> bool:
        if found is None:
            return False
        self.entities[name] = found.value
        self.spans[name] = (found.start, found.end)
        if not found.sure:
            self.unsure.add(name)
        return True


class Ears:
    """Everything needed to hear, built once from Content; shared between threads."""

    def __init__(
        self, content: Content, clinic: Clinic, classifier: IntentClassifier, detector: LanguageDetector,
        grammars: Mapping[str, TimeGrammar],
    ) -> None:  # fmt: skip
        self._content, self._clinic = content, clinic
        self._classifier, self._detector, self._grammars = classifier, detector, dict(grammars)
        self._values = ValueReader(content.rows.get("values", {}), clinic)
        self._repairs = Repairs(content.rows.get("repairs", {}))

    def hear(
        self, text: str, *, now: datetime, prior: str | None = None, question: Question | None = None,
        payload: str | None = None, open_flows: tuple[str, ...] = (), lang: str | None = None,
        current: str | None = None,
    ) -> Understanding:  # fmt: skip
        """What one message says, and the commands proposed from it. Never raises for any text.

        `prior`: the language to lean to where the text does not tell; `current`: the one the desk now speaks.
        """
        if payload:
            return self._pressed(text, payload, prior or self._clinic.default_language, question)
        language, lang_confidence, asked = self._language(text, prior, lang)
        said = Said(text, language, now, question)
        commands: list[Command] = []
        if asked and asked in self._content.live:
            commands.append(ChangeLanguage(locale=asked, asked=True, source="patient"))
            said.lang = asked
        elif language != (current or prior) and language in self._content.live and (current or prior):
            commands.append(ChangeLanguage(locale=language, source="classifier", confidence=lang_confidence))
        self._read_values(said)
        guess, also = self._intent(said)
        commands += self._propose(said, guess, also, open_flows, bool(asked))
        return Understanding(
            lang=said.lang,
            lang_confidence=lang_confidence,
            intent=guess.intent,
            confidence=guess.confidence,
            alternatives=guess.alternatives,
            also=tuple(g.intent for g in also),
            entities=said.entities,
            quotes=said.spans,
            unsure=tuple(sorted(said.unsure)),
            commands=tuple(commands),
        )

    def times(self, text: str, lang: str, now: datetime) -> list[Expression]:
        grammar = self._grammars.get(lang.split("-", maxsplit=1)[0])
        return grammar.find(text, now) if grammar else []

    # -- language and intent -------------------------------------------------------------------------------------

    def _language(self, text: str, prior: str | None, told: str | None) -> tuple[str, float, str | None]:
        asked = self._detector.asked_language(text)
        if told:
            return told, 1.0, asked
        guess = self._detector.detect(text, prior)
        return guess.lang, guess.confidence, asked

    def _intent(self, said: Said) -> tuple[Guess, tuple[Guess, ...]]:
        bare = said.text.strip()
        if said.question is not None and len(bare) <= 3 and said.answer is not None:
            return Guess("affirm" if said.answer else "out_of_scope", 0.0), ()
        reading = said.lang if said.lang in self._classifier.languages else self._clinic.default_language
        return self._classifier.guess_all(said.text, reading)

    # -- values --------------------------------------------------------------------------------------------------

    def _read_values(self, said: Said) -> None:
        values, text, lang, q = self._values, said.text, said.lang, said.question
        slot = q.slot if q else None
        said.expressions = self.times(text, lang, said.now)
        order: Literal["mdy", "dmy"] = "mdy" if lang == "en" and self._clinic.country in ("US", "PH") else "dmy"
        asked_person = slot in ("name", "dob")
        said.note("dob", values.dob(text, lang, asked_person, said.now.date(), order))
        said.note("phone", values.phone(text, lang, self._clinic.country))
        said.note("name", values.name(text, lang, slot == "name"))
        said.note("provider", values.provider(text, lang))
        said.note("location", values.location(text, lang))
        said.note("relation", values.relation(text, lang))
        said.note("insurance_name", values.insurance(text, lang))
        said.note("appointment_type", values.visit_type(text, lang))
        said.note("reason", _without_times(values.reason(text, lang, slot == "reason"), said))
        self._answer(said)
        if not (said.answer and q and q.options and q.options[0].kind == "opening"):
            self._wish(said)

    def _wish(self, said: Said) -> None:
        """Dates and times that are wishes: not inside a date of birth, a phone number or an answered choice."""
        taken = [said.spans[n] for n in ("dob", "phone", "code") if n in said.spans]
        free = [e for e in said.expressions if not any(a < e.end and e.start < b for a, b in taken)]
        wish = wanted(free, said.now)
        if wish.dates is not None:
            said.entities["date"] = _dates(wish)
        elif self._repairs.within(said.text, said.lang, "soonest", 30 if said.question is None else 8) and _asks(
            said, "date"
        ):
            last = said.now.date() + timedelta(days=self._clinic.booking.horizon_days)
            said.entities["date"] = [said.now.date().isoformat(), last.isoformat()]
            said.spans["date"] = (0, len(said.text))
        if wish.times is not None or wish.part is not None:
            said.entities["time"] = _times(wish)
        for name in ("date", "time"):
            if name in said.entities and wish.quote:
                said.spans.setdefault(name, wish.quote)
                if wish.ambiguous:
                    said.unsure.add(name)

    def _answer(self, said: Said) -> None:
        """The command that answers the open question, if the message does."""
        q = said.question
        if q is None:
            return
        text, lang = said.text, said.lang
        found: Found | None = None
        value: Any = None
        if q.type == "bool":
            found = self._values.yes_no(text, lang) or _by_digit(text, q.options)
            value = found.value if found else None
            if isinstance(value, Offered):
                value = value.value
            if found is not None and not found.sure:
                found = None
        elif q.options:
            found, value = self._choice(said, q)
        elif q.type == "code":
            found = self._values.code(text)
            value = found.value if found else None
        elif q.type == "text":
            found = self._text(said, q)
            value = found.value if found else None
        if found is None and q.optional and self._repairs.is_whole(text, lang, "skip"):
            said.answer = SetSlot(slot=q.slot, value=None, source="patient", quote=text)
        elif found is not None:
            said.answer = SetSlot(
                slot=q.slot, value=value, source="patient", quote=text[found.start : found.end],
                span=(found.start, found.end), confidence=found.confidence if found.sure else _UNSURE,
            )  # fmt: skip

    def _choice(self, said: Said, q: Question) -> tuple[Found | None, Any]:
        options = [o for o in q.options if o.payload != "opening=more"]
        found = self._values.choice(
            said.text, said.lang, [self._as_option(o, said.lang) for o in options], times=self._times_of(said)
        )
        if found is None:
            by_digit = _by_digit(said.text, q.options)
            return by_digit, by_digit.value.value if by_digit else None
        if found.value == -1:
            more = next((o for o in q.options if o.value == "more"), None)
            return (found, more.value) if more else (None, None)
        return found, options[found.value].value

    def _times_of(self, said: Said) -> Any:
        return lambda text, lang: said.expressions if text == said.text else self.times(text, lang, said.now)

    def _as_option(self, option: Offered, lang: str) -> Option:
        value = option.value
        if isinstance(value, dict) and "local" in value:
            provider = next((p.name for p in self._clinic.providers if p.id == value.get("provider")), None)
            place = next((x.name for x in self._clinic.locations if x.id == value.get("location")), None)
            return Option((), datetime.fromisoformat(value["local"]), provider, place, option.payload)
        return Option(self._labels(option, lang), None, None, None, option.payload)

    def _labels(self, option: Offered, lang: str) -> tuple[str, ...]:
        if option.label.get("as") == "visit_type":
            names = next((v.name for v in self._clinic.visit_types if v.id == option.value), {})
            return tuple(names.values())
        tags = (lang, "en")
        found = (self._content.message(t, str(option.label.get("value")), "sms") for t in tags)
        return tuple(m.text for m in found if m)

    def _text(self, said: Said, q: Question) -> Found | None:
        bare = said.text.strip()
        if q.slot == "reason":
            return self._values.reason(said.text, said.lang, True)
        if len(bare) < 2 or self._repairs.is_whole(bare, said.lang, "repeat"):
            return None
        return Found(bare, 0, len(said.text), 1.0, True)

    # -- commands ------------------------------------------------------------------------------------------------

    def _propose(
        self, said: Said, guess: Guess, also: tuple[Guess, ...], open_flows: tuple[str, ...], asked_language: bool
    ) -> list[Command]:
        text, lang, q = said.text, said.lang, said.question
        if self._repairs.is_whole(text, lang, "never_mind") and open_flows:
            return [CancelFlow(source="patient", quote=text)]
        if self._repairs.is_whole(text, lang, "person_words"):
            return [Handoff(source="patient", quote=text)]
        if self._repairs.is_whole(text, lang, "repeat") and said.answer is None:
            return [Repeat(source="patient", quote=text)]
        commands: list[Command] = []
        values = self._slots(said)
        floor = START if q is None else IN_FLOW
        answered = said.answer is not None or any(c.slot == (q.slot if q else "") for c in values)
        free_text = q is not None and q.type == "text" and said.answer is not None
        for g in (guess, *also):
            if g.intent in NOT_A_FLOW or (
                g is guess and (g.confidence < floor or (answered and free_text and g.confidence < 0.9))
            ):
                continue
            command = self._for_intent(g, said, open_flows)
            if command is not None and not (answered and isinstance(command, StartFlow) and command.flow in open_flows):
                commands.append(command)
        if free_text and any(isinstance(c, AskAnswer | Handoff | StartFlow) for c in commands):
            said.answer = None  # a question of their own, not the answer to ours
        if said.answer is not None and not _overruled(said, values):
            commands.append(said.answer)
        commands += [v for v in values if said.answer is None or v.slot != getattr(said.answer, "slot", "")]
        if not commands and not asked_language:
            commands += self._unsure(guess, q)
        return commands

    def _for_intent(self, guess: Guess, said: Said, open_flows: tuple[str, ...]) -> Command | None:
        fields: dict[str, Any] = {"source": "classifier", "confidence": guess.confidence}
        if guess.intent == "talk_to_human":
            return Handoff(**fields)
        flow = self._content.flow_for(guess.intent)
        if flow is None:
            return None
        if flow.kind == "answer":
            return AskAnswer(flow=flow.flow, **fields)
        if guess.intent == "book" and "reschedule" in open_flows:
            return None  # "I want to come on Tuesday instead" is the new time, not a new visit
        return StartFlow(flow=flow.flow, **fields)

    def _slots(self, said: Said) -> list[SetSlot]:
        out = []
        for name, value in said.entities.items():
            a, b = said.spans.get(name, (0, len(said.text)))
            sure = name not in said.unsure
            out.append(
                SetSlot(
                    slot=name,
                    value=value,
                    source="patient",
                    quote=said.text[a:b],
                    span=(a, b),
                    confidence=0.95 if sure else _UNSURE,
                )  # fmt: skip
            )
        return out

    def _unsure(self, guess: Guess, q: Question | None) -> list[Command]:
        if q is not None or guess.confidence < ASK or guess.intent in NOT_A_FLOW:
            return [CannotHandle()] if guess.intent not in NOT_A_FLOW or guess.intent == "out_of_scope" else []
        names = [guess.intent, *(i for i, p in guess.alternatives if p >= 0.12)]
        flows = list(dict.fromkeys(f.flow for n in names if (f := self._content.flow_for(n)) is not None))
        return [Clarify(flows=tuple(flows[:3]))] if len(flows) >= 2 else [CannotHandle()]

    def _pressed(self, text: str, payload: str, lang: str, question: Question | None) -> Understanding:
        slot, _, name = payload.partition("=")
        commands: tuple[Command, ...] = (CannotHandle(why="stale_button"),)
        option = next((o for o in question.options if o.payload == payload), None) if question else None
        if slot == "flow":
            flow = self._content.flows.get(name)
            if flow is not None:
                commands = (
                    (AskAnswer(flow=name, source="payload"),)
                    if flow.kind == "answer"
                    else (StartFlow(flow=name, source="payload"),)
                )
        elif payload == PERSON:
            commands = (Handoff(source="payload"),)
        elif option is not None:
            commands = (SetSlot(slot=slot, value=option.value, source="payload", quote=text),)
        return Understanding(lang=lang, lang_confidence=1.0, intent="affirm", confidence=1.0, commands=commands)


def _without_times(found: Found | None, said: Said) -> Found | None:
    """ "por la tarde para un chequeo": the wish for a time is no reason."""
    if found is None:
        return None
    start = max([e.end for e in said.expressions if e.start <= found.start + 4 and e.end < found.end] or [found.start])
    if start <= found.start:
        return found
    rest = said.text[start : found.end]
    start += len(rest) - len(rest.lstrip(" ,;."))
    return Found(said.text[start : found.end], start, found.end, found.confidence, found.sure)


def _asks(said: Said, slot: str) -> bool:
    return said.question is None or said.question.slot == slot


def _dates(wish: Wanted) -> str | list[str]:
    assert wish.dates is not None
    first, last = wish.dates
    return first.isoformat() if first == last else [first.isoformat(), last.isoformat()]


def _times(wish: Wanted) -> Any:
    if wish.times is None:
        return wish.part
    first, last = (t.strftime("%H:%M") for t in wish.times)
    return first if first == last else (wish.part or [first, last])


def _overruled(said: Said, values: list[SetSlot]) -> bool:
    """ "No, make it Wednesday": the new wish is the answer, not the bare no."""
    q = said.question
    if q is None or q.type != "bool" or said.answer is None:
        return False
    return getattr(said.answer, "value", None) is False and any(
        v.slot in ("date", "time", "provider", "location") for v in values
    )


def _by_digit(text: str, options: tuple[Offered, ...]) -> Found | None:
    bare = text.strip().strip("#.)(")
    if bare.isdigit() and 1 <= int(bare) <= len(options):
        return Found(options[int(bare) - 1], 0, len(text), 1.0, True)
    return None


def clinic_today(now: datetime) -> date:
    return now.date()
