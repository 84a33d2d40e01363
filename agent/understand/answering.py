"""Reads a message as the answer to the question that stands open; what else it says is read elsewhere."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from agent.model.clinic import Clinic
from agent.model.command import SetSlot
from agent.model.content import Content
from agent.model.question import BY_KEY, Offered, Question
from agent.understand import replies
from agent.understand.feelings import Feelings
from agent.understand.form_answers import FormAnswers
from agent.understand.found import Found, Option
from agent.understand.name_shapes import capitalised
from agent.understand.repairs import Repairs
from agent.understand.said import UNSURE, Said
from agent.understand.times import Expression
from agent.understand.told import Told
from agent.understand.values import ValueReader

_NEGATIVE = re.compile(r"[-−–]\d+")  # "-1" is no number of a choice
_STOPPING = "stopping", "wish"  # what asks whether the texts shall end
_REFUSES = ("not_coming", "later")
_REFILL = "refill"  # a flow: whoever names no medicine but how it is taken is asked on
_FEELING = "feeling"  # a slot: an answer that is half understood is not taken
_OF_THE_WRITER = frozenset({"refill", "results", "billing"})  # a name alone is the patient's
_OF_A_PERSON = frozenset({"records", "referral"})  # … or of whom they are for: asked once more
_NO_NAMES = frozenset({"reason", "date", "opening", "confirmed"})  # questions that a name alone answers none of
_A_NUMBER = 3  # words: "the second one"
_IN_WORDS = "words"  # beside it: what a nurse should read; of a medicine that was given up she should
WITHOUT = "2"  # the key that goes on without spelling
_WELL, _TWO = ("better", "same"), 2
_OF_TEXTS = (*replies.SLOTS, _FEELING)  # what the clinic's own texts ask
Times = Callable[[str, str], list[Expression]]
_WISHES = ("date", "time", "provider", "location", "appointment_type", "name", "dob")


class Answers:
    """The command that answers the open question, if the message does."""

    def __init__(self, content: Content, clinic: Clinic, values: ValueReader, repairs: Repairs) -> None:
        self._content, self._clinic, self._values, self._repairs = content, clinic, values, repairs
        self._told = Told(repairs)
        self._forms = FormAnswers(content, clinic, values, repairs)
        self._feelings = {tag: Feelings(rows) for tag, rows in content.rows.get("values", {}).items()}

    def read(self, said: Said, times: Times) -> SetSlot | None:
        """The answer with the words it was given in; None where the message answers nothing."""
        q = said.question
        if q is None:
            return None
        if q.type == "form_answer":
            return self._forms.read(said, q)
        if q.slot == _FEELING and self._repairs.is_whole(said.text, said.lang, "stopped"):
            return SetSlot(slot=_IN_WORDS, value=said.text.strip(), source="patient", quote=said.text)
        if (q.flow, q.slot) == _STOPPING and self._goes_on(said):
            return SetSlot(slot=q.slot, value="go_on", source="patient", quote=said.text)
        led, rest = replies.led_by_digit(said, self._repairs) if q.slot in _OF_TEXTS else (None, "")
        if led is not None and (yes := self._against(led, rest, said.lang)) is not None:
            told = q.slot == _FEELING and not yes and led.value != "worse"
            slot, value = (_IN_WORDS, said.text.strip()) if told else (q.slot, led.value)
            answer = SetSlot(slot=slot, value=value, source="patient", quote=said.text)
            said.ahead = answer if said.asks else None
            return answer
        said.ahead = self._ahead(said, q)
        if q.slot == _FEELING and self._alarms(said):
            return SetSlot(slot=_IN_WORDS, value=said.text.strip(), source="patient", quote=said.text)
        if q.flow == _REFILL and self._repairs.only(said.text, said.lang, "taken_how"):
            return SetSlot(slot="how_taken", value=said.text.strip(), source="patient", quote=said.text)
        if aside := self._beside(said, q):
            return aside
        keyed = self._by_key(said, q)
        if keyed is not None:
            return keyed
        found, value = self._value(said, q, times)
        by_key = q.type == "letters" and said.text.strip() == WITHOUT
        if found is None and q.optional and (by_key or self._passes(said, q)):
            return SetSlot(slot=q.slot, value=None, source="patient", quote=said.text)
        if found is None:
            return None
        sure = found.confidence if found.sure else UNSURE
        quote, span = said.text[found.start : found.end], (found.start, found.end)
        return SetSlot(slot=q.slot, value=value, source="patient", quote=quote, span=span, confidence=sure)

    def _goes_on(self, said: Said) -> bool:
        """ "Just go on", "yes, go on", and nothing else: "don't go on" is none."""
        first, _, rest = said.text.strip().partition(" ")
        yes = self._values.yes_no(first.strip(",.!"), said.lang)
        texts = (said.text, rest) if yes is not None and yes.value else (said.text,)
        return any(self._repairs.is_whole(each, said.lang, "goes_on") for each in texts)

    def _against(self, led: Offered, rest: str, lang: str) -> bool | None:
        """Is what stands behind a digit nothing but thanks? None where it says the opposite: "3, yes I'll be there"."""
        said = self._values.yes_no(rest, lang)
        refuses = led.value is False or led.value in _REFUSES
        if said is not None and said.sure and bool(said.value) == refuses:
            return None
        feelings = self._feelings.get(lang)
        return feelings is not None and feelings.only_thanks(rest)

    def _ahead(self, said: Said, q: Question) -> SetSlot | None:
        """ "Yes, can I bring my son?", "better but can I shower?": the answer in front of a question of their own, to
        count where that question is all that the rest asks for."""
        parts = self._repairs.parts(said.text, said.lang, 1) if said.asks and q.slot in _OF_TEXTS else []
        if len(parts) < _TWO or said.expressions or len(q.people) > 1:
            return None
        if any(self._values.yes_no(part, said.lang) for part in parts[1:]):
            return None
        if q.slot == _FEELING:
            felt = self._feelings[said.lang].read(parts[0]) if said.lang in self._feelings else None
            value: Any = felt if felt in _WELL else None
        else:
            found = self._values.yes_no(parts[0], said.lang)
            yes = found is not None and found.sure and bool(found.value)
            value = (True if q.type == "bool" else replies.by_yes(True, q)) if yes else None
        return None if value is None else SetSlot(slot=q.slot, value=value, source="patient", quote=said.text)

    def _alarms(self, said: Said) -> bool:
        """ "I have a fever": told to a nurse as it is said, not as better or worse."""
        feelings = self._feelings.get(said.lang)
        return feelings is not None and feelings.read(said.text) is None and feelings.alarming(said.text)

    def _passes(self, said: Said, q: Question) -> bool:
        """ "Skip"; "the code never came"."""
        if self._repairs.is_whole(said.text, said.lang, "skip"):
            return True
        digits = any(c.isdecimal() for c in said.text)
        return q.type == "code" and not digits and self._repairs.holds(said.text, said.lang, "no_code")

    def _beside(self, said: Said, q: Question) -> SetSlot | None:
        """What answers another question than the one in free words: a medicine or a dose names no pharmacy, and who
        writes nothing but their name does not tell when a test was done."""
        if q.slot == "message" and "medicine" in self._slots(q) and self._told.only_medicine(said):
            said.entities["told"] = "medicine"
            return SetSlot(slot="medicine", value=said.text.strip(), source="patient", quote=said.text)
        asked = q.slot in _NO_NAMES or q.told == "specialist"  # "what is the referral for?"
        named = asked and "name" in self._slots(q) and "provider" not in said.entities
        found = self._only_name(said) if named or q.flow in _OF_THE_WRITER else None
        if found is None:
            return None
        said.entities.pop("reason", None)
        return SetSlot(slot="name", value=found.value, source="patient", quote=said.text[found.start : found.end])

    def _slots(self, q: Question) -> Mapping[str, Any]:
        return self._content.flows[q.flow].slots if q.flow in self._content.flows else {}

    def _only_name(self, said: Said) -> Found | None:
        found = capitalised(said.text) or self._values.name(said.text, said.lang, True)
        whole = found is not None and found.end - found.start >= len(said.text.strip(" .,!。"))
        return found if whole and self._values.begins_with_given(said.text, said.lang) else None

    def _value(self, said: Said, q: Question, times: Times) -> tuple[Found | None, Any]:
        if q.options and _NEGATIVE.fullmatch(said.text.strip()):
            return None, None
        if q.type == "bool":
            return self._yes_no(said, q)
        if q.options and q.options[0].kind != BY_KEY:
            return self._choice(said, q, times)
        found = self._values.code(said.text, said.lang) if q.type == "code" else None
        if q.type == "letters":
            found = self._letters(said)
        somebody = q.flow in _OF_A_PERSON and not q.tries and self._only_name(said) is not None
        if q.type == "text" and not somebody:
            found = self._text(said, q)
        return found, found.value if found else None

    def _by_key(self, said: Said, q: Question) -> SetSlot | None:
        """The number of one of the keys, said instead of pressed, and nothing else."""
        options = q.options
        if not options or options[0].kind != BY_KEY or len(said.text.split()) > _A_NUMBER:
            return None
        found = by_digit(said.text, options)
        option = found.value if found is not None else None
        if found is None and len(options) > 1:
            bare = [Option((), None, None, None, o.payload) for o in options]
            found = self._values.choice(said.text, said.lang, bare)
            option = options[found.value] if found is not None and found.value >= 0 else None
        if option is None:
            return None
        slot = option.payload.partition("=")[0]
        return SetSlot(slot=slot, value=option.value, source="patient", quote=said.text)

    def _letters(self, said: Said) -> Found | None:
        if "letters" not in said.entities:
            return None
        a, b = said.spans["letters"]
        return Found(said.entities["letters"], a, b, 0.9, True)

    def _yes_no(self, said: Said, q: Question) -> tuple[Found | None, Any]:
        if q.slot in replies.SLOTS and replies.steers(said, self._repairs):
            return None, None
        found = self._values.yes_no(said.text, said.lang) or by_digit(said.text, q.options)
        if found is None or not found.sure:
            return None, None
        return found, found.value.value if isinstance(found.value, Offered) else found.value

    def _choice(self, said: Said, q: Question, times: Times) -> tuple[Found | None, Any]:
        numbered = by_digit(said.text, q.options) or self._meant(said, q)
        if numbered is not None:
            return numbered, numbered.value.value
        if q.slot == _FEELING:
            felt = self._feelings[said.lang].read(said.text) if said.lang in self._feelings else None
            return (Found(felt, 0, len(said.text)), felt) if felt else (None, None)
        if q.slot in replies.SLOTS and replies.steers(said, self._repairs):
            return None, None
        options = [o for o in q.options if o.payload != "opening=more"]
        shown = [self._as_option(o, said.lang) for o in options]
        found = self._values.choice(said.text, said.lang, shown, times=times)
        if q.slot in replies.SLOTS and (found is None or found.value == -1):
            return self._plainly(said, q)
        if found is None:
            return self._by_place(said, q, len(options))
        if found.value == -1:
            more = next((o for o in q.options if o.value == "more"), None)
            return (found, more.value) if more else (None, None)
        chosen = options[found.value].value
        return (None, None) if replies.disagrees(said, self._repairs, q, chosen) else (found, chosen)

    def _by_place(self, said: Said, q: Question, named: int) -> tuple[Found | None, Any]:
        """ "The second one", of one time and "other times"."""
        if named == len(q.options) or said.size > _A_NUMBER:
            return None, None
        bare = [Option((), None, None, None, o.payload) for o in q.options]
        found = self._values.choice(said.text, said.lang, bare)
        return (found, q.options[-1].value) if found is not None and found.value == named else (None, None)

    def _meant(self, said: Said, q: Question) -> Found | None:
        """ "Sorry, I meant 1", "no, I meant the third"."""
        first, _, others = said.text.strip().partition(" ")
        no = self._values.yes_no(first, said.lang)
        starts = (said.text, others) if no is not None and not no.value else (said.text,)
        rest = next((r for t in starts if (r := self._repairs.after(t, said.lang, "i_meant"))), "")
        found = by_digit(rest, q.options)
        if found is None and rest and len(rest.split()) <= _A_NUMBER:
            offered = [o for o in q.options if o.payload != "opening=more"]
            named = self._values.choice(rest, said.lang, [Option((), None, None, None, o.payload) for o in offered])
            found = Found(offered[named.value], 0, 0) if named is not None and named.value >= 0 else None
        return Found(found.value, 0, len(said.text), 1.0, True) if found is not None else None

    def _plainly(self, said: Said, q: Question) -> tuple[Found | None, Any]:
        """The option that a yes or a no means by itself."""
        found = self._values.yes_no(said.text, said.lang)
        meant = replies.by_yes(bool(found.value), q) if found is not None and found.sure else None
        return (found, meant) if meant and not replies.disagrees(said, self._repairs, q, meant) else (None, None)

    def _as_option(self, option: Offered, lang: str) -> Option:
        value = option.value
        if isinstance(value, dict) and "local" in value:
            provider = next((p.name for p in self._clinic.providers if p.id == value.get("provider")), None)
            place = next((x.name for x in self._clinic.locations if x.id == value.get("location")), None)
            return Option((), datetime.fromisoformat(value["local"]), provider, place, option.payload)
        return Option(self._labels(option, lang), None, None, None, option.payload)

    def _labels(self, option: Offered, lang: str) -> tuple[str, ...]:
        if option.label.get("as") == "visit_type":
            names: Mapping[str, str] = next((v.name for v in self._clinic.visit_types if v.id == option.value), {})
            return tuple(names.values())
        if option.label.get("as") == "text":
            return (str(option.label["value"]),)
        found = (self._content.message(t, str(option.label.get("value")), "sms") for t in (lang, "en"))
        return tuple(m.text for m in found if m)

    def without_name(self, found: Found | None, said: Said) -> Found | None:
        """ "I have a cough, my name is Pat Lee": the name is no part of the reason; as it was, where it is all."""
        a, b = said.spans.get("name", (0, 0))
        if found is None or a == b or not found.start <= a < b <= found.end:
            return found
        pieces = ((found.start, self._values.name_intro(said.text, said.lang, a)), (b, found.end))
        for first, last in pieces:
            left = self._repairs.without_joint(said.text[first:last], said.lang)
            if any(c.isalpha() for c in left):
                at = said.text.index(left, first)
                return Found(left, at, at + len(left), found.confidence, found.sure)
        return found

    def _text(self, said: Said, q: Question) -> Found | None:
        bare = said.text.strip()
        if q.slot == "reason":
            return self.without_name(self._values.reason(said.text, said.lang, True), said)
        if len(bare) < 2 or not any(c.isalnum() for c in bare) or self._repairs.is_whole(bare, said.lang, "repeat"):
            return None
        return Found(bare, 0, len(said.text), 1.0, True)


def by_digit(text: str, options: tuple[Offered, ...]) -> Found | None:
    """ "2", "#2", "2." """
    bare = text.strip().strip("#.)( ")
    if bare.isdecimal() and len(bare) < 3 and 1 <= int(bare) <= len(options):
        return Found(options[int(bare) - 1], 0, len(text), 1.0, True)
    return None


def overruled(said: Said, values: list[SetSlot]) -> bool:
    """ "No, make it Wednesday": the new wish is the answer, not the bare no."""
    q = said.question
    if q is None or q.type != "bool" or said.answer is None or q.slot in replies.SLOTS:
        return False
    return said.answer.value is False and any(v.slot in _WISHES for v in values)
