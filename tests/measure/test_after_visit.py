"""How often a question after a visit is answered with the right passage, with a wrong one, or handed on. A wrong one is
the worst: the limit is chosen for that. `python -m tests.measure.test_after_visit` prints the figures."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from agent.demo.instructions import instructions
from agent.model.instructions import Sheet
from agent.model.patient import StaffUser
from agent.understand.passages import CLOSE, LEAD, Index, Small
from tests import shared
from tests.shared import read_quickly

SET = Path(__file__).with_name("after_visit.yaml")
_SHEETS = {"biopsy": "procedure", "vaccine": "vaccine"}


class Judged(NamedTuple):
    """What became of one question: `right`, `wrong` or `handed on`; `answerable`: a passage answers it."""

    language: str
    text: str
    outcome: str
    answerable: bool


def judged(close: float = CLOSE, lead: float = LEAD) -> Iterator[Judged]:
    content, clinic = shared.content(), shared.clinic()
    by = StaffUser(id="u", clinic=clinic.id, name="Dr. O", email="o@clinic.test", role="clinician")
    ids = iter("abcdefgh")
    sheets: list[Sheet] = instructions(clinic, by, datetime(2026, 3, 2, tzinfo=UTC), lambda: next(ids))
    index = Index(sheets, Small(content.rows["values"]))
    ids_of = {s.visit_type: s.id for s in sheets}
    for name, languages in read_quickly(SET.read_text("utf-8")).items():
        only = {ids_of[_SHEETS[name]]}
        for language, rows in languages.items():
            for row in rows:
                hits = index.find(row["text"], language, only=only)
                best = hits[0] if hits and index.needs_nurse(row["text"], language, only) is None else None
                told = best is not None and best.score >= close and best.lead >= lead and not best.passage.nurse
                outcome = "handed on"
                if best is not None and told:
                    outcome = "right" if row["right"] in best.passage.text else "wrong"
                yield Judged(language, row["text"], outcome, row["right"] != "none")


def test_wrong_passages_are_rarer_than_one_in_fifty_and_half_of_what_can_be_answered_is() -> None:
    found = list(judged())
    wrong = [j for j in found if j.outcome == "wrong"]
    answerable = [j for j in found if j.answerable]
    assert len(wrong) / len(found) <= 0.02, wrong
    assert sum(j.outcome == "right" for j in answerable) / len(answerable) >= 0.5


if __name__ == "__main__":
    for close in (0.45, 0.6, 0.67, CLOSE, 0.9):
        found = list(judged(close))
        count = Counter((j.outcome, j.answerable) for j in found)
        print(f"limit {close}: right {count['right', True]} of {sum(j.answerable for j in found)}, wrong",
              sum(j.outcome == "wrong" for j in found), "of", len(found))  # fmt: skip
    for language in dict.fromkeys(j.language for j in judged()):
        print(language, Counter((j.outcome, j.answerable) for j in judged() if j.language == language))
    for j in judged():
        if j.outcome == "wrong" or (j.outcome != "right" and j.answerable):
            print(j)
