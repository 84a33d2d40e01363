"""Checks of sense: said or denied, done or undone, sure or only thought, found or never found."""

from agent.documents.case import Case
from agent.documents.heard import Said
from agent.documents.lexicon import poles, rows, stems, words

_HELD = 24  # words around a mention in which its direction is said
_PLAN = frozenset(
    "refer referr order obtain schedul follow prescrib recommend return administ arrang repeat advis counsel vaccin "
    "initi discharg plan place send consult".split()
)
_EXAM = frozenset(
    "auscult palpat tender bilater edema murmur clear soft intact reflex effus erythema pupil tympan membran "
    "lymphadenopathi abdomen abdomin lung heart neck skin gait extrem nontend distend rhythm symmetr oropharynx "
    "exam examin bowel sound bruit thyroid crani nerv motion strength sensat flexion extens round reactiv nodul "
    "straight vertebr".split()
)


def check_sense(case: Case) -> None:
    _findings(case)
    _polarity(case)
    _directions(case)
    _certainty(case)
    _shape(case)


def _findings(case: Case) -> None:
    for name, first, last in case.sentence.of("f"):
        mine = case.sentence.polarity[first]
        places = case.said("f:" + name)
        sign = "pos" if mine == 1 else "neg"
        shown = case.text(first, last)
        inside = [o.polarity[a] for o in case.others for n, a, _ in o.of("f") if n == name]
        if -mine in inside and mine not in inside:
            case.mark(f"finding_note_{sign}")
        if not places:
            case.mark(f"finding_absent_{sign}")
            if any(case.said(case.sentence.words[k].stem) for k in range(first, last + 1)):
                case.mark("finding_partly")
            elif mine == 1:
                case.flag("finding", f"“{shown}” is not mentioned in the visit.", tier="amber")
            continue
        said = {p.polarity for p in places}
        if mine not in said and -mine in said:
            case.mark(f"finding_against_{sign}")
            how = "The note reports" if mine == 1 else "The note denies"
            what = "it was denied" if mine == 1 else "it was said to be so"
            case.flag("negation", f"{how} “{shown}”; in the visit {what}.", [p for p in places if p.polarity == -mine])
        elif said == {0}:
            case.mark(f"finding_asked_{sign}")
        elif -mine in said:
            agree = sum(p.polarity == mine for p in places)
            against = sum(p.polarity == -mine for p in places)
            case.mark(f"finding_mixed_{sign}", against / (agree + against))
        else:
            case.mark(f"finding_agrees_{sign}")


def _polarity(case: Case) -> None:
    """Of all telling words: those that the talk has only with the other sign, and those it has with the same."""
    against = {1: 0.0, -1: 0.0}
    agrees = {1: 0.0, -1: 0.0}
    total = sum(w.weight for w in case.link.words) or 1.0
    for word in case.link.words:
        if not word.places or not case.sentence.words[word.n].stem.isalpha():
            continue
        mine = case.sentence.polarity[word.n]
        signs = {p.polarity for p in word.places}
        if mine in signs:
            agrees[mine] += word.weight
        elif -mine in signs:
            against[mine] += word.weight
    _local(case)
    for mine, name in ((1, "pos"), (-1, "neg")):
        case.features[f"words_against_{name}"] = against[mine] / total
        case.features[f"words_agree_{name}"] = agrees[mine] / total
    denies = -1 in case.sentence.polarity
    case.features["denies"] = float(denies)
    passage = _passage(case)
    no = any(w in words("negations") | words("refusing") or w.endswith("n't") for w in passage)
    if denies and not no and passage:
        case.mark("denial_unsaid")
    if not denies and no:
        case.mark("denial_dropped")
    heavy = against[1] + against[-1]
    if heavy > 0.5 * total and not any(f.kind == "negation" for f in case.flags):
        worst = max((w for w in case.link.words if w.places), key=lambda w: w.weight, default=None)
        if worst:
            case.flag("negation", "Said the other way round in the visit: is it so, or not?", list(worst.places[:3]))


def _local(case: Case) -> None:
    """The share of the words said in a passage that it says with the other sign, in the passage that agrees most."""
    best: tuple[float, float, float] | None = None
    for first, last in case.link.passages:
        against = {1: 0.0, -1: 0.0}
        agrees = 0.0
        for word in case.link.words:
            mine = case.sentence.polarity[word.n]
            local = {p.polarity for p in word.places if case.near(p, first, last, 2)}
            if mine in local:
                agrees += word.weight
            elif -mine in local:
                against[mine] += word.weight
        heard = agrees + against[1] + against[-1]
        if heard and (best is None or (against[1] + against[-1]) / heard < sum(best[:2])):
            best = (against[1] / heard, against[-1] / heard, heard)
    if best:
        case.features["local_against_pos"], case.features["local_against_neg"] = best[0], best[1]
        case.features["local_against_all"] = float(best[0] + best[1] > 0.95)


def _passage(case: Case, reach: int = 6) -> list[str]:
    """The words of the best passage and a few around it."""
    if case.link.last < 0:
        return []
    return [w.text for w in case.talk.words[max(0, case.link.first - reach) : case.link.last + reach + 1]]


