"""What was said and the note leaves out: allergies, medicines, warning signs, instructions, follow-up, findings."""

import re
from collections import defaultdict
from collections.abc import Sequence

from agent.documents.checks_people import allergies_named
from agent.documents.heard import Said, Talk, said
from agent.documents.lexicon import ALLERGY, drug_families, words
from agent.documents.linking import passage
from agent.documents.record import Chart
from agent.documents.small_talk import TO_SOFTWARE
from agent.model.note import Omission

MOST = 12
_WHOLE = 25  # words on either side of a clause that is offered to be added
_OF_ALLERGIES = frozenset({"allergies", "allergic", "allergy", "nkda"})
_RED = frozenset({
    "chest pain", "shortness of breath", "fainting", "blood in stool", "blood in urine", "seizure", "confusion",
    "weight loss", "double vision", "night sweats",
})  # fmt: skip
_ALWAYS = frozenset({"allergy", "red_flag"})  # whatever else is said beside it
_VAGUE = frozenset({"pain", "gait", "sleep", "tenderness", "urinary problems", "recurrent falls", "bleeding"})
_FOLLOW = re.compile(
    r"\b(?:come back|follow[- ]?up|see you (?:again )?in (?!here)|return (?:in|to)|recheck|call (?:me|us|the office)|"
    r"make an appointment|see (?:me|us) (?:again )?in|another appointment)\b", re.I,
)  # fmt: skip
_INSTRUCT = re.compile(
    r"\b(?:i want you to|i'd like you to|you should|you need to|make sure (?:you|to)|try to|avoid|stay off|"
    r"keep (?:it|your)|"
    r"don't (?:take|drive|eat|lift)|go to the (?:er|emergency)|(?:call|dial) (?:911|999|112|an "
    r"ambulance)|i recommend)\b", re.I,
)  # fmt: skip


def omissions(talk: Talk, note: Sequence[Said], chart: Chart) -> tuple[Omission, ...]:
    """At most MOST, the gravest and surest first. Turn -1 with a resource: it stands in the record only."""
    written: set[str] = set()
    for sentence in note:
        for keys in sentence.keys:
            written |= keys
    found = [
        *_allergies(talk, written),
        *_medicines(talk, written),
        *_findings(talk, note, written),
        *_advice(talk, written),
        *_on_form(chart, written),
    ]
    if chart.entries and any(_OF_ALLERGIES & {w.text for w in s.words} for s in note):
        found += _recorded(chart, written)
    found = [f for f in found if f[1].kind in _ALWAYS or not TO_SOFTWARE.search(f[1].text)]
    order = sorted(found, key=lambda each: (-each[0], each[1].turn))
    told = {
        (o.turn, o.resource, o.text): o for _, o in reversed(order)
    }  # the same words are asked about once, gravest first
    return tuple(o for _, o in order if told[o.turn, o.resource, o.text] is o)[:MOST]


def _omission(talk: Talk, turn: int, first: int, last: int, kind: str) -> Omission:
    source = passage(talk, turn, first, last, _WHOLE)
    return Omission(turn=turn, text=talk.turns[turn].text[source.start : source.end][:300], kind=kind)


def _allergies(talk: Talk, written: set[str]) -> list[tuple[float, Omission]]:
    found: dict[str, tuple[float, Omission]] = {}
    for name, place in allergies_named(talk):
        turn = talk.turns[place.turn]
        last = next((b for n, a, b in [*turn.of("d"), *turn.of("a")] if a == place.word and n == name), place.word)
        if name not in found and not _is_written(name, turn, place.word, last, written):
            found[name] = (10.0, _omission(talk, place.turn, place.word, last, "allergy"))
    return list(found.values())


def _medicines(talk: Talk, written: set[str]) -> list[tuple[float, Omission]]:
    places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for n, turn in enumerate(talk.turns):
        for name, a, b in turn.drugs():
            places[name].append((n, a, b))
    found = []
    for name, where in places.items():
        n, a, b = max(
            where, key=lambda w: (talk.turns[w[0]].polarity[w[1]] == 1, bool(_dosed(talk.turns[w[0]], w[1])), -w[0])
        )
        if _is_written(name, talk.turns[n], a, b, written):
            continue
        denied = all(talk.turns[t].polarity[k] == -1 for t, k, _ in where)
        dosed = any(_dosed(talk.turns[t], k) for t, k, _ in where)
        score = 9.0 + 0.1 * min(5, len(where)) + 0.3 * dosed - 2.5 * denied - 0.5 * (name in _CLASSES)
        found.append((score, _omission(talk, n, a, b, "medication")))
    return found


