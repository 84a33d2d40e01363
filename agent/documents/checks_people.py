"""Checks of who: the patient's sex, age and name, allergies that are denied."""

import re
from collections import Counter

from agent.documents.case import Case
from agent.documents.heard import Place, Said, Talk
from agent.documents.lexicon import ALLERGY
from agent.documents.lexicon import words as words_of
from agent.documents.tokens import stem

_SEX = {
    "male": "male", "man": "male", "boy": "male", "gentleman": "male", "female": "female", "woman": "female",
    "girl": "female", "lady": "female", "mr": "male", "mrs": "female", "ms": "female", "miss": "female",
}  # fmt: skip
_PRONOUN = {"he": "male", "him": "male", "his": "male", "himself": "male", "she": "female", "her": "female",
    "hers": "female", "herself": "female"}  # fmt: skip
_TITLED = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Doctor)\b\.?\s+([A-Z][\w'’-]+)(?:\s+([A-Z][\w'’-]+))?")
_NAMED = re.compile(
    r"^(?:(?:Patient(?: name)?|Re|RE|Name):\s*)?([A-Z][a-z'’-]+)\s+([A-Z][\w'’-]+)"
    r"(?=\s+(?:is an?|presents|comes|returns)\b|,\s+(?:an?|DOB|date|born|(\d+))\b)"
)
NO_ALLERGY = re.compile(
    r"\bno (?:known |drug |food |medication |other |current )*allerg|\bnkda\b|\bnka\b|"
    r"\b(?:denies|denied|without|not have) (?:having |any |known |drug |medication |food )*allerg|"
    r"\ballergies:? (?:none|nil|no\b|nkda)|"
    r"\bno (?:drug|medication) allerg|\bnot allergic to any", re.I,
)  # fmt: skip
_NOT_PEOPLE = frozenset(
    {"Medical", "Physical", "Patient", "Review", "Chief", "Past", "Blood", "Treatment", "Specialist", "The"}
)
_THINGS = frozenset({"d:", "f:", "a:", "=:"})  # keys of medicines, findings, allergens and what notes have a word for


def check_people(case: Case) -> None:
    _sex(case)
    _names(case)
    _allergy(case)


def sex_of(texts: list[Said]) -> str:
    """The sex that a note's pronouns and titles give the patient, where three in four agree."""
    votes: Counter[str] = Counter()
    for text in texts:
        first = next((w.text for w in text.words if w.stem), "")
        if first in _PRONOUN:
            votes[_PRONOUN[first]] += 3
        for w in text.words:
            if w.text in _PRONOUN:
                votes[_PRONOUN[w.text]] += 1
            elif w.text in ("mr", "mrs", "ms", "male", "female", "sir", "ma'am", "gentleman"):
                votes[{"sir": "male", "ma'am": "female"}.get(w.text) or _SEX[w.text]] += 3
    (best, count), total = (votes.most_common(1) or [("", 0)])[0], sum(votes.values())
    return best if total >= 2 and count >= 0.75 * total else ""


def _sex(case: Case) -> None:
    words = case.sentence.words
    stated = [
        _SEX[w.text]
        for w in words
        if w.text in _SEX and w.text not in ("mr", "mrs", "ms", "miss", "lady", "girl", "boy")
    ]
    if not stated:
        first = next((w.text for w in words if w.stem), "")
        if case.person.sex and first in _PRONOUN and _PRONOUN[first] != case.person.sex:
            case.mark("pronoun_conflict")
        return
    aged = any(q.kind == "age" for q in case.sentence.quantities) or bool(_LOOKS & {w.text for w in words})
    own = [
        _PRONOUN.get(w.text) or _SEX.get(w.text)
        for w in words
        if w.text in _PRONOUN or w.text in ("mr", "ms", "mrs", "miss")
    ]
    if own and all(o != stated[0] for o in own):
        case.mark("sex_conflict")
        case.flag("identity", f"“{stated[0]}”, but this sentence calls the patient otherwise.", tier="red")
    elif case.person.sex and case.person.sex != stated[0] and aged:
        case.mark("sex_conflict")
        source = "The record" if case.person.known else "The rest of the note"
        case.flag("identity", f"“{stated[0]}”: {source.lower()} says {case.person.sex}.", tier="red")
    elif not case.person.sex and aged:
        case.mark("sex_unknown")


_LOOKS = frozenset({"patient", "appearing", "pleasant", "nourished", "developed", "cooperative"})


