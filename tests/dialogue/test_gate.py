"""The safety gate on the live languages' own phrases: it raises, it never hides, it never breaks."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialogue.gate import SafetyGate
from agent.model.safety import SafetyFinding
from tests import shared
from tests.growth import assert_linear

ROWS: dict[str, dict[str, Any]] = {lang: shared.content().rows["safety"][lang] for lang in ("en", "es")}
RANK = {"none": 0, "routine": 1, "urgent": 2, "emergency": 3}
SAID = [
    (lang, name, text)
    for lang, row in ROWS.items()
    for name, category in row["categories"].items()
    for text in category["tests"]
]


@cache
def gate() -> SafetyGate:
    """Compiled by the code that is under test."""
    return SafetyGate(ROWS)


def read(text: str, *langs: str) -> SafetyFinding:
    return gate().read(text, *(langs or ("en", "es")))


def _least(lang: str, name: str) -> str:
    return "routine" if ROWS[lang]["categories"][name]["class"] == "clinical_question" else "urgent"


@pytest.mark.parametrize("lang", ROWS)
def test_promise_34_what_people_say_in_every_category_reaches_a_person(lang: str) -> None:
    said = [(name, text, read(text, lang).urgency) for of, name, text in SAID if of == lang]
    assert len(said) > 200
    assert [each for each in said if RANK[each[2]] < RANK[_least(lang, each[0])]] == []


def test_promise_34_the_conversations_language_does_not_matter() -> None:
    ways = [(text, read(text, "en", "es").urgency, read(text, "es", "en").urgency) for _, _, text in SAID[::7]]
    assert [each for each in ways if each[1] != each[2]] == []


@pytest.mark.parametrize("lang", ROWS)
def test_promise_34_all_28_rows_of_the_lexicon_are_written(lang: str) -> None:
    numbers = {n for c in ROWS[lang]["categories"].values() for n in c["numbers"]}
    assert numbers == set(range(1, 29))


@pytest.mark.parametrize(("lang", "text"), [(lang, t) for lang, row in ROWS.items() for t in row["hard_negatives"]])
def test_promise_37_a_figure_of_speech_or_an_errand_rings_no_alarm(lang: str, text: str) -> None:
    assert read(text, lang).urgency in ("none", "routine")


DENIED = ["no chest pain", "I don't have chest pain", "he doesn't have a fever", "my chest does not hurt",
          "no chest pain or trouble breathing", "sin dolor de pecho", "no tengo dolor de pecho",
          "no tengo dolor de pecho ni falta de aire", "no tengo chest pain"]  # fmt: skip


@pytest.mark.parametrize("text", DENIED)
def test_a_symptom_that_is_denied_goes_to_a_person_and_is_no_emergency(text: str) -> None:
    assert read(text).urgency == "routine"


NOT_DENIED = ["I can't stop the bleeding", "he is not breathing", "baby not moving", "No, I have chest pain",
              "no fever but chest pain", "I don't know if it's chest pain", "it's nothing but my chest is tight",
              "not sure if it matters, my chest hurts", "no puedo respirar", "no tengo ganas de vivir",
              "no es nada pero me duele el pecho", "no tiene fiebre pero no respira bien",
              "ya no quiero vivir"]  # fmt: skip


@pytest.mark.parametrize("text", NOT_DENIED)
def test_a_no_that_denies_nothing_still_rings(text: str) -> None:
    assert read(text).urgency == "emergency"


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("my dad is having chest pain right now", "emergency"),
        ("mi mamá se desmayó", "emergency"),
        ("he passed out yesterday", "urgent"),
        ("what should I do if I have chest pain?", "urgent"),
        ("my mother had a stroke in 2010", "routine"),
        ("mi mamá tuvo un derrame en 2012", "routine"),
        ("she had a stroke in 2010 and now her face is drooping", "emergency"),
        ("had a heart attack last year and my chest hurts again", "emergency"),
        ("chest pain since last night", "emergency"),
        ("me duele el pecho desde ayer", "emergency"),
    ],
)
def test_what_is_past_or_supposed_goes_to_a_person_and_what_is_now_is_an_emergency(text: str, urgency: str) -> None:
    assert read(text).urgency == urgency


WRITTEN = ["can t breathe", "cant breath", "chestpain", "CHEST PAIN", "chest   pain", "сhest pаin", "ch\u200best pain",
           "my chest huuuurts", "she is unconcious", "unconsious on the floor", "me kiero morir", "nopuedo respirar",
           "no puedo respirarrrr", "se desmayo", "me quiero\u00a0matar", "CAN’T BREATHE", "ｃｈｅｓｔ ｐａｉｎ",
           "I took all the 💊 and want to die", "there is a 🔫 here and I want to die",
           "my baby is not breathing 😭"]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_an_emergency_is_heard_however_it_is_spelled(text: str) -> None:
    assert read(text).urgency == "emergency"


@pytest.mark.parametrize(
    ("text", "cls", "urgency", "tier"),
    [
        ("I want to kill myself", "self_harm", "emergency", "E2"),
        ("I have a gun and I want to die", "self_harm", "emergency", "E1"),
        ("me quiero matar", "self_harm", "emergency", "E2"),
        ("my husband beats me", "emergency", "urgent", "S"),
        ("mi marido me pega", "emergency", "urgent", "S"),
        ("I ran out of insulin", "clinical_question", "urgent", "E3"),
        ("estoy desesperada", "distress", "urgent", "human"),
        ("I am not suicidal", "distress", "urgent", "human"),
        ("is this mole normal", "clinical_question", "routine", "human"),
        ("I'd like to book a physical", "none", "none", None),
    ],
)
def test_each_kind_of_danger_has_its_own_tier(text: str, cls: str, urgency: str, tier: str | None) -> None:
    found = read(text)
    assert (found.cls, found.urgency, found.tier) == (cls, urgency, tier)


@pytest.mark.parametrize("text", ["hi, ｍy chest  hurts 🚑 ok", "señor, no puedo respirar…", "can t breathe!!"])
def test_the_evidence_quotes_the_patients_own_words(text: str) -> None:
    found = read(text)
    assert found.evidence
    for e in found.evidence:
        assert text[e.start : e.end] == e.text
        assert e.rule.split(".")[0] in ROWS


words = st.sampled_from(
    sorted(
        {w for _, _, t in SAID for w in t.split()}
        | {"no", "not", "but", "in 2010", ",", "if", "years ago", "pero", "sin"}
    )
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "es", "xx", ""]))
def test_nothing_that_a_person_can_type_breaks_the_gate(text: str, lang: str) -> None:
    found = gate().read(text, lang)
    assert all(text[e.start : e.end] == e.text for e in found.evidence)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAID), st.lists(words, max_size=12), st.sampled_from([". ", "\n", "? ", "! "]))
def test_nothing_said_in_another_sentence_lowers_an_alarm(
    said: tuple[str, str, str], more: list[str], end: str
) -> None:
    lang, _, text = said
    least = RANK[read(text, lang).urgency]
    other = " ".join(more)
    assert RANK[read(text + end + other, lang).urgency] >= least
    assert RANK[read(other + end + text, lang).urgency] >= least


@pytest.mark.parametrize(
    "piece", ["a", "no ", "chest ", "cant breathe ", "my ", "😭", "no puedo ", "\u200b", "é", "<b>", "了"]
)
def test_a_very_long_message_takes_no_longer_than_its_length(piece: str) -> None:
    assert_linear(lambda size: gate().read((piece * size)[:size], "en"), 1_250)
