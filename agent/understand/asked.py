"""Which language a message asks for: "English please", "en español", "من فضلك، بالعربية"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.understand.ngrams import tokens


class AskedLanguage:
    """Knows the words of every language for every language; safe to share between threads."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]], courtesies: Iterable[str] = ()) -> None:
        """`rows`: language -> its row of the catalogue, of which are read `ask_for` (phrases that ask for it, those of
        several words also inside a message), `called` (what it is called elsewhere: a whole message only) and
        `refusing` (words before a phrase that refuse it). `courtesies`, of any language, count for nothing."""
        said = [(_said(phrase), lang) for lang, row in rows.items() for phrase in row.get("ask_for") or ()]
        self._asked = {_said(phrase): lang for lang, row in rows.items() for phrase in row.get("called") or ()}
        self._asked |= dict(said)
        self._inside: dict[str, list[tuple[int, str]]] = {}  # first word -> its phrases, the longest of all first
        long = sorted({phrase for phrase, _ in said if phrase.count(" ") > 2}, key=lambda each: (-len(each), each))
        for rank, phrase in enumerate(long):
            self._inside.setdefault(phrase.split()[0], []).append((rank, phrase))
        self._refusing = tuple(_said(str(each)) for row in rows.values() for each in row.get("refusing") or ())
        self._ending: dict[str, list[str]] = {}  # last word of a courtesy -> those that end in it, the longest first
        self._opening: dict[str, list[str]] = {}
        for each in sorted({*map(_said, courtesies), " ? "} - {"  "}, key=len, reverse=True):
            self._ending.setdefault(each.split()[-1], []).append(each)
            self._opening.setdefault(each.split()[0], []).append(each)

    def of(self, text: str) -> str | None:
        """The language the writer asks for, or None.

        Phrases of one word count only when they are the whole message; the longest phrase wins. One that is refused
        ("not in Tagalog") is no wish.
        """
        said = _said(text)
        while said not in self._asked and (fewer := self._with_a_courtesy_less(said)) is not None:
            said = fewer
        if said in self._asked:
            return self._asked[said]
        wished = [each for word in set(said.split()) for each in self._inside.get(word, ()) if each[1] in said]
        if not wished:
            return None
        _, phrase = min(wished)
        return None if said[: said.index(phrase) + 1].endswith(self._refusing) else self._asked[phrase]

    def _with_a_courtesy_less(self, said: str) -> str | None:
        """Without one that ends it, or else one that begins it; None where there is none."""
        words = said.split()
        for each in self._ending.get(words[-1], ()) if len(words) > 1 else ():
            if said.endswith(each) and said != each:
                return said[: -len(each) + 1]
        for each in self._opening.get(words[0], ()) if len(words) > 1 else ():
            if said.startswith(each) and said != each:
                return said[len(each) - 1 :]
        return None


def _said(text: str) -> str:
    return f" {' '.join(tokens(text))} "
