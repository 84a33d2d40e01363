"""What the engine of dates and times offers to other ways of writing: no spaces, glued endings, marks that make words,
full-width signs, feasts of other calendars; and that no text breaks it."""

# ruff: noqa: DTZ001, DTZ901 - the grammar works on naive wall time
from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.times import Expression, load_grammar, wanted
from tests.growth import assert_linear

INTENTS = Path(__file__).parents[2] / "intents"
LANGUAGES = ("zh", "ko", "vi", "ru")
GRAMMARS = {language: load_grammar(INTENTS / language / "_times.yaml") for language in LANGUAGES}
NOW = datetime(2026, 3, 11, 10, 0)


def heard(language: str, text: str, now: datetime = NOW) -> list[str]:
    found = GRAMMARS[language].find(text, now)
    return [each.value if isinstance(each.value, str) else "/".join(each.value) for each in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ko", "내일은 3시에", ["2026-03-12T15:00:00"]),
        ("ko", "내일은3시에갈게요", ["2026-03-12T15:00:00"]),
        ("ko", "오이와 사과", []),
        ("zh", "下周二的下午", ["2026-03-17T12:00:00/2026-03-17T19:00:00"]),
        ("zh", "下午３：３０，周五", ["2026-03-13T15:30:00"]),
        ("zh", "周一、周二", ["2026-03-16", "2026-03-17"]),
        ("vi", "sáu giờ", ["18:00"]),
        ("vi", "sau sáu giờ", ["18:00/.."]),
        ("vi", "tháng sáu", ["2026-06-01/2026-07-01"]),
        ("vi", "tháng sau", ["2026-04-01/2026-05-01"]),
        ("vi", "chuyển sang thứ hai", ["2026-03-16"]),
        ("vi", "sáng thứ hai", ["2026-03-16T04:00:00/2026-03-16T12:00:00"]),
        ("ru", "в четвёртом часу", []),
        ("ru", "четвертого апреля", ["2026-04-04"]),
        ("ru", "четвёртого апреля", ["2026-04-04"]),
    ],
)
def test_each_way_of_writing_is_heard(language: str, text: str, expected: list[str]) -> None:
    assert heard(language, text) == expected


@pytest.mark.parametrize(("language", "text"), [("vi", "thứ sáu tuần tới"), ("ru", "двадцать четвёртого марта")])
def test_marks_written_apart_are_the_same_marks(language: str, text: str) -> None:
    assert heard(language, unicodedata.normalize("NFD", text)) == heard(language, text) != []


@pytest.mark.parametrize(
    ("language", "text", "now", "expected"),
    [
        ("zh", "春节", datetime(2027, 2, 6), "2027-02-06"),
        ("zh", "春节", datetime(2027, 2, 7), "2028-01-26"),
        ("ko", "설날", NOW, "2027-02-07"),
        ("vi", "tết", datetime(2030, 1, 5), "2030-02-02"),
        ("ru", "пасха", NOW, "2026-04-12"),
    ],
)
def test_a_feast_of_another_calendar_is_the_next_one_listed(
    language: str, text: str, now: datetime, expected: str
) -> None:
    assert heard(language, text, now) == [expected]


def test_a_feast_beyond_the_list_is_not_guessed() -> None:
    assert heard("zh", "春节", datetime(2050, 1, 1)) == []


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=120),
        st.lists(
            st.sampled_from(
                "下 上 周 二 三 点 半 后 前 月 号 31 9999 : ： 内 年 到 和 除了 不行 다음 주 월요일 이 일 시 반 후 "
                "전 까지 은 sau sáu tháng năm tối tới giờ kém 15 trước đến до с в час полтретьего через месяц года "
                "третьего без - . /".split()
            ),
            max_size=25,
        ).map("".join),
        st.lists(st.sampled_from("31 2 tháng sau năm nửa giờ через 5000 лет год назад в с до февраля".split())).map(
            " ".join
        ),
    ),
    st.sampled_from(LANGUAGES),
    st.sampled_from([NOW, datetime.max, datetime.min, datetime(2024, 2, 29)]),
)
def test_no_text_whatever_breaks_these_grammars(text: str, language: str, now: datetime) -> None:
    found = GRAMMARS[language].find(text, now)
    assert all(isinstance(each, Expression) and text[each.start : each.end] == each.text for each in found)
    wanted(found, now)


@pytest.mark.parametrize("piece", ["下周二", "三点到", "다음주", "이", "은", "thứ sáu ", "до ", "в час ", "二十"])
def test_long_text_takes_time_in_proportion(piece: str) -> None:
    def read(characters: int) -> None:
        text = (piece * characters)[:characters]
        for grammar in GRAMMARS.values():
            grammar.find(text, NOW)

    assert_linear(read, 1_250)
