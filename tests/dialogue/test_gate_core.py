"""The core of the safety phrases, in all fifteen languages: whole, ringing, and nothing that an admin can take away."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agent.dialogue.gate import SafetyGate
from agent.dialogue.gate_core import SEAL, silenced, taken
from tests import shared
from tests.core_phrases import written
from tests.shared import read_quickly

LANGUAGES = ("en", "es", "fr", "pt", "de", "it", "pl", "ru", "ar", "hi", "zh", "vi", "ko", "tl", "ht")


TOLD = read_quickly(Path(__file__).with_name("safety_talked_about.yaml").read_text(encoding="utf-8"))


@cache
def gate() -> SafetyGate:
    return shared.hearing().gate


def row(lang: str) -> dict[str, Any]:
    return copy.deepcopy(shared.content().rows["safety"][lang])


def test_the_seal_is_that_of_the_content() -> None:
    assert SEAL.read_text(encoding="utf-8") == written(), "python -m tests.core_phrases --update"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_promise_34_all_28_categories_and_distress_are_written_and_ring(lang: str) -> None:
    rows = row(lang)
    numbers = {n for category in rows["categories"].values() for n in category.get("numbers") or ()}
    assert numbers == set(range(1, 29))
    assert rows["categories"]["distress"]["class"] == "distress"
    assert all(len(category["tests"]) >= 3 for category in rows["categories"].values())
    assert silenced(lang, rows, gate()) == []
    assert [text for text in TOLD[lang]["raised"] if gate().read(text, lang).urgency != "emergency"] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_promise_37_figures_of_speech_and_errands_ring_no_alarm(lang: str) -> None:
    rows = row(lang)
    loud = [
        text
        for text in (*rows["hard_negatives"], *TOLD[lang]["calm"])
        if gate().read(text, lang).urgency in ("urgent", "emergency")
    ]
    assert loud == []


def test_a_phrase_of_the_core_cannot_be_taken_away_and_one_can_be_added() -> None:
    rows = row("en")
    rows["categories"]["breathing"]["phrases"]["E1"].append("lungs are on strike")
    assert taken("en", rows) == []
    rows["categories"]["chest_pain"]["phrases"]["E1"].pop(0)
    (line,) = taken("en", rows)
    assert line.startswith("categories: chest_pain: 1 phrases or tests of the core are gone")
    del rows["categories"]["chest_pain"]
    assert len(taken("en", rows)) == 1


def test_an_idiom_that_would_hide_the_core_is_refused() -> None:
    rows = row("en")
    rows["idioms"].append("cant breathe")
    assert any("breathing" in line for line in silenced("en", rows, SafetyGate({"en": rows})))


def test_a_language_that_a_clinic_adds_has_no_core_yet() -> None:
    assert taken("xx", row("en")) == []


TALKED_ABOUT = [
    ("en", "in the episode he stopped breathing"),
    ("en", "is the class on choking in babies this Thursday"),
    ("es", "marqué por error epilepsia en el formulario"),
    ("ru", "по ошибке отметила в анкете эпилепсию"),
]
MEANT = [
    ("en", "we were in the class and he stopped breathing"),
    ("en", "I was filling in the form and now my chest hurts"),
    ("en", "she took too many pills after the film"),
    ("es", "estábamos en la clase y dejó de respirar"),
    ("de", "im Kurs ist er umgekippt und bewusstlos"),
    ("fr", "il ne respire plus, on regardait un film"),
]


@pytest.mark.parametrize(("lang", "text"), TALKED_ABOUT)
def test_promise_37_what_is_only_talked_about_rings_no_alarm(lang: str, text: str) -> None:
    assert gate().read(text, lang).urgency in ("none", "routine")


@pytest.mark.parametrize(("lang", "text"), MEANT)
def test_promise_34_danger_during_a_class_or_a_film_is_danger(lang: str, text: str) -> None:
    assert gate().read(text, lang).urgency == "emergency"
