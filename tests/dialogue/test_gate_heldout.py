"""Sentences written before the phrases: how many emergencies are heard, how many errands are taken for one."""

from pathlib import Path

import pytest

from tests.dialogue.test_gate import ROWS, gate
from tests.shared import read_quickly

HERE = Path(__file__).parent
HELD = {lang: read_quickly((HERE / f"safety_heldout_{lang}.yaml").read_text("utf-8")) for lang in ("en", "es")}
ALARM = ("urgent", "emergency")


def rate(lang: str, kind: str) -> float:
    said = [str(t) for t in HELD[lang][kind]]
    return sum(gate().read(t, lang).urgency in ALARM for t in said) / len(said)


@pytest.mark.parametrize("lang", HELD)
def test_promise_34_emergencies_in_words_not_on_the_list_are_heard(lang: str) -> None:
    assert rate(lang, "urgent") >= 0.98


@pytest.mark.parametrize("lang", HELD)
def test_promise_37_alarming_words_in_an_errand_ring_at_most_one_time_in_twenty(lang: str) -> None:
    assert rate(lang, "routine_alarming") <= 0.05


@pytest.mark.parametrize("lang", HELD)
def test_promise_37_plain_errands_ring_at_most_one_time_in_a_hundred(lang: str) -> None:
    assert rate(lang, "routine_plain") <= 0.01


@pytest.mark.parametrize("lang", HELD)
def test_no_held_out_sentence_is_a_test_or_a_phrase_of_the_lexicon(lang: str) -> None:
    held = {str(t).lower() for said in HELD[lang].values() for t in said}
    known = {t.lower() for c in ROWS[lang]["categories"].values() for t in c["tests"]}
    known |= {p.lower() for c in ROWS[lang]["categories"].values() for ps in c["phrases"].values() for p in ps}
    assert not held & known
