"""Public intent sets: what is no business of a clinic starts nothing; our classifier is trained on their sentences."""

import json
from pathlib import Path

from agent.measure.figures import share
from agent.measure.public import Set, sets, table, trained
from agent.measure.words import values_table

KINDS = {
    "balance": ["what is my balance", "tell me the balance", "how much is on the account", "account balance please"],
    "weather": ["will it rain", "what is the weather", "is it sunny outside", "weather for tomorrow"],
}
ROWS = [(f"{text} {n}", kind) for kind, texts in KINDS.items() for text in texts for n in ("now", "today", "pls")]


def _write(file: Path, rows: list[tuple[str, str]]) -> None:
    file.write_text("\n".join(json.dumps({"text": t, "intent": i}) for t, i in rows), encoding="utf-8")


def test_a_set_without_a_part_of_its_own_to_check_on_holds_a_fifth_out(tmp_path: Path) -> None:
    _write(tmp_path / "bank_train.jsonl", ROWS)
    _write(tmp_path / "clinc_train.jsonl", ROWS[::2])
    _write(tmp_path / "clinc_val.jsonl", ROWS[1::2])
    bank, clinc = sets(tmp_path)
    assert not {text for text, _ in bank.train} & {text for text, _ in bank.held}
    assert sorted([*bank.train, *bank.held]) == sorted(ROWS)
    assert list(clinc.held) == ROWS[1::2]


def test_the_classifier_learns_a_public_set_and_a_strange_label_is_a_miss() -> None:
    learnt = trained(Set("x", ROWS[::2], ROWS[1::2]))
    assert learnt["accuracy"].value == 1.0
    assert learnt["accuracy"].messages == len(ROWS[1::2])
    wrong = trained(Set("x", ROWS[::2], [(text, "other") for text, _ in ROWS[1::2]]))
    assert wrong["accuracy"].value == 0.0
    assert "accuracy" in table({"x": learnt})


def test_values_are_told_apart_by_kind_with_their_intervals() -> None:
    told = values_table({"en": {"name": share([True, False])}, "ko": {"name": share([False, False]), "dob": share([])}})
    assert "0.500 (0.095–0.905, 2)" in told
    assert told.splitlines()[-1].split()[:2] == ["all", "0.250"]
