"""Which of the offered options fit what was said: tests by wall time, by label, by provider and by place."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from anyascii import anyascii
from rapidfuzz.distance import OSA

from agent.understand.found import Option
from agent.understand.normalize import fold
from agent.understand.words import Word, phrase

Test = Callable[[Option], bool]
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})[:.h](\d{2})(?![\d:/.])")
_POINTS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M"}
_SPANS = {"timerange": "%H:%M", "datetimerange": "%Y-%m-%dT%H:%M", "daterange": "%Y-%m-%d"}
_LEAST = 3  # letters of a word that can name an option


def labels_named(left: Sequence[Word], options: Sequence[Option]) -> list[int]:
    """The options whose label holds all the words that are left, or the longest label that stands among them."""
    said = [_plain(w.text) for w in left]
    if not said:
        return []
    labels = [[[_plain(w) for w in phrase(label)] for label in o.labels] for o in options]
    inside = [
        i
        for i, group in enumerate(labels)
        if any(all(any(_same(known, s) for known in label) for s in said) for label in group)
    ]
    if inside and any(len(s) >= _LEAST or not s.isascii() for s in said):
        exact = [i for i in inside if any(label == said for label in labels[i])]
        return exact or inside
    sizes = {i: max((len(x) for x in group if x and _stands(x, said)), default=0) for i, group in enumerate(labels)}
    most = max(sizes.values(), default=0)
    return [i for i, size in sizes.items() if size == most and most]


def _stands(label: Sequence[str], said: Sequence[str]) -> bool:
    size = len(label)
    return any(
        all(_same(k, s) for k, s in zip(label, said[i : i + size], strict=True)) for i in range(len(said) - size + 1)
    )


def time_tests(text: str, expressions: Sequence[Any]) -> list[Test]:
    """Tests from the dates and times that were said; figures like 10:30 count without a time grammar too."""
    tests = [t for e in expressions if (t := _time_test(e)) is not None]
    if not tests:
        tests = [
            _clock_test(int(h), int(m)) for h, m in _CLOCK.findall(fold(text[:200])) if int(h) < 24 and int(m) < 60
        ]
    return tests


def told_by_name(words: Sequence[Word], options: Sequence[Option], titles: frozenset[str]) -> list[Test]:
    """Tests by provider and place, where the words name exactly one."""
    said = {_plain(w.text).removesuffix("'s"): i and words[i - 1].text in titles for i, w in enumerate(words)}
    tests: list[Test] = []
    for facet in ("provider_name", "location_name"):
        names = {n for o in options if (n := getattr(o, facet))}
        hits = {
            n
            for n in names
            if any(_same(k, s, 4 if titled else 5) for k in _naming(n, titles) for s, titled in said.items())
        }
        if len(hits) == 1:
            tests.append(_facet_test(facet, hits.pop()))
    return tests


@lru_cache(maxsize=512)  # the clinic's names, never a patient's words
def _naming(name: str, titles: frozenset[str]) -> tuple[str, ...]:
    return tuple(p for w in phrase(name) if len(p := _plain(w)) >= _LEAST and p not in titles)


def _facet_test(facet: str, name: str) -> Test:
    return lambda o: bool(getattr(o, facet) == name)


def _plain(word: str) -> str:
    return word if word.isascii() else anyascii(word).lower()


def _same(known: str, said: str, least: int = 5) -> bool:
    """Equal, or one letter wrong in a word of `least` letters."""
    return known == said or (
        len(known) >= least and len(said) >= least and OSA.distance(known, said, score_cutoff=1) <= 1
    )


def _clock_test(hour: int, minute: int) -> Test:
    return lambda o: o.local is not None and o.local.minute == minute and (o.local.hour - hour) % 12 == 0


def hour_test(hour: int) -> Test:
    """At this full hour, of the morning or the afternoon."""
    return _clock_test(hour, 0)


def _time_test(expression: Any) -> Test | None:
    """A test of an option's wall time from one expression; None for durations and repeats."""
    kind, value = expression.kind, expression.value
    if kind == "time":
        hour, minute = int(value[:2]), int(value[3:5])
        if getattr(expression, "ambiguous", False):
            return _clock_test(hour, minute)
        return lambda o: o.local is not None and (o.local.hour, o.local.minute) == (hour, minute)
    one = _POINTS.get(kind)
    if one is not None:
        at = datetime.fromisoformat(value).strftime(one)
        return lambda o: o.local is not None and o.local.strftime(one) == at
    span = _SPANS.get(kind)
    return _span_test(span, *value) if span is not None else None


def _span_test(form: str, low: str, high: str) -> Test:
    """Half-open, ".." where open; all in one ISO form, so that text order is time order."""
    size = len("2000-01-01T00:00") if "T" in form else len("00:00") if "H" in form else len("2000-01-01")
    return lambda o: (
        o.local is not None
        and (low == ".." or low[:size] <= o.local.strftime(form))
        and (high == ".." or o.local.strftime(form) < high[:size])
    )
