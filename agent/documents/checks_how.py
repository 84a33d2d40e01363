"""Checks of how: how often, by which route, on which side."""

from agent.documents.case import Case
from agent.documents.checks_values import NEAR, anchors_of, distance, medicine_places
from agent.documents.heard import Place, Said, Talk
from agent.documents.lexicon import words
from agent.documents.rates import Rate

_ROUTES = {
    "po": "oral", "orally": "oral", "oral": "oral", "mouth": "oral", "iv": "intravenous", "intravenous": "intravenous",
    "intravenously": "intravenous", "im": "intramuscular", "intramuscular": "intramuscular", "topical": "topical",
    "topically": "topical", "subcutaneous": "subcutaneous", "subcutaneously": "subcutaneous", "sq": "subcutaneous",
    "rectal": "rectal", "rectally": "rectal", "sublingual": "sublingual", "inhaled": "inhaled", "nasal": "nasal",
    "intranasal": "nasal",
}  # fmt: skip
_SAID_AS = {
    "oral": ("mouth", "oral", "orally", "pill", "tablet", "swallow", "capsul", "po", "take"),
    "intravenous": ("iv", "intraven", "vein", "drip", "infus"),
    "intramuscular": ("im", "shot", "inject", "jab", "intramuscular"),
    "topical": ("cream", "ointment", "gel", "topic", "appli", "lotion", "rub", "skin", "patch"),
    "subcutaneous": ("inject", "shot", "subcutan", "pen", "needl"),
    "rectal": ("rectal", "suppositori"), "sublingual": ("tongu", "sublingu"),
    "inhaled": ("inhal", "puff", "nebul"), "nasal": ("nose", "nasal", "spray", "nostril"),
}  # fmt: skip


def check_how(case: Case) -> None:
    for rate in case.sentence.rates:
        _rate(case, rate)
        _of_medicine(case, rate)
    _routes(case)
    _sides(case)


def _rate(case: Case, rate: Rate) -> None:
    case.mark("has_rate")
    every = case.talk.rates
    alike = [p for p, other in every if _same_rate(rate, other)]
    shown = case.text(rate.first, rate.last)
    anchors = sorted(case.talk.near(p) for p in anchors_of(case, rate.first, rate.last))

    def near(p: Place, reach: int) -> bool:
        return distance(anchors, case.talk.near(p)) <= reach

    rivals = [p for p, other in every if not _same_rate(rate, other) and near(p, 25)]
    bound = any(near(p, NEAR) for p in alike)
    inside = any(_same_rate(rate, r) for o in case.others for r in o.rates if _shares_drug(case.sentence, o))
    against = any(
        not _same_rate(rate, r) and abs(rate.per_day - r.per_day) > 0.01
        for o in case.others
        for r in o.rates
        if _shares_drug(case.sentence, o)
    )
    if against and not inside:
        case.mark("rate_note_conflict")
    if not alike:
        case.mark("rate_absent")
        if rivals:
            case.mark("rate_rival")
        case.flag(
            "frequency",
            f"“{shown}”: nobody said how often so." + (" Another frequency is said." if rivals else ""),
            rivals,
            tier="red" if rivals else "amber",
        )
    elif not bound and anchors:
        case.mark("rate_unbound")
        if rivals:
            case.mark("rate_unbound_rival")
            case.flag("frequency", f"“{shown}” is said of something else; here another frequency is said.", rivals)


def _of_medicine(case: Case, rate: Rate) -> None:
    """A frequency that the visit gives to another medicine: each place is read on to the next medicine."""
    mine = [(name, last) for name, _, last in case.sentence.drugs() if last < rate.first]
    if not mine or any(w.text in (".", ";") for w in case.sentence.words[mine[-1][1] : rate.first]):
        return
    same, others = False, []
    for place in medicine_places(case.talk, mine[-1][0]):
        turn = case.talk.turns[place.turn]
        after = min((a for name, a, _ in turn.drugs() if a > place.word + 1), default=len(turn.words))
        for other in turn.rates:
            if place.word < other.first < min(after, place.word + _ONWARD):
                same = same or _same_rate(rate, other)
                others.append(Place(place.turn, other.first, 1))
    if others and same:
        case.mark("rate_of_it")
    elif others:
        case.mark("rate_of_other")
        if not any(f.kind == "frequency" for f in case.flags):
            shown = case.text(rate.first, rate.last)
            case.flag("frequency", f"“{shown}”: another frequency is said of this medicine.", others, tier="red")


_ONWARD = 20  # words from a medicine to how often it is taken


def _shares_drug(one: Said, other: Said) -> bool:
    return bool({d for d, *_ in one.drugs()} & {d for d, *_ in other.drugs()})


