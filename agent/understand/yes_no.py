"""Yes and no: a message that is an answer, not one that merely holds such a word."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.understand.found import Found
from agent.understand.words import Phrases, Word, words_of

_LONG = 12  # words; a longer message is about something else
_FEW = 2  # words that may stand before the answer or after a weak one
_STRETCHED = re.compile(r"(.)\1+$")


class YesNo:
    """Reads yes and no with the words of one language's table."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        told: dict[Any, Any] = dict.fromkeys(rows.get("unknown", ()), "unknown")
        told |= dict.fromkeys(rows.get("agree_weakly", ()), "weak")
        told |= dict.fromkeys(rows.get("refuse_weakly", ()), "weak no")
        told |= dict.fromkeys(rows.get("refuse", ()), "no")
        told |= dict.fromkeys(rows.get("agree", ()), "yes")
        self._answers = Phrases(told)
        self._around = Phrases([*rows.get("politeness", ()), *rows.get("fillers", ())])
        self._tail = Phrases(rows.get("agree_tail", ()))
        self._but = Phrases(rows.get("but", ()))

    def read(self, text: str) -> Found | None:
        words = self._squeezed(words_of(text))
        if not words or len(words) > _LONG:
            return None
        courtesies = self._around.found(words)  # "good morning" is no "good"
        hits = [h for h in self._answers.found(words) if not any(_within(h, c) for c in courtesies)]
        if not hits or any(kind == "unknown" for _, _, kind in hits):
            return None
        index, count, kind = hits[0]
        before, rest = self._others(words, hits)
        asks = "?" in text
        if kind == "weak no":  # "I can't" is an answer, "I can't breathe" is not
            if rest or before:
                return None
            kind = "no"
        sides = {k not in ("no", "weak no") for _, _, k in hits if k != "weak"} or {True}
        weak = kind == "weak"
        if (before and (weak or before + rest > _FEW)) or (asks and (weak or rest >= _FEW)):
            return None
        turned = bool(self._but.first(words)) or any(w.text[0].isdigit() for w in words)
        if weak and rest > _FEW and sides == {True} and not turned:
            return None
        value = kind != "no"
        if weak and sides == {False}:  # "ok no thanks"
            value = False
        sure = len(sides) == 1 and not (turned or asks or before) and rest <= (0 if weak else 5)
        if kind == "no" and rest:
            last = words[index + count - 1]
            after = text[last.end : words[index + count].start] if index + count < len(words) else ","
            sure = sure and rest <= _FEW and any(c in after for c in ",.;:!\n")
        return Found(value, words[index].start, words[index + count - 1].end, 0.97 if sure else 0.6, sure)

    def _others(self, words: Sequence[Word], hits: Sequence[tuple[int, int, Any]]) -> tuple[int, int]:
        """How many words of another kind stand before the answer, and after it."""
        answer = {i for at, n, _ in hits for i in range(at, at + n)}
        first = hits[0][0]
        counts = [0, 0]
        at = 0
        while at < len(words):
            courtesy = self._around.at(words, at) or (
                self._tail.at(words, at) if at > first and hits[0][2] in ("yes", "weak") else 0
            )
            if at in answer:
                at += 1
            elif courtesy:
                at += courtesy
            else:
                counts[at > first] += 1
                at += 1
        return counts[0], counts[1]

    def _squeezed(self, words: Sequence[Word]) -> list[Word]:
        """ "Yesss" and "nooo" are answers."""
        out = []
        for word in words:
            short = _STRETCHED.sub(r"\1", word.text)
            stretched = short != word.text and not self._answers.at([word], 0)
            known = stretched and self._answers.at([Word(short, 0, 0)], 0)
            out.append(Word(short, word.start, word.end) if known else word)
        return out


def _within(hit: tuple[int, int, Any], longer: tuple[int, int, Any]) -> bool:
    return longer[1] > hit[1] and longer[0] <= hit[0] and hit[0] + hit[1] <= longer[0] + longer[1]
