"""What the patient takes by the room and by the record, where the two differ: either may be right, so it is asked."""

import re
from collections.abc import Iterator, Sequence

from agent.documents.case import Case
from agent.documents.checks_record import NO_LONGER, dose_span, same_dose, same_drug
from agent.documents.checks_values import NEAR, medicine_places
from agent.documents.heard import Place, Said, said
from agent.documents.rates import Rate
from agent.documents.record import MILLI, Chart, Entry
from agent.documents.values import Quantity

_ROUND = 12  # words before a dose, or after it, in which the visit says that it is changed
_CHANGES = re.compile(
    r"\b(?:increas\w*|decreas\w*|reduc\w*|lower\w*|rais(?:e|ed|ing)|doubl(?:e|ing)|halv\w+|titrat\w*|taper\w*|wean\w*|"
    r"start(?:ing)?|begin\w*|initiat\w*|prescrib\w+|switch\w*|chang\w+|add(?:ing)?|go(?:ing)? (?:up|down|back)|"
    r"up to|down to|back to|instead|new|from now on|stop(?:ping)? the|stop taking|hold (?:off|the)|discontinue\b|"
    r"let's|let us|we'll|i'll|(?:i|we)(?:'m| am|'re| are| will)? (?:gon|going|will|want|would|recommend)|"
    r"i'd like|try|should|need to)\b",
    re.IGNORECASE,
)


def check_room(case: Case, chart: Chart) -> None:
    """One flag of kind record, amber: the words of the sentence, what the record has, and the question."""
    if not chart.of("medication") or not case.spoken.turns or _CHANGES.search(case.sentence.text):
        return
    found = list(_differences(case, chart))
    if found:
        asked = "Which is right?"
        details = " ".join(dict.fromkeys(detail for detail, *_ in found))
        places = [p for _, p, _ in found]
        case.ask("record", f"{details} {asked}", places, [e for *_, e in found])


def _differences(case: Case, chart: Chart) -> Iterator[tuple[str, Place, Entry]]:
    """What is said, where it was said, and the entry that says otherwise."""
    stops = bool(NO_LONGER.search(case.sentence.text))
    for n, (name, first, last) in enumerate(case.sentence.drugs()):
        entries = [e for e in chart.of("medication") if same_drug(name, e)]
        active = [e for e in entries if e.active]
        places = [p for p in medicine_places(case.spoken, name) if p.turn < len(case.spoken.turns)]
        if not entries or not places or case.sentence.polarity[first] != 1:
            continue
        shown = case.text(first, last)
        if stops:
            told = next((p for p in places if _stopped(case, p)), None)
            if told and len(active) == len(entries):
                yield f"“{shown}” was stopped, was said in the visit; by the record it is still taken.", told, active[0]
        elif not active:
            told = next((p for p in places if p.polarity == 1 and not _changed(case, p)), None)
            if told and not _no_longer(case, told):
                yield f"“{shown}” is taken, was said in the visit; by the record it was stopped.", told, entries[0]
        else:
            yield from _amounts(case, n, places, active)


def _amounts(
    case: Case, n: int, places: Sequence[Place], active: Sequence[Entry]
) -> Iterator[tuple[str, Place, Entry]]:
    start, end = dose_span(case, n)
    known = [e for e in active if e.doses]
    for q in case.sentence.quantities:
        mine = start <= q.first < end and q.kind == "dose" and q.unit in MILLI
        if mine and known and not any(same_dose(q, e) for e in known):
            told = _said_here(case, places, q)
            if told:
                yield _told(case, *told, known), told[0], known[0]
                return
    theirs = said(active[0].text).rates
    if len(active) != 1 or not theirs:
        return
    for rate in case.sentence.rates:
        if start <= rate.first <= end and not any(abs(rate.per_day - k.per_day) < 0.02 * k.per_day for k in theirs):
            often = _rate_here(case, places, rate)
            if often:
                yield _told(case, *often, active), often[0], active[0]
                return


def _told(case: Case, place: Place, value: Quantity | Rate, entries: Sequence[Entry]) -> str:
    turn = case.spoken.turns[place.turn]
    words = turn.text[turn.words[value.first].start : turn.words[value.last].end]
    theirs = " and ".join(dict.fromkeys(f"{e.name.text} {e.how}".strip() for e in entries))
    return f"“{words}” was said in the visit; the record has {theirs}."


def _said_here(case: Case, places: Sequence[Place], q: Quantity) -> tuple[Place, Quantity] | None:
    """Where the dose is said of the medicine as what is taken, not as what from now on will be."""
    for place, other in case.spoken.values:
        same = other.value == q.value and other.kind == "dose"
        if same and _beside(case, place, places) and not _changed(case, place):
            return place, other
    return None


def _rate_here(case: Case, places: Sequence[Place], rate: Rate) -> tuple[Place, Rate] | None:
    for place, other in case.spoken.rates:
        same = abs(other.per_day - rate.per_day) < 0.02 * rate.per_day
        if same and _beside(case, place, places) and not _changed(case, place):
            return place, other
    return None


def _beside(case: Case, place: Place, places: Sequence[Place]) -> bool:
    return any(abs(case.spoken.near(p) - case.spoken.near(place)) <= NEAR for p in places)


def _changed(case: Case, place: Place) -> bool:
    return bool(_CHANGES.search(_around(case.spoken.turns[place.turn], place)))


def _stopped(case: Case, place: Place) -> bool:
    return bool(NO_LONGER.search(_around(case.spoken.turns[place.turn], place))) and not _changed(case, place)


def _no_longer(case: Case, place: Place) -> bool:
    return bool(NO_LONGER.search(_around(case.spoken.turns[place.turn], place)))


def _around(turn: Said, place: Place) -> str:
    """The words of the clause that a place stands in, and a few before it."""
    clause = turn.clause[place.word]
    close = range(max(0, place.word - _ROUND), min(len(turn.words), place.word + _ROUND))
    near = [n for n in close if turn.clause[n] == clause]
    return turn.text[turn.words[near[0]].start : turn.words[near[-1]].end]
