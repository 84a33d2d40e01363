"""Names of people, as given: after an introduction, or bare where the desk has just asked for one."""

import re
from collections.abc import Mapping
from typing import Any

from agent.understand.found import Found
from agent.understand.words import Phrases, Word, phrase, words_of

_MOST_WORDS = 6
_LETTERS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?", re.UNICODE)


class Names:
    """Reads names with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._intro = Phrases(rows.get("name_intro", ()))
        self._weak = {phrase(str(p)) for p in rows.get("name_weak_intro", ())}
        self._ends = {w for p in rows.get("name_end", ()) for w in phrase(str(p))[:1]}
        self._not = {w for p in rows.get("not_names", ()) for w in phrase(str(p))[:1] if len(phrase(str(p))) == 1}
        self._titles = {w for p in rows.get("title_words", ()) for w in phrase(str(p))[:1]}
        self._particles = {w for p in rows.get("particles", ()) for w in phrase(str(p))[:1]}
        self._polite = Phrases([*rows.get("politeness", ()), *rows.get("yes", ())])

    def read(self, text: str, asked: bool) -> Found | None:
        """A whole name is sure; a given name alone is to be asked back."""
        words = words_of(text)
        for index, count in self._intro.all(words):
            weak = tuple(w.text for w in words[index : index + count]) in self._weak
            if weak and not asked and index > 3:
                continue
            found = self._name_at(text, words, index + count, strict=weak and not asked)
            if found is not None:
                return found
        return self._bare(text, words) if asked else None

    def _bare(self, text: str, words: tuple[Word, ...]) -> Found | None:
        index = 0
        while index < len(words) and (count := self._polite.at(words, index)):
            index += count
        if "?" in text or index >= len(words):
            return None
        found = self._name_at(text, words, index, strict=False)
        if found is None:
            return None
        rest = [w for w in words if w.start >= found.end and not w.text[0].isdigit()]
        said = len(found.value.split())
        if said == 1 and len(rest) > 2 and not any(w.text in self._ends for w in rest[:1]):
            return None
        return found

    def _name_at(self, text: str, words: tuple[Word, ...], index: int, *, strict: bool) -> Found | None:
        if index < len(words) and words[index].text in self._titles:
            index += 1
        taken: list[Word] = []
        for word in words[index : index + _MOST_WORDS]:
            gap = text[taken[-1].end : word.start] if taken else ""
            if taken and (any(c in gap for c in ".;:!?\n(/") and not self._initial(taken[-1], gap)):
                break
            if not self._is_name_word(word, first=not taken):
                break
            if taken and "," in gap and not self._comma_inside(words, index, word):
                break
            taken.append(word)
        while taken and taken[-1].text in self._particles and len(taken[-1].text) > 1:
            taken.pop()
        if not taken or (strict and (len(taken) < 2 or not _capitalised(text, taken))):
            return None
        raw = text[taken[0].start : taken[-1].end]
        value = _tidy(raw, self._particles)
        if sum(c.isalpha() for c in value) < 2:
            return None
        whole = len([w for w in taken if w.text not in self._particles]) >= 2
        return Found(value, taken[0].start, taken[-1].end, 0.95 if whole else 0.6, whole)

    def _is_name_word(self, word: Word, *, first: bool) -> bool:
        if not _LETTERS.fullmatch(word.text):
            return False
        if word.text in self._particles:
            return not first or word.text in (
                "de",
                "del",
                "van",
                "von",
                "al",
                "el",
                "la",
                "le",
                "st",
                "san",
                "santa",
                "mc",
                "o",
            )
        return word.text not in self._not and word.text not in self._ends

    def _initial(self, word: Word, gap: str) -> bool:
        return len(word.text) == 1 and gap.strip() == "."

    def _comma_inside(self, words: tuple[Word, ...], index: int, word: Word) -> bool:
        """ "Garcia Lopez, Maria": a comma between surname and given name, nothing after."""
        at = words.index(word)
        rest = words[at:]
        return at - index <= 2 and bool(rest) and self._is_name_word(rest[0], first=False) and len(rest) <= 2 or (
            at - index <= 2 and len(rest) > 1 and self._is_name_word(rest[0], first=False) and rest[1].text[0].isdigit()
        )  # fmt: skip


def _capitalised(text: str, taken: list[Word]) -> bool:
    return all(text[w.start].isupper() or not text[w.start].isascii() for w in taken[:1] + taken[-1:])


def _tidy(raw: str, particles: set[str]) -> str:
    """As given; capitals where it was all small or all large. "Lopez, Maria" is turned round."""
    raw = " ".join(raw.replace("’", "'").split())
    if raw.count(",") == 1:
        last, first = (p.strip() for p in raw.split(","))
        raw = f"{first} {last}" if first else last
    if raw.isupper() or raw.islower():
        parts = [p if p.lower() in particles and i else _capital(p) for i, p in enumerate(raw.lower().split())]
        raw = " ".join(parts)
    return raw


def _capital(word: str) -> str:
    return re.sub(r"(^|['-])(\w)", lambda m: m.group(1) + m.group(2).upper(), word)
