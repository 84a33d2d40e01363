"""Compiles pattern rows such as "{shift} {weekday}" into a tree of classes, and matches it; no meanings here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from agent.understand.times.lexicon import LITERAL
from agent.understand.times.scene import MEANINGS, Heard, Meaning, Scene
from agent.understand.times.tokens import Token, fold
from agent.understand.times.values import Day, Nothing, Value

OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
TRIED_AT = datetime.fromisoformat("2026-03-11T10:00")
AHEAD = ">"
LONGEST = 14
"""Elements in the longest pattern that is accepted."""


@dataclass(slots=True)
class Node:
    """One step in the tree of patterns: where each class leads, and what ends here."""

    next: dict[str, Node] = field(default_factory=dict)
    meanings: list[tuple[Meaning, int]] = field(default_factory=list)
    """Each with how many of the last elements were only looked at, and stay for what follows."""


def spread(pattern: str) -> list[list[str]]:
    """Every plain sequence of keys that a pattern with [options] and a|b choices stands for. An element (x) at
    the end only has to follow, and is left where it is: "{relday} (since)"."""
    found = OPTIONAL.search(pattern)
    if found:
        head, tail = pattern[: found.start()], pattern[found.end() :]
        return spread(f"{head} {found.group(1)} {tail}") + spread(f"{head} {tail}")
    choices = [_choices(element) for element in pattern.split()]
    return [list(keys) for keys in product(*choices)]


def _choices(element: str) -> list[str]:
    ahead = element.startswith("(") and element.endswith(")")
    words = (element[1:-1] if ahead else element).split("|")
    return [_key(f"({word})" if ahead else word) for word in words]


def _key(word: str) -> str:
    if word.startswith("(") and word.endswith(")"):
        return AHEAD + _key(word[1:-1])
    return word[1:-1] if word.startswith("{") and word.endswith("}") else LITERAL + fold(word)


def literals(patterns: Mapping[str, Any]) -> set[str]:
    """The plain words used in a set of patterns, which the lexicon has to know."""
    keys = {key.removeprefix(AHEAD) for pattern in patterns for keys in spread(pattern) for key in keys}
    return {key[1:] for key in keys if key.startswith(LITERAL)}


class Stage:
    """One pass over the tokens: patterns of one kind, the longest at each place winning."""

    def __init__(self, name: str, patterns: Mapping[str, str], samples: Mapping[str, Any]) -> None:
        """`samples` has one value of every class there is, to try each row on before any patient does."""
        self.root = Node()
        for pattern, meaning in patterns.items():
            if meaning not in MEANINGS:
                raise ValueError(f"patterns.{name}.{pattern}: no meaning is called {meaning}")
            for marked in spread(pattern):
                keys = [key.removeprefix(AHEAD) for key in marked]
                ahead = sum(key.startswith(AHEAD) for key in marked)
                if any(key.startswith(AHEAD) for key in marked[: len(marked) - ahead]):
                    raise ValueError(f"patterns.{name}.{pattern}: what only follows stands at the end")
                unknown = [key for key in keys if not key.startswith(LITERAL) and key not in samples]
                if unknown or not 0 < len(keys) <= LONGEST:
                    raise ValueError(f"patterns.{name}.{pattern}: unknown class or wrong length {unknown}")
                try:
                    _try(keys, MEANINGS[meaning], samples)
                except (TypeError, KeyError, AttributeError) as error:
                    raise ValueError(f"patterns.{name}.{pattern}: {meaning} lacks a value ({error})") from error
                self._add(keys, MEANINGS[meaning], ahead)

    def _add(self, keys: list[str], meaning: Meaning, ahead: int) -> None:
        node = self.root
        for key in keys:
            node = node.next.setdefault(key, Node())
        if (meaning, ahead) not in node.meanings:
            node.meanings.append((meaning, ahead))

    def run(self, tokens: list[Token], scene: Scene) -> tuple[list[Token], bool]:
        """The tokens with every match replaced by its meaning, and whether anything was replaced."""
        out: list[Token] = []
        place, changed = 0, False
        first = self.root.next.keys()
        while place < len(tokens):
            token = tokens[place]
            if not token.keys or first.isdisjoint(token.keys):
                out.append(token)
                place += 1
                continue
            made, length = self._best(tokens, place, scene)
            if made is None:
                out.append(token)
                place += 1
                continue
            out.append(made)
            place += length
            changed = True
        return out, changed

    def _best(self, tokens: list[Token], place: int, scene: Scene) -> tuple[Token | None, int]:
        found: list[tuple[int, int, Meaning, Heard]] = []
        _walk(self.root, tokens, place, place, [], found)
        found.sort(key=lambda match: -match[0])
        for seen, ahead, meaning, heard in found:
            length = seen - ahead
            try:
                value = meaning(scene, heard)
            except (OverflowError, ValueError):  # beyond the calendar's first or last day
                continue
            if value is not None and not (length == 1 and tokens[place].weak and len(tokens) > 1):
                return _token(tokens[place], tokens[place + length - 1], value), length
        return None, 1


def _try(keys: list[str], meaning: Meaning, samples: Mapping[str, Any]) -> None:
    heard = Heard()
    for key in keys:
        heard.setdefault(key, []).append(samples.get(key))
    meaning(Scene(TRIED_AT, "mdy", samples["parts"]), heard)


def _walk(
    node: Node,
    tokens: list[Token],
    start: int,
    place: int,
    path: list[tuple[str, Any]],
    found: list[tuple[int, int, Meaning, Heard]],
) -> None:
    """Collect every match from `start`; depth is bounded by the longest pattern."""
    if node.meanings:
        heard = Heard()
        for name, value in path:
            heard.setdefault(name, []).append(value)
        found.extend((place - start, ahead, meaning, heard) for meaning, ahead in node.meanings)
    if place == len(tokens):
        return
    for key, value in tokens[place].keys.items():
        step = node.next.get(key)
        if step is not None:
            path.append((key, value))
            _walk(step, tokens, start, place + 1, path, found)
            path.pop()


def _token(first: Token, last: Token, value: Value) -> Token:
    keys: dict[str, Any] = {} if isinstance(value, Nothing) else {type(value).__name__.lower(): value}
    if isinstance(value, Day) and value.weekday:
        keys["bare_weekday"] = value.weekday
    return Token(first.start, last.end, keys)
