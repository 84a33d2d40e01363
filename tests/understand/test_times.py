"""The date and time grammar as a whole: what a booking wants of it, bad rows, hostile text, other scripts, speed."""

# ruff: noqa: DTZ001, DTZ901 - the grammar works on naive wall time
from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.times import Expression, TimeGrammar, Wanted, load_grammar, wanted
from tests.growth import assert_linear
from tests.shared import read_quickly

INTENTS = Path(__file__).parents[2] / "intents"
NOW = datetime(2026, 3, 11, 10, 0)
GRAMMARS = {language: load_grammar(INTENTS / language / "_times.yaml") for language in ("en", "es")}


def asked(language: str, text: str) -> Wanted:
    return wanted(GRAMMARS[language].find(text, NOW), NOW)


def days(first: int, last: int, month: int = 3) -> tuple[date, date]:
    return date(2026, month, first), date(2026, month, last)


@pytest.mark.parametrize(
    ("language", "text", "dates", "times", "part"),
    [
        ("en", "4-1:24", None, (time(16), time(23, 59)), None),  # found by the fuzz: it ended at 25:24
        ("es", "martes por la tarde", days(17, 17), (time(12), time(19)), "afternoon"),
        ("es", "el 3 o el 4 de junio", days(3, 4, 6), None, None),
        ("es", "antes de las 11", None, (time(0), time(11)), None),
        ("es", "10:30 el jueves", days(12, 12), (time(10, 30), time(10, 30)), None),
        ("es", "por la mañana", None, (time(4), time(12)), "morning"),
        ("es", "mañana", days(12, 12), None, None),
        ("en", "after 3", None, (time(15), time(23, 59)), None),
        ("en", "any day next week except Monday", days(17, 22), None, None),
        ("en", "next Tuesday at half past nine", days(17, 17), (time(9, 30), time(9, 30)), None),
        ("en", "tuesday afternoon", days(17, 17), (time(12), time(19)), "afternoon"),
        ("en", "next week, mornings only", days(16, 22), (time(4), time(12)), "morning"),
        ("en", "it hurts since last friday, can you see me tomorrow", days(12, 12), None, None),
        ("en", "for 20 minutes", None, None, None),
        ("en", "hello", None, None, None),
    ],
)
def test_one_message_becomes_one_wish(
    language: str,
    text: str,
    dates: tuple[date, date] | None,
    times: tuple[time, time] | None,
    part: str | None,
) -> None:
    wish = asked(language, text)
    assert (wish.dates, wish.times, wish.part, wish.ambiguous) == (dates, times, part, False)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "10:30, de mañana"),
        ("en", "tuesday or friday"),
        ("en", "monday march 20"),
        ("en", "2pm, no 5pm"),
    ],
)
def test_a_doubtful_wish_is_asked_about(language: str, text: str) -> None:
    assert asked(language, text).ambiguous


def test_half_past_ten_of_the_morning_alone_books_no_day() -> None:
    assert asked("es", "a las 10:30 de la mañana").dates is None
    assert asked("es", "10:30, de mañana").dates == days(12, 12)


def test_the_quote_is_what_the_patient_said() -> None:
    text = "Could I come on Tuesday at 3pm? Thanks"
    start, end = asked("en", text).quote or (0, 0)
    assert text[start:end] == "Tuesday at 3pm"


def test_the_clinics_date_order_wins_over_the_languages_own() -> None:
    grammar = GRAMMARS["en"]
    assert [each.value for each in grammar.find("4/5", NOW)] == ["2026-04-05"]
    assert [each.value for each in grammar.find("4/5", NOW, order="dmy")] == ["2026-05-04"]


def test_an_hour_of_today_that_is_past_is_the_evenings() -> None:
    found = GRAMMARS["en"].find("today at 8", datetime(2026, 3, 11, 15, 0))
    assert [each.value for each in found] == ["2026-03-11T20:00:00"]


def test_a_date_the_rows_miss_is_taken_from_the_library_and_asked_about() -> None:
    found = GRAMMARS["en"].find("see you 5 of the april 2026", NOW)
    assert [(each.value, each.ambiguous) for each in found] == [("2026-04-05", True)]


def test_the_library_is_not_believed_about_a_range() -> None:
    found = GRAMMARS["en"].find("until the april sale of 5", NOW)
    assert all(each.kind != "date" for each in found)


