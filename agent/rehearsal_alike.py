"""What a rehearsal need neither hear nor play twice. Where two contents differ in trained sentences and safety phrases
alone, whatever asks nothing of these comes to the same; that is told without hearing it, and never guessed."""

from collections.abc import Mapping
from typing import Any

from agent.consequences_side import Played, Side
from agent.model.content import Content
from agent.understand.noted import begun_in, told_by

_LEARNED = frozenset({"corpus", "safety", "added", "tests"})  # rows that training and the safety gate read, or none
_HEARD_BY = ("flows", "languages", "tasks", "intents", "packs", "forms")  # and by the clinic's facts


class Alike:
    """Compares what is asked of two sides. Before it is sure of anything it says no."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        self._apart, self._gates_apart = frozenset[str](), frozenset[str]()
        narrow = old.clinic == new.clinic and all(
            getattr(old.content, part) == getattr(new.content, part) for part in _HEARD_BY
        )
        self._hears = narrow and _else_alike(old.content.rows, new.content.rows)
        self._plays = self._hears and old.content.messages == new.content.messages
        if self._hears:
            self._gates_apart = _differing(old.content, new.content, "safety")
            self._apart = self._gates_apart | _differing(old.content, new.content, "corpus")

    def hear(self, text: str) -> bool:
        """Is a message on its own heard the same by both?"""
        if not self._hears:
            return False
        (languages, sure), other = begun_in(self._old.ears, text), begun_in(self._new.ears, text)
        if (languages, sure) != other or not self._apart.isdisjoint(languages):
            return False
        tag = languages[0] if languages[0] != "und" else self._old.clinic.default_language
        return self._old.gate.finds_the_same(self._new.gate, self._gates_apart, text, tag)

    def play(self, played: Played) -> bool:
        """Does a conversation of the old side come to the same with the new one?"""
        if not self._plays or not self._apart.isdisjoint(played.models):
            return False
        if any(told_by(self._new.ears, text, prior) != (lang, sure) for text, prior, lang, sure in played.told):
            return False
        gates = self._old.gate, self._new.gate
        return all(gates[0].finds_the_same(gates[1], self._gates_apart, *asked) for asked in played.read)


def _else_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(kind) == other.get(kind) for kind in {*one, *other} - _LEARNED)


def _differing(old: Content, new: Content, kind: str) -> frozenset[str]:
    """The languages whose rows are others."""
    one, other = old.rows.get(kind, {}), new.rows.get(kind, {})
    if one == other:
        return frozenset()
    return frozenset(tag for tag in {*one, *other} if one.get(tag) != other.get(tag))
