"""How a simulated patient understands the desk: by finding which approved message of locales/ a text holds."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.model.content import Content

_PLACE = re.compile(r"\{[a-z_]+\}")
_FRAGMENTS = (
    "option.", "options.", "format.", "facts.", "term.", "part.", "relation.", "flow.", "task.", "role.", "why.",
    "snippet.", "courtesy.", "greeting.disclosure", "greeting.hello",
)  # fmt: skip
_ANYTHING = r"\s*.{0,300}?\s*"  # in a place for a value
_LEAST = 8  # characters of a message's own words, without which a match says nothing


class _Known(NamedTuple):
    """A message: its own words, piece by piece between its places, and what matches it whole."""

    key: str
    pieces: tuple[str, ...]
    pattern: re.Pattern[str]

    def may_stand_in(self, plain: str) -> bool:
        """Whether its words are there in their order. Without that, a pattern of many places tries for a second."""
        at = 0
        for piece in self.pieces:
            at = plain.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return True


class Listener:
    """Knows every message that the desk may say, in every live language."""

    def __init__(self, content: Content) -> None:
        self._known = {tag: sorted(_patterns(content, tag), key=_words_of_its_own) for tag in content.live}

    def keys(self, text: str, language: str) -> list[str]:
        """The keys of the messages in a text, in their order, without channel; first looked for in the patient's own
        language. Empty where it holds none: then a person wrote it, or the desk said something of the clinic's."""
        plain = _plain(text)
        for tag in (language, *(t for t in self._known if t != language)):
            found: dict[tuple[int, int], str] = {}
            for known in self._known.get(tag, ()):
                at = known.pattern.search(plain) if known.may_stand_in(plain) else None
                if at:
                    found.setdefault(at.span(), known.key)
            if found:
                return [key for _, key in _outermost(found)]
        return []


def _outermost(found: dict[tuple[int, int], str]) -> list[tuple[tuple[int, int], str]]:
    """Without what lies inside a longer match."""
    whole = [(s, k) for s, k in found.items() if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in found)]
    return sorted(whole)


def _patterns(content: Content, tag: str) -> Iterator[_Known]:
    for name, message in content.messages[tag].items():
        key, _, channel = name.partition("@")
        for text in message.plural or (message.text,):
            literal = _plain(_PLACE.sub("", text))
            if channel == "voice" or key.startswith(_FRAGMENTS) or len(literal) < (_LEAST if literal.isascii() else 4):
                continue
            pieces = tuple(_plain(piece) for piece in _PLACE.split(text))
            yield _Known(key, pieces, re.compile(_ANYTHING.join(map(re.escape, pieces)), re.DOTALL))


def _words_of_its_own(known: _Known) -> int:
    """Those of which more is fixed come first: what they say, a looser one may say of the same text as well."""
    return -len(known.pattern.pattern.replace(_ANYTHING, ""))


def _plain(text: str) -> str:
    """Without what the way to a phone may change: kinds of quotes, spaces and direction marks."""
    text = re.sub(r"[\u200e\u200f\u2066-\u2069]", "", text)
    text = re.sub(r"[“”«»„]", '"', text).replace("’", "'").replace("–", "-")
    return " ".join(text.split())


__all__ = ["Listener"]
