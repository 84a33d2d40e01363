"""“Can I come in on Tuesday afternoon?”: whoever asks for an opening, and names no visit that is to be moved, books.
“Can you call me on Tuesday afternoon?”: whoever asks for a call at a time wants a person; so does whoever asks
to leave a message for the doctor."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.understand.classifier import Guess
from agent.understand.repairs import Repairs
from agent.understand.said import Said
from agent.understand.words import words_of

BOOK, PERSON, REFERRAL = "book", "talk_to_human", "referral_request"
_PRESCRIBED = frozenset({"refill_request", BOOK})
ALARMS = frozenset({"emergency", "self_harm", "distress", "clinical_question"})
_LIKE_IT = frozenset({
    "reschedule", "confirm_appointment", "check_appointment", "hours_location", "prep_instructions",
    "directions_parking", "waitlist", "out_of_scope", BOOK,
})  # fmt: skip
_PERHAPS_SEEN = frozenset({"clinical_question", "check_appointment", "out_of_scope", BOOK})
_SURE, _BEYOND_DOUBT = 0.85, 0.995
_PLAINLY = 0.98  # where words name it: hardly less of a message that is hardly more than its reason
_UNWORRIED = 0.75  # a visit for complaints: less sure than where an alarm must be clearer still (see `safety.combined`)
CALL, MESSAGE = "call_me", "leave_message"  # in _repairs.yaml
_MOST_OF_A_CALL, _FEWEST = 20, 2  # words of the message, and of such a phrase in it
_MOST_WORDS = 40
_MOST = 4  # words beside the question and the time; more may be about something else
_HAN = re.compile("[\u3400-\u9fff]")


def asks_for_opening(said: Said, guess: Guess, repairs: Repairs) -> Guess:
    """The guess, or a booking: where nothing of ours stands open, a time is named, and the words around it ask whether
    one may come or whether there is room. The classifier hears the bare day as the new day of another visit."""
    if _bids_book(said, guess, repairs) or names_visit(said, guess, repairs):
        return _instead(guess, BOOK)
    if _to_be_seen(said, guess, repairs):
        return _instead(guess, BOOK, _UNWORRIED)
    if said.question is not None or guess.intent not in _LIKE_IT or not said.expressions:
        return guess
    if guess.intent == BOOK and guess.confidence >= _SURE:
        return guess
    if guess.intent == "confirm_appointment" and not said.asks:
        return guess  # "I can come on Tuesday" may well answer somebody
    if not asks_to_come(said, repairs) or repairs.longest(_around(said), said.lang, "had_visit"):
        return guess
    return _instead(guess, BOOK)


def _to_be_seen(said: Said, guess: Guess, repairs: Repairs) -> bool:
    """ "My son has had a fever for three days, can he be seen tomorrow?": the fever is the reason for the visit."""
    if said.question is not None or guess.intent not in _PERHAPS_SEEN or guess.confidence >= _BEYOND_DOUBT:
        return False
    if guess.intent == BOOK and guess.confidence >= _UNWORRIED:
        return False
    seen = repairs.within(said.text, said.lang, "be_seen", _MOST_WORDS, fewest=2)
    seen = seen or len(repairs.longest(_around(said), said.lang, "be_seen")) >= _FEWEST
    return seen and not repairs.within(said.text, said.lang, "had_visit", _MOST_WORDS, fewest=2)


def asks_to_come(said: Said, repairs: Repairs) -> bool:
    """ "Can I come at three?": hardly more than a time and the question whether one may come then."""
    around = _around(said)
    asked = repairs.longest(around, said.lang, "may_come")
    return bool(asked) and _weight(around) - _weight(asked) <= _MOST


def asks_when(said: Said, repairs: Repairs) -> bool:
    """ "What time?", "is it at ten?": when the visit is that the clinic has just named."""
    bare = repairs.is_whole(said.text, said.lang, "with_yes")  # "是" alone is a yes, before a time it is "is it"
    whole = not bare and repairs.is_whole(said.text, said.lang, "visit_when")
    return whole or (
        said.asks and bool(said.expressions) and repairs.is_whole(" ".join(_around(said)), said.lang, "visit_when")
    )


def _bids_book(said: Said, guess: Guess, repairs: Repairs) -> bool:
    """ "Book me with the lady doctor"; "I need to bring my kid in for shots", which asks not what to bring."""
    sure = guess.confidence >= _SURE
    if said.question is not None or (sure and guess.intent not in _LIKE_IT) or guess.intent in (*ALARMS, "waitlist"):
        return False
    if repairs.after(said.text, said.lang, "book_me"):
        return not (sure and guess.intent == BOOK)
    about = "relation" in said.entities and ("appointment_type" in said.entities or said.expressions)
    return bool(about) and not said.asks and repairs.within(said.text, said.lang, "bring_in", _MOST_OF_A_CALL, fewest=2)


def names_visit(said: Said, guess: Guess, repairs: Repairs) -> bool:
    """ "appt thursday 2:30pm": the word for a visit, a day or an hour, and nothing else."""
    if said.question is not None or said.asks or not said.expressions:
        return False
    if guess.intent not in _LIKE_IT and guess.confidence >= _SURE:
        return False
    return repairs.is_whole(" ".join(_around(said)), said.lang, "visit_nouns")


def asks_for_call(said: Said, guess: Guess, repairs: Repairs) -> Guess:
    """The guess, or the wish for a person: where the words around a time ask for a call, or the doctor is to be left a
    message."""
    if _leaves_message(said, repairs):
        return replace(guess if guess.intent == PERSON else _instead(guess, PERSON), person=0.0)  # a person reads it
    if _only_staff_know(said, guess, repairs):
        return replace(_instead(guess, PERSON, _PLAINLY), person=0.0)
    guess = _care_prescribed(said, guess, repairs)
    alike = guess.intent == PERSON or (guess.intent not in ALARMS and guess.confidence < _SURE)
    if not alike or not _names_call(said, repairs):
        return guess
    return guess if guess.intent == PERSON and guess.confidence >= _SURE else _instead(guess, PERSON)


def _leaves_message(said: Said, repairs: Repairs) -> bool:
    """ "Can I leave a message for the doctor?" and nothing else, asked by nobody."""
    return said.question is None and repairs.is_whole(said.text, said.lang, MESSAGE)


def _only_staff_know(said: Said, guess: Guess, repairs: Repairs) -> bool:
    """ "I missed a call from you, what was it about?", "why was my appointment cancelled?"."""
    if said.question is not None or guess.intent in ALARMS:
        return False
    return any(
        repairs.within(said.text, said.lang, kind, _MOST_OF_A_CALL, fewest=_FEWEST)
        or repairs.is_whole(said.text, said.lang, kind)
        for kind in ("missed_call", "was_cancelled")
    )


def _care_prescribed(said: Said, guess: Guess, repairs: Repairs) -> Guess:
    """ "A prescription for physical therapy": a letter to somebody else, no medicine."""
    sure = guess.confidence >= _SURE
    if said.question is not None or guess.intent in ALARMS or (sure and guess.intent not in _PRESCRIBED):
        return guess
    held = [repairs.holds(said.text, said.lang, f"told_{kind}") for kind in ("rx", "specialist", "medicine")]
    return _instead(guess, REFERRAL, _PLAINLY) if held == [True, True, False] else guess


def is_call(said: Said, guess: Guess, repairs: Repairs) -> bool:
    """Does a message that was heard so ask for a call at a time?"""
    return guess.intent == PERSON and _names_call(said, repairs)


def _names_call(said: Said, repairs: Repairs) -> bool:
    if said.question is not None or not said.expressions or said.size > _MOST_OF_A_CALL:
        return False
    return len(repairs.longest(_around(said), said.lang, CALL)) >= _FEWEST


def _around(said: Said) -> list[str]:
    """The words that are no time."""
    spans = [(e.start, e.end) for e in said.expressions]
    return [w.text for w in words_of(said.text) if not any(a < w.end and w.start < b for a, b in spans)]


def _instead(guess: Guess, intent: str, sure: float = _SURE) -> Guess:
    others = tuple(each for each in ((guess.intent, guess.confidence), *guess.alternatives) if each[0] != intent)
    weaker = tuple((name, min(p, 1 - sure)) for name, p in others)
    return replace(guess, intent=intent, confidence=sure, alternatives=weaker)


def _weight(words: Sequence[str]) -> float:
    """How many words; two Han characters count as one."""
    return sum(0.5 if _HAN.match(word) else 1.0 for word in words)
