"""Checks of values: medicines, doses, numbers, durations, dates, ages."""

from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from agent.documents.case import Case, Tier
from agent.documents.clock_times import Clock, clocks
from agent.documents.heard import Place, Said, Talk
from agent.documents.lengths import same_length
from agent.documents.lexicon import drug_families, usual
from agent.documents.sounding import in_pieces
from agent.documents.values import Quantity

NEAR = 45  # words of talk between a medicine and its dose
_WHAT = {
    "dose": "dose", "duration": "duration", "age": "age", "date": "date", "measure": "number", "count": "number",
    "grade": "number",
}  # fmt: skip


def check_values(case: Case) -> None:
    _medicines(case)
    heard = [(c.first, c.last) for c in _clocks_heard(case)] + _weeks_of_pregnancy(case)
    for quantity in case.sentence.quantities:
        if not any(first <= quantity.first and quantity.last <= last for first, last in heard):
            _quantity(case, quantity)
    _pressures(case)


def _clocks_heard(case: Case) -> list[Clock]:
    """Times of day in the sentence that are said in the visit, in whatever words."""
    mine = list(clocks(case.sentence.words, spoken=False))
    told = {c.minutes for said in case.talk.turns for c in clocks(said.words, spoken=True)} if mine else set[int]()
    return [c for c in mine if c.minutes in told]


def _weeks_of_pregnancy(case: Case) -> list[tuple[int, int]]:
    """Where "28/40" stands for the twenty-eight weeks that are said; 17/40 may be a score."""
    said = {o.value for _, o in case.talk.values if o.kind == "duration" and o.unit == "week"}
    words, found = case.sentence.words, list[tuple[int, int]]()
    for q in case.sentence.quantities:
        if q.value in said and [w.text for w in words[q.last + 1 : q.last + 3]] == ["/", "40"]:
            found.append((q.first, q.last + 2))
    return found


def medicine_places(talk: Talk, name: str) -> list[Place]:
    """Where a medicine is said: by any of its names, by a class that covers it, or as a recogniser misspelled it."""
    found = list(talk.places.get("d:" + name, ()))
    for other in drug_families().get(name, ()):
        found += talk.places.get("d:" + other, ())
    return found


def _medicines(case: Case) -> None:
    for name, first, last in case.sentence.drugs():
        if medicine_places(case.talk, name) or any(
            case.said(case.sentence.words[k].stem) for k in range(first, last + 1)
        ):
            case.mark("med_said")
            continue
        spelled = case.text(first, last)
        parts = [p for p in name.split(" and ") if p != name]
        if parts and all(medicine_places(case.talk, p) for p in parts):
            case.mark("med_said")
        elif sounds(case.talk, case.sentence.words[first].stem) or in_pieces(case.talk, name):
            case.mark("med_sounds")
        elif name in case.person.drugs or drug_families().get(name, frozenset()) & case.person.drugs:
            case.mark("med_record")
        else:
            case.mark("med_absent")
            case.flag("medication", f"“{spelled}” is not named in the visit or the record.", tier="red")


def sounds(talk: Talk, stem: str) -> bool:
    """Whether a word of the talk that is no usual word is spelled almost so: a recogniser's or a typist's slip."""
    return _sounds(frozenset(k for k in talk.places if len(k) > 5 and k.isalpha()), stem)


@lru_cache(maxsize=512)
def _sounds(said: frozenset[str], stem: str) -> bool:
    if len(stem) < 6:
        return False
    for word in said:
        most = 1 if word in usual() else 2 if len(stem) < 9 else 3
        if (word[0] == stem[0] or {word[0], stem[0]} <= {"c", "s", "k", "x", "z"}) and Levenshtein.distance(
            word, stem, score_cutoff=most
        ) <= most:
            return True
    return False


def anchors_of(case: Case, first: int, last: int) -> list[Place]:
    """Where the sentence's medicine that this value belongs to is said, else its telling words."""
    medicines = [(abs(a - first), name) for name, a, b in case.sentence.drugs()]
    before = [(first - b, name) for name, a, b in case.sentence.drugs() if b < first]
    if medicines:
        name = min(before or medicines)[1]
        return medicine_places(case.talk, name)
    around = [w for w in case.link.words if not first <= w.n <= last and abs(w.n - first) <= 8 and w.places]
    around = sorted(around, key=lambda w: len(w.places))[:3]
    return [p for w in around for p in w.places[:30]]


