"""The values that patients say, read in their language: one reader over the rows of intents/<lang>/_values.yaml."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from agent.model.clinic import Clinic
from agent.understand.births import Births
from agent.understand.choices import NONE_OF_THESE, Choices
from agent.understand.closed_lists import Lists
from agent.understand.found import Found, Option
from agent.understand.names import Names
from agent.understand.phones import code, phone
from agent.understand.relations import Relations

__all__ = ["NONE_OF_THESE", "Found", "Option", "ValueReader"]
_MOST = 2000  # characters that are read


class ValueReader:
    """Every method takes a text and its language, answers Found or None, and never raises."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]], clinic: Clinic) -> None:
        rows = rows or {"en": {}}
        self._names = {t: Names(r) for t, r in rows.items()}
        self._births = {t: Births(r) for t, r in rows.items()}
        self._choices = {t: Choices(r) for t, r in rows.items()}
        self._relations = {t: Relations(r) for t, r in rows.items()}
        self._lists = {t: Lists(r, clinic, t) for t, r in rows.items()}
        self._default = clinic.default_language if clinic.default_language in rows else next(iter(rows))

    def _tag(self, lang: str) -> str:
        base = lang.split("-", maxsplit=1)[0]
        return base if base in self._names else self._default

    def name(self, text: str, lang: str, asked: bool) -> Found | None:
        return self._names[self._tag(lang)].read(text[:_MOST], asked)

    def dob(self, text: str, lang: str, asked: bool, today: date, order: Literal["mdy", "dmy"]) -> Found | None:
        return self._births[self._tag(lang)].read(text[:_MOST], asked, today, order)

    def phone(self, text: str, lang: str, region: str) -> Found | None:  # noqa: ARG002
        return phone(text, region)

    def code(self, text: str) -> Found | None:
        return code(text)

    def yes_no(self, text: str, lang: str) -> Found | None:
        return self._choices[self._tag(lang)].yes_no(text[:_MOST])

    def choice(
        self, text: str, lang: str, options: Sequence[Option], times: Callable[[str, str], Sequence[Any]] | None = None
    ) -> Found | None:
        expressions = times(text, lang) if times else ()
        return self._choices[self._tag(lang)].choice(text[:_MOST], options, expressions)

    def provider(self, text: str, lang: str) -> Found | None:
        return self._lists[self._tag(lang)].provider(text[:_MOST])

    def location(self, text: str, lang: str) -> Found | None:
        return self._lists[self._tag(lang)].location(text[:_MOST])

    def insurance(self, text: str, lang: str) -> Found | None:
        return self._lists[self._tag(lang)].insurance(text[:_MOST])

    def visit_type(self, text: str, lang: str) -> Found | None:
        return self._lists[self._tag(lang)].visit_type(text[:_MOST])

    def relation(self, text: str, lang: str) -> Found | None:
        return self._relations[self._tag(lang)].relation(text[:_MOST])

    def reason(self, text: str, lang: str, asked: bool) -> Found | None:
        return self._relations[self._tag(lang)].reason(text[:_MOST], asked)
