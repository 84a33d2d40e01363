"""Checks of values: medicines, doses, numbers, durations, dates, how often, by which route, which side."""

from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from agent.documents.case import Case, Tier
from agent.documents.heard import Place, Said, Talk
from agent.documents.lexicon import drug_families, usual, words
from agent.documents.values import Quantity, Rate

_NEAR = 45  # words of talk between a medicine and its dose
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
_WHAT = {
    "dose": "dose", "duration": "duration", "age": "age", "date": "date", "measure": "number", "count": "number",
    "grade": "number",
}  # fmt: skip


def check_values(case: Case) -> None:
    _medicines(case)
    for quantity in case.sentence.quantities:
        _quantity(case, quantity)
    _pressures(case)
    for rate in case.sentence.rates:
        _rate(case, rate)
    _routes(case)
    _sides(case)


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
        elif sounds(case.talk, case.sentence.words[first].stem):
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


def _anchors(case: Case, first: int, last: int) -> list[Place]:
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
    every = [(Place(t, o.first, 1), o) for t, said in enumerate(case.talk.turns) for o in said.quantities]
    alike = [p for p, o in every if o.value == q.value]
    same = [p for p, o in every if o.value == q.value and _same_sort(q, o)]
    shown = case.text(q.first, min(q.last, q.first + 4))
    case.mark(f"has_{name}")
    anchors = sorted(case.talk.near(p) for p in _anchors(case, q.first, q.last))
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
    if not anchors:
        return None
    gap = _gap(case, same or alike, anchors)
    if rivals and gap > 10 + _gap(case, rivals, anchors):
        case.mark(f"{name}_rival")
        if gap > _NEAR:
            case.mark(f"{name}_rival_far")
        tier: Tier = "red" if gap > _NEAR and q.kind == "dose" else "amber"
        case.flag(what, f"“{shown}” is said of something else; here another value is said.", rivals, tier=tier)
    elif gap > _NEAR:
        case.mark(f"{name}_unbound")
    return None


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


def ages_said(talk: Talk) -> list[tuple[float, Place]]:
    """Ages that are said, as such or as "I am fifty nine"."""
    found = []
    for turn, said in enumerate(talk.turns):
        for q in said.quantities:
            before = [w.text for w in said.words[max(0, q.first - 3) : q.first]]
            after = said.words[q.last + 1].text if q.last + 1 < len(said.words) else "."
            of = bool({"i'm", "am", "he's", "she's", "is", "turned", "you're", "are", "aged", "age"} & set(before[-2:]))
            if said.of("r") and any(-8 <= a - q.first <= 3 for _, a, _ in said.of("r")):
                continue
            if q.kind == "age" or (q.kind == "count" and of and after in ".,!?;" and 1 <= q.value <= 110):
                found.append((q.value, Place(turn, q.first, 1)))
    return found


def _gap(case: Case, places: list[Place], anchors: list[int]) -> int:
    return min((abs(case.talk.near(p) - a) for p in places for a in anchors), default=999)


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
        close = any(abs(case.talk.near(place) - a) <= _CLOSE for a in anchors)
        bare = q.kind in ("count", "grade")
        if (close and not bare and _same_sort(q._replace(value=other.value), other) and other.kind == q.kind) or (
            beside & near and (close or not anchors) and other.kind in (q.kind, "count", "grade")
        ):
            found.append(place)
    return found


_CLOSE = 20


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
    pairs = [p for said in case.talk.turns for p in _pairs(said)]
    for pair in _pairs(case.sentence):
        if pairs and pair not in pairs:
            case.mark("pressure_conflict")
            case.flag("number", f"“{pair[0]:g}/{pair[1]:g}” is not a blood pressure that was said.", tier="red")


def _pairs(said: Said) -> list[tuple[float, float]]:
    found = []
    for a in said.quantities:
        for b in said.quantities:
            between = said.words[a.last + 1 : b.first]
            if len(between) == 1 and between[0].text in ("/", "over") and a.value >= 60 and 30 <= b.value < 160:
                found.append((a.value, b.value))
    return found


def _rate(case: Case, rate: Rate) -> None:
    case.mark("has_rate")
    every = [(Place(turn, other.first, 1), other) for turn, said in enumerate(case.talk.turns) for other in said.rates]
    alike = [p for p, other in every if _same_rate(rate, other)]
    shown = case.text(rate.first, rate.last)
    anchors = [case.talk.near(p) for p in _anchors(case, rate.first, rate.last)]
    near = lambda p, reach: any(abs(case.talk.near(p) - a) <= reach for a in anchors)  # noqa: E731
    rivals = [p for p, other in every if not _same_rate(rate, other) and near(p, 25)]
    bound = any(near(p, _NEAR) for p in alike)
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
        )  # noqa: E501
    elif not bound and anchors:
        case.mark("rate_unbound")
        if rivals:
            case.mark("rate_unbound_rival")
            case.flag("frequency", f"“{shown}” is said of something else; here another frequency is said.", rivals)


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
        if (
            word.text == "right"
            and n + 1 < len(case.sentence.words)
            and case.sentence.words[n + 1].text in ("now", "away", "before", "after")
        ):  # noqa: E501
            continue
        part = next(
            (w.stem for w in case.sentence.words[n + 1 : n + 5] if w.text.rstrip("s") in body or w.text in body), ""
        )
        _side(case, n, word.text, part)


def _side(case: Case, n: int, side: str, part: str) -> None:
    other = "left" if side == "right" else "right"
    mine, theirs = _with_part(case.talk, side, part), _with_part(case.talk, other, part)
    inside = sum(_note_side(o, side, part) for o in case.others)
    outside = sum(_note_side(o, other, part) for o in case.others)
    case.mark("has_side")
    if outside and not inside:
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
        )  # noqa: E501
    elif not mine:
        case.mark("side_unbound")
    elif len(theirs) > 2 * len(mine):
        case.mark("side_minority")


def _with_part(talk: Talk, side: str, part: str) -> list[Place]:
    """Where a side is said of a body part; "right?" and "right now" are no side."""
    found = []
    for p in talk.places.get(side, ()):
        around = talk.turns[p.turn].words
        after = around[p.word + 1].text if p.word + 1 < len(around) else "."
        if side == "right" and after in ("?", ".", ",", "now", "so", "and", "away", "okay", "before", "after", "i"):
            if not part or not any(w.stem == part for w in around[max(0, p.word - 4) : p.word]):
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
