"""Figures as a note writes them: "six hundred milligrams" as "600 mg", "one twenty over eighty" left as it was said."""

import re

from agent.documents.tokens import ONES, TENS

_DIGIT = "|".join(ONES)
_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(list(ONES)[1:10])}))?|{_DIGIT})"
_NUMBER = re.compile(
    rf"\b({_SMALL})(?: hundred(?: (?:and )?({_SMALL}))?)?( thousand)?( hundred)?"
    rf"(?: point ((?:{_DIGIT})(?: (?:{_DIGIT}))*))?\b",
    re.IGNORECASE,
)
_UNITS = (
    (re.compile(r"(?<=\d) ?(?:milligrams?|milligrammes?)\b", re.I), " mg"),
    (re.compile(r"(?<=\d) ?(?:micrograms?)\b", re.I), " mcg"),
    (re.compile(r"(?<=\d) ?(?:milliliters?|millilitres?|cc's)\b", re.I), " mL"),
    (re.compile(r"(?<=\d) ?(?:millimeters?|millimetres?)\b", re.I), " mm"),
    (re.compile(r"(?<=\d) ?(?:centimeters?|centimetres?)\b", re.I), " cm"),
    (re.compile(r"(?<=\d) ?percent\b", re.I), "%"),
    (re.compile(r"\b(\d) out of (\d{1,2})\b", re.I), r"\1/\2"),
)  # fmt: skip
# not a count: "one of them", "the other one", "a moderate one", "one another", "two thirds"
_NO_COUNT = re.compile(
    r"\b(?:no|any|some|every|this|that|the|which|other|another|good|big|new|old|last|"
    r"(?:an?|the) \w+) one\b|\bone (?:of|another|or)\b"
    r"|\b\w+[- ](?:thirds?|quarters?|fifths?|halves)\b",
    re.I,
)


def with_figures(text: str) -> str:
    """Numbers in words become figures where they stand alone; neighbours that may be one number stay words."""
    kept = [m.span() for m in _NO_COUNT.finditer(text)]
    found = list(_NUMBER.finditer(text))
    out, last = [], 0
    for n, m in enumerate(found):
        beside = _touch(found, n, text)
        inside = any(a <= m.start() < b for a, b in kept)
        if beside or inside or m[0].lower() == "zero":
            continue
        out += [text[last : m.start()], _value(m)]
        last = m.end()
    text = "".join([*out, text[last:]])
    for pattern, good in _UNITS:
        text = pattern.sub(good, text)
    return text


def _touch(found: list[re.Match[str]], n: int, text: str) -> bool:
    """Beside another number word: "one twenty", "seven oh five", "twenty twenty one"."""
    here = found[n]
    before = n > 0 and not text[found[n - 1].end() : here.start()].strip(" -")
    after = n + 1 < len(found) and not text[here.end() : found[n + 1].start()].strip(" -")
    if re.search(r"\b(?:hundred|thousand)(?: and)? $", text[: here.start()], re.I):
        return True
    return before or after or bool(re.match(r" (?:oh|o|and a half|point|half)\b|[- ]\d", text[here.end() :], re.I))


def _value(m: re.Match[str]) -> str:
    words = m[0].lower()
    total = _small(m[1])
    if re.match(rf"{re.escape(m[1].lower())} hundred", words):
        total = total * 100 + (_small(m[2]) if m[2] else 0)
    if m[3]:
        total *= 1000
    elif m[4]:
        total *= 100
    tail = "." + "".join(str(ONES[w.lower()]) for w in m[5].split()) if m[5] else ""
    return f"{total:,}{tail}" if total >= 10_000 else f"{total}{tail}"


def _small(words: str) -> int:
    return sum(TENS.get(w, ONES.get(w, 0)) for w in re.split(r"[- ]", words.lower()))
