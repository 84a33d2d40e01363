"""Finds every phrase in a row of words in one pass: a trie with bounded gaps; it knows nothing of what phrases mean."""

from typing import NamedTuple

from agent.dialogue.fold import Word
from agent.dialogue.gate_pattern import Sequence
from agent.dialogue.gate_words import Words


class Hit(NamedTuple):
    """Rule number `rule` on words[first..last], both inclusive."""

    rule: int
    first: int
    last: int


class Phrases:
    """All phrases of one language in one machine."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._next: list[dict[int, int]] = [{}]
        self._gaps: list[dict[int, int]] = [{}]  # node -> {gap: waiting node}
        self._rules: list[tuple[int, ...]] = [()]

    def add(self, sequence: Sequence, rule: int) -> None:
        """Make `sequence` fire `rule`."""
        node = 0
        for step in sequence:
            if step.gap:
                node = (
                    self._gaps[node].setdefault(step.gap, len(self._next))
                    if step.gap in self._gaps[node]
                    else self._wait(node, step.gap)
                )
            number = self.words.number(step.words)
            if number not in self._next[node]:
                self._next[node][number] = self._grow()
            node = self._next[node][number]
        if rule not in self._rules[node]:
            self._rules[node] += (rule,)

    def _wait(self, node: int, gap: int) -> int:
        self._gaps[node][gap] = waiting = self._grow()
        return waiting

    def _grow(self) -> int:
        self._next.append({})
        self._gaps.append({})
        self._rules.append(())
        return len(self._next) - 1

    def join(self, words: list[Word]) -> list[Word]:
        """Mend words that were cut in two ("can t", "over dose") or run together ("chestpain")."""
        knows, out, at = self.words.knows, [], 0
        while at < len(words):
            word = words[at]
            after = words[at + 1] if at + 1 < len(words) else None
            if after is not None and after.clause == word.clause and len(word.text) + len(after.text) <= 16:
                whole = word.text + after.text
                if knows(whole) and (len(after.text) == 1 or not knows(after.text) or not knows(word.text)):
                    out.append(Word(whole, word.start, after.end, word.clause, word.sentence))
                    at += 2
                    continue
            at += 1
            if 6 <= len(word.text) <= 24 and not self.words.read(word.text):
                out += self._split(word)
            else:
                out.append(word)
        return out

    def _split(self, word: Word) -> list[Word]:
        text = word.text
        for cut in range(2, len(text) - 1):
            if max(cut, len(text) - cut) >= 4 and self.words.knows(text[:cut]) and self.words.knows(text[cut:]):
                return [word._replace(text=text[:cut]), word._replace(text=text[cut:])]
        return [word]

    def find(self, words: list[Word], *, slips: bool = True) -> list[Hit]:
        """Every phrase found, in the order in which the phrases end. Work per word is bounded by the phrases.
        `slips`: also words with one letter wrong."""
        hits: list[Hit] = []
        nexts, gaps, rules = self._next, self._gaps, self._rules
        read = self.words.read if slips else self.words.exactly
        active: dict[int, tuple[int, int]] = {}  # node -> (words it may still skip, first word)
        for at, word in enumerate(words):
            steps = read(word.text)
            fresh: dict[int, tuple[int, int]] = {}
            for node, (skips, first) in active.items():
                if skips:
                    fresh.setdefault(node, (skips - 1, first))
            if steps:
                for node, (_, first) in ((0, (0, at)), *active.items()):
                    for step in steps & nexts[node].keys():
                        reached = nexts[node][step]
                        if nexts[reached]:
                            old = fresh.get(reached)
                            fresh[reached] = (0, first if old is None else max(first, old[1]))
                        for gap, waiting in gaps[reached].items():
                            old = fresh.get(waiting)
                            # The freshest wait reaches furthest; of two equal ones the later start says more.
                            if old is None or old[0] < gap or old[1] < first:
                                fresh[waiting] = (gap, first)
                        for rule in rules[reached]:
                            hits.append(Hit(rule, first, at))
            active = fresh
        return hits
