"""A bare number or ordinal in answer to "which day?" is that day of the month; elsewhere it is none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agent.model.question import Question
from tests.understand.test_hear import ears

NOW = datetime(2026, 11, 27, 10, tzinfo=ZoneInfo("America/New_York"))
TENTH = [
    *((lang, "10") for lang in "en es fr pt de it pl ru ar hi zh vi ko tl ht".split()),
    *(("en", text) for text in ("the tenth", "10th", "tenth", "The 10th.", "the tenth please")),
    ("es", "diez"), ("fr", "dix"), ("pt", "dez"), ("de", "zehnter"), ("it", "dieci"), ("pl", "dziesiąty"),
    ("ru", "десятое"), ("ru", "десятого"), ("ar", "العاشر"), ("hi", "दस को"), ("zh", "十"), ("vi", "mười"),
    ("ko", "십"), ("tl", "ika-10"), ("ht", "dis"),
]  # fmt: skip


def asked(text: str, lang: str, slot: str = "date") -> object:
    question = Question(run="r", flow="book", slot=slot, type=slot)
    heard = ears().hear(text, now=NOW, prior=lang, current=lang, question=question, open_flows=("book",), spoken=True)
    return heard.entities.get("date"), heard.lang


@pytest.mark.parametrize(("lang", "text"), TENTH)
def test_a_number_alone_is_the_day_that_was_asked_for(lang: str, text: str) -> None:
    assert asked(text, lang) == ("2026-12-10", lang)


@pytest.mark.parametrize(
    ("lang", "text", "day"),
    [
        ("en", "the twenty first", "2026-12-21"),
        ("fr", "le premier", "2026-12-01"),
        ("en", "28", "2026-11-28"),
        ("en", "32", None),
        ("en", "0", None),
        ("pt", "dezembro", ["2026-12-01", "2026-12-31"]),
        ("en", "10 am", None),
    ],
)
def test_and_nothing_else_is(lang: str, text: str, day: object) -> None:
    assert asked(text, lang)[0] == day


def test_where_no_day_was_asked_for_a_number_is_none() -> None:
    assert asked("10", "en", "name")[0] is None
