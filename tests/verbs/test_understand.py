"""`frontdesk understand` answers in the shape of its contract, whatever it is given."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from agent.learning import ears_for, gate_for
from agent.model.content import Content
from agent.verbs.understand import Listener
from tests import shared
from tests.verbs.frontdesk import answers

INTENTS = set(
    """book reschedule cancel confirm_appointment check_appointment waitlist intake_update refill_request
    results_question referral_request records_request billing_question insurance_question hours_location
    directions_parking prep_instructions post_visit_instructions telehealth_link talk_to_human complaint
    language_switch greeting thanks goodbye affirm deny stop_messages out_of_scope clinical_question distress emergency
    self_harm""".split()
)
NOW = datetime.fromisoformat("2026-03-09T10:00")  # a Monday


def listening(content: Content) -> Listener:
    clinic, models = shared.clinic(), shared.models()
    return Listener(ears_for(content, clinic, models), gate_for(content, models), content, clinic, NOW)


@pytest.fixture(scope="module")
def listener() -> Listener:
    heard = shared.hearing()
    return Listener(heard.ears, heard.gate, heard.content, shared.clinic(), NOW)


@pytest.fixture(scope="module")
def two_alone() -> Listener:
    """A desk that speaks English and Spanish, the other languages still drafts."""
    content = shared.content()
    languages = {
        tag: row if tag in ("en", "es") else row.model_copy(update={"state": "draft"})
        for tag, row in content.languages.items()
    }
    return listening(replace(content, languages=languages))


def heard(listener: Listener, text: Any, **more: Any) -> dict[str, Any]:
    (told,) = answers(listener.understood, json.dumps({"id": "x", "text": text, **more}))
    return told


def checked(told: dict[str, Any], text: str) -> dict[str, Any]:
    """The whole contract, of one answer."""
    assert list(told) == [
        "id", "lang", "lang_confidence", "intent", "confidence", "alternatives", "also", "entities", "safety", "route",
    ]  # fmt: skip
    assert told["intent"] in INTENTS
    assert 0 <= told["confidence"] <= 1
    assert 0 <= told["lang_confidence"] <= 1
    assert all(set(a) == {"intent", "confidence"} and a["intent"] in INTENTS for a in told["alternatives"])
    assert told["route"] in ("answer", "ask", "handoff", "emergency")
    assert set(told["safety"]) == {"class", "urgency", "confidence", "evidence"}
    assert told["safety"]["class"] in ("none", "distress", "clinical_question", "emergency", "self_harm")
    assert told["safety"]["urgency"] in ("none", "routine", "urgent", "emergency")
    for evidence in told["safety"]["evidence"]:
        assert set(evidence) == {"start", "end", "text", "rule"}
        assert text[evidence["start"] : evidence["end"]] == evidence["text"]
    known = {
        "date",
        "time",
        "provider",
        "provider_name",
        "reason",
        "appointment_type",
        "relation",
        "name",
        "dob",
        "phone",
    }
    assert set(told["entities"]) <= known
    return told


def test_a_booking_in_english_is_heard_with_its_values(listener: Listener) -> None:
    text = "I need to see Dr Okafor next Tuesday at 3pm"
    told = checked(heard(listener, text), text)
    assert (told["lang"], told["intent"], told["route"]) == ("en", "book", "answer")
    assert told["entities"]["provider"] == "okafor"
    assert told["entities"]["provider_name"] == "Dr. Amara Okafor"
    assert told["entities"]["date"] == "2026-03-17"
    assert told["entities"]["time"] == "15:00"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("can I come in tomorrow morning", "time", "morning"),
        ("an appointment between 2 and 4 pm on Thursday", "time", ["14:00", "16:00"]),
        ("an appointment next week please", "date", ["2026-03-16", "2026-03-22"]),
        ("quiero una cita el jueves por la tarde", "date", "2026-03-12"),
    ],
)
def test_when_is_said_as_the_contract_writes_it(listener: Listener, text: str, name: str, value: Any) -> None:
    assert checked(heard(listener, text), text)["entities"][name] == value


@pytest.mark.parametrize("text", ["I have crushing chest pain", "me duele mucho el pecho y no puedo respirar"])
def test_an_emergency_is_routed_as_one(listener: Listener, text: str) -> None:
    told = checked(heard(listener, text), text)
    assert (told["route"], told["safety"]["urgency"]) == ("emergency", "emergency")
    assert told["safety"]["evidence"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Bonjour, je voudrais prendre rendez-vous demain à 15h", "fr"),
        ("Guten Tag, ich möchte bitte einen Termin vereinbaren", "de"),
        ("Здравствуйте, я хочу записаться к врачу", "ru"),
        ("我想预约看医生", "zh"),
        ("أريد حجز موعد مع الطبيب", "ar"),
    ],
)
def test_a_language_that_is_not_live_is_named_and_goes_to_a_person(two_alone: Listener, text: str, lang: str) -> None:
    told = checked(heard(two_alone, text), text)
    assert (told["lang"], told["intent"], told["route"]) == (lang, "out_of_scope", "handoff")
    assert told["confidence"] < 0.3
    assert told["safety"]["confidence"] < 0.3


def test_danger_in_a_live_language_is_heard_in_a_message_of_another(listener: Listener) -> None:
    text = "ich habe seit gestern chest pain und kann nicht kommen"
    told = checked(heard(listener, text, lang="de"), text)
    assert (told["lang"], told["route"]) == ("de", "emergency")


@pytest.mark.parametrize("lang", ["es", "es-MX", "ES_mx"])
def test_a_language_that_the_line_names_is_taken(listener: Listener, lang: str) -> None:
    assert heard(listener, "ok", lang=lang)["lang"] == "es"


@pytest.mark.parametrize("lang", ["xx", "", 5, None, ["en"], "../en"])
def test_a_language_that_nobody_knows_is_found_out_instead(listener: Listener, lang: Any) -> None:
    assert heard(listener, "I would like to book an appointment with the doctor", lang=lang)["lang"] == "en"


@pytest.mark.parametrize(
    "text", ["", " ", "?", "…", "14", "👍", "\x00", "a" * 10_000, "é" * 10_000, "ok " * 3400, "\u202e"]
)
def test_odd_texts_are_answered_too(listener: Listener, text: str) -> None:
    checked(heard(listener, text), text)


def test_danger_at_the_end_of_a_very_long_text_is_heard(listener: Listener) -> None:
    text = "hello there " * 800 + "I cannot breathe"
    assert len(text) < 10_000
    assert checked(heard(listener, text), text)["route"] == "emergency"


def test_every_held_out_sentence_gets_an_answer_of_the_right_shape(listener: Listener) -> None:
    corpus = shared.content().rows["corpus"]
    for intents in corpus.values():
        for row in intents.values():
            for text in row["tests"][:3]:
                checked(heard(listener, text), text)