def _directions(case: Case) -> None:
    against_of = rows("talk")["pole_against"]
    table, weak, body = poles(), stems("weak_poles"), words("body")
    near_stems = _near_stems(case)
    near = {p for w in near_stems if w not in weak for p in table.get(w, ())}
    loose = {p for w in near_stems for p in table.get(w, ())}
    for n, word in enumerate(case.sentence.words):
        after = case.sentence.words[n + 1].text if n + 1 < len(case.sentence.words) else ""
        if word.text == "lower" and after in body:
            continue
        for pole in table.get(word.stem, ()):
            opposite = against_of[pole]
            if word.stem in weak:
                continue
            if case.sentence.polarity[n] == -1:
                case.mark("direction_denied")
                continue
            case.mark("has_direction")
            inside = _inside(case, pole), _inside(case, opposite)
            if inside[1] and not inside[0]:
                case.mark("direction_note_conflict")
            if word.stem in near_stems:
                case.mark("direction_word_mixed" if opposite in near else "direction_word")
                continue
            if pole in loose and opposite not in near:
                case.mark("direction_agrees")
            elif opposite in near and pole not in loose:
                case.mark("direction_against")
                stems_of = [s for s, p in table.items() if opposite in p]
                places = [
                    p for s in stems_of for p in case.said(s) if case.near(p, case.link.first, case.link.last, _HELD)
                ]
                case.flag("action", f"“{word.text}”: the visit says the opposite here.", places)
            elif opposite in near:
                case.mark("direction_mixed")
            elif opposite in loose and pole not in loose:
                case.mark("direction_against_loosely")
            else:
                case.mark("direction_unsaid")
            if not case.said(word.stem):
                case.mark("direction_word_absent")
                if pole in ("halt", "worse", "down"):
                    case.mark(f"direction_absent_{pole}")


def _near_stems(case: Case) -> set[str]:
    """The stems around the sentence's medicines where it has some, and around its best passage."""
    spots = [(case.link.first, case.link.last)] if case.link.last >= 0 else []
    for name, *_ in case.sentence.drugs():
        spots += [(case.talk.near(p), case.talk.near(p)) for p in case.said("d:" + name)]
    return {
        w.stem for first, last in spots for w in case.talk.words[max(0, first - _HELD) : last + _HELD + 1] if w.stem
    }


def _inside(case: Case, pole: str) -> bool:
    """Whether another sentence of the note that shares a medicine or two telling words has this direction."""
    mine = {w.stem for w in case.sentence.words if len(w.stem) > 3 and w.stem not in poles()}
    medicines = {d for d, *_ in case.sentence.drugs()}
    table = poles()
    for other in case.others:
        theirs = {w.stem for w in other.words}
        alike = bool(medicines & {d for d, *_ in other.drugs()}) or len(mine & theirs) >= 3
        if alike and any(pole in table.get(s, ()) for s in theirs):
            return True
    return False


def _certainty(case: Case) -> None:
    hedges, sure = stems("hedges"), stems("sure")
    mine = {w.stem for w in case.sentence.words if w.stem}
    for stem in mine & sure:
        places = case.said(stem)
        if not places:
            case.mark("sure_absent")
            case.flag("certainty", "Put as certain; nobody said so in the visit.")
        elif not any(case.near(p, case.link.first, case.link.last, _HELD) for p in places):
            case.mark("sure_far")
    hedged = "?" in case.sentence.text or bool(mine & hedges)
    case.features["hedged"] = float(hedged)
    passage = _passage(case, 10)
    heard = [
        w
        for w in passage
        if w in words("hedges") and w not in ("if", "could", "looks", "sounds", "appear", "think", "thought", "believe")
    ]
    strong = bool(heard)
    soft = any(w in ("think", "believe", "thought", "could", "sounds") for w in passage)
    if not hedged and strong:
        case.mark("hedge_dropped")
    if not hedged and soft:
        case.mark("hedge_dropped_soft")
    if (
        not hedged
        and (strong or soft)
        and any(_alike(case.sentence, o) and {w.stem for w in o.words} & hedges for o in case.others)
    ):
        case.mark("hedge_note")


def _alike(one: Said, other: Said) -> bool:
    a = {w.stem for w in one.words if len(w.stem) > 4}
    return len(a & {w.stem for w in other.words}) >= max(2, len(a) // 2)


def _shape(case: Case) -> None:
    """What kind of sentence it is; how much of it nobody said."""
    found = [w.stem for w in case.sentence.words if w.stem]
    missing = case.link.missing
    f = case.features
    f["plan"] = float(bool(set(found) & _PLAN))
    f["exam"] = min(3, len(set(found) & _EXAM)) / 3
    f["length"] = min(40, len(found)) / 40
    f["telling"] = min(20, len(case.link.words)) / 20
    f["short"] = float(len(case.link.words) <= 2)
    f["surprise"] = min(8.0, sum(w.weight for w in missing))
    f["most_surprising"] = max((w.weight for w in missing), default=0.0)
    f["mean_surprise"] = sum(w.weight for w in missing) / max(1, len(case.link.words))
    f["uncovered"] = 1 - case.link.coverage if case.link.words else 0.0
    f["scattered"] = 1 - case.link.passage if case.link.words else 0.0
    f["apart"] = max(0.0, case.link.coverage - case.link.passage)
    f["missing"] = min(6, len(missing)) / 6
    first = " ".join(w.text for w in case.sentence.words[:2])
    f["positive_for"] = float(first == "positive for" or "positive for" in case.sentence.text.casefold())
    f["there_is"] = float(first in ("there is", "there are", "there was"))
    f["talk_short"] = float(sum(len(t.words) for t in case.talk.turns) < 150)
