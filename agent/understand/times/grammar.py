"""Finds the dates and times said in a text, by the rows of one language; what a booking makes of them is
`wanted`'s business."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from agent.understand.times import meanings_clock, meanings_day, meanings_join, meanings_span, meanings_units
from agent.understand.times.fallback import Fallback
from agent.understand.times.lexicon import Lexicon
from agent.understand.times.patterns import Stage, literals
from agent.understand.times.scene import Scene
from agent.understand.times.tokens import Token
from agent.understand.times.values import (
    OPEN,
    Clock,
    Clocks,
    Day,
    Days,
    Expression,
    Length,
    Moment,
    Moments,
    Value,
    written,
)

STAGES = ("clock", "point", "refine", "range", "join", "span")
SORTS = (Day, Days, Clock, Clocks, Moment, Moments, Length)
_DAY = date(2026, 3, 12)
_MOMENT = datetime.fromisoformat("2026-03-12T10:00")
_SAMPLES: dict[str, Any] = {
    **{"day": Day(_DAY), "days": Days(_DAY, _DAY + timedelta(days=7)), "bare_weekday": 4},
    **{
        "clock": Clock(36000),
        "clocks": Clocks(Clock(36000), Clock(43200), "morning"),
        "length": Length("P2D"),
    },
    **{"moment": Moment(_MOMENT), "moments": Moments(None, _MOMENT)},
    **dict.fromkeys(("num", "digits", "hour", "minute", "minutes2", "said_hour", "said_minute"), 10),
    **dict.fromkeys(("dom", "ord", "digits_ord"), 12),
    **{
        "yy": 26,
        "year": 2026,
        "hhmm": "0930",
        "dotted": "2.30",
        "slash": "3/4",
        "dmy": "3/4/26",
        "iso": "2026-03-04",
    },
}
"""One value of every class that is built in."""

ROUNDS = 3
"""Passes of one stage before the next: each can build on what the one before made."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_FIGURES = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
SHORTEST_MONTH = 28
CLOCK_FORM = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
ORDERS = ("mdy", "dmy")
_LOADED = (meanings_clock, meanings_day, meanings_join, meanings_span, meanings_units)


