"""What the gate refuses to load: rows that could fail quietly, each with the key and how to mend it."""

import copy
import json
from typing import Any

import pytest

from agent.dialogue.gate import SafetyGate
from agent.dialogue.gate_rows import compiled, restored, state
from tests.dialogue.test_gate import ROWS


def broken(**changes: Any) -> dict[str, Any]:
    row = copy.deepcopy(ROWS["en"])
    row.update(changes)
    return row


def with_phrase(phrase: Any, tier: str = "E1") -> dict[str, Any]:
    row = copy.deepcopy(ROWS["en"])
    row["categories"]["stroke"]["phrases"] = {tier: [phrase]}
    return row


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (broken(negators=[]), "negators: is missing or empty"),
        (broken(idioms=[1]), "idioms: holds something that is not text"),
        (broken(colour=["x"]), "colour: is not a known key"),
        (broken(spellings={"a b": "c"}), "is not one word"),
        (with_phrase("[chest pain"), "bracket is not closed"),
        (with_phrase("chest pain]"), "closes nothing"),
        (with_phrase("@nowhere hurts"), "@nowhere is not listed under words"),
        (with_phrase("... chest"), "begin it with a word"),
        (with_phrase("#colour chest"), "#colour is unknown"),
        (with_phrase("ch* pain"), "too short a stem"),
        (with_phrase("is (this cancer)"), "may shrink to a single word"),
        (with_phrase("(a b|c d|e f)" * 3), "begin with nothing"),
        (with_phrase("chest pain", "E9"), "E9: is no tier"),
        (with_phrase(""), "is empty or holds something"),
    ],
)
def test_a_row_that_could_fail_quietly_is_refused_with_the_way_to_mend_it(row: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match="en/_safety") as refused:
        SafetyGate({"en": row})
    assert says in str(refused.value)


def test_a_category_of_the_lexicon_cannot_be_taken_out() -> None:
    row = copy.deepcopy(ROWS["en"])
    del row["categories"]["eye"]
    with pytest.raises(ValueError, match="no row covers number 18"):
        SafetyGate({"en": row})


def test_a_phrase_that_stands_for_too_many_is_refused() -> None:
    with pytest.raises(ValueError, match="split it into several lines"):
        SafetyGate({"en": with_phrase("chest " + "[a b|c d|e f]" * 9)})


def test_a_clinic_may_add_a_phrase() -> None:
    row = copy.deepcopy(ROWS["en"])
    row["categories"]["heat_cold_water"]["phrases"]["E1"].append("caught [in|under] (the) [avalanche|rip current]")
    assert SafetyGate({"en": row}).read("he got caught in a rip current", "en").urgency == "none"
    assert SafetyGate({"en": row}).read("he got caught in the rip current", "en").category == "heat_cold_water"


def test_what_was_compiled_once_and_kept_hears_the_same() -> None:
    fresh = SafetyGate(ROWS)
    kept = {lang: json.loads(json.dumps(state(compiled(lang, row)))) for lang, row in ROWS.items()}
    again = SafetyGate.of({lang: restored(lang, row, kept[lang]) for lang, row in ROWS.items()})
    for lang, row in ROWS.items():
        said = [t for c in row["categories"].values() for t in c["tests"]] + row["hard_negatives"]
        assert [again.read(t, lang) for t in said] == [fresh.read(t, lang) for t in said]


def test_what_was_kept_of_other_rows_is_refused() -> None:
    with pytest.raises((KeyError, ValueError)):
        restored("en", ROWS["en"], state(compiled("es", ROWS["es"])))
