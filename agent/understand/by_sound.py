"""A doctor's name as it sounds: "doctor voichikovsky", "佩特尔医生", "오브라이엔 간호사님". Beside a title."""

import re
from collections.abc import Iterable, Iterator, Sequence

from agent.model.alike import likeness
from agent.model.clinic import Clinic
from agent.understand.found import Found
from agent.understand.words import Word, phrase

_ALIKE = 0.8  # so much of the sound must agree; "Kowalski" is three quarters of Wojciechowski
_IN_PIECES = 4  # words that one name may have fallen into: "ô brai ần"
_FAR = 6  # words after a title that are looked at: given names stand before
_SIGNS = 8  # Han characters of a name
_MOST_TITLES = 6  # of a message that are looked at
_HAN = re.compile("[\u3400-\u9fff]")
_EAST = re.compile("[\u3400-\u9fff\uac00-\ud7a3]")  # there a title stands behind the name


class BySound:
    """Finds the one provider whose surname sounds like the words beside a title."""

    def __init__(self, clinic: Clinic, titles: Iterable[object], common: frozenset[str]) -> None:
        self._titles = {phrase(title) for title in titles}
        self._firsts = {title[0] for title in self._titles if title}
        self._longest = max(map(len, self._titles), default=0)
        self._names = [(p.id, " ".join(p.name.partition(",")[0].split()[-1:])) for p in clinic.providers]
        self._common = common

    def find(self, text: str, words: Sequence[Word]) -> Found | None:
        """None where nobody sounds like it, or two do alike. Never sure: it is read back."""
        best: list[tuple[float, int, str, Word, Word]] = []
        for part in self._beside_titles(text, words):
            said = "".join(word.text for word in part)
            for id, name in self._names:
                if (alike := likeness(said, name)) >= _ALIKE:
                    best.append((alike, len(said), id, part[0], part[-1]))
        top = max(best, key=lambda each: each[:2], default=None)
        if top is None or any(each[0] == top[0] and each[2] != top[2] for each in best):
            return None
        return Found(top[2], top[3].start, top[4].end, 0.6, False)

    def ends_titled(self, words: Sequence[Word]) -> bool:
        """Do these words of a name end with a title: "阮医生"?"""
        return any(self._is_title(words[-n:]) for n in range(1, min(self._longest, len(words) - 1) + 1))

    def titled(self, text: str, words: Sequence[Word], after: int) -> bool:
        """Does a title follow at once on what ends before word `after`: "阮医生", "응우엔 선생님"?"""
        if not 0 < after < len(words) or not _EAST.search(words[after - 1].text):
            return False
        between = text[words[after - 1].end : words[after].start].strip()
        return not between and any(words[after : after + n] and self._is_title(words[after : after + n])
                                   for n in range(1, self._longest + 1))  # fmt: skip

    def _is_title(self, words: Sequence[Word]) -> bool:
        return tuple(word.text.rpartition("'")[2] for word in words) in self._titles  # "quell'infermiera"

    def _beside_titles(self, text: str, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
        looked_at = 0
        for at, word in enumerate(words):
            for size in range(1, self._longest + 1 if word.text.rpartition("'")[2] in self._firsts else 1):
                if self._is_title(words[at : at + size]):
                    looked_at += 1
                    yield from self._after(text, words, at + size)
            if self.titled(text, words, at):
                yield from self._before(words, at)
            if looked_at >= _MOST_TITLES:
                return

    def _after(self, text: str, words: Sequence[Word], first: int) -> Iterator[Sequence[Word]]:
        """The next words, together and without those in front, up to the first mark."""
        run = list(words[first : first + _FAR])
        for n in range(1, len(run)):
            if text[run[n - 1].end : run[n].start].strip(" .-'"):
                run = run[:n]
                break
        for start in range(len(run)):
            for end in range(start + 1, min(start + _IN_PIECES, len(run)) + 1):
                part = run[start:end]
                if not any(_HAN.match(w.text) for w in part) and not all(w.text in self._common for w in part):
                    yield part

    def _before(self, words: Sequence[Word], end: int) -> Iterator[Sequence[Word]]:
        """Up to so many Han characters, or the word in front."""
        most = _SIGNS if _HAN.match(words[end - 1].text) else 1
        for start in range(end - 1, max(-1, end - 1 - most), -1):
            if most > 1 and not _HAN.match(words[start].text):
                return
            yield words[start:end]
