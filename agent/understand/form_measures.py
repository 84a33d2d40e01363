"""Times of day, moments and quantities in the words of an answer to a form; what could be two things is none."""

import re
from collections.abc import Mapping
from datetime import date, time, tzinfo
from typing import Any

from agent.intake.measures import LONGEST_UNIT, moment, names, quantity
from agent.model.form import Item
from agent.understand.said import Said
from agent.understand.times import Expression
from agent.understand.words import phrase, words_of

NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d{1,4})?")
_MOST_UNIT_WORDS = 3


def time_in(text: str, said: Said) -> str | None:
    """HH:MM:SS; None where there is no single time, or morning and evening are both possible."""
    found = _one(text, said, "time") or _one(text, said, "datetime")
    return None if found is None or found.ambiguous else f"{str(found.value).rpartition('T')[2][:5]}:00"


def moment_in(text: str, said: Said, zone: tzinfo, day: str | None) -> str | None:
    """A day, with its time where one was said. `day`: what the words are as a day alone."""
    whole, clock = _one(text, said, "datetime"), _one(text, said, "time")
    if whole is not None:
        return None if whole.ambiguous else _on(str(whole.value)[:10], str(whole.value)[11:16], zone)
    if day is None or clock is None or not is_day(day):
        return day
    return None if clock.ambiguous else _on(day, str(clock.value)[:5], zone)


def _one(text: str, said: Said, kind: str) -> Expression | None:
    """The only expression of its kind in these words."""
    found = [e for e in said.expressions if e.kind == kind and isinstance(e.value, str) and e.text in text]
    return found[0] if len(found) == 1 else None


def _on(day: str, clock: str, zone: tzinfo) -> str:
    return moment(date.fromisoformat(day), time.fromisoformat(clock), zone)


def is_day(day: str) -> bool:
    """YYYY-MM-DD, and in the calendar?"""
    try:
        return bool(date.fromisoformat(day))
    except ValueError:
        return False


def number_in(text: str, numbers: Mapping[str, Any], *, whole: bool) -> int | float | None:
    """The only number in the words, or words that are one; None for half of something that is counted."""
    found = NUMBER.findall(text)
    if not found:
        said_as = {phrase(str(k)): v for k, v in numbers.items()}.get(phrase(text))
        return None if said_as is None else int(said_as)
    value = float(found[0].replace(",", "."))
    if len(found) > 1 or (whole and value != int(value)):
        return None
    return int(value) if value == int(value) else value


def quantity_in(item: Item, text: str, numbers: Mapping[str, Any], units: Mapping[str, Any]) -> str | None:
    """A number with its unit. `numbers`: those that are words; `units`: code -> what people call it. A number alone is
    in the only unit there is; with several, or with a word that is no unit of this question, it is none."""
    found = list(NUMBER.finditer(text))
    if len(found) == 1:
        number, rest = float(found[0][0].replace(",", ".")), text[found[0].end() :]
    elif not found and (spoken := _spoken(text, numbers)) is not None:
        number, rest = spoken
    else:
        return None
    unit = _unit(item, rest.strip(" .!-"), units)
    return None if unit is None else quantity(number, unit)


def _spoken(text: str, numbers: Mapping[str, Any]) -> tuple[float, str] | None:
    """ "eleven pounds": a number in words at the beginning, and what follows it."""
    said = words_of(text)
    named = {phrase(str(k)): v for k, v in numbers.items()}
    for count in range(min(3, len(said)), 0, -1):
        number = named.get(tuple(w.text for w in said[:count]))
        if number is not None:
            return float(number), text[said[count].start :] if count < len(said) else ""
    return None


def _unit(item: Item, rest: str, units: Mapping[str, Any]) -> str | None:
    if not item.units:
        few = len(rest) <= LONGEST_UNIT and len(rest.split()) <= _MOST_UNIT_WORDS
        return " ".join(rest.split()) if few else None
    if not rest:
        return item.units[0].code if len(item.units) == 1 else None
    said, found = phrase(rest), dict[int, set[str]]()
    for unit in item.units:
        called = {phrase(str(name)) for name in (*names(unit), *units.get(unit.code, ()))}
        fits = [len(c) for c in called if c and said[: len(c)] == c]
        if rest.casefold() in names(unit) or fits:
            found.setdefault(max(fits, default=len(said)), set()).add(unit.code)
    longest = found[max(found)] if found else set[str]()  # "degrees" may be either
    return longest.pop() if len(longest) == 1 else None
