"""Whoever asks about a day hears of that day, with its closure; whoever asks for the hours hears all of them."""

from datetime import UTC, datetime

import pytest

from tests.desk.world import World

CHRISTMAS_EVE = datetime(2026, 12, 24, 15, tzinfo=UTC)
TOMORROW = {
    "en": ("are you open tomorrow?", "Friday, December 25: closed (Christmas Day)"),
    "es": ("¿abren mañana?", "Viernes, 25 de diciembre: cerrado (Navidad)"),
    "fr": ("vous êtes ouverts demain ?", "Vendredi 25 décembre: fermé (Noël)"),
    "de": ("haben Sie morgen auf?", "Freitag, 25. Dezember: geschlossen (Weihnachten)"),
    "pt": ("vocês abrem amanhã?", "Sexta-feira, 25 de dezembro: fechado (Natal)"),
    "ar": ("هل تفتحون غدًا؟", "الجمعة، 25 ديسمبر: مغلق (عيد الميلاد)"),
    "ko": ("내일 문 여나요?", "12월 25일 (금요일): 휴진 (크리스마스)"),
    "ht": ("èske nou louvri demen?", "Vandredi 25 desanm: fèmen (Nwèl)"),
}


def said(text: str) -> str:
    world = World(clock=lambda: CHRISTMAS_EVE)
    return " ".join(world.say(text))


@pytest.mark.parametrize("lang", sorted(TOMORROW))
def test_a_day_that_is_asked_about_is_told_with_why_it_is_closed(lang: str) -> None:
    asked, told = TOMORROW[lang]
    assert told in said(asked)


def test_each_place_is_told_for_a_day_on_which_one_is_open() -> None:
    assert "Saturday, December 26: Brooklyn 9:00 AM–1:00 PM; Chicago closed" in said("what are your hours on saturday?")
    assert "Saturday, December 26: Brooklyn 9:00 AM–1:00 PM" in said("is the Brooklyn office open saturday")


@pytest.mark.parametrize("text", ["what are your hours?", "are you open this week?"])
def test_who_asks_about_no_day_hears_the_whole_table(text: str) -> None:
    assert "Mon–Tue 8:00 AM–6:00 PM" in said(text)


NOW = [
    "are you open now?", "are you still open", "¿están abiertos ahora?", "vous êtes ouverts maintenant ?",
    "vocês estão abertos agora?", "habt ihr jetzt offen?", "siete aperti adesso?", "czy teraz jest otwarte?",
    "вы сейчас открыты?", "هل أنتم مفتوحين الآن؟", "क्या अभी खुला है?", "你们现在开门吗？",
    "bây giờ phòng khám có mở không?", "지금 문 열었나요?", "bukas ba kayo ngayon?", "èske nou ouvè kounye a?",
]  # fmt: skip


@pytest.mark.parametrize("text", NOW)
def test_now_is_this_day(text: str) -> None:
    told = said(text)
    assert "24" in told
    assert "11215" not in told


def test_what_time_you_open_is_no_question_about_now() -> None:
    assert "11215" in said("a che ora aprite?")
