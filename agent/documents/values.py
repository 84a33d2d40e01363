"""Values in a text: doses, durations, ages, dates, frequencies, with the tokens that say them."""

import re
from typing import Literal, NamedTuple

from agent.documents.tokens import ORDINALS, Number, Token, numbers

Kind = Literal["dose", "duration", "age", "date", "measure", "count", "grade"]

TIME = {
    "second": "second", "minut": "minute", "min": "minute", "hour": "hour", "hr": "hour", "day": "day", "week": "week",
    "wk": "week", "month": "month", "mo": "month", "year": "year", "yr": "year", "decad": "decade", "night": "day",
}  # fmt: skip
_DOSE = {
    "mg": "mg", "milligram": "mg", "mcg": "mcg", "microgram": "mcg", "g": "g", "gram": "g", "ml": "ml",
    "millilit": "ml",
    "cc": "ml", "unit": "unit", "iu": "unit", "puff": "puff", "tablet": "tablet", "tab": "tablet", "pill": "tablet",
    "capsul": "tablet", "drop": "drop", "spray": "spray", "meq": "meq", "gtt": "drop", "mgs": "mg", "dose": "dose",
    "patch": "patch", "milligramm": "mg", "millilitr": "ml", "milliliter": "ml", "milig": "mg",
    "miligramo": "mg", "miligrama": "mg", "milligrammo": "mg", "milligrammi": "mg",
}  # fmt: skip
_MEASURE = {
    "pound": "lb", "lb": "lb", "kilo": "kg", "kilogram": "kg", "kg": "kg", "centimet": "cm", "cm": "cm",
    "millimet": "mm",
    "mm": "mm", "inch": "in", "foot": "ft", "feet": "ft", "ft": "ft", "degre": "degree", "percent": "%", "ounc": "oz",
    "oz": "oz", "mmhg": "mmhg", "bpm": "bpm", "beat": "bpm", "lit": "l", "mile": "mile", "pack": "pack",
    "mgdl": "mg/dl",
    "celsius": "degree", "fahrenheit": "degree",
}  # fmt: skip
MONTHS = "january february march april may june july august september october november december".split()
_MONTH = {m[:3]: n for n, m in enumerate(MONTHS, 1)} | {m: n for n, m in enumerate(MONTHS, 1)} | {"sept": 9}
_DATE = re.compile(r"\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?\b|\b(\d{1,2})/(\d{4})\b|\b(\d{4})-(\d\d)-(\d\d)\b")
_SHORTHAND = {"7": "day", "52": "week", "12": "month", "24": "hour"}
_LETTERS = {"d": "day", "w": "week"}
_TIMES = frozenset({"time", "onc", "twice", "x", "cigarett", "drink", "pack", "day"})
_OUT_OF = frozenset({5.0, 6.0, 10.0})  # the scales of strength, murmurs and pain
_APART = frozenset({"-", "to", "or", "and"})
UNIT_DAYS = {"day": 1.0, "hour": 1 / 24, "week": 7.0, "month": 30.4, "year": 365.0, "minute": 1 / 1440, "second": 1e-5}


class Quantity(NamedTuple):
    """A value at the tokens `first` to `last`; `unit` canonical, empty for a bare count."""

    kind: Kind
    value: float
    unit: str
    first: int
    last: int


