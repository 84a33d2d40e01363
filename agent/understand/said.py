"""One message on its way to an Understanding: its words, what was read from them so far, the answer it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from agent.model.command import SetSlot
from agent.model.question import Question
from agent.understand.found import Found
from agent.understand.repairs import Repairs
from agent.understand.times import Expression, Wanted
from agent.understand.words import phrase, singles, words_of

SURE, UNSURE = 0.95, 0.6
_SHORT = 8  # words
TELLS = ("late", "arrived")
_BESIDE_VALUES = ("with_words", "title_words", "honorifics", "articles", "fillers", "politeness", "option_words",
                  "date_fillers", "relation_for", "possessives", "name_weak_intro", "particles")  # fmt: skip
_BESIDE_BIRTHS = ("born",)
_BESIDE_NAMES = ("name_intro", "given_label", "family_label")


@dataclass(frozen=True)
class Beside:
    """Words of one language that say nothing of their own: beside a day or a doctor, where a name was read, and
    where a date of birth was: "born"."""

    values: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    births: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: Mapping[str, Any]) -> Self:
        """From the language's tables for values."""
        names, births = (
            frozenset(w for table in tables for each in rows.get(table, ()) for w in phrase(each))
            for tables in (_BESIDE_NAMES, _BESIDE_BIRTHS)
        )
        return cls(singles(rows, *_BESIDE_VALUES), names, births)


