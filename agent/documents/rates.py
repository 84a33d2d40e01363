"""How often things are done or taken: "twice a day", "every six hours", "morning and night", "on Sundays"."""

from collections.abc import Iterator
from typing import NamedTuple

from agent.documents.tokens import ONES, TENS, Token, numbers
from agent.documents.values import TIME, UNIT_DAYS

_APART = frozenset({"-", "to", "or", "and", ","})
_PER_DAY = {
    "bid": 2.0, "tid": 3.0, "qid": 4.0, "qd": 1.0, "od": 1.0, "bd": 2.0, "tds": 3.0, "qds": 4.0, "daily": 1.0,
    "nightly": 1.0, "qhs": 1.0, "hs": 1.0, "weekly": 1 / 7, "monthly": 1 / 30.4, "hourly": 24.0, "annually": 1 / 365,
    "yearly": 1 / 365, "biweekly": 1 / 14, "everyday": 1.0, "fortnightly": 1 / 14,
}  # fmt: skip
_PARTS = {  # of a day, in which something is taken once each
    "morning": "morning", "mornings": "morning", "breakfast": "morning", "lunch": "noon", "noon": "noon",
    "lunchtime": "noon", "evening": "night", "evenings": "night", "night": "night", "nights": "night",
    "nighttime": "night", "bedtime": "night", "bed": "night", "dinner": "night", "supper": "night", "tea": "night",
}  # fmt: skip
_BETWEEN = 6  # words, at most, between two parts of the day that are told together
_AT_A_TIME = frozenset("bedtime nightly night nighttime morning evening qhs hs nocte mane".split())
_JOINING = frozenset("and , / - at in with before the my your also then half hundred tablet tablets puff puffs".split())
_DRUNK = frozenset("beer drink pint glass unit cigarett joint coffe".split())  # "eight beers weekly"
_ONCE = {"once": 1.0, "twice": 2.0}
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


class Rate(NamedTuple):
    """How often: `per_day` times; `tag` night or morning where said."""

    per_day: float
    tag: str
    first: int
    last: int


def rates(words: list[Token]) -> list[Rate]:
    """How often things are done or taken."""
    found: list[Rate] = []
    every = numbers(words)
    shortest = sorted(every, key=lambda n: n.last - n.first, reverse=True)  # in "three four times" four, not 34
    counts, starts = {n.last: n.value for n in shortest}, {n.last: n.first for n in shortest}
    found += [*_by_parts(words), *_by_days(words)]
    for n, word in enumerate(words):
        before = words[n - 1].text if n else ""
        if word.text in _AT_A_TIME:
            tag = "morning" if word.text in ("morning", "mane") else "night"
            last = words[n - 2].text if n > 1 else ""
            if (
                before in ("at", "every", "each")
                or (before == "the" and last == "in")
                or word.text in ("nightly", "bedtime", "qhs", "nocte", "mane")
            ):
                found.append(Rate(1.0, tag, max(0, n - 1), n))
            continue
        if word.text in ("every", "each", "q") or (word.text.startswith("q") and word.text[1:].isdigit()):
            every_so = _every(words, n, counts)
            found += every_so
            found += [Rate(times * r.per_day, "", n, k) for r in every_so for times, k in _times(words, r.last, counts)]
        elif word.text in ("hourly", "monthly") and n > 1 and before == "-" and n - 2 in counts and counts[n - 2]:
            days = 1 / 24 if word.text == "hourly" else 30.4  # "4-hourly"
            found.append(Rate(1 / (counts[n - 2] * days), "", n - 2, n))
        elif word.text == "alternate" and n + 1 < len(words) and words[n + 1].stem == "day":
            found.append(Rate(0.5, "", n, n + 1))
        elif word.text.replace(".", "") in _PER_DAY:
            k, times = n - 1, 1.0
            if k >= 0 and words[k].stem in ("time", "x"):
                k -= 1
            if k >= 0 and words[k].stem in _DRUNK:
                k -= 1
            if word.text.endswith("ly") and k in counts:
                times = counts[k] if counts[k] <= 12 and (k != n - 1 or words[k].text in ("once", "twice")) else 1.0
            found.append(Rate(times * _PER_DAY[word.text.replace(".", "")], "", k if times > 1 else n, n))
        elif word.text in ("a", "per", "the", "/") and n and n + 1 < len(words):
            unit = TIME.get(words[n + 1].stem)
            k = n - 1
            if before == "in" and n > 1:  # "three times in the day"
                k -= 1
            elif word.text == "the":
                continue
            if words[k].stem in ("time", "x") or (unit == "week" and words[k].text in _PARTS):
                k -= 1
            if unit in UNIT_DAYS and k in counts and counts[k] <= 12:
                found.append(Rate(counts[k] / UNIT_DAYS[unit], "", starts[k], n + 1))
                low = starts[k] - (2 if words[starts[k] - 1].text in _APART else 1)
                if low in counts and counts[low] < counts[k]:
                    found.append(Rate(counts[low] / UNIT_DAYS[unit], "", starts[low], n + 1))
    return found


