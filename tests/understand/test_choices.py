"""Yes, no, and a choice among what was offered."""

from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from agent.understand.choices import NONE_OF_THESE
from agent.understand.found import Option
from agent.understand.times import TimeGrammar, load_grammar
from tests.understand.reading import KINDS, OFFERED, reader
from tests.understand.spoken import INTENTS

NOW = datetime.fromisoformat("2026-07-15T09:00")
YES_NO = [
    ("en", "not a problem", True, True), ("en", "no doubt", True, True), ("en", "not ok", False, True),
    ("en", "yes", True, True), ("en", "yeah that works", True, True), ("en", "ok perfect", True, True),
    ("en", "yep", True, True), ("en", "Y", True, True), ("en", "yesss", True, True), ("en", "ok", True, True),
    ("en", "👍🏽", True, True), ("en", "sounds good to me", True, True), ("en", "no problem", True, True),
    ("en", "Yes, please!", True, True), ("en", "that's correct", True, True), ("en", "um yes", True, True),
    ("en", "sure thing thanks", True, True), ("en", "k", True, True), ("en", "yes I want that", True, True),
    ("en", "no", False, True), ("en", "nope", False, True), ("en", "not really", False, True),
    ("en", "no thanks", False, True), ("en", "nooo", False, True), ("en", "ok no thanks", False, True),
    ("en", "N", False, True), ("en", "that doesn't work for me", False, True), ("en", "👎", False, True),
    ("en", "no thank you, bye", False, True), ("en", "I don't think so", False, True),
    ("en", "yes but 3pm instead", True, False), ("en", "yes actually no", True, False),
    ("en", "yes if it's in the morning", True, False), ("en", "no, 4pm", False, False),
    ("es", "sí por favor", True, True), ("es", "si", True, True), ("es", "claro", True, True),
    ("es", "dale", True, True), ("es", "órale", True, True), ("es", "va", True, True), ("es", "ok", True, True),
    ("es", "sip", True, True), ("es", "siiii", True, True), ("es", "claro que sí, gracias", True, True),
    ("es", "me parece bien", True, True), ("es", "no hay problema", True, True), ("es", "cómo no", True, True),
    ("es", "Sí, está bien", True, True), ("es", "simón", True, True), ("es", "perfecto muchas gracias", True, True),
    ("es", "no", False, True), ("es", "no gracias", False, True), ("es", "mejor no", False, True),
    ("es", "nel", False, True), ("es", "claro que no", False, True), ("es", "no puedo", False, True),
    ("es", "todavía no", False, True), ("es", "no me queda bien", False, True), ("es", "bueno, no", False, True),
    ("es", "sí pero a las 3", True, False), ("es", "sí, aunque prefiero la tarde", True, False),
]  # fmt: skip
NEITHER = [
    ("en", "Good morning"), ("en", "good afternoon"), ("es", "buenos días"),
    ("en", "I can't breathe"), ("en", "I don't want to live"), ("es", "no puedo respirar"),
    ("es", "ya no quiero vivir"), ("en", "not sure"), ("en", "I don't know"), ("en", "maybe"),
    ("en", "what time do you open"), ("en", ""), ("en", "can you call me back"),
    ("en", "ok so what time do you open on saturday?"), ("en", "ok?"),
    ("en", "my son has no appetite and he's been coughing all night long since tuesday"), ("en", "knee pain"),
    ("en", "I have a question about my bill and no one has answered the phone for two days"), ("en", "north"),
    ("en", "tomorrow at 3"), ("en", "I need a good dentist"), ("en", "the right knee hurts"), ("en", "yesterday"),
    ("en", "ok I have a question about parking"), ("en", "Okafor"), ("en", "idk"), ("en", "nothing hurts"),
    ("es", "no sé"), ("es", "tal vez"), ("es", "no entiendo"), ("es", "¿a qué hora abren?"), ("es", "noviembre"),
    ("es", "si puedo ir mañana le aviso temprano"), ("es", "no me acuerdo"), ("es", "me duele bien feo la cabeza"),
    ("es", "bueno quiero preguntar por mi factura"), ("es", "mañana a las 3"), ("es", "la clínica"),
    ("es", "¿está bien si llego tarde?"), ("es", "quisiera hablar con una persona"), ("es", ""),
]  # fmt: skip
CHOICES = [
    ("en", "number one", 0), ("es", "la primera está perfecta", 0),
    ("en", "2", 1), ("en", "#2", 1), ("en", "option 2", 1), ("en", "2 please", 1), ("en", "number two works", 1),
    ("en", "the second one", 1), ("en", "2nd", 1), ("en", "the last one", 2), ("en", "First!", 0),
    ("en", "I'll take the third", 2), ("en", "no, the second one", 1), ("en", "yes the first one please", 0),
    ("en", "the 10:30", 0), ("en", "10:30 works", 0), ("en", "Friday works", 2), ("en", "the one at 2pm", 1),
    ("en", "2:00", 1), ("en", "friday at 9:15", 2), ("en", "with Dr Ruiz", 1), ("en", "riverdale", 2),
    ("en", "dr ruis", 1), ("en", "thursday with okafor", 0), ("en", "2️⃣", 1), ("en", "3.", 2),
    ("en", "thursday at 2", 1), ("en", "none", NONE_OF_THESE), ("en", "neither", NONE_OF_THESE),
    ("en", "do you have other times", NONE_OF_THESE), ("en", "something later", NONE_OF_THESE),
    ("en", "no", NONE_OF_THESE), ("en", "none of those work", NONE_OF_THESE), ("en", "more options", NONE_OF_THESE),
    ("es", "2", 1), ("es", "opción dos", 1), ("es", "la segunda", 1), ("es", "la última", 2), ("es", "el primero", 0),
    ("es", "la tercera por favor", 2), ("es", "el de las diez y media", 0), ("es", "el viernes", 2),
    ("es", "a las 10:30", 0), ("es", "la de las 2 de la tarde", 1), ("es", "con la doctora Ruiz", 1),
    ("es", "quiero la primera", 0), ("es", "el viernes está bien", 2), ("es", "número 3", 2),
    ("es", "en riverdale", 2), ("es", "no, la segunda", 1), ("es", "sí, la primera", 0),
    ("es", "me quedo con la dos", 1), ("es", "la 1", 0), ("es", "ninguna", NONE_OF_THESE),
    ("es", "otro horario", NONE_OF_THESE), ("es", "más tarde", NONE_OF_THESE),
    ("es", "¿tiene más opciones?", NONE_OF_THESE), ("es", "ninguno de esos me sirve", NONE_OF_THESE),
    ("es", "no me sirven", NONE_OF_THESE), ("es", "otro día", NONE_OF_THESE), ("es", "el de las 2", 1),
]  # fmt: skip
NO_CHOICE = [
    ("en", "Thursday works"), ("en", "7"), ("en", "10"), ("en", "2 or 3"), ("en", "with okafor"), ("en", "northside"),
    ("en", "hello"), ("en", "what's the parking like"), ("en", "yes"), ("en", "first or second"),
    ("en", "not the second"), ("en", ""), ("en", "saturday at noon"), ("en", "my knee hurts"), ("en", "0"),
    ("en", "is dr ruiz or dr okafor better"), ("en", "I have two kids"), ("en", "1030000"),
    ("en", "the first time I came it took three hours"), ("en", "12/5"), ("es", "el jueves"), ("es", "9"),
    ("es", "la primera o la segunda"), ("es", "con okafor"), ("es", "hola"), ("es", "¿dónde me estaciono?"),
    ("es", "el sábado"), ("es", "me duele la espalda"), ("es", "sí"), ("es", ""), ("es", "tengo dos hijos"),
    ("es", "a las 4 de la tarde"), ("es", "no la segunda"),
]  # fmt: skip


