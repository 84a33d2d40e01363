"""Checks of nuance: whether just this word was only thought possible, told to go the other way, or denied where it is
reported. They look at the words next to each other, where `checks_sense` looks at whole passages."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from agent.documents.case import Case
from agent.documents.heard import Place, Said
from agent.documents.lexicon import poles, rows, stems, usual, words

_BEFORE, _AFTER = 6, 3  # words in which a hedge belongs to a word
_MOST_SAID = 6  # a word that is said more often is not judged by who hedged it
_BOUND = 7  # words in which a direction belongs to what goes up, stops or gets better
_ASSERTING = frozenset(
    "reports report reported reporting has had have notes noted endorses endorsed positive there admits "
    "complains".split()
)
_LOOSE = frozenset({"if", "concern", "concerned", "looks", "sounds", "appear", "appears", "consistent", "question"})
_ANY = frozenset({"any", "anything", "anybody", "anyone", "anymore"})
_OPEN = frozenset(
    "if whether should unless before when until for in case avoid avoids avoiding report call without prevent "
    "discuss discussed ask asked asks answer answered than rule evaluate assess monitor watch with-out can may "
    "resolve resolved treat review need needs free regarding about of refrain stop hold limit".split()
)
_RETURN = frozenset("return review call seek earlier sooner contact emergency er back immediately".split())


def check_nuance(case: Case) -> None:
    _hedges(case)
    _bound(case)
    _denied(case)
    _returns(case)
    _any(case)


def _hedged(text: Said, n: int, soft: frozenset[str] = frozenset()) -> bool:
    """Whether a hedge stands shortly before word `n`, or just after it, in the same sentence."""
    hedges = words("hedges") - soft
    for k in range(max(0, n - _BEFORE), min(len(text.words), n + _AFTER + 1)):
        if text.clause[k] == text.clause[n] and text.words[k].text in hedges and not _only_called(text, k):
            return True
    return False


def _only_called(text: Said, n: int) -> bool:
    """ "You might call it Lipitor"."""
    return any(w.text in ("call", "called", "known") for w in text.words[n + 1 : n + 3])


@lru_cache(maxsize=2048)
def _slipped(word: str, hedges: frozenset[str]) -> bool:
    """Whether a hedge was meant: "lkiely"."""
    return len(word) >= _LONG and any(len(h) >= _LONG and OSA.distance(word, h, score_cutoff=1) == 1 for h in hedges)


_LONG = 6  # letters of a hedge that a slip of the keyboard leaves to be known
_LOOKING = frozenset({"assess", "evaluate", "examine", "image", "visualize"})  # who looks at it claims nothing of it


def _doubted(text: Said, n: int) -> bool:
    """So in a note, where a question mark is a doubt; in a talk it is a question."""
    before, near = text.words[max(0, n - _BEFORE) : n], text.words[max(0, n - _BEFORE) : n + _AFTER + 1]
    if any(w.text in _LOOKING for w in before) or any(
        _slipped(w.text, words("hedges")) for w in near if w.stem not in usual()
    ):
        return True
    return _hedged(text, n) or "?" in text.text[max(0, text.words[n].start - 2) : text.words[n].end + 2]


def _hedges(case: Case) -> None:
    """A telling word that the visit has only as a possibility, and the note as a fact."""
    sentence = case.sentence
    worst: tuple[float, int, list[Place]] | None = None
    inside = False
    for word in case.link.words:
        n, stem = word.n, sentence.words[word.n].stem
        if len(stem) < 4 or not stem.isalpha() or stem in stems("hedges") or _doubted(sentence, n):
            continue
        if any(
            w.stem == stem and _hedged(other, k, _LOOSE) for other in case.others for k, w in enumerate(other.words)
        ):
            inside = True
        places = [p for p in word.places if case.spoken is case.talk or p.turn < len(case.spoken.turns)]
        if not 0 < len(places) <= _MOST_SAID:
            continue
        thought = [p for p in places if _hedged(case.talk.turns[p.turn], p.word)]
        share = len(thought) / len(places)
        sure = any(key.startswith("f:") for key in sentence.keys[n]) or word.weight > 1.0
        if share >= 0.99 and sure:
            weight = word.weight
            if worst is None or weight > worst[0]:
                worst = (weight, n, thought)
    if inside:
        case.mark("hedge_word_note")
    if worst is None:
        return
    case.mark("hedge_word")
    case.features["hedge_word_weight"] = min(4.0, worst[0])
    if _strong(case, worst[2]):
        case.mark("hedge_word_strong")
    if not any(f.kind == "certainty" for f in case.flags):
        shown = case.text(worst[1], worst[1])
        case.flag("certainty", f"“{shown}” was only thought possible in the visit: is it certain?", worst[2])


def _strong(case: Case, places: list[Place]) -> bool:
    """Hedged by more than "I think" or "if"."""
    soft = _LOOSE | {"think", "thought", "believe", "could", "guess", "thinks"}
    return all(_hedged(case.talk.turns[p.turn], p.word, soft) for p in places)


def _bound(case: Case) -> None:
    """A direction and the word that it is said of, held against the direction nearest to that word in the visit."""
    against_of, table, weak = rows("talk")["pole_against"], poles(), stems("weak_poles")
    sentence = case.sentence
    agrees, against, places = 0, 0, []
    for n, word in enumerate(sentence.words):
        begins = n + 1 < len(sentence.words) and sentence.words[n + 1].text == "to"  # "is starting to get better"
        if word.stem in weak or begins or sentence.polarity[n] == -1 or not table.get(word.stem):
            continue
        mine = table[word.stem]
        opposite = {against_of[p] for p in mine}
        for k in range(max(0, n - _BOUND), min(len(sentence.words), n + _BOUND + 1)):
            target = sentence.words[k].stem
            known = any(key[:2] in ("d:", "f:") for key in sentence.keys[k])
            if k == n or not (known or (len(target) > 4 and target not in table)) or not target.isalpha():
                continue
            for key in [key for key in sentence.keys[k] if key[:2] in ("d:", "f:")] or [target]:
                for place in case.said(key)[:12]:
                    said = _nearest(case, place, mine | opposite)
                    if said & mine:
                        agrees += 1
                    elif said & opposite:
                        against += 1
                        places.append(place)
    if against and not agrees:
        case.mark("bound_against")
        if not any(f.kind == "action" for f in case.flags):
            case.flag("action", "The visit says the opposite direction of this.", places)
    elif against or agrees:
        case.features["bound_share"] = against / (against + agrees)
        case.mark("bound_agrees", agrees / (against + agrees))


def _nearest(case: Case, place: Place, sort: frozenset[str] | set[str]) -> frozenset[str]:
    """The direction of this sort said nearest to a word of the talk; nothing where it is denied."""
    turn, table, weak = case.talk.turns[place.turn], poles(), stems("weak_poles")
    best: tuple[int, frozenset[str]] = (_BOUND + 1, frozenset())
    for k in range(max(0, place.word - _BOUND), min(len(turn.words), place.word + _BOUND + 1)):
        stem = turn.words[k].stem
        away = abs(k - place.word)
        if (
            stem not in weak
            and table.get(stem, frozenset()) & sort
            and away < best[0]
            and turn.clause[k] == turn.clause[place.word]
        ):
            best = (away, table[stem] if turn.polarity[k] != -1 else frozenset())
    return best[1]


def _denied(case: Case) -> None:
    """A finding that the note puts as present in so many words, and the visit's nearest word on it denies."""
    sentence = case.sentence
    head = {w.text for w in sentence.words[:5]}
    for name, first, _ in sentence.of("f"):
        places = case.said("f:" + name)
        if not places or sentence.polarity[first] == 0:
            continue
        mine = sentence.polarity[first]
        plain = [p for p in places if p.polarity]
        if not plain:
            continue
        same = sum(p.polarity == mine for p in plain)
        if mine == 1 and head & _ASSERTING and same <= len(plain) / 2:
            case.mark("asserted_denied", 1 - same / len(plain))
        if mine == -1 and same == 0 and len(plain) > 1:
            case.mark("denied_asserted")
        if mine == 1 and plain[-1].polarity == -1:
            case.mark("last_word_denies")
        near = [p for p in plain if case.near(p, case.link.first, case.link.last, 12)]
        if near and all(p.polarity == -mine for p in near):
            case.mark("near_denied" if mine == 1 else "near_asserted")


def _returns(case: Case) -> None:
    """Nobody is told to come back if they get better."""
    said = [w.text for w in case.sentence.words]
    if "if" in said and _RETURN & set(said):
        after = case.sentence.words[said.index("if") :]
        if any("better" in poles().get(w.stem, ()) for w in after) and not any(
            w.text in words("negations") or w.text.endswith("n't") or w.text == "fail" for w in after
        ):
            case.mark("return_better")
            case.flag("action", "To come back when it gets better: is that what was said?")


def _any(case: Case) -> None:
    """ "Reports any chills": such a word stands after a "no", an "if" or in a question, else a "no" was lost."""
    sentence = case.sentence
    for n, word in enumerate(sentence.words):
        if word.text not in _ANY or sentence.polarity[n] != 1:
            continue
        before = {w.text for w in sentence.words[:n]}
        after = {w.text for w in sentence.words[n + 1 : n + 3]}
        if not before & _OPEN and not after & {"other", "time", "given"} and "?" not in sentence.text:
            case.mark("any_asserted")
            if not any(f.kind == "negation" for f in case.flags):
                shown = case.text(n, min(n + 2, len(sentence.words) - 1))
                case.flag("negation", f"“{shown}”: was it denied? A “no” seems to be missing.", [])
            return
