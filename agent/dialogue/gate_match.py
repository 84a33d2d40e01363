"""Finds every phrase in a row of words in one pass: a trie with bounded gaps; it knows nothing of what phrases mean."""

from collections.abc import Mapping
from typing import NamedTuple

from agent.dialogue.fold import Word
from agent.dialogue.gate_pattern import Sequence
from agent.dialogue.gate_words import Words

_STEPS = 16  # bits of a step's number within an edge
_STEP = (1 << _STEPS) - 1


class Hit(NamedTuple):
    """Rule number `rule` on words[first..last], both inclusive."""

    rule: int
    first: int
    last: int


class Phrases:
    """All phrases of one language in one machine: nodes are numbers, and what leads from one to the next is flat."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._edges: dict[int, int] = {}  # node and step, as one number -> node
        self._gaps: dict[int, dict[int, int]] = {}  # node -> {gap: waiting node}
        self._rules: dict[int, tuple[int, ...]] = {}
        self._inner: set[int] = set()  # nodes that something follows at once
        self._opening: frozenset[int] = frozenset()  # steps that begin a phrase
        self._nodes = 1
        self._leaving: dict[int, list[int]] | None = None  # node -> edges; where nodes may be shared

    def add(self, sequence: Sequence, rule: int) -> None:
        """Make `sequence` fire `rule`."""
        node = 0
        for step in sequence:
            if step.gap:
                gaps = self._gaps.setdefault(node, {})
                gaps[step.gap] = self._own(gaps.get(step.gap))
                node = gaps[step.gap]
            edge = node << _STEPS | self.words.number(step.words)
            if edge not in self._edges:
                self._inner.add(node)
                if self._leaving is not None:
                    self._leaving.setdefault(node, []).append(edge)
            node = self._edges[edge] = self._own(self._edges.get(edge))
        if rule not in self._rules.get(node, ()):
            self._rules[node] = (*self._rules.get(node, ()), rule)

    def _own(self, node: int | None) -> int:
        """The node to go on from: a new one, this one, or where other phrases may lead to it too, one like it."""
        if node is not None and self._leaving is None:
            return node
        self._nodes += 1
        own = self._nodes - 1
        if node is not None and self._leaving is not None:
            self._leaving[own] = [own << _STEPS | edge & _STEP for edge in self._leaving.get(node, ())]
            for edge in self._leaving.get(node, ()):
                self._edges[own << _STEPS | edge & _STEP] = self._edges[edge]
            if node in self._gaps:
                self._gaps[own] = dict(self._gaps[node])
            if node in self._rules:
                self._rules[own] = self._rules[node]
        return own

    def reopen(self) -> None:
        """Take phrases again, after `close` or `of`; what they lead to is no longer shared."""
        self.words.reopen()
        self._leaving = {}
        for edge in self._edges:
            self._leaving.setdefault(edge >> _STEPS, []).append(edge)
        reached = [*self._edges.values(), *(node for gaps in self._gaps.values() for node in gaps.values())]
        self._nodes = 1 + max(reached, default=0)

    def close(self) -> None:
        """Let nodes that nothing tells apart be one; call once, after the last phrase. (Four fifths of them go.)"""
        leaving: dict[int, list[tuple[int, int]]] = {}
        for edge, target in self._edges.items():
            leaving.setdefault(edge >> _STEPS, []).append((edge & _STEP, target))
        waiting = {node for gaps in self._gaps.values() for node in gaps.values()}
        same: dict[object, int] = {}
        kept = list(range(self._nodes))
        for node in range(self._nodes - 1, -1, -1):  # what a node leads to was made after it
            steps = tuple(sorted((step, kept[target]) for step, target in leaving.get(node, ())))
            gaps = tuple(sorted((gap, kept[after]) for gap, after in self._gaps.get(node, {}).items()))
            # a node that may be waited in is never one that must be left at the next word
            kept[node] = same.setdefault((steps, gaps, self._rules.get(node, ()), node in waiting), node)
        self._edges = {
            edge: kept[target] for edge, target in self._edges.items() if kept[edge >> _STEPS] == edge >> _STEPS
        }
        self._gaps = {
            node: {gap: kept[after] for gap, after in gaps.items()}
            for node, gaps in self._gaps.items()
            if kept[node] == node
        }
        self._rules = {node: rules for node, rules in self._rules.items() if kept[node] == node}
        self.ready()

    def ready(self) -> None:
        """After the last phrase of a reopened machine: what a search asks for first."""
        self._inner = {edge >> _STEPS for edge in self._edges}
        self._opening = frozenset(edge for edge in self._edges if edge <= _STEP)

    def state(self) -> dict[str, list[int]]:
        """The closed machine as rows of numbers; `of` takes them back."""
        gaps = [(node, gap, waiting) for node, each in self._gaps.items() for gap, waiting in each.items()]
        rules = [(node, rule) for node, each in self._rules.items() for rule in each]
        return {
            "edges": list(self._edges), "targets": list(self._edges.values()),
            "gaps": [n for row in gaps for n in row], "rules": [n for row in rules for n in row],
        }  # fmt: skip

    @classmethod
    def of(cls, words: Words, state: Mapping[str, list[int]]) -> "Phrases":
        """The machine that `state` was taken from. Raises KeyError where a part is missing."""
        made = cls(words)
        made._edges = dict(zip(state["edges"], state["targets"], strict=True))
        made.ready()
        gaps, rules = iter(state["gaps"]), iter(state["rules"])
        for node, gap, waiting in zip(gaps, gaps, gaps, strict=True):
            made._gaps.setdefault(node, {})[gap] = waiting
        for node, rule in zip(rules, rules, strict=True):
            made._rules[node] = (*made._rules.get(node, ()), rule)
        return made

    def join(self, words: list[Word]) -> list[Word]:
        """Mend words that were cut in two ("can t", "over dose") or run together ("chestpain")."""
        knows, out, at = self.words.knows, [], 0
        while at < len(words):
            word = words[at]
            after = words[at + 1] if at + 1 < len(words) else None
            if after is not None and after.clause == word.clause and len(word.text) + len(after.text) <= 16:
                whole = word.text + after.text
                if knows(whole) and not (knows(after.text) and knows(word.text)):
                    out.append(Word(whole, word.start, after.end, word.clause, word.sentence))
                    at += 2
                    continue
            at += 1
            if 6 <= len(word.text) <= 24 and not self.words.is_right(word.text) and not self.words.read(word.text):
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
        edges, gaps, rules, inner = self._edges, self._gaps, self._rules, self._inner
        read = self.words.read if slips else self.words.exactly
        active: dict[tuple[int, int], int] = {}  # node and first word -> words that it may still skip
        for at, word in enumerate(words):
            steps = read(word.text)
            if not (steps or active):
                continue
            fresh: dict[tuple[int, int], int] = {}
            for place, skips in active.items():
                if skips:
                    fresh[place] = skips - 1
            if steps:
                for node, first in ((0, at), *active):
                    for step in steps if node else steps & self._opening:
                        reached = edges.get(node << _STEPS | step)
                        if reached is None:
                            continue
                        if reached in inner:
                            fresh.setdefault((reached, first), 0)
                        for gap, waiting in gaps[reached].items() if reached in gaps else ():
                            if fresh.get((waiting, first), -1) < gap:
                                fresh[waiting, first] = gap
                        for rule in rules.get(reached, ()):
                            hits.append(Hit(rule, first, at))
            active = fresh
        return hits