@cache
def grammar(lang: str) -> TimeGrammar:
    return load_grammar(INTENTS / lang / "_times.yaml")


def times(text: str, lang: str) -> Any:
    return grammar(lang).find(text, NOW)


@pytest.mark.parametrize(("lang", "text", "value", "sure"), YES_NO)
def test_yes_and_no_as_people_text_them(lang: str, text: str, value: bool, sure: bool) -> None:
    found = reader().yes_no(text, lang)
    assert found is not None
    assert (found.value, found.sure) == (value, sure)


@pytest.mark.parametrize(("lang", "text"), NEITHER)
def test_a_sentence_about_something_else_is_no_answer(lang: str, text: str) -> None:
    found = reader().yes_no(text, lang)
    assert found is None


@pytest.mark.parametrize(("lang", "text", "index"), CHOICES)
def test_a_choice_is_found_by_number_name_time_person_or_place(lang: str, text: str, index: int) -> None:
    found = reader().choice(text, lang, OFFERED, times)
    assert found is not None
    assert (found.value, found.sure) == (index, True)


@pytest.mark.parametrize(("lang", "text"), NO_CHOICE)
def test_where_two_fit_or_none_the_desk_does_not_choose(lang: str, text: str) -> None:
    assert reader().choice(text, lang, OFFERED, times) is None