@dataclass
class Said:
    """Filled from the language down to the answer; `now` is naive wall time in the clinic's zone."""

    text: str
    lang: str
    now: datetime
    question: Question | None
    entities: dict[str, Any] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    expressions: list[Expression] = field(default_factory=list)
    answer: SetSlot | None = None
    ahead: SetSlot | None = None  # the answer that stands in front of a question of their own: "1, can I bring my son?"
    plain: bool = False  # it is nothing but how old somebody is, or who they are to whoever writes
    tells: str = ""  # one of TELLS, where it is nothing but that
    refuses: bool = False  # it names a day or a part of it that does not suit

    def note_plain(self, repairs: Repairs) -> bool:
        """Notes whether it is nothing but how old somebody is, or who they are to whoever writes, which is no free
        answer; or that they come late, or have come."""
        told = () if self.of_form else TELLS  # "late" may be when somebody goes to bed
        self.tells = next((kind for kind in told if repairs.is_told(self.text, self.lang, kind)), "")
        aged = repairs.is_age(self.text, self.lang) and not {"date", "time", "phone"} & set(self.entities)
        self.plain = not self.tells and (aged or repairs.is_kin(self.text, self.lang))
        if self.plain and self.free_text and not self.of_form:
            self.answer = None
            self.entities.pop("reason", None)
        return self.plain or bool(self.tells)

    @property
    def size(self) -> int:
        """How many words."""
        return len(self.text.split())

    @property
    def asks(self) -> bool:
        """Is it put as a question?"""
        return any(mark in self.text for mark in "?¿？؟")

    @property
    def free_text(self) -> bool:
        """Does it answer a question that takes any words?"""
        if self.question is None or self.answer is None:
            return False
        return self.question.type == "text" or (self.of_form and bool(self.answer.value.get("free")))

    @property
    def asks_why_of_form(self) -> bool:
        """Is a form's question met with "why do you ask?"."""
        given = self.answer.value if self.of_form and self.answer is not None else None
        return isinstance(given, dict) and given.get("do") == "why"

    @property
    def of_form(self) -> bool:
        """Is a question of a form open?"""
        return self.question is not None and self.question.type == "form_answer"

    def is_values(self, beside: Beside) -> bool:
        """Is it hardly more than the values that were read in it: "Ann Lee 4/5/1985", "with Dr. Okafor", "her name is
        Ann Lee"?"""
        spans = [*self.spans.values(), *((e.start, e.end) for e in self.expressions)]
        words = words_of(self.text)
        figures = [(w.start, w.end) for w in words if w.text.isdecimal()]  # "$240 on Nov 3"
        if not (spans or figures) or self.asks:
            return False
        small = beside.values | beside.names if "name" in self.entities else beside.values
        small = small | beside.births if "dob" in self.entities else small
        left = [w for w in words if not any(a <= w.start and w.end <= b for a, b in (*spans, *figures))]
        return len(words) <= _SHORT and len(left) < len(words) and all(w.text in small for w in left)

    @property
    def refuses_briefly(self) -> bool:
        """ "She can't do Tuesdays": hardly more than when not; no symptom."""
        return self.refuses and self.size <= _SHORT and not self.asks

    @property
    def answers_briefly(self) -> bool:
        """One of the answers that we offered, and hardly more."""
        offered = self.question is not None and bool(self.question.options)
        return offered and self.answer is not None and self.size <= _SHORT

    @property
    def spells(self) -> bool:
        """Is it hardly more than letters of a name? They are words of no language."""
        a, b = self.spans.get("letters", (0, 0))
        return 2 * (b - a) >= len(self.text.strip()) > 0

    @property
    def only_times(self) -> bool:
        """Does it say nothing but a day or a time?"""
        left = self.text
        for e in self.expressions:
            left = left.replace(e.text, " ")
        if "avoid" in self.spans:
            left = left.replace(self.text[slice(*self.spans["avoid"])], " ")
        return (
            bool(self.expressions or "avoid" in self.spans)
            and len([w for w in left.split() if w.strip(",.;:").isalpha()]) <= 1
        )

    def has_moment(self, start: int, end: int) -> bool:
        """Is it a day with an hour, still to come, that is said there: "11 March 10:40"?"""
        spoken = [e for e in self.expressions if e.start < end and start < e.end]
        return any(e.kind == "datetime" and str(e.value) > self.now.isoformat() for e in spoken)

    def beside_times(self, found: Found | None) -> Found | None:
        """What was found, but with no word of a day or a time in it: "thứ ba tôi" is Tuesday and I; "ba tôi", dad."""
        shared = found is not None and any(e.start < found.end and found.start < e.end for e in self.expressions)
        return None if shared else found

    def asked(self, slot: str) -> bool:
        return self.question is not None and self.question.slot == slot

    def note(self, name: str, found: Found | None) -> bool:
        """Keep a value that was found."""
        if found is None:
            return False
        self.entities[name] = found.value
        self.spans[name] = (found.start, found.end)
        if not found.sure:
            self.unsure.add(name)
        return True

    def slots(self) -> list[SetSlot]:
        """A proposal for each value, with the words that it came from."""
        out = []
        for name, value in self.entities.items():
            a, b = self.spans.get(name, (0, len(self.text)))
            sure = UNSURE if name in self.unsure else SURE
            quote = self.text[a:b]
            out.append(SetSlot(slot=name, value=value, source="patient", quote=quote, span=(a, b), confidence=sure))
        return out


def without_times(found: Found | None, said: Said) -> Found | None:
    """ "por la tarde para un chequeo": the wish for a time is no reason."""
    if found is None:
        return None
    start = max([e.end for e in said.expressions if e.start <= found.start + 4 and e.end < found.end] or [found.start])
    if start <= found.start:
        return found
    rest = said.text[start : found.end]
    start += len(rest) - len(rest.lstrip(" ,;."))
    return Found(said.text[start : found.end], start, found.end, found.confidence, found.sure)


def as_dates(wish: Wanted) -> str | list[str]:
    """A day, or [from, to]."""
    assert wish.dates is not None
    first, last = wish.dates
    return first.isoformat() if first == last else [first.isoformat(), last.isoformat()]


def as_times(wish: Wanted) -> Any:
    """A start, [from, to], or a part of the day."""
    if wish.times is None:
        return wish.part
    first, last = (t.strftime("%H:%M") for t in wish.times)
    return first if first == last else (wish.part or [first, last])
