"""A part of the day that does not suit leaves the rest of it, in every language; and it is no symptom."""

from datetime import datetime

import pytest

from tests.understand.test_hear import ears

NOW = datetime(2026, 3, 2, 10)  # noqa: DTZ001 - local, as the ears take it
NOT_MORNINGS = {
    "en": "mornings don't work for me", "es": "no puedo por las mañanas", "fr": "je ne peux pas le matin",
    "pt": "não posso de manhã", "de": "vormittags kann ich nicht", "it": "la mattina non posso",
    "pl": "rano nie mogę", "ru": "утром не могу", "ar": "ما بقدر الصبح", "hi": "सुबह नहीं आ सकता", "zh": "上午不行",
    "vi": "buổi sáng tôi không đi được", "ko": "오전은 안 돼요", "tl": "hindi po ako pwede sa umaga",
    "ht": "maten m pa kapab",
}  # fmt: skip


@pytest.mark.parametrize("lang", NOT_MORNINGS)
def test_a_morning_that_does_not_suit_leaves_the_afternoon(lang: str) -> None:
    heard = ears().hear(NOT_MORNINGS[lang], now=NOW, prior=lang, current=lang, lang=lang)
    assert heard.entities["time"] == ["12:00", "23:59"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("no mornings please", ["12:00", "23:59"]),
        ("not in the evening", ["00:00", "18:00"]),
        ("no, morning", None),
        ("I can't do mornings, Tuesday at 3pm", "15:00"),
    ],
)
def test_what_is_left_of_the_day_is_wished_for_only_where_nothing_else_is(text: str, time: object) -> None:
    assert ears().hear(text, now=NOW, lang="en").entities.get("time") == time


@pytest.mark.parametrize("text", ["she can't do Tuesdays", "he cant do mornings"])
def test_who_cannot_come_then_has_no_symptom(text: str) -> None:
    assert ears().hear(text, now=NOW, lang="en").danger < 0.1


def test_of_a_visit_that_is_given_up_it_says_nothing_of_the_rest_of_the_day() -> None:
    heard = ears().hear("please cancel my appointment, I can't do mornings", now=NOW, lang="en")
    assert (heard.intent, heard.entities.get("time")) == ("cancel", None)