@pytest.mark.parametrize(
    ("lang", "text", "index"),
    [("en", "whichever", 0), ("en", "any of them", 0), ("en", "the earliest", 0), ("en", "the latest one", 2),
     ("en", "I don't care", 0), ("en", "either", 0), ("es", "cualquiera", 0), ("es", "me da igual", 0),
     ("es", "lo antes posible", 0), ("es", "la más temprana", 0)],
)  # fmt: skip
def test_any_of_them_is_asked_back_with_the_first(lang: str, text: str, index: int) -> None:
    found = reader().choice(text, lang, OFFERED, times)
    assert found is not None
    assert (found.value, found.sure) == (index, False)


@pytest.mark.parametrize(
    ("lang", "text", "index"),
    [("en", "cleaning", 1), ("en", "the physical", 0), ("en", "annual phyiscal please", 0), ("en", "a follow-up", 2),
     ("en", "dental", 1), ("es", "limpieza", 1), ("es", "el examen físico", 0), ("es", "seguimiento por favor", 2),
     ("es", "la limpieza dental", 1), ("en", "It's for a cleaning", 1)],
)  # fmt: skip
def test_a_kind_of_visit_is_chosen_by_its_label(lang: str, text: str, index: int) -> None:
    found = reader().choice(text, lang, KINDS)
    assert found is not None
    assert found.value == index


def test_without_a_time_grammar_figures_still_name_a_time() -> None:
    found = reader().choice("let's do 9:15", "en", OFFERED)
    assert found is not None
    assert found.value == 2


def test_yes_takes_the_only_option_and_no_refuses_it() -> None:
    yes, no = reader().choice("yes please", "en", OFFERED[:1]), reader().choice("no gracias", "es", OFFERED[:1])
    assert yes is not None
    assert no is not None
    assert (yes.value, no.value) == (0, NONE_OF_THESE)


def test_ranges_of_days_and_times_narrow_the_choice_to_one() -> None:
    afternoon = SimpleNamespace(kind="timerange", value=("12:00", "17:00"), ambiguous=False)
    friday = SimpleNamespace(kind="daterange", value=("2026-07-17", "2026-07-18"), ambiguous=False)
    by_time = reader().choice("afternoon", "en", OFFERED, lambda text, lang: [afternoon])
    by_day = reader().choice("end of the week", "en", OFFERED, lambda text, lang: [friday])
    assert by_time is not None
    assert by_day is not None
    assert (by_time.value, by_day.value) == (1, 2)


def test_with_no_options_there_is_nothing_to_choose() -> None:
    assert reader().choice("2", "en", ()) is None
    assert reader().choice("2", "en", (Option(("a",)),)) is None
