"""The verifier: every sentence of a note against what was said and what the record holds. Deterministic, no model."""

from collections.abc import Sequence
from typing import Any

from agent.documents.case import Case, Person
from agent.documents.cases import cases
from agent.documents.citing import cited
from agent.documents.english import english_share
from agent.documents.heard import Talk, extended, said, talk
from agent.documents.omissions import omissions
from agent.documents.record import Chart, chart
from agent.documents.scorer import scorer, share_wrong
from agent.documents.sentences import Piece, sentences
from agent.model.note import Checked, Flag, NoteCheck, Source, Utterance

MOST_NOTE = 400_000  # characters
_FEW = 8  # words of talk that are no talk at all
_ENGLISH = 0.15  # share of its small words below which a talk's words are not believed; half English is still checked
_ALONE = frozenset({"medication", "identity", "name", "age", "allergy"})  # what needs no understanding of the talk


def verify(dialogue: Sequence[Utterance], note: str, record: Any = None) -> NoteCheck:
    """Check a note. Every sentence comes back in order, with its support and what is doubtful about it.

    `record` is a FHIR R4 Bundle, a resource, or {"name", "age", "gender"}; what cannot be read in it is passed over.
    Raises ValueError for a note of more than MOST_NOTE characters.
    """
    if len(note) > MOST_NOTE:
        raise ValueError(f"a note has at most {MOST_NOTE:,} characters")
    known = chart(record)
    spoken = talk(dialogue)
    heard = extended(spoken, [e.text for e in known.entries]) if known.entries else spoken
    pieces = sentences(note)
    taken = [said(p.text) for p in pieces]
    claims = [n for n, p in enumerate(pieces) if not p.header]
    made = cases([taken[n] for n in claims], heard, person_of(known), spoken, known)
    by_piece = dict(zip(claims, made, strict=True))
    mute = _words(spoken) < _FEW
    foreign = not mute and english_share(dialogue) < _ENGLISH
    checked = tuple(
        _checked(piece, by_piece.get(n), known, len(dialogue), mute=mute, foreign=foreign)
        for n, piece in enumerate(pieces)
    )
    return NoteCheck(sentences=checked, omissions=omissions(spoken, taken, known))


def person_of(known: Chart) -> Person:
    """The patient as the checks know them."""
    drugs = frozenset(d for e in known.of("medication") for d, *_ in e.name.drugs())
    return Person(known.names, known.sex, known.ages, drugs, bool(known.names or known.sex))


def _checked(piece: Piece, case: Case | None, known: Chart, turns: int, *, mute: bool, foreign: bool) -> Checked:
    if case is None:  # a header claims nothing
        return Checked(start=piece.start, end=piece.end, text=piece.text, support=1.0)
    by = scorer()
    wrong = share_wrong(case.features, by)
    conflicts = "record_conflict" in case.features
    if mute:
        wrong = _by_record_alone(case, known, conflicts=conflicts)
    elif foreign:
        wrong = 0.6 if any(f.kind in _ALONE for f in case.flags) else 0.3
    elif conflicts:
        wrong = max(wrong, 0.75)
    flags = _shown(case, wrong, by.amber, by.red, conflicts=conflicts, foreign=foreign, mute=mute)
    if not flags and wrong >= by.amber and not foreign:
        flags = [_unsupported(case, mute=mute and not known.entries)]
    return Checked(
        start=piece.start, end=piece.end, text=piece.text, support=round(1 - wrong, 4),
        flags=tuple(_placed(f, case, known, turns) for f in flags), evidence=_named(cited(case), known, turns),
    )  # fmt: skip


def _by_record_alone(case: Case, known: Chart, *, conflicts: bool) -> float:
    """Without a talk there is only the record to find a sentence in; without either, nothing supports it."""
    if not known.entries:
        return 0.8
    hard = any(f.tier == "red" and f.kind in _ALONE for f in case.flags)
    if conflicts or hard:
        return 0.9
    uncovered = 1 - case.link.coverage if case.link.words else 0.0
    return 0.01 if "record_agrees" in case.features else 0.01 + 0.6 * uncovered**2


def _shown(
    case: Case, wrong: float, amber: float, red: float, *, conflicts: bool, foreign: bool, mute: bool
) -> list[Flag]:
    """The flags that are worth a reader's time; a hard one stays red only where the sentence as a whole is doubtful."""
    found: list[Flag] = []
    seen: set[str] = set()
    for flag in sorted(case.flags, key=lambda f: f.tier != "red"):
        by_record = any(s.resource for s in flag.evidence) or (conflicts and flag.kind == "condition")
        if flag.kind in seen or ((foreign or mute) and not (flag.kind in _ALONE or by_record)):
            continue
        unsaid_age = flag.kind == "age" and "age_absent" in case.features  # it fits any talk: always asked
        if not by_record and wrong < amber and not (mute or foreign or unsaid_age):
            continue
        seen.add(flag.kind)
        keeps = flag.tier == "red" and (by_record or wrong >= red) and not foreign
        found.append(flag if keeps or flag.tier == "amber" else flag.model_copy(update={"tier": "amber"}))
    return found


def _unsupported(case: Case, *, mute: bool) -> Flag:
    if mute:
        return Flag(kind="unsupported", detail="There is no talk and no record that this could be checked against.")
    missing = sorted(case.link.missing, key=lambda w: -w.weight)[:3]
    words = ", ".join(f"“{case.text(w.n, w.n)}”" for w in sorted(missing))
    detail = (
        f"Was this said? I could not find {words}." if words else "Was this said so? I could not find it in one place."
    )
    return Flag(kind="unsupported", detail=detail)


def _placed(flag: Flag, case: Case, known: Chart, turns: int) -> Flag:
    """Evidence in the record named by its resource; a flag without evidence gets the passages that come nearest."""
    return flag.model_copy(update={"evidence": _named(flag.evidence or cited(case), known, turns)})


def _named(sources: Sequence[Source], known: Chart, turns: int) -> tuple[Source, ...]:
    """A passage of the record by its resource."""
    return tuple(Source(resource=known.entries[s.turn - turns].ref) if s.turn >= turns else s for s in sources)


def _words(heard: Talk) -> int:
    return sum(1 for turn in heard.turns for w in turn.words if w.stem)


def support_of(sentence: str, spoken: Talk) -> tuple[Source, ...]:
    """Where a sentence was said: the passages to show a reader, the likeliest first."""
    return cited(cases([said(sentence)], spoken, Person())[0])
