"""Puts letters that were said one by one into the name of the request below. Pure, like a turn."""

import unicodedata
from difflib import SequenceMatcher

from agent.dialogue import evolve
from agent.dialogue.draft import Draft, action_value, value_of
from agent.model.conversation import Frame, SlotValue

_LIKE = 0.5  # so alike a word and its spelling must be
_SURE = 0.95


def put_letters(draft: Draft, frame: Frame, slot: str) -> None:
    """The topmost flow below that has this slot gets the name with its letters; the frame learns in `alone` whether
    that is a family name without a given one."""
    below = next((f for f in draft.conversation.frames[::-1] if f.run != frame.run and draft.slot(f, slot)), None)
    letters = frame.slots.get("letters")
    if below is None or letters is None:
        return
    given = str(value_of(frame, "given") or "").strip()
    name = f"{given} {_written(letters.value)}" if given else merged(str(value_of(below, slot) or ""), letters.value)
    held = SlotValue(
        value=name, source="patient", quote=letters.quote, span=letters.span, inbound=letters.inbound,
        confidence=_SURE, confirmed=True,
    )  # fmt: skip
    evolve.fill(draft, below.run, slot, held)
    alone = " " not in name and not any(ord(c) > 0x2E80 for c in name)
    evolve.fill(draft, frame.run, "alone", action_value(alone and not given))


def merged(name: str, letters: str) -> str:
    """ "Ana Miller" and MUELLER: "Ana Mueller". The word that sounds most like it is mended; else the family name,
    which stands last, and in Chinese and Korean first."""
    spelled = _written(letters)
    words = name.split()
    if not words:
        return spelled
    if all(ord(c) > 0x2E80 for c in name + letters):
        return name if letters in name else letters + name[len(letters) :]
    best = max(words, key=lambda word: _alike(word, spelled))
    if _bare(best) == _bare(spelled):
        return name  # as it stands, with its accents, which few people spell
    if _alike(best, spelled) < _LIKE:
        if len(words) == 1:
            return f"{name} {spelled}"
        best = words[-1]
    return " ".join(spelled if word is best else word for word in words)


def _written(letters: str) -> str:
    """MÜLLER-LÜDENSCHEIDT as it is written."""
    return "-".join("'".join(each.capitalize() for each in part.split("'")) for part in letters.split("-"))


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def _alike(word: str, other: str) -> float:
    return SequenceMatcher(None, word.casefold(), other.casefold()).ratio()
