"""The measuring of the note check: what is planted is known, what is counted is right, the page shows it."""

import json
import random
from pathlib import Path

import pytest

from agent.measure.notes import Judged, Planted, judge, measure, planted
from agent.measure.notes_page import as_json, page, table
from agent.measure.notes_plant import INVENTIONS, SWAPS, plant
from agent.model.note import NoteCheck
from tests.documents.visit import NOTE, record, visit


def _case(kind: str, sentences: tuple[str, ...], at: int) -> Planted:
    return Planted(f"x/{kind}", "own", kind, visit(), record(), sentences, at, (), {}, ())


@pytest.mark.parametrize("kind", [*SWAPS, *INVENTIONS])
def test_one_error_of_each_kind_can_be_planted(kind: str) -> None:
    true = (*NOTE, "Mrs. Lopez is a 65-year-old female.", "He may have had a fever.", "She is allergic to latex.")
    made = plant(true, kind, random.Random(3))
    assert made is not None
    sentences, at = made
    kept = sentences[:at] + sentences[at + 1 :]
    assert [s for s in kept if s not in true] == []
    assert sentences[at] not in true


def _judged(kind: str, doubts: tuple[float, ...], at: int) -> Judged:
    case = _case(kind, ("a",) * len(doubts), at)
    return Judged(case, NoteCheck(sentences=()), doubts, (False,) * len(doubts), tuple(d > 0.5 for d in doubts), 0.1)


def test_recall_is_counted_above_the_doubt_of_true_sentences() -> None:
    true = [_judged("control", tuple(n / 1000 for n in range(100)), -1)]
    found = measure([*true, _judged("dose_change", (0.0, 0.0985), 1), _judged("dose_change", (0.0, 0.05), 1)])
    assert found.recall["dose_change"][0.02].value == 0.5
    assert found.false_any.value == 0
    assert found.macro[0.05] == 0.5


def test_planted_errors_of_a_visit_are_found_and_shown(tmp_path: Path) -> None:
    wrong = (*NOTE[:3], "She takes metformin 850 mg twice daily.", *NOTE[4:])
    found = measure([judge(_case("control", NOTE, -1)), judge(_case("dose_change", wrong, 3))])
    assert found.recall["dose_change"][0.05].value == 1
    assert "dose_change" in table(found)
    assert json.loads(json.dumps(as_json(found)))["red_recall"]["dose_change"][0] == 1
    shown = page("Notes", found)
    assert "<svg" in shown
    assert "<script" not in shown


def test_the_visits_that_come_along_are_whole() -> None:
    cases = list(planted())
    assert len(cases) > 150
    assert all(c.at < len(c.sentences) for c in cases)
    assert {c.kind for c in cases if c.at >= 0} == set(SWAPS) | set(INVENTIONS)
