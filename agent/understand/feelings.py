"""How somebody says they are after a visit, in a word or two: better, the same, worse. In doubt it is not said."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from agent.understand.words import Phrases, Word, words_of

Feeling = Literal["better", "same", "worse"]
_AROUND = ("fillers", "politeness")
_FEW = 5  # words


class Feelings:
    """Reads answers with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        self._said: dict[Feeling, Phrases] = {
            "better": Phrases(rows.get("feels_better", ())),
            "same": Phrases(rows.get("feels_same", ())),
            "worse": Phrases(rows.get("feels_worse", ())),
        }
        self._signs = Phrases(rows.get("feels_alarming", ()))
        self._around = Phrases([p for table in _AROUND for p in rows.get(table, ())])
        self._denying = Phrases(rows.get("negators", ()))

    def read(self, text: str) -> Feeling | None:
        """Nothing but words of one feeling; "worse" already where it stands among others, and nothing is denied."""
        words = words_of(text)
        meant = {feeling for feeling, phrases in self._said.items() if self._whole(words, phrases)}
        if len(meant) == 1:
            return meant.pop()
        worse = self._said["worse"].found(words)
        return "worse" if worse and not meant and not self._denied(words, worse) else None

    def only_thanks(self, text: str) -> bool:
        """Nothing but courtesies."""
        return self._whole(words_of(text), self._around)

    def alarming(self, text: str) -> bool:
        """Worse, or a sign that a nurse should hear of, such as a fever or blood; nothing is denied."""
        words = words_of(text)
        said = [*self._said["worse"].found(words), *self._signs.found(words)]
        return bool(said) and not self._denied(words, said)

    def only_denies(self, text: str) -> bool:
        """Nothing but one such sign, and that it is not there: "no fever", "pas de fièvre"."""
        words = words_of(text)
        signs, denying = self._signs.found(words), self._denying.found(words)
        if len(signs) != 1 or not self._denied(words, signs) or self._said["worse"].found(words):
            return False
        (at, size, _) = signs[0]
        led = len(words) <= _FEW and at + size == len(words) and denying[0][0] == 0
        of_it = {i for at, size, _ in (*signs, *denying) for i in range(at, at + size)}
        rest = [word for i, word in enumerate(words) if i not in of_it]
        return led or not rest or self._whole(rest, self._around)

    def _denied(self, words: Sequence[Word], said: Sequence[tuple[int, int, Any]]) -> bool:
        """By a word of its own: "no fever"; not by the "than" of "hurts more than yesterday"."""
        of_it = {i for at, size, _ in said for i in range(at, at + size)}
        return any(at not in of_it for at, _, _ in self._denying.found(words))

    def _whole(self, words: Sequence[Word], phrases: Phrases) -> bool:
        at, held = 0, False
        while at < len(words):
            size = phrases.at(words, at)
            held = held or size > 0
            size = size or self._around.at(words, at)
            if not size:
                return False
            at += size
        return held
