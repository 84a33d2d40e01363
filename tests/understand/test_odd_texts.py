"""Whatever is written: the ears and the safety gate answer, in every language, in time that grows with the length."""

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.dialogue.gate import SafetyGate
from agent.understand.hear import Ears
from agent.understand.normalize import MAX_CHARS
from tests import shared
from tests.growth import assert_linear
from tests.understand.odd_texts import KINDS, LONGEST, NOW, answered, odd_texts

LANGUAGES = ("en", "es", "fr", "pt", "de", "it", "pl", "ru", "ar", "hi", "zh", "vi", "ko", "tl", "ht")
ANY = st.text(st.characters(exclude_categories=()), max_size=120)


def desk() -> tuple[Ears, SafetyGate]:
    return shared.hearing().ears, shared.hearing().gate


@cache
def words(lang: str) -> tuple[str, ...]:
    rows = shared.content().rows["corpus"][lang]
    return tuple(w for row in rows.values() for text in row["examples"] for w in str(text).split())


def test_all_live_languages_are_tried() -> None:
    assert set(LANGUAGES) == set(shared.content().live)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_odd_kind_of_message_is_answered(lang: str) -> None:
    short = [kind for kind in KINDS if kind != "long"]
    for kind, text in odd_texts(7, len(KINDS), words(lang)):
        if kind in short or lang == "en":
            answered(*desk(), text, lang)


@given(text=ANY, lang=st.sampled_from(LANGUAGES))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_answered(text: str, lang: str) -> None:
    answered(*desk(), text, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gate_takes_time_in_proportion(lang: str) -> None:
    _, gate = desk()
    text = " ".join(words(lang))
    assert_linear(lambda size: gate.read(text[:size], lang), LONGEST // 8)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ears_take_time_in_proportion(lang: str) -> None:
    ears, _ = desk()
    text = " ".join(words(lang))
    assert_linear(lambda size: ears.hear(text[:size], now=NOW, prior=lang), MAX_CHARS // 8)