def small_rows(**changes: Any) -> dict[str, Any]:
    rows: dict[str, Any] = read_quickly((INTENTS / "en" / "_times.yaml").read_text(encoding="utf-8"))
    return rows | changes


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"order": "ymd"}, "order"),
        ({"parts": {"morning": ["8", "12:00"]}}, "parts.morning"),
        ({"words": {"weekday": {8: ["someday"]}}}, "words.weekday.8"),
        ({"words": {"month": {1: "january"}}}, "words.month.1"),
        ({"words": {"at": [True]}}, "words.at"),
        ({"patterns": {"point": {"{weekday}": "guess"}}}, "patterns.point.{weekday}"),
        ({"patterns": {"point": {"{nosuch}": "bare_weekday"}}}, "patterns.point.{nosuch}"),
        ({"patterns": {"point": {"{relday}": "bare_weekday"}}}, "patterns.point.{relday}"),
        ({"patterns": {"point": {"(x) {weekday}": "bare_weekday"}}}, "what only follows stands at the end"),
        ({"patterns": {"later": {}}}, "patterns.later"),
    ],
)
def test_a_row_that_is_wrong_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named.replace("{", r"\{").replace("}", r"\}")):
        TimeGrammar(small_rows(**changes))


def test_a_missing_key_is_named() -> None:
    with pytest.raises(ValueError, match="patterns: missing"):
        TimeGrammar({"language": "en", "order": "mdy", "parts": {}, "words": {}})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "_times.yaml"
    broken.write_text("order: [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"_times\.yaml"):
        load_grammar(broken)


def test_a_language_without_spaces_or_latin_digits_is_rows_only() -> None:
    rows = {
        "language": "zh",
        "order": "mdy",
        "spaced": False,
        "parts": {"afternoon": ["12:00", "18:00"]},
        "words": {
            "weekday": {2: ["周二", "星期二"]},
            "next": ["下"],
            "half": {"pm": ["下午"]},
            "num": {2: ["二", "两"], 3: ["三"]},
        },
        "patterns": {
            "point": {"{next} {weekday}": "next_week_weekday", "{half} {hour} 点": "with_half"},
            "join": {"{day} {clock}": "day_clock"},
        },
    }
    found = TimeGrammar(rows).find("我想下周二下午三点来", NOW)
    assert [(each.text, each.value) for each in found] == [("下周二下午三点", "2026-03-17T15:00:00")]
    assert [each.value for each in TimeGrammar(rows).find("下周二下午٣点", NOW)] == ["2026-03-17T15:00:00"]


TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            "next last this tuesday may 31 30 0 9999 24 feb 99999999 in weeks ago at 3 : pm half past to from - "
            "/ . mañana de la a las el próximo y media cada ٣ 五 ² am noon except after before 2/30 31/12/9999".split()
        ),
        max_size=25,
    ).map(" ".join),
)


@settings(max_examples=150, deadline=None)
@given(
    TEXTS,
    st.sampled_from(["en", "es"]),
    st.sampled_from([NOW, datetime.max, datetime.min, datetime(2024, 2, 29)]),
)
def test_no_text_whatever_breaks_the_grammar(text: str, language: str, now: datetime) -> None:
    found = GRAMMARS[language].find(text, now)
    assert all(isinstance(each, Expression) and text[each.start : each.end] == each.text for each in found)
    assert isinstance(wanted(found, now), Wanted)


@pytest.mark.parametrize(
    "piece", ["next ", "tuesday at 3 ", "from 2 to ", "1", "1-", "the ", "a las ", "² ", "((", "٣:", "1.", "+1"]
)
def test_ten_thousand_characters_take_time_in_proportion(piece: str) -> None:
    def work(length: int) -> None:
        text = (piece * length)[:length]
        GRAMMARS["en"].find(text, NOW)
        GRAMMARS["es"].find(text, NOW)

    assert_linear(work, 1_250)


def test_the_fallback_library_is_loaded_only_when_it_is_needed() -> None:
    code = (
        "import sys; from pathlib import Path; from datetime import datetime;"
        "from agent.understand.times import load_grammar;"
        "load_grammar(Path(sys.argv[1])).find('tuesday at 3', datetime(2026, 3, 11));"
        "sys.exit('dateparser' in sys.modules)"
    )
    path = str(INTENTS / "en" / "_times.yaml")
    assert subprocess.run([sys.executable, "-c", code, path], check=False, cwd=INTENTS.parent).returncode == 0
