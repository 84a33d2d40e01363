"""`frontdesk times` finds dates and times in every language of the desk, live or not."""

import json
from datetime import datetime
from typing import Any

import pytest

from agent.verbs.foreign_times import foreign_times
from agent.verbs.times import found
from tests.verbs.frontdesk import answers

NOW = "2026-03-09T10:00"
KINDS = {"date", "time", "datetime", "daterange", "timerange", "datetimerange", "duration", "set"}


def told(text: str, lang: str, now: Any = NOW) -> list[dict[str, Any]]:
    (answer,) = answers(found, json.dumps({"id": 1, "text": text, "lang": lang, "now": now}))
    assert set(answer) == {"id", "expressions"}, answer
    for e in answer["expressions"]:
        assert set(e) == {"start", "end", "text", "kind", "value"}
        assert text[e["start"] : e["end"]] == e["text"]
        assert e["kind"] in KINDS
    return list(answer["expressions"])


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("next Tuesday at 3pm", "en", "2026-03-17T15:00:00"),
        ("el 17 de marzo a las 3 de la tarde", "es", "2026-03-17T15:00:00"),
    ],
)
def test_a_live_language_is_read_by_its_own_rows(text: str, lang: str, value: str) -> None:
    (said,) = told(text, lang)
    assert (said["kind"], said["value"]) == ("datetime", value)


@pytest.mark.parametrize(
    ("text", "lang", "kind", "value"),
    [
        ("je voudrais venir le 12 mars 2026", "fr", "date", "2026-03-12"),
        ("je viens demain", "fr", "date", "2026-03-10"),
        ("ich komme am 12. März 2026", "de", "date", "2026-03-12"),
        ("я приду завтра", "ru", "date", "2026-03-10"),
        ("venho no dia 12 de março de 2026", "pt", "date", "2026-03-12"),
    ],
)
def test_a_language_without_rows_is_read_by_dateparser(text: str, lang: str, kind: str, value: str) -> None:
    assert (kind, value) in [(e["kind"], e["value"]) for e in told(text, lang)]


@pytest.mark.parametrize(
    "lang", ["fr", "pt", "de", "it", "pl", "ru", "ar", "hi", "zh", "vi", "ko", "tl", "ht", "xx", "", "../en"]
)
def test_no_language_and_no_text_is_an_error(lang: str) -> None:
    for text in ("", "???", "do se ma", "12/03/2026 14:00"):
        told(text, lang)


def test_a_regional_tag_is_read_as_its_language() -> None:
    assert told("mañana", "es-MX") == told("mañana", "es")


def test_now_with_an_offset_is_the_writers_own_clock() -> None:
    (said,) = told("tomorrow", "en", "2026-03-09T23:30:00-05:00")
    assert said["value"] == "2026-03-10"


@pytest.mark.parametrize("now", ["soon", 5, ["x"], "2026-13-01"])
def test_a_moment_that_cannot_be_read_is_an_error_of_that_line(now: Any) -> None:
    (answer,) = answers(found, json.dumps({"id": 1, "text": "tomorrow", "lang": "en", "now": now}))
    assert answer == {"id": 1, "error": "now must be an ISO 8601 string"}


def test_hostile_text_does_not_stop_the_foreign_reader() -> None:
    for text in ("1" * 400, "/" * 400, "\u0000", "٣" * 300, "年" * 300):
        foreign_times(text, "fr", datetime.fromisoformat(NOW))
        foreign_times(text, "zh", datetime.fromisoformat(NOW))