def quantities(words: list[Token], text: str) -> list[Quantity]:
    """Every number of the text with its unit; a number in a name (C6, B12, L4-L5, type 2) is none."""
    found: list[Quantity] = []
    dated = _dates(words, text, found)
    every = numbers(words)
    spots = {k for number in every for k in range(number.first, number.last + 1)}
    for number in every:
        if found and found[-1].kind == "duration" and found[-1].last == number.first:
            continue  # the second half of 4/7
        if words[number.first].text in ("once", "twice"):
            continue  # a rate
        if number.first > 1 and words[number.first - 1].text == "/" and number.value in _OUT_OF:
            continue  # the ten of 8/10
        if any(number.first <= d <= number.last for d in dated) or _in_name(words, number):
            continue
        found.append(_quantity(words, number, spots))
    _listed(found)
    for n, word in enumerate(words[:-1]):  # "about a week", "half a centimeter", "a fortnight"
        unit = words[n + 1].stem
        if word.text not in ("a", "an", "one") or n in spots or (n and (words[n - 1].stem in _TIMES or n - 1 in spots)):
            continue  # "two a day" is a rate
        if n and words[n - 1].text == "half" and unit in TIME | _MEASURE | _DOSE:
            kind: Kind = "duration" if unit in TIME else "dose" if unit in _DOSE else "measure"
            found.append(Quantity(kind, 0.5, (TIME | _DOSE | _MEASURE)[unit], n - 1, n + 1))
        elif unit in TIME and [w.text for w in words[n + 2 : n + 5]] == ["and", "a", "half"]:
            found.append(Quantity("duration", 1.5, TIME[unit], n, n + 4))
        elif unit in TIME and unit not in ("night", "second"):
            found.append(Quantity("duration", 1.0, TIME[unit], n, n + 1))
        elif unit == "fortnight":
            found.append(Quantity("duration", 2.0, "week", n, n + 1))
    return found


def _listed(found: list[Quantity]) -> None:
    """ "Four five six days", "seven, eight hours": the unit stands after the last."""
    for n in range(len(found) - 2, -1, -1):
        q, after = found[n], found[n + 1]
        beside = after.first == q.last + 1 or (after.first == q.last + 2 and after.value == q.value + 1)
        if q.kind == "count" and beside and after.kind in ("duration", "dose") and q.value < 60:
            found[n] = q._replace(kind=after.kind, unit=after.unit)


def _quantity(words: list[Token], number: Number, spots: set[int]) -> Quantity:
    n = number.last + 1
    value = number.value

    def at(k: int) -> str:
        return words[k].text if 0 <= k < len(words) else ""

    if at(n) == "/" and at(n + 1) in _SHORTHAND and value < 60 and words[number.last].text.isdigit():
        return Quantity("duration", value, _SHORTHAND[at(n + 1)], number.first, n + 1)
    if at(n) == "-" and at(n + 2) == "/" and at(n + 3) in _SHORTHAND and value < 60:  # the 3 of 3-4/7
        return Quantity("duration", value, _SHORTHAND[at(n + 3)], number.first, number.last)
    if at(n) == "/" or at(number.first - 1) == "/":
        return Quantity("grade", value, "", number.first, number.last)
    k = n
    while at(k) in _APART and k < n + 2 and k < len(words):  # "10 to 14 days": the unit stands after the second
        if k + 1 in spots:
            k += 1
            while k in spots:
                k += 1
            break
        if k + 1 < len(words) and at(k) == "-" and words[k + 1].stem in TIME | _DOSE | _MEASURE:
            k += 1
        break
    while at(k) in ("or", "so", "of", "full", "whole", "straight", "consecutive", "more", "good") and k < n + 3:
        k += 1
    if at(k) == "m" and at(k + 1) in ("g", "c"):  # "m g" as a recogniser spells it
        return Quantity("dose", value, "mg" if at(k + 1) == "g" else "mcg", number.first, k + 1)
    unit = words[k].stem if k < len(words) else ""
    if at(k) == "-" and k + 1 < len(words):
        unit, k = words[k + 1].stem, k + 1
    if at(k) == "%":
        return Quantity("measure", value, "%", number.first, k)
    if unit in _LETTERS and words[k].start == words[k - 1].end:  # "5d", "6w"
        return Quantity("duration", value, _LETTERS[unit], number.first, k)
    if unit == "y" or (unit in ("year", "month", "yr", "yo") and "old" in (at(k + 1), at(k + 2))) or unit == "yo":
        return Quantity("age", value, "month" if unit == "month" else "year", number.first, k)
    if unit in TIME:
        return Quantity("duration", value, TIME[unit], number.first, k)
    if unit in _DOSE and at(k + 1) in ("/", "per") and (at(k + 2) == "dl" or at(k + 2).startswith("decilit")):
        return Quantity("measure", value, "mg/dl", number.first, k + 2)
    if unit in _DOSE:
        return Quantity("dose", value, _DOSE[unit], number.first, k)
    if unit in _MEASURE:
        return Quantity("measure", value, _MEASURE[unit], number.first, k)
    if at(n) == "+":
        return Quantity("grade", value, "+", number.first, n)
    return Quantity("count", value, "", number.first, number.last)


