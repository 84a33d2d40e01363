"""`frontdesk evaluate` measures only on what nothing is trained on, and its arithmetic is right."""

from pathlib import Path

import pytest

from agent.content import load_content
from agent.content.load import corpus
from agent.dialogue.gate import SafetyGate
from agent.verbs.evaluate import Heard, alarms, scores, table
from tests.verbs.frontdesk import HOUSE


def test_scores_are_what_the_books_say() -> None:
    heard = [
        Heard("a", "en", "book", "en", "book", 0.9),
        Heard("b", "en", "book", "es", "cancel", 0.9),
        Heard("c", "en", "cancel", "en", "cancel", 0.5),
        Heard("d", "en", "cancel", "en", "cancel", 0.5),
    ]
    told = scores(heard)
    assert told["sentences"] == 4
    assert (told["accuracy"], told["language"]) == (0.75, 0.75)
    assert told["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2, abs=1e-4)
    assert told["ece"] == pytest.approx((abs(1.8 - 1) + abs(1.0 - 2)) / 4, abs=1e-4)


def test_nothing_is_divided_by_nothing() -> None:
    assert scores([])["accuracy"] == 0.0


def test_safety_is_measured_on_held_out_sentences_where_there_are_any(tmp_path: Path) -> None:
    gate = SafetyGate(dict(load_content(HOUSE).rows["safety"]))
    assert alarms(gate, "en", tmp_path) == {}
    told = "urgent: [I cannot breathe, hello]\nroutine_alarming: [a panic button for grandma]\nroutine_plain: [hi]\n"
    (tmp_path / "safety_heldout_en.yaml").write_text(told, encoding="utf-8")
    assert alarms(gate, "en", tmp_path) == {"urgent_recall": 0.5, "false_alarming": 0.0, "false_plain": 0.0}


def test_no_sentence_that_is_measured_is_trained_on() -> None:
    content = load_content(HOUSE)
    for lang, pairs in corpus(content).items():
        taught = {text.casefold() for text, _ in pairs}
        asked = {str(t).casefold() for row in content.rows["corpus"][lang].values() for t in row["tests"]}
        assert not taught & asked


def test_a_figure_that_is_not_there_is_a_dash() -> None:
    assert table({"fr": {"sentences": 12, "accuracy": 0.5}}).splitlines()[1].split()[:4] == ["fr", "12", "0.500", "–"]
