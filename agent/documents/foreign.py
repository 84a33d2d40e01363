"""A talk that is not in English: nothing was learned of it, so its own words are quoted, and said to be unsure."""

from collections.abc import Sequence

from agent.documents.candidates import Candidate
from agent.documents.choose import Chosen
from agent.documents.clauses import Clause, clauses
from agent.model.note import Source, Utterance

_FEWEST = 4  # words of a clause that is quoted; letters where a script has no spaces
_MOST = 60  # clauses


def quoted(dialogue: Sequence[Utterance]) -> list[Chosen]:
    """What was told, clause by clause: the patient's words as history, the clinician's after them as plan."""
    found = [c for c in clauses(dialogue) if not c.asks and _long_enough(c.text)]
    found = sorted(sorted(found, key=lambda c: -len(c.text))[:_MOST], key=lambda c: (c.turn, c.start))
    return [_as_said(c, max(len(dialogue), 1)) for c in found]


def _long_enough(text: str) -> bool:
    return len(text.split()) >= _FEWEST or (not text.isascii() and len(text) >= _FEWEST + 2)


def _as_said(clause: Clause, turns: int) -> Chosen:
    text = f"“{' '.join(clause.text.split())}”"
    source = Source(turn=clause.turn, start=clause.start, end=clause.end)
    words = tuple(clause.text.lower().split())
    part = "plan" if clause.role == "clinician" and clause.turn > turns / 2 else "subjective"
    return Chosen(Candidate(text, (source,), "other", clause.turn / turns, words=words), part, 0.3)