def _dates(words: list[Token], text: str, found: list[Quantity]) -> set[int]:
    """Adds each date as a month, a day and a year, as far as they are said; gives the tokens that they take."""
    taken: set[int] = set()
    for m in _DATE.finditer(text):
        a, b, year, mm, yyyy, iso_y, iso_m, iso_d = m.groups()
        if a and year and "/" in m[0] and "-" in m[0]:  # "7-8/10" is a range of ten
            continue
        if a and not year and int(a) <= 12 and 31 < int(b) < 100:  # 5/92
            span = [n for n, w in enumerate(words) if m.start() <= w.start < m.end()]
            taken.update(span)
            _date(found, int(a), 0, 1900 + int(b), span)
            continue
        if a and not year and (b in _SHORTHAND or text[max(0, m.start() - 1)] == "/" or int(a) > 12 or int(b) > 31):
            continue
        if a and not year and "-" in m[0]:
            continue
        if (
            a
            and not year
            and re.search(r"(?:strength|grade|\bof)\W+$|\d\s*$", text[max(0, m.start() - 12) : m.start()], re.I)
        ):
            continue
        if a and not year and int(b) in (5, 6, 10):  # 4/5 strength, 2/6 murmur, 8/10 pain
            continue
        span = [n for n, w in enumerate(words) if m.start() <= w.start < m.end()]
        if not span:
            continue
        taken.update(span)
        if iso_y:
            _date(found, int(iso_m), int(iso_d), int(iso_y), span)
        elif mm:
            _date(found, int(mm), 0, int(yyyy), span)
        else:
            full = int(year) if year else 0
            _date(found, int(a), int(b), full + (2000 if 0 < full < 100 else 0), span)
    for n, word in enumerate(words):
        month = _MONTH.get(word.text)
        if month is None or n in taken or not _dated(words, n):
            continue
        taken.add(n)
        found.append(Quantity("date", float(month), "month", n, n))
    return taken


def _dated(words: list[Token], n: int) -> bool:
    """Whether a month is meant: a whole name other than may and march, or one beside a number, in, since, last."""
    if words[n].text in MONTHS and words[n].text not in ("may", "march"):
        return True
    before, after = words[n - 1].text if n else "", words[n + 1].text if n + 1 < len(words) else ""
    day = after in ORDINALS
    year = [w.text for w in words[n + 1 : n + 3]] == ["two", "thousand"] or after == "nineteen"
    told = before in ("in", "last", "since", "of", "until", "this") or year or day
    return told or (after[:1].isdigit() and words[n].text != "may")


def _date(found: list[Quantity], month: int, day: int, year: int, span: list[int]) -> None:
    if 1 <= month <= 12:
        found.append(Quantity("date", float(month), "month", span[0], span[-1]))
    if day:
        found.append(Quantity("date", float(day), "day", span[0], span[-1]))
    if year:
        found.append(Quantity("date", float(year), "year", span[0], span[-1]))


def _in_name(words: list[Token], number: Number) -> bool:
    first = words[number.first]
    if not first.text[0].isdigit():
        return False
    if number.first:
        before = words[number.first - 1]
        if before.end == first.start and before.text.isalpha() and len(before.text) <= 2:
            return True
        if before.text in ("type", "stage", "covid"):
            return True
    return False
