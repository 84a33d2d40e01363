"""A language that nobody speaks: every message of the console in marks, right to left; and what stands outside them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from gettext import NullTranslations
from html.parser import HTMLParser

from agent.web import console_tongue
from agent.web.console_tongue import Tongue

OPEN, SHUT = "⟦", "⟧"
_SHOWN = ("title", "aria-label", "placeholder", "alt", "aria-description")
_SILENT = frozenset({"script", "style", "template", "svg"})
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_DATA = frozenset({"bdi", "code", "kbd"})
_WORD = re.compile(r"[A-Za-z]{2,}")


class _Marked(NullTranslations):
    """Marks what the template of the catalogue holds, and leaves bare what was forgotten there."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{SHUT}" if message in console_tongue.known() else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        assert context
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        assert context
        return self.ngettext(msgid1, msgid2, n)


PSEUDO = Tongue("qps", "rtl", "ar", _Marked())  # what the content says stands in Arabic letters
MIRRORED = replace(PSEUDO, tag="ar")  # the same for axe, which knows no language of private use


class _Reader(HTMLParser):
    """Collects the Latin words that stand outside the marks, are not said to be in another language, and are no data:
    what a person wrote has dir="auto", a lang or an element of its own."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._known = sorted(known, key=len, reverse=True)
        self._apart: list[bool] = []
        self._deep = 0
        self.bare: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        for name in _SHOWN:
            self._see(own.get(name) or "", 0, own.get("dir") == "auto")
        if tag not in _VOID:
            other = (own.get("lang") or "qps") != "qps" or own.get("dir") == "auto" or tag in _DATA | _SILENT
            self._apart.append(other or (bool(self._apart) and self._apart[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._apart:
            self._apart.pop()

    def handle_data(self, data: str) -> None:
        self._deep = self._see(data, self._deep, bool(self._apart) and self._apart[-1])

    def _see(self, text: str, deep: int, apart: bool) -> int:
        outside = ""
        for sign in text:
            deep += (sign == OPEN) - (sign == SHUT)
            outside += sign if deep == 0 and sign != SHUT else " "
        for name in self._known:
            outside = outside.replace(name, " ")
        if not apart and _WORD.search(outside):
            self.bare.append(" ".join(outside.split()))
        return deep


def bare_words(page: str, known: Iterable[str]) -> list[str]:
    """English that no catalogue holds. `known`: names of the clinic, its people and places."""
    reader = _Reader(known)
    reader.feed(page)
    reader.close()
    return reader.bare
