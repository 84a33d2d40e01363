"""“Can I come in on Tuesday afternoon?”: whoever asks for an opening, and names no visit that is to be moved, books."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.understand.classifier import Guess
from agent.understand.repairs import Repairs
from agent.understand.said import Said
from agent.understand.words import words_of

BOOK = "book"
_LIKE_IT = frozenset({
    "reschedule", "confirm_appointment", "check_appointment", "hours_location", "prep_instructions",
    "directions_parking", "waitlist", "out_of_scope", BOOK,
})  # fmt: skip
_SURE = 0.85
_MOST = 4  # words beside the question and the time; more may be about something else
_HAN = re.compile("[\u3400-\u9fff]")


def asks_for_opening(said: Said, guess: Guess, repairs: Repairs) -> Guess:
    """The guess, or a booking: where nothing of ours stands open, a time is named, and the words around it ask whether
    one may come or whether there is room. The classifier hears the bare day as the new day of another visit."""
    if said.question is not None or guess.intent not in _LIKE_IT or not said.expressions:
        return guess
    if guess.intent == BOOK and guess.confidence >= _SURE:
        return guess
    if guess.intent == "confirm_appointment" and not said.asks:
        return guess  # "I can come on Tuesday" may well answer somebody
    spans = [(e.start, e.end) for e in said.expressions]
    words = [w for w in words_of(said.text) if not any(a < w.end and w.start < b for a, b in spans)]
    around = [w.text for w in words]
    asked = repairs.longest(around, said.lang, "may_come")
    if not asked or _weight(around) - _weight(asked) > _MOST:
        return guess
    if repairs.longest(around, said.lang, "had_visit"):
        return guess
    others = tuple(each for each in ((guess.intent, guess.confidence), *guess.alternatives) if each[0] != BOOK)
    weaker = tuple((intent, min(p, 1 - _SURE)) for intent, p in others)
    return replace(guess, intent=BOOK, confidence=_SURE, alternatives=weaker)


def _weight(words: Sequence[str]) -> float:
    """How many words; two Han characters count as one."""
    return sum(0.5 if _HAN.match(word) else 1.0 for word in words)