def _same_rate(one: Rate, other: Rate) -> bool:
    if one.tag and other.tag:
        return one.tag == other.tag
    if (one.tag or other.tag) and abs(one.per_day - other.per_day) < 0.01:
        return not one.tag  # "daily" may be nightly; "nightly" is not just daily
    return abs(one.per_day - other.per_day) <= 0.02 * max(one.per_day, other.per_day)


def _routes(case: Case) -> None:
    for n, word in enumerate(case.sentence.words):
        route = _ROUTES.get(word.text.replace(".", ""))
        if route is None or not case.sentence.drugs():
            continue
        if not any(case.said(stem) for stem in _SAID_AS[route]):
            rival = [
                p for r, stems in _SAID_AS.items() if r not in (route, "oral") for s in stems for p in case.said(s)
            ]
            case.mark("route_absent")
            if rival:
                case.flag("route", f"“{case.text(n, n)}” is not how the visit says it is given.", rival[:3])


def _sides(case: Case) -> None:
    body = words("body")
    for n, word in enumerate(case.sentence.words):
        if word.text not in ("left", "right", "bilateral", "bilaterally"):
            continue
        if word.text.startswith("bilat"):
            case.mark("side_both")
            continue
        if word.text == "right" and no_side(case.sentence, n):
            continue
        part = next(
            (w.stem for w in case.sentence.words[n + 1 : n + 5] if w.text.rstrip("s") in body or w.text in body), ""
        )
        _side(case, word.text, part)


def no_side(text: Said, n: int) -> bool:
    """ "Right now", "right at the shoulder", but not "on the right at night"."""
    before = text.words[n - 1].text if n else ""
    after = text.words[n + 1].text if n + 1 < len(text.words) else ""
    return after in ("now", "away", "before", "after") or (
        after in _RIGHT_THERE and before not in ("the", "my", "your")
    )


_RIGHT_THERE = frozenset({"at", "here", "there", "around", "where", "behind", "above", "below", "next"})


def _side(case: Case, side: str, part: str) -> None:
    other = "left" if side == "right" else "right"
    mine = _with_part(case.talk, side, part) or by_itself(case.talk, side)
    theirs = _with_part(case.talk, other, part)
    inside = sum(_note_side(o, side, part) for o in case.others)
    outside = sum(_note_side(o, other, part) for o in case.others)
    case.mark("has_side")
    if outside and not inside and not mine:
        case.mark("side_note_conflict")
        case.flag("laterality", f"“{side}”, but elsewhere in this note “{other}” of the same part.")
    if theirs and not mine:
        case.mark("side_conflict" if part else "side_conflict_loose")
        case.flag("laterality", f"“{side}”, but “{other}” is what was said.", theirs, tier="red")
    elif not mine and not case.said(side):
        case.mark("side_absent")
        if case.said(other):
            case.mark("side_absent_other")
        case.flag(
            "laterality",
            f"“{side}” is not said anywhere in the visit.",
            case.said(other),
            tier="red" if case.said(other) else "amber",
        )
    elif not mine:
        case.mark("side_unbound")
    elif len(theirs) > 2 * len(mine):
        case.mark("side_minority")


def by_itself(talk: Talk, side: str) -> list[Place]:
    """ "The right's fine", "mostly the left": the part was named before."""
    found = []
    for p in talk.places.get(side, ()):
        words = talk.turns[p.turn].words
        before = words[p.word - 1].text if p.word else ""
        after = words[p.word + 1].text if p.word + 1 < len(words) else ""
        if before in _DEFINITE and (after in _ENDS or words[p.word].text != side):
            found.append(p)
    return found


_DEFINITE = frozenset({"the", "my", "your", "his", "her"})
_ENDS = frozenset({"", ".", ",", ";", "?", "one", "is", "was"})


def _with_part(talk: Talk, side: str, part: str) -> list[Place]:
    """Where a side is said of a body part; "right?" and "right now" are no side."""
    found = []
    for p in talk.places.get(side, ()):
        around = talk.turns[p.turn].words
        after = around[p.word + 1].text if p.word + 1 < len(around) else "."
        no_side = side == "right" and after in (
            "?",
            ".",
            ",",
            "now",
            "so",
            "and",
            "away",
            "okay",
            "before",
            "after",
            "i",
        )
        if no_side and not (part and any(w.stem == part for w in around[max(0, p.word - 4) : p.word])):
            continue
        near = around[max(0, p.word - 4) : p.word + 7]
        if not part or any(w.stem == part for w in near):
            found.append(p)
    return found


def _note_side(other: Said, side: str, part: str) -> bool:
    for n, word in enumerate(other.words):
        if word.text == side and (not part or any(w.stem == part for w in other.words[n + 1 : n + 5])):
            return bool(part)
    return False