_CLASSES = frozenset(
    {"nsaid", "antibiotic", "statin", "inhaler", "steroid", "antihistamine", "diuretic", "laxative", "opioid"}
)


def _dosed(turn: Said, at: int) -> bool:
    return any(q.kind == "dose" and abs(q.first - at) <= 12 for q in turn.quantities)


def _is_written(name: str, turn: Said, first: int, last: int, written: set[str]) -> bool:
    """Whether the note has it, by any of its names; a class that was said is there when one of its members is."""
    if "d:" + name in written or "a:" + name in written:
        return True
    if name in _CLASSES and any("d:" + f in written for f in drug_families().get(name, ())):
        return True
    return any(turn.words[k].stem in written for k in range(first, last + 1) if len(turn.words[k].stem) > 3)


def _in_one(note: Sequence[Said], talk: Talk, where: Sequence[tuple[int, int, int]]) -> bool:
    """Whether one sentence of the note has the words that it was said with."""
    ways = {frozenset(talk.turns[n].words[k].stem for k in range(a, b + 1)) for n, a, b in where}
    stems = [frozenset(w.stem for w in sentence.words) for sentence in note]
    return any(way <= there for way in ways for there in stems)


def _findings(talk: Talk, note: Sequence[Said], written: set[str]) -> list[tuple[float, Omission]]:
    places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for n, turn in enumerate(talk.turns):
        for name, a, b in turn.of("f"):
            if turn.polarity[a] == 1:
                places[name].append((n, a, b))
    found = []
    for name, where in places.items():
        if "f:" + name in written or name in _VAGUE:
            continue
        if name not in _RED and _in_one(note, talk, where):
            continue
        told = [w for w in where if talk.roles[w[0]] != "clinician"]
        n, a, b = (told or where)[0]
        score = 5.0 + 0.35 * min(4, len(where)) + 0.8 * bool(told) + 0.6 * (name in _RED)
        found.append((score, _omission(talk, n, a, b, "red_flag" if name in _RED else "finding")))
    return found


def _advice(talk: Talk, written: set[str]) -> list[tuple[float, Omission]]:
    found = []
    for n, turn in enumerate(talk.turns):
        if talk.roles[n] == "patient":
            continue
        for kind, pattern, base in (("follow_up", _FOLLOW, 4.0), ("instruction", _INSTRUCT, 3.0)):
            m = pattern.search(turn.text)
            if not m:
                continue
            first = next((k for k, w in enumerate(turn.words) if w.end > m.start()), 0)
            if turn.polarity[first] == 0:  # only asked
                continue
            last = min(len(turn.words) - 1, first + 14)
            telling = [
                k
                for k in range(first, last + 1)
                if len(turn.words[k].stem) > 3 and turn.words[k].text not in words("hedges")
            ]
            told = sum(bool(turn.keys[k] & written) for k in telling)
            if telling and told < 0.4 * len(telling):
                found.append((base, _omission(talk, n, first, last, kind)))
    return found


def _on_form(chart: Chart, written: set[str]) -> list[tuple[float, Omission]]:
    """Allergies, medicines and findings that the patient wrote on the form; what was said as well is told once."""
    found = []
    for entry in chart.of("answer"):
        line = said(entry.text)
        allergic = any(w.stem in ALLERGY for w in line.words)
        named = [*line.drugs(), *(line.of("a") if allergic else [])]
        for name, a, b in named:
            if line.polarity[a] != -1 and not _is_written(name, line, a, b, written):
                score, kind = (9.8, "allergy") if allergic else (8.9, "medication")
                found.append((score, Omission(turn=-1, text=entry.text, kind=kind, resource=entry.ref)))
                break
        for name, a, _ in line.of("f"):
            if line.polarity[a] == 1 and "f:" + name not in written and name not in _VAGUE and not named:
                red = name in _RED
                kind = "red_flag" if red else "finding"
                found.append((6.5 + red, Omission(turn=-1, text=entry.text, kind=kind, resource=entry.ref)))
                break
    return found


def _recorded(chart: Chart, written: set[str]) -> list[tuple[float, Omission]]:
    """Active allergies of the record, where the note speaks of allergies and leaves them out."""
    found = []
    for entry in chart.of("allergy"):
        stems = {w.stem for w in entry.name.words if len(w.stem) > 3}
        drugs = {"d:" + d for d, *_ in entry.name.drugs()}
        if entry.active and not (stems | drugs) & written:
            found.append((9.5, Omission(turn=-1, text=entry.text, kind="allergy", resource=entry.ref)))
    return found