def _quantity(case: Case, q: Quantity) -> None:
    if q.kind == "age":
        return _age(case, q)
    what = _WHAT[q.kind]
    name = what if q.kind != "grade" else "grade"
    if case.sentence.words[q.first].text == "couple":
        return None
    every = case.talk.values
    same = [p for p, o in every if same_value(q, o)]
    alike = same or [p for p, o in every if o.value == q.value or _same_year(case.talk, q, p, o)]
    shown = case.text(q.first, min(q.last, q.first + 4))
    case.mark(f"has_{name}")
    anchors = sorted(case.talk.near(p) for p in anchors_of(case, q.first, q.last))
    rivals = _rivals(case, q, every, anchors)
    red = q.kind in ("dose", "duration") or (q.kind == "date" and q.unit != "year")
    if not alike and not any(case.said(case.sentence.words[q.first].stem)):
        usual_dose = q.kind == "dose" and any((d, q.value) in _USUAL for d, *_ in case.sentence.drugs())
        case.mark(f"{name}_usual" if usual_dose else f"{name}_absent")
        if rivals and not usual_dose:
            case.mark(f"{name}_replaced")
        detail = f"“{shown}” is not said anywhere in the visit." + (" Another value is said here." if rivals else "")
        case.flag(what, detail, rivals, tier="red" if (red or rivals) and not usual_dose else "amber")
        return None
    if q.kind in ("dose", "duration", "date") and not same:
        case.mark(f"{name}_other_unit")
        if rivals:
            case.mark(f"{name}_replaced")
        case.flag(
            what, f"“{shown}”: the number is said, but not with this unit.", alike, tier="red" if red else "amber"
        )
        return None
    if q.kind == "measure" and q.unit and not any(o.unit and o.kind == q.kind and same_value(q, o) for _, o in every):
        with_unit = [p for p in rivals if any(p == at and o.unit == q.unit for at, o in every)]
        if with_unit:
            case.mark("number_bare")
            case.flag(what, f"“{shown}”: the number is said, but not with this unit.", with_unit)
            return None
    if not anchors:
        return None
    gap = _gap(case, same or alike, anchors)
    if rivals and gap > 10 + _gap(case, rivals, anchors):
        case.mark(f"{name}_rival")
        if gap > NEAR:
            case.mark(f"{name}_rival_far")
        tier: Tier = "red" if gap > NEAR and q.kind == "dose" else "amber"
        case.flag(what, f"“{shown}” is said of something else; here another value is said.", rivals, tier=tier)
    elif gap > NEAR:
        case.mark(f"{name}_unbound")
    return None


_OF_A_YEAR = frozenset({"in", "since", "of", "until", "from", "back", "was", "or", "like", "around"})


def _same_year(talk: Talk, q: Quantity, place: Place, other: Quantity) -> bool:
    """ "Since ninety-four" for 1994."""
    if not 1930 <= q.value < 2050 or q.kind not in ("count", "date") or other.kind != "count":
        return False
    before = talk.turns[place.turn].words[other.first - 1].text if other.first else ""
    return other.value == q.value % 100 and other.value >= 10 and before in _OF_A_YEAR


_USUAL = frozenset({("aspirin", 81.0), ("aspirin", 75.0)})  # "a baby aspirin" is one


def _age(case: Case, q: Quantity) -> None:
    case.mark("has_age")
    shown = case.text(q.first, min(q.last, q.first + 2))
    if q.value in case.person.ages:
        return
    told = ages_said(case.talk)
    places = [p for value, p in told if value == q.value]
    if case.person.ages:
        case.mark("age_record_conflict")
        known = ", ".join(f"{a:g}" for a in sorted(case.person.ages))
        case.flag("age", f"“{shown}”: by the record the patient is {known}.", places, tier="red")
    elif told and not places:
        alike = any(o.value == q.value for said in case.talk.turns for o in said.quantities)
        case.mark("age_conflict" if not alike else "age_conflict_weak")
        case.flag(
            "age",
            f"“{shown}”: another age is said in the visit.",
            [p for _, p in told][:3],
            tier="red" if not alike else "amber",
        )
    elif not places:
        case.mark("age_absent")
        case.flag("age", f"“{shown}” is not said anywhere in the visit.", tier="amber")


_I_AM = frozenset({"i'm", "he's", "she's", "you're", "turned", "aged"})
_WHO_IS = frozenset({("i", "am"), ("he", "is"), ("she", "is"), ("you", "are"), ("age", "is"), ("patient", "is")})


