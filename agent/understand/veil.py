"""Hides what is known of a person, and figures that may identify one, before text leaves the desk; and puts it back."""

import re
from collections.abc import Mapping, Sequence

_ADDRESSES = (
    ("EMAIL", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")),
    ("LINK", re.compile(r"https?://\S+")),
)
_NUMBERS = (("NUMBER", re.compile(r"\+?\(?\d(?:[\s().-]{0,2}\d){6,}")),)  # seven figures or more: phones, policies
_MARK = re.compile(r"\[([A-Z]+)_(\d+)\]")
_SHORTEST = 2


class Veil:
    """One message's hidden values. The same value always has the same mark within it."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        """`known`: kind ("name", "dob") -> the ways it may be written."""
        pairs = [(kind.upper(), value) for kind, values in known.items() for value in values if len(value) >= _SHORTEST]
        self._known = sorted(pairs, key=lambda pair: -len(pair[1]))
        self._hidden: dict[str, str] = {}  # mark -> the words it stands for
        self._counts: dict[str, int] = {}

    def over(self, text: str) -> str:
        """`text` with every known value and every long number replaced by a mark such as [NAME_1]."""
        text = _MARK.sub(lambda m: f"({m[1]} {m[2]})", text)  # marks that a writer typed mean nothing
        text = self._patterns(text, _ADDRESSES)
        for kind, value in self._known:
            pattern = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)" if value.isascii() else re.escape(value), re.I)
            text = pattern.sub(lambda m, kind=kind: self._mark(kind, m[0]), text)  # type: ignore[misc]
        return self._patterns(text, _NUMBERS)

    def _patterns(self, text: str, patterns: Sequence[tuple[str, re.Pattern[str]]]) -> str:
        for kind, pattern in patterns:
            text = pattern.sub(lambda m, kind=kind: self._mark(kind, m[0]), text)  # type: ignore[misc]
        return text

    def off(self, text: str) -> str:
        """`text` with the marks replaced by what they stand for; unknown marks stay."""
        return _MARK.sub(lambda m: self._hidden.get(m[0], m[0]), text)

    def _mark(self, kind: str, value: str) -> str:
        kind = re.sub("[^A-Z]", "", kind) or "VALUE"
        for mark, hidden in self._hidden.items():
            if hidden == value:
                return mark
        self._counts[kind] = self._counts.get(kind, 0) + 1
        mark = f"[{kind}_{self._counts[kind]}]"
        self._hidden[mark] = value
        return mark
