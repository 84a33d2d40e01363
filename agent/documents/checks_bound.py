"""Checks of what a word stands next to: the side said nearest to the very word that the note gives a side to, the plain
"yes" or "no" around the words that say most of a sentence, and whether notes usually deny what this one reports."""

from collections.abc import Sequence
from itertools import pairwise

from agent.documents.asking import AUX, WH
from agent.documents.case import Case
from agent.documents.checks_how import by_itself, no_side
from agent.documents.checks_tight import Spot
from agent.documents.checks_values import same_value
from agent.documents.heard import Place, Said
from agent.documents.lexicon import denied, poles, rows, words

_ONWARD, _BACK = 3, 4  # words from a side to what it is the side of
_MOST_SAID = 40  # places of a word that a side is looked for at
_ROUND = 8  # words around the words that say most of a sentence
_JUST_BEFORE = 3
_SIDES = {"left": "right", "right": "left", "left-sided": "right", "right-sided": "left"}
_STOPS = frozenset({",", ".", ";", ":", "and", "or", "but", "?"})
_NO_PART = frozenset({"side", "hand", "dominant", "sid", "one"})
_UNDENIED = frozenset({"problem", "issu", "histori", "patient", "deni", "report"})


def check_bound(case: Case, spots: Sequence[Spot], share: float) -> None:
    _sides(case)
    if spots:
        _plainly(case, spots, share)
    _unlike_notes(case)
    _way_of_values(case)
    _head(case)


def _sides(case: Case) -> None:
    same, other, places = 0.0, 0.0, []
    for n, word in enumerate(case.sentence.words):
        if word.text not in ("left", "right") or (word.text == "right" and no_side(case.sentence, n)):
            continue
        for k in _of_side(case.sentence, n):
            mine, theirs = _sides_said(case, k, word.text)
            mine = mine or by_itself(case.talk, word.text)
            if mine or theirs:
                same += len(mine) / (len(mine) + len(theirs))
                other += len(theirs) / (len(mine) + len(theirs))
                places += theirs if len(theirs) > len(mine) else []
    if not same and not other:
        return
    case.features["side_next_against"] = other / (same + other)
    case.mark("side_next_same" if same >= other else "side_next_other")
    if not same:
        case.mark("side_next_only_other")
        if not any(f.kind == "laterality" for f in case.flags):
            case.flag("laterality", "The other side is what was said of this.", places, tier="red")


def _of_side(said: Said, n: int) -> list[int]:
    """The words that a side belongs to: those after it, or before it where none follows."""
    after = []
    for k in range(n + 1, min(n + 1 + _ONWARD, len(said.words))):
        if said.words[k].text in _STOPS or said.words[k].text in _SIDES:
            break
        if _telling(said, k):
            after.append(k)
    if after:
        return after
    return [k for k in range(max(0, n - _BACK), n) if _telling(said, k)]


def _telling(said: Said, k: int) -> bool:
    stem = said.words[k].stem
    return len(stem) > 2 and stem.isalpha() and stem not in _NO_PART


def _sides_said(case: Case, k: int, side: str) -> tuple[list[Place], list[Place]]:
    keys = {key for key in case.sentence.keys[k] if key[1:2] != ":"}
    places = [p for key in keys for p in case.said(key)]
    mine: list[Place] = []
    theirs: list[Place] = []
    for p in places[:_MOST_SAID]:
        found = _nearest_side(case.talk.turns[p.turn], p.word)
        if found == side:
            mine.append(p)
        elif found:
            theirs.append(p)
    return mine, theirs


def _nearest_side(turn: Said, n: int) -> str:
    """The side just before a word of the talk, else the one just after it."""
    for k in range(n - 1, max(-1, n - 1 - _ONWARD), -1):
        text = turn.words[k].text
        if text in _STOPS - {"and", "or"}:
            break
        if text in ("left", "right") and not (text == "right" and no_side(turn, k)):
            return text
    for k in range(n + 1, min(n + 1 + _BACK, len(turn.words))):
        text, before = turn.words[k].text, turn.words[k - 1].text
        if text in _STOPS:
            break
        if text in ("left", "right") and before in ("the", "my", "your", "his", "her"):
            return text
    return ""


def _plainly(case: Case, spots: Sequence[Spot], share: float) -> None:
    """The signs at the best places as far as no reading of scopes is needed: a denial where nobody denied or asked
    anything around them, an assertion right after a "no", or after a question with a plain "no"."""
    sign = "neg" if -1 in case.sentence.polarity else "pos"
    near = [_around(case, s) for s in spots]
    for name in ("no", "before", "asked", "refused", "agreed", "plain"):
        case.features[f"near_{name}_{sign}"] = share * sum(name in found for found in near) / len(near)
    turned = [
        bool({"before", "refused"} & found) and spot.agrees < _HALF
        if sign == "pos"
        else "plain" in found and spot.against > _HALF
        for spot, found in zip(spots, near, strict=True)
    ]
    clear = sum(turned) / len(turned)
    case.features[f"plainly_turned_{sign}"] = share * clear
    if clear > _HALF and share > _HALF:
        case.mark("plainly_denied" if sign == "pos" else "plainly_asserted")
        if not any(f.kind == "negation" for f in case.flags) and "?" not in case.sentence.text:
            places = [p for t, s in zip(turned, spots, strict=True) if t for p in s.places]
            case.flag("negation", "Said the other way round in the visit: is it so, or not?", places)