def _names(case: Case) -> None:
    text = case.sentence.text
    found = [(m[1], [n for n in (m[2], m[3]) if n]) for m in _TITLED.finditer(text)]
    named = _NAMED.match(text)
    if named and not found and _is_person(case, named):
        found.append(("", [named[1], named[2]]))
    for title, names in found:
        low = [n.casefold().removesuffix("'s").removesuffix("’s") for n in names]
        known = [n in case.person.names or bool(case.said(n) or case.said(stem(n))) or _spelled(case, n) for n in low]
        inside = [any(n == w.text for o in case.others for w in o.words) for n in low]
        doctor = title in ("Dr", "Doctor")
        if len(low[-1]) < 3:
            continue
        if case.person.known and not doctor and len(case.person.names) > 1 and _other_name(case, low, bool(title)):
            case.mark("name_conflict")
            detail = f"“{' '.join(names)}” is not this patient's name in the record."
            case.flag("identity", detail, tier="red")
        elif not known[-1] and not inside[-1]:
            case.mark("doctor_absent" if doctor else "name_absent")
            called = [] if doctor else _called(case)
            if called:
                case.mark("name_conflict")
            detail = f"“{' '.join(names)}” is not named in the visit or the record."
            case.flag("name", detail, called, tier="amber" if doctor else "red")
        elif not all(known) and case.person.known and not doctor:
            case.mark("name_partly")


def _spelled(case: Case, name: str) -> bool:
    """Whether it was said letter by letter."""
    return len(name) > 2 and f" {' '.join(name)} " in f" {' '.join(w.text for w in case.talk.words)} "


def _is_person(case: Case, named: re.Match[str]) -> bool:
    """Whether two capitals that begin a sentence may be a name: no heading, medicine, finding or part of the body, and
    what follows them is no dose or result."""
    if named[1] in _NOT_PEOPLE:
        return False
    words = case.sentence.words
    inside = [n for n, w in enumerate(words) if named.start(1) <= w.start < named.end(2)]
    if any(words[n].text in case.person.names for n in inside):
        return True
    if any(words[n].text in words_of("body") or _THINGS & {key[:2] for key in case.sentence.keys[n]} for n in inside):
        return False
    return not any(
        q.kind in ("dose", "measure", "grade") and words[q.first].start == named.start(3)
        for q in case.sentence.quantities
    )


def _other_name(case: Case, names: list[str], titled: bool) -> bool:
    """Whether a titled name shares nothing with the record's, or a full name is not all in it."""
    known = [n in case.person.names for n in names]
    return not any(known) if titled else not all(known)


def _called(case: Case) -> list[Place]:
    """Where the talk calls somebody by another name: Mrs. Lopez."""
    found = []
    for turn, said in enumerate(case.spoken.turns):
        for n, word in enumerate(said.words[:-1]):
            if word.text in ("mr", "mrs", "ms", "miss"):
                found.append(Place(turn, n, 1))
    return found


def _allergy(case: Case) -> None:
    if not NO_ALLERGY.search(case.sentence.text):
        return
    case.mark("denies_allergy")
    places = [place for _, place in allergies_named(case.spoken)]
    inside = [
        o
        for o in case.others
        if re.search(r"\ballergic to\b|\ballerg\w+ to\b", o.text, re.I) and not NO_ALLERGY.search(o.text)
    ]
    if places:
        case.mark("allergy_conflict")
        case.flag("allergy", "No allergy, the note says; one was named in the visit.", places, tier="red")
    elif inside:
        case.mark("allergy_note_conflict")
        case.flag("allergy", "No allergy, this sentence says; elsewhere the note names one.", tier="red")
    elif not any(case.said(stem) for stem in ALLERGY):
        case.mark("allergy_unsaid")


def allergies_named(talk: Talk) -> list[tuple[str, Place]]:
    """What the patient is said to be allergic to: beside "allergic" or "allergy", or in the answer to a question."""
    found = []
    for n, turn in enumerate(talk.turns):
        about = [k for k, w in enumerate(turn.words) if w.stem in ALLERGY]
        before = talk.turns[max(0, n - 2) : n]
        asked = [k for k, b in enumerate(before) if any(w.stem in ALLERGY for w in b.words)]
        for name, a, _ in [*turn.of("d"), *turn.of("a")]:
            near = any(-9 <= k - a <= 12 and not _apart(talk, n, a, k) for k in about)
            answers = bool(asked) and len(turn.words) < _SHORT and (n == 0 or talk.roles[n] != "clinician")
            if (near or answers) and turn.polarity[a] == 1:
                found.append((name, Place(n, a, 1)))
    return found


_SHORT = 25  # words of an answer


def _apart(talk: Talk, n: int, named: int, about: int) -> bool:
    """ "You may need an antibiotic. Any allergies?": a clinician's question after another sentence names none."""
    words = talk.turns[n].words
    parted = any(w.text in ".?!" for w in words[named:about]) or any(w.text == "?" for w in words[about:named])
    return parted and talk.roles[n] == "clinician"