class TimeGrammar:
    """The dates and times of one language. `rows` is a parsed `_times.yaml`; raises ValueError naming the
    key that is wrong. Reading is linear in the length of the text and raises on no text whatever."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        for key in ("language", "order", "parts", "words", "patterns"):
            if key not in rows:
                raise ValueError(f"{key}: missing")
        if rows["order"] not in ORDERS:
            raise ValueError(f"order: one of {', '.join(ORDERS)} is needed, not {rows['order']}")
        self.order: str = rows["order"]
        self.parts = {str(name): _part(str(name), ends) for name, ends in rows["parts"].items()}
        patterns = rows["patterns"]
        unknown = [name for name in patterns if name not in STAGES]
        if unknown:
            raise ValueError(f"patterns.{unknown[0]}: the stages are {', '.join(STAGES)}")
        _check_words(rows["words"], self.parts)
        self.lexicon = Lexicon(rows, {word for stage in patterns.values() for word in literals(stage)})
        samples = _samples(rows["words"]) | _SAMPLES | {"parts": self.parts}
        self.stages = [Stage(name, patterns.get(name, {}), samples) for name in STAGES]
        self.trimmed = [str(name) for name in rows.get("trim", [])]
        self.fallback = Fallback(str(rows["language"]))

    def find(self, text: str, now: datetime, order: str | None = None, refused: bool = False) -> list[Expression]:
        """Every expression in `text`, in order. `now` is naive wall time in the clinic's zone; `order`
        (mdy or dmy) overrides the language's own for dates in figures. `refused`: also those that the patient
        cannot come at."""
        scene = Scene(now, order or self.order, self.parts)
        first = self.lexicon.tokens(text)
        tokens = self._read(first, scene)
        heads = {token.start: (token, after) for token, after in pairwise(first)}
        if refused:
            tokens = [Token(t.start, t.end, t.keys["refused"].keys) if "refused" in t.keys else t for t in tokens]
        found = [made for token in tokens if (made := self._expression(text, token, heads))]
        if not any(_is_settled(each) for each in found):
            for more in self.fallback.find(text, now, scene.order, first):
                found = [each for each in found if each.end <= more.start or more.end <= each.start] + [more]
        return sorted(found, key=lambda each: each.start)

    def avoided(self, text: str, now: datetime, once: bool = False) -> list[tuple[str, int, int]]:
        """Days that do not suit the patient ("any day but Friday", "I can't on the 3rd"), with their place in the text:
        ISO dates, and weekdays that were said as such by their first two letters in English, as iCalendar writes
        them (RFC 5545, BYDAY). `once`: "I can't come on Friday" is about the next one alone."""
        found = []
        for token in self._read(self.lexicon.tokens(text), Scene(now, self.order, self.parts)):
            one, names = token.keys.get("refused"), list[str]()
            if "excepted" in token.keys:
                names += map(_named, token.keys["excepted"].days)
            elif one is not None and isinstance(one.said, Day):
                names.append(one.said.date.isoformat() if once else _named(one.said))
            elif "days" in token.keys and token.keys["days"].out is not None:
                names.append(_named(token.keys["days"].out))
            found += [(name, token.start, token.end) for name in names]
        return found

    def _read(self, tokens: list[Token], scene: Scene) -> list[Token]:
        if any(token.keys for token in tokens):
            for stage in self.stages:
                for _ in range(ROUNDS):
                    tokens, changed = stage.run(tokens, scene)
                    if not changed:
                        break
        return tokens

    def _expression(self, text: str, token: Token, heads: Mapping[int, tuple[Token, Token]]) -> Expression | None:
        value = _value(token)
        if value is None:
            return None
        kind, iso = written(value)
        start = token.start
        while start in heads and any(name in heads[start][0].keys for name in self.trimmed):
            if heads[start][1].start >= token.end:
                break
            start = heads[start][1].start
        return Expression(
            start=start,
            end=token.end,
            text=text[start : token.end],
            kind=kind,
            value=iso,
            ambiguous=bool(getattr(value, "doubt", False)),
            part=getattr(value, "part", None),
        )


def _is_settled(said: Expression) -> bool:
    """Whether a day was heard: a bare month may still hold a date that the rows could not read; "the first week
    of April" is no bare month."""
    if said.kind == "daterange":
        return DAY_FIGURES.search(said.text) is not None or _is_short(said)
    return said.kind not in ("duration", "time")


def _is_short(said: Expression) -> bool:
    start, end = said.value[0], said.value[1]
    if OPEN in (start, end):
        return False
    return (date.fromisoformat(end) - date.fromisoformat(start)).days < SHORTEST_MONTH


def _named(day: Day) -> str:
    return WEEKDAYS[day.weekday - 1] if day.weekday else day.date.isoformat()


def _value(token: Token) -> Value | None:
    for sort in SORTS:
        value = token.keys.get(sort.__name__.lower())
        if isinstance(value, sort):
            return value
    return None


def _samples(words: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): next(iter(rows)) if isinstance(rows, Mapping) and rows else None for name, rows in words.items()}


def _part(name: str, ends: Any) -> tuple[int, int]:
    found = [CLOCK_FORM.fullmatch(str(end)) for end in ends] if isinstance(ends, list) else []
    if len(found) != 2 or None in found:
        raise ValueError(f"parts.{name}: two times as [HH:MM, HH:MM] are needed")
    start, end = (int(each[1]) * 3600 + int(each[2]) * 60 for each in found if each)
    return start, end


def _check_words(words: Mapping[str, Any], parts: Mapping[str, Any]) -> None:
    for value in words.get("part", {}):
        if value not in parts:
            raise ValueError(f"words.part.{value}: not one of parts")
    for name, top in (("weekday", 7), ("month", 12)):
        for value in words.get(name, {}):
            if not isinstance(value, int) or not 1 <= value <= top:
                raise ValueError(f"words.{name}.{value}: 1 to {top} is needed")


def load_grammar(path: Path) -> TimeGrammar:
    """The grammar written in a `_times.yaml`. Raises ValueError naming the file and the key."""
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - the safe one, in C if there
        if not isinstance(rows, Mapping):
            raise ValueError("a mapping is needed")
        return TimeGrammar(rows)
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from error