_HALF = 0.5  # of the sentence, of what a place says of it, or of the places


def _around(case: Case, spot: Spot) -> set[str]:
    turn_at = spot.places[0].turn
    turn, inside = case.talk.turns[turn_at], [p.word for p in spot.places if p.turn == spot.places[0].turn]
    first, last = min(inside), max(inside)
    round_it = range(max(0, first - _ROUND), min(len(turn.words), last + _ROUND + 1))
    found: set[str] = set()
    if any(_no(turn.words[k].text) for k in round_it):
        found.add("no")
    same = [k for k in range(max(0, first - _JUST_BEFORE), first) if turn.clause[k] == turn.clause[first]]
    if any(_no(turn.words[k].text) for k in same):
        found.add("before")
    clause = [k for k, c in enumerate(turn.clause) if c == turn.clause[last] and k >= first - _ROUND]
    opens = [turn.words[k].text for k in clause if k < first]
    ends = turn.words[clause[-1]].text == "?"
    if ends or "any" in opens or any(a in AUX | WH and b in _ASKED_OF for a, b in pairwise(opens)):
        found.add("asked")
        if clause[-1] == len(turn.words) - 1:  # else the answer is to something that was asked after it
            reply = [w.text for t in case.talk.turns[turn_at + 1 : turn_at + 2] for w in t.words[:_REPLY]]
            if any(w in words("refusing") or w.endswith("n't") or w in ("not", "never") for w in reply):
                found.add("refused")
            elif any(w in words("agreeing") for w in reply):
                found.add("agreed")
    if not found & {"no", "asked"}:
        found.add("plain")
    return found


_ASKED_OF = frozenset({"you", "it", "there"})
_REPLY = 5  # words of an answer


def _no(text: str) -> bool:
    return text in words("negations") or text in words("refusing") or text.endswith("n't")


def _unlike_notes(case: Case) -> None:
    """Words that true notes nearly always deny, asserted here, or the other way round; where the talk says as much
    with this very sign it is no doubt."""
    table = denied()
    most: dict[int, float] = {1: 0.0, -1: 0.0}
    for word in case.link.words:
        sign, stem = case.sentence.polarity[word.n], case.sentence.words[word.n].stem
        if sign == 0 or stem not in table or stem in _UNDENIED:
            continue
        unlike = table[stem] if sign == 1 else 1 - table[stem]
        said = any(p.polarity == sign for p in word.places)
        most[sign] = max(most[sign], unlike * (0.3 if said else 1.0))
    case.features["unlike_notes_pos"], case.features["unlike_notes_neg"] = most[1], most[-1]


def _way_of_values(case: Case) -> None:
    """ "Gained 40 pounds" where forty were lost: the direction before a value, held against that in the talk."""
    against_of, table = rows("talk")["pole_against"], poles()
    for q in case.sentence.quantities:
        mine = {p for w in case.sentence.words[max(0, q.first - _JUST_BEFORE) : q.first] for p in table.get(w.stem, ())}
        opposite = {against_of[p] for p in mine}
        same, other = False, []
        for place, value in case.talk.values if mine else ():
            turn = case.talk.turns[place.turn].words
            theirs = {p for w in turn[max(0, value.first - _JUST_BEFORE) : value.first] for p in table.get(w.stem, ())}
            if not same_value(q, value):
                continue
            same = same or bool(theirs & mine)
            if theirs & opposite:
                other.append(place)
        if other and not same:
            case.mark("value_other_way")
            if not any(f.kind == "action" for f in case.flags):
                case.flag("action", f"“{case.text(q.first, q.last)}”: the visit says the opposite direction.", other)


def _head(case: Case) -> None:
    """What a sentence is about, by its first telling word and by its parts of the body, where nobody said it."""
    telling = [w for w in case.link.words if case.sentence.words[w.n].stem not in _UNDENIED]
    if telling:
        case.features["head_unsaid"] = 0.0 if telling[0].places else telling[0].weight
        case.features["last_unsaid"] = 0.0 if telling[-1].places else telling[-1].weight
        run = most = 0.0
        for w in telling:
            run = 0.0 if w.places else run + w.weight
            most = max(most, run)
        case.features["run_unsaid"] = min(6.0, most)
    parts = [w for w in case.link.words if _is_part(case.sentence.words[w.n].text)]
    if parts:
        case.features["part_unsaid"] = sum(not w.places for w in parts) / len(parts)
        unsaid = [w.n for w in parts if not w.places]
        if len(unsaid) == len(parts) and not any(f.kind == "finding" for f in case.flags):
            case.flag("finding", f"“{case.text(unsaid[0], unsaid[0])}” is not mentioned in the visit.")


def _is_part(text: str) -> bool:
    return text in words("body") or text.rstrip("s") in words("body")
