"""Checks of the family: a relative whom nobody spoke of, or of whom something else was said."""

from collections import Counter
from itertools import product

from agent.documents.case import Case
from agent.documents.heard import Place, Talk
from agent.documents.lexicon import covering

_PARENTS, _SIBLINGS = ("mother", "father", "parent"), ("brother", "sister", "sibling")
_THROUGH = {  # a relative, and whose relative of what kind they are: "my dad's sister"
    "aunt": (_PARENTS, ("sister",)), "uncle": (_PARENTS, ("brother",)), "grandmother": (_PARENTS, ("mother",)),
    "grandfather": (_PARENTS, ("father",)), "niece": (_SIBLINGS, ("daughter",)), "nephew": (_SIBLINGS, ("son",)),
    "cousin": (("aunt", "uncle"), ("daughter", "son", "child")),
    "mother-in-law": (("wife", "husband", "partner"), ("mother",)),
    "father-in-law": (("wife", "husband", "partner"), ("father",)),
}  # fmt: skip
_NEAR = 6  # words between the two, at most


def check_family(case: Case) -> None:
    """Relatives that nobody spoke of, and what is said of another one."""
    for name, first, last in case.sentence.of("r"):
        word = case.sentence.words[first].text
        if name in ("friend", "neighbor", "roommate", "twin") or word in ("girl", "boy"):
            continue
        if first > 1 and [w.text for w in case.sentence.words[first - 2 : first]] == ["as", "a"]:
            continue  # "as a child"
        case.mark("has_family")
        places = [p for r in covering(name) for p in case.said("r:" + r)]
        inside = sum(name == n for o in case.others for n, *_ in o.of("r"))
        if not places and (otherwise := _otherwise(case, name, first, last)):
            case.mark(otherwise)
            continue
        if not places:
            case.mark("family_absent")
            if not inside:
                case.mark("family_absent_alone")
            case.flag("person", f"“{word}” is not mentioned in the visit.", tier="red")
            continue
        around = [w for w in case.link.words if not first <= w.n <= last and abs(w.n - first) <= 7 and w.places]
        around = sorted(around, key=lambda w: len(w.places))[:3]
        spots = sorted(case.talk.near(p) for w in around for p in w.places[:20])
        mine = _reach(case, places, spots)
        rivals = {}
        for other in _relations(case):
            if other not in covering(name) and name not in covering(other):
                rivals[other] = _reach(case, case.said("r:" + other), spots)
        closest = min(rivals, key=lambda r: rivals[r], default="")
        if closest and rivals[closest] <= 8 and mine > 25:
            case.mark("family_rival")
            case.flag(
                "person", f"“{word}”, but this is said of the {closest}.", case.said("r:" + closest)[:3], tier="red"
            )
        elif closest and rivals[closest] < mine and mine > 12:
            case.mark("family_rival_weak")
        elif spots and mine > 40:
            case.mark("family_unbound")
        if _note_rival(case, name):
            case.mark("family_note_conflict")


def _otherwise(case: Case, name: str, first: int, last: int) -> str:
    """How a relative whom nobody names comes into the visit all the same; empty where they do not."""
    if name in ("wife", "husband") and any(case.said(s) for s in ("marri", "spous", "partner")):
        return "family_married"
    if name in _CLOSE_KIN and _speaks_for(case.spoken):
        return "family_of_speaker"
    beside = "other" in case.spoken.roles[: len(case.spoken.turns)] and _speaks_here(case, name, first, last)
    if beside or case.said("s:" + name):
        return "family_speaks"
    return "family_by_another" if _by_another(case, name) else ""


def _speaks_here(case: Case, name: str, first: int, last: int) -> bool:
    """ "The mother states", "explained to his wife", where somebody besides the patient spoke: nobody says "mother"."""
    words = case.sentence.words
    if name not in _COME_ALONG:
        return False
    after = {w.stem for w in words[last + 1 : last + 4]}
    return bool(after & _TELLS) or any(w.text in ("to", "with", "by") for w in words[max(0, first - 3) : first])


_COME_ALONG = frozenset({"mother", "father", "parent", "wife", "husband", "spouse", "daughter", "son"})
_TELLS = frozenset(
    "state report note deni say said tell told agre bring brought describ believ think feel ask give gave verbal "
    "understand present accompani mention express".split()
)


def _speaks_for(spoken: Talk) -> bool:
    """Whether somebody speaks for the patient, as of a child: then "mother" is who speaks, and their son a brother."""
    told = Counter(
        w.text for turn, role in zip(spoken.turns, spoken.roles, strict=True) if role != "clinician" for w in turn.words
    )
    if any(spoken.places.get("r:" + name) for name in ("mother", "father", "parent")):
        return False
    other, self = sum(told[w] for w in _OF_ANOTHER), sum(told[w] for w in _OF_ONESELF)
    return other >= _MOST_OWN and other > self


_CLOSE_KIN = frozenset({"mother", "father", "parent", "brother", "sister", "sibling"})
_OF_ANOTHER = frozenset({"she", "he", "her", "his", "him", "she's", "he's"})
_OF_ONESELF = frozenset({"i", "me", "my", "i'm", "i've", "i'd"})
_MOST_OWN = 6  # a patient tells of others less


def _relations(case: Case) -> list[str]:
    return [key[2:] for key in case.talk.places if key.startswith("r:")]


def _reach(case: Case, places: list[Place], spots: list[int]) -> int:
    return min((abs(case.talk.near(p) - s) for p in places for s in spots), default=999)


def _note_rival(case: Case, name: str) -> bool:
    mine = {w.stem for w in case.sentence.words if len(w.stem) > 3}
    for other in case.others:
        theirs = {n for n, *_ in other.of("r")}
        if theirs and name not in theirs and len(mine & {w.stem for w in other.words if len(w.stem) > 3}) >= 3:
            return True
    return False


def _by_another(case: Case, name: str) -> bool:
    """ "My dad's sister" is an aunt."""
    whose, what = _THROUGH.get(name, ((), ()))
    first = [case.talk.near(p) for r in whose for p in case.said("r:" + r)]
    second = [case.talk.near(p) for r in what for p in case.said("r:" + r)]
    return any(0 < b - a <= _NEAR for a, b in product(first, second))