def _by_days(words: list[Token]) -> Iterator[Rate]:
    """ "On Sundays", "every Sunday", "on a Sunday"; "twice on the first day"."""
    for n, word in enumerate(words):
        day, before = word.text.removesuffix("s"), _at(words, n - 1)
        if day in _WEEKDAYS and (before == "every" or day != word.text or [_at(words, n - 2), before] == ["on", "a"]):
            yield Rate(1 / 7, "", n - 1 if before in ("every", "on") else n, n)
        elif word.text in _ONCE and _at(words, n + 1) == "on" and "day" in (_at(words, n + 3), _at(words, n + 4)):
            yield Rate(_ONCE[word.text], "", n, n + 3)


def _at(words: list[Token], n: int) -> str:
    return words[n].text if 0 <= n < len(words) else ""


def _times(words: list[Token], last: int, counts: dict[int, float]) -> Iterator[tuple[float, int]]:
    """ "Every day three four times": what follows, and its last word."""
    for k in range(last + 2, min(last + 5, len(words))):
        if words[k].stem == "time" and k - 1 in counts and counts[k - 1] <= 12:
            yield counts[k - 1], k


def _every(words: list[Token], n: int, counts: dict[int, float]) -> list[Rate]:
    """every day, every other week, every 6 hours, every six to eight hours, q6h."""
    k, many = n + 1, 1.0
    if words[n].text.startswith("q") and words[n].text[1:].isdigit():
        many, k = float(words[n].text[1:]), n + 1
    values = []
    while k < len(words) and k < n + 6:
        if words[k].text in ("other", "second"):
            many = 2.0
        elif words[k].text[0] == "." and words[k].text[1:].isdigit():  # "q.6 h."
            values.append(float(words[k].text[1:]))
        elif k in counts:
            values.append(counts[k])
        elif words[k].stem in TIME or words[k].text == "h":
            unit = "hour" if words[k].text == "h" else TIME[words[k].stem]
            days = UNIT_DAYS.get(unit, 0.0)
            return [Rate(1.0 / (days * v), "", n, k) for v in (values or [many]) if days and v]
        elif words[k].text not in ("to", "or", "-", "single"):
            break
        k += 1
    return []


def _by_parts(words: list[Token]) -> Iterator[Rate]:
    """ "Morning and night", "two with breakfast, two with dinner": once for each part of the day."""
    spots = [(n, _PARTS[w.text]) for n, w in enumerate(words) if w.text in _PARTS]
    while spots:
        first, part = spots.pop(0)
        parts, last = {part}, first
        while spots and spots[0][1] not in parts and _lists(words, last, spots[0][0]):
            last, part = spots.pop(0)
            parts.add(part)
        if len(parts) > 1:
            yield Rate(float(len(parts)), "", first, last)


def _lists(words: list[Token], first: int, last: int) -> bool:
    """Whether few words stand between two parts of a day, none of which begins another thing."""
    between = words[first + 1 : last]
    return len(between) <= _BETWEEN and all(
        w.text in _JOINING or w.text in ONES or w.text in TENS or w.text[0].isdigit() for w in between
    )
