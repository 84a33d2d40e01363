"""The values that patients say, read in their language: one reader over the rows of intents/<lang>/_values.yaml."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from agent.model.clinic import Clinic
from agent.understand.births import Births
from agent.understand.choices import NONE_OF_THESE, Choices
from agent.understand.closed_lists import Lists
from agent.understand.dictated import Dictated
from agent.understand.found import Found, Option
from agent.understand.names import Names
from agent.understand.normalize import MAX_CHARS
from agent.understand.phones import code, phone
from agent.understand.relations import Relations
from agent.understand.shelf import Shelf
from agent.understand.spelled import Spelled
from agent.understand.words import ordinary, phrase
from agent.understand.yes_no import YesNo

__all__ = ["NONE_OF_THESE", "Found", "Option", "ValueReader"]


class _Reader:
    """The readers of one language."""

    def __init__(self, rows: Mapping[str, Any], clinic: Clinic, lang: str) -> None:
        common = ordinary(rows)
        self.names, self.births, self.spelled = Names(rows, common), Births(rows, clinic.country), Spelled(rows)
        self.yes_no, self.dictated = YesNo(rows), Dictated(rows)
        self.choices = Choices(rows, self.yes_no)
        self.relations, self.lists = Relations(rows), Lists(rows, clinic, lang, common)
        self.phone_regions = tuple(str(region).upper() for region in rows.get("phone_regions", ()))


class ValueReader:
    """Every method takes a text and its language, answers Found or None, and never raises."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]], clinic: Clinic) -> None:
        """The clinic's own language, or the only one, is read at once, the others when they are first heard. Raises
        what rows that cannot be read raise."""
        rows = rows or {"en": {}}
        self._readers = Shelf(rows, lambda tag: _Reader(rows[tag], clinic, tag))
        self._default = self._readers[clinic.default_language if clinic.default_language in rows else next(iter(rows))]
        self._providers = [phrase(p.name.partition(",")[0]) for p in clinic.providers]

    def _of(self, lang: str) -> _Reader:
        return self._readers.get(lang) or self._readers.get(lang.split("-", maxsplit=1)[0]) or self._default

    def name(self, text: str, lang: str, asked: bool) -> Found | None:
        """A person's name as given; not sure where only one name was said, or where it may be other words."""
        found = self._of(lang).names.read(text[:MAX_CHARS], asked)
        if found is not None and not asked:
            said = phrase(found.value)
            if any(set(said) <= set(p) if len(said) > 1 else said == p[-1:] for p in self._providers):
                return None  # "this is for Dr. Okafor" names no patient
        return found

    def begins_with_given(self, text: str, lang: str) -> bool:
        """Is the first word a given name that is known?"""
        return self._of(lang).names.begins_with_given(text[:MAX_CHARS])

    def name_before(self, text: str, lang: str, at: int) -> Found | None:
        """A name right before a date of birth that begins `at`; never sure."""
        return self._of(lang).names.before(text[:MAX_CHARS], at)

    def is_name_beside(self, text: str, lang: str, born: Found) -> bool:
        """Is all the rest a name? "Hans Wolf, 12.3.1961", but not "bill of 3/12/2024"."""
        rest = f"{text[: born.start]} {text[born.end :]}".strip(" ,.;:")
        found, words = self.name(rest, lang, True), rest.split()
        whole = found is not None and (found.start, found.end) == (0, len(rest))
        return whole and len(words) > 1 and not any(w[0].islower() for w in words)

    def name_intro(self, text: str, lang: str, at: int) -> int:
        """Where "my name is" begins, before a name that begins `at`."""
        return self._of(lang).names.intro_before(text[:MAX_CHARS], at)

    def dob(self, text: str, lang: str, asked: bool, today: date, order: Literal["mdy", "dmy"]) -> Found | None:
        """An ISO date; `order` is how the language writes 3/12/80."""
        births = self._of(lang).births
        found = births.read(text[:MAX_CHARS], asked, today, order)
        if found is None and asked:  # "oh three one two one nine eight oh"
            found = self._said(text[:MAX_CHARS], lang, lambda figures: births.read(figures, True, today, order))
        return found

    def phone(self, text: str, lang: str, region: str) -> Found | None:
        """An E.164 number, in figures or dictated; where it is none of `region`, of a country where the language is
        spoken, and not sure."""
        others = self._of(lang).phone_regions
        return phone(text, region, others) or self._said(text, lang, lambda figures: phone(figures, region, others))

    def code(self, text: str, lang: str) -> Found | None:
        """Six digits, in figures or dictated."""
        return code(text) or self._said(text, lang, code)

    def _said(self, text: str, lang: str, read: Callable[[str], Found | None]) -> Found | None:
        """What `read` finds in the one run of figures that is said in words."""
        for led in (False, True):
            runs = self._of(lang).dictated.runs(text, led=led)
            found = read(runs[0].value) if len(runs) == 1 else None
            if found is not None:
                return Found(found.value, runs[0].start, runs[0].end, runs[0].confidence, found.sure)
        return None

    def letters(self, text: str, lang: str, asked: bool) -> Found | None:
        """Letters of a name said one by one, in capitals."""
        return self._of(lang).spelled.read(text[:MAX_CHARS], asked)

    def yes_no(self, text: str, lang: str) -> Found | None:
        """True or False."""
        return self._of(lang).yes_no.read(text[:MAX_CHARS])

    def choice(
        self, text: str, lang: str, options: Sequence[Option], times: Callable[[str, str], Sequence[Any]] | None = None
    ) -> Found | None:
        """The index of an option, or NONE_OF_THESE."""
        text = text[:MAX_CHARS]
        return self._of(lang).choices.read(text, options, times(text, lang) if times else ())

    def provider(self, text: str, lang: str) -> Found | None:
        """A provider's id, or "any"."""
        reader, text = self._of(lang), text[:MAX_CHARS]
        own = reader.names.read(text, asked=False)
        return reader.lists.provider(text, (own.start, own.end) if own else None)

    def location(self, text: str, lang: str) -> Found | None:
        """A location's id."""
        return self._of(lang).lists.location(text[:MAX_CHARS])

    def insurance(self, text: str, lang: str) -> Found | None:
        """A plan as the clinic's list writes it."""
        return self._of(lang).lists.insurance(text[:MAX_CHARS])

    def visit_type(self, text: str, lang: str) -> Found | None:
        """A visit type's id."""
        return self._of(lang).lists.visit_type(text[:MAX_CHARS])

    def relation(self, text: str, lang: str) -> Found | None:
        """Who the visit is for: child, parent, spouse, sibling, other or self."""
        return self._of(lang).relations.relation(text[:MAX_CHARS])

    def reason(self, text: str, lang: str, asked: bool) -> Found | None:
        """The patient's own words for what the visit is for."""
        return self._of(lang).relations.reason(text[:MAX_CHARS], asked)
