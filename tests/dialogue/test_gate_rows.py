"""What the gate refuses to load: rows that could fail quietly, each with the key and how to mend it."""

import copy
import json
import re
from typing import Any

import pytest

from agent.dialogue.gate import SafetyGate
from agent.dialogue.gate_rows import compiled, is_longer, lengthened, restored, state
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


def with_more(lang: str) -> dict[str, Any]:
    """The row with phrases that begin, end and run on as phrases of it do, and some of words that it has not."""
    row = copy.deepcopy(ROWS[lang])
    for n, category in enumerate(row["categories"].values()):
        for m, text in enumerate(category["tests"][:6]):
            said = re.findall(r"[^\W\d_]+", text)
            told = [" ".join(said[:2]), " ".join(said[-3:]), f"{' '.join(said[:3])} zzyzx{n}", f"qwark {said[0]}{m}"]
            lines = next(iter(category["phrases"].values()))
            lines += [each for each in told if each not in lines]
    return row


@pytest.mark.parametrize("lang", ROWS)
def test_phrases_added_to_what_was_kept_are_heard_as_if_all_were_compiled_anew(lang: str) -> None:
    of, row = ROWS[lang], with_more(lang)
    kept = json.loads(json.dumps(state(compiled(lang, of))))
    added, fresh = SafetyGate.of({lang: lengthened(lang, row, of, kept)}), SafetyGate({lang: row})
    texts = [
        t
        for r in (of, row)
        for c in r["categories"].values()
        for lines in (c["tests"], *c["phrases"].values())
        for t in lines
    ]
    texts += [*row["hard_negatives"], *(f"{t} zzyzx1" for t in row["hard_negatives"])]

    def heard(gate: SafetyGate) -> list[tuple[Any, ...]]:
        found = [gate.read(t, lang) for t in dict.fromkeys(texts)]
        return [(f.cls, f.urgency, f.tier, [(e.start, e.end) for e in f.evidence]) for f in found]

    assert heard(added) == heard(fresh)
    before = heard(SafetyGate({lang: of}))
    assert sum(a != b for a, b in zip(before, heard(added), strict=True)) > 50


def test_what_is_longer_has_everything_and_only_more_phrases() -> None:
    of, row = ROWS["en"], with_more("en")
    assert is_longer(row, of)
    assert is_longer(of, of)
    assert not is_longer(of, row)
    first = next(iter(row["categories"].values()))
    changed = {"idioms": [*row["idioms"], "x"]}, {"categories": {**row["categories"], "new": first}}
    assert not any(is_longer({**row, **each}, of) for each in changed)
    next(iter(first["phrases"].values())).pop(0)
    assert not is_longer(row, of)


def test_a_broken_phrase_is_refused_beside_what_was_kept_as_it_is_alone() -> None:
    row = copy.deepcopy(ROWS["en"])
    row["categories"]["stroke"]["phrases"]["E1"].append("drooping (badly)")
    for make in (
        lambda: compiled("en", row),
        lambda: lengthened("en", row, ROWS["en"], state(compiled("en", ROWS["en"]))),
    ):
        with pytest.raises(ValueError, match="may shrink"):
            make()
