"""Figures said one by one or in pairs ("five five oh", "trente-quatre"), as codes and numbers are dictated."""

from collections.abc import Mapping
from typing import Any

from agent.understand.found import Found
from agent.understand.words import phrase, singles, words_of

_FEWEST = 6  # figures
_TENS = range(20, 100, 10)


class Dictated:
    """Reads runs of figures with one language's `numbers`, and `digits`: words that are figures only in such a run;
    `misheard`: words that a recogniser writes for a figure ("for"), which are one only between others; `number_tails`:
    endings that stand behind figures without a space."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        named = [*rows.get("numbers", {}).items(), *rows.get("digits", {}).items()]
        self._numbers = {folded[0]: int(n) for k, n in named if len(folded := phrase(k)) == 1 and int(n) < 100}
        self._misheard = {phrase(k)[0]: int(n) for k, n in rows.get("misheard", {}).items()}
        self._tails = tuple(sorted(map(str, rows.get("number_tails", ())), key=len, reverse=True))
        self._joiners = singles(rows, "number_joiners") - set(self._numbers)

    def runs(self, text: str, *, led: bool = False) -> list[Found]:
        """Every run of six figures or more that is said in words, as a string of figures; `led`: a run may begin with a
        misheard one."""
        found: list[Found] = []
        values: list[int | str] = []
        start = end = 0
        words = words_of(text)
        for at, word in enumerate((*words, None)):
            said = self._values(word.text) if word else None
            if word is not None and said is None and (values or led) and word.text in self._misheard:
                after = words[at + 1].text if at + 1 < len(words) else ""
                if after in self._misheard or self._values(after) is not None or (values and not after):
                    said = [self._misheard[word.text]]
            if said is not None and word is not None:
                start, end = (start if values else word.start), word.end
                values += said
            elif values and (word is None or word.text not in self._joiners):
                digits = _digits(values)
                if len(digits) >= _FEWEST and not all(isinstance(v, str) for v in values):
                    found.append(Found(digits, start, end, 0.8))
                values = []
        return found

    def _values(self, word: str) -> list[int | str] | None:
        """A number, figures as they are written, or figures written together (공일공)."""
        if word.isascii() and word.isdigit():
            return [word]
        if word in self._numbers:
            return [self._numbers[word]]
        for tail in ("", *self._tails):  # what a language writes together with the last figure (팔로)
            each = [self._numbers.get(char, 10) for char in word.removesuffix(tail)] if word.endswith(tail) else []
            if len(each) > 1 and max(each) < 10:
                return [*each]
        return None


def _digits(values: list[int | str]) -> str:
    """[5, 30, 4, 0] 5340; [60, 10, 8] 78; [4, 20, 10, 2] 92."""
    out, at = "", 0
    while at < len(values):
        value, at = values[at], at + 1
        if isinstance(value, str):
            out += value
            continue
        if value == 4 and _next(values, at) == 20:
            value, at = 80, at + 1
        more = _next(values, at)
        if value in _TENS and more is not None and (1 <= more <= 9 or (value in (60, 80) and 10 <= more <= 16)):
            value, at = value + more, at + 1
            last = _next(values, at)
            if more == 10 and last is not None and 7 <= last <= 9:
                value, at = value + last, at + 1
        out += str(value)
    return out


def _next(values: list[int | str], at: int) -> int | None:
    value = values[at] if at < len(values) else None
    return value if isinstance(value, int) else None