def ages_said(talk: Talk) -> list[tuple[float, Place]]:
    """Ages that are said, as such or as "I am fifty nine"."""
    found = []
    for turn, said in enumerate(talk.turns):
        for q in said.quantities:
            before = [w.text for w in said.words[max(0, q.first - 3) : q.first]]
            after = said.words[q.last + 1].text if q.last + 1 < len(said.words) else "."
            of = bool(before) and (before[-1] in _I_AM or tuple(before[-2:]) in _WHO_IS)
            if said.of("r") and any(-8 <= a - q.first <= 3 for _, a, _ in said.of("r")):
                continue
            if q.kind == "age" or (q.kind == "count" and of and after in ".,!?;" and 1 <= q.value <= 110):
                found.append((q.value, Place(turn, q.first, 1)))
    return found


def _gap(case: Case, places: list[Place], anchors: list[int]) -> int:
    return min((distance(anchors, case.talk.near(p)) for p in places), default=999)


def distance(anchors: list[int], at: int) -> int:
    """From a word to the nearest of the sorted anchors, in words; 999 where there is none."""
    n = bisect_left(anchors, at)
    return min((abs(anchors[k] - at) for k in (n - 1, n) if 0 <= k < len(anchors)), default=999)


def _rivals(case: Case, q: Quantity, every: list[tuple[Place, Quantity]], anchors: list[int]) -> list[Place]:
    """Other values of the same sort said close to the anchors, or beside the same word ("four views")."""
    mine = {o.value for o in case.sentence.quantities}
    beside = {
        case.sentence.words[k].stem for k in (q.first - 1, q.first - 2, q.last + 1) if 0 <= k < len(case.sentence.words)
    }
    beside -= {"", "a", "of", "the", "and", "to", "in", "for", "at", "is", "was"}
    found = []
    for place, other in every:
        if other.value in mine:
            continue
        words = case.talk.turns[place.turn].words
        near = {words[k].stem for k in (other.first - 1, other.first - 2, other.last + 1) if 0 <= k < len(words)}
        close = distance(anchors, case.talk.near(place)) <= _CLOSE
        bare = q.kind in ("count", "grade")
        if (close and not bare and _same_sort(q._replace(value=other.value), other) and other.kind == q.kind) or (
            beside & near and (close or not anchors) and other.kind in (q.kind, "count", "grade")
        ):
            found.append(place)
    return found


_CLOSE = 20


_POUNDS = {("kg", "lb"): 2.2046, ("lb", "kg"): 1 / 2.2046, ("cm", "in"): 1 / 2.54, ("in", "cm"): 2.54}


def same_value(q: Quantity, other: Quantity) -> bool:
    """The same value, or the same length of time or weight in another unit."""
    if q.kind == "duration" and other.kind == "duration":
        return same_length(q, other)
    if (q.unit, other.unit) in _POUNDS:
        return abs(q.value * _POUNDS[q.unit, other.unit] - other.value) <= 0.03 * other.value
    return other.value == q.value and _same_sort(q, other)


def _same_sort(q: Quantity, other: Quantity) -> bool:
    if q.kind == "duration":
        return other.kind == "duration" and other.unit == q.unit
    if q.kind == "dose":
        return other.kind in ("count", "measure") or (
            other.kind == "dose" and (other.unit == q.unit or "dose" in (other.unit, q.unit))
        )
    if q.kind == "date":
        return (other.kind == "date" and other.unit == q.unit) or (
            q.unit != "month" and other.kind in ("count", "grade")
        )
    if q.kind == "measure":
        return other.unit in (q.unit, "") or q.unit in ("degree", "%", "l", "lb")
    return True


def _pressures(case: Case) -> None:
    """A blood pressure is a pair: 180 over 95."""
    mine = _pairs(case.sentence)
    pairs = [p for said in case.talk.turns for p in _pairs(said)] if mine else []
    for pair in mine:
        if pairs and pair not in pairs:
            case.mark("pressure_conflict")
            case.flag("number", f"“{pair[0]:g}/{pair[1]:g}” is not a blood pressure that was said.", tier="red")


def _pairs(said: Said) -> list[tuple[float, float]]:
    second: dict[int, list[float]] = defaultdict(list)
    for q in said.quantities:
        second[q.first].append(q.value)
    found = []
    for a in said.quantities:
        if a.value >= 60 and a.last + 2 < len(said.words) and said.words[a.last + 1].text in ("/", "over"):
            found += [(a.value, b) for b in second[a.last + 2] if 30 <= b < 160]
    return found
