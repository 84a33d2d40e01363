"""What patients text in Tagalog and Taglish when they book, each with all the times that must be heard."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "tl" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("pwede po ba bukas", WEDNESDAY, "2026-03-12"),
    ("bukas ng umaga", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("bukas po ng umaga sana", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("bukas ng alas tres", WEDNESDAY, "2026-03-12T15:00:00"),
    ("bukas po alas-9 ng umaga", WEDNESDAY, "2026-03-12T09:00:00"),
    ("bukas ng hapon", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T18:00:00"),
    ("bukas 2pm", WEDNESDAY, "2026-03-12T14:00:00"),
    ("sa makalawa", WEDNESDAY, "2026-03-13"),
    ("samakalawa ng alas onse", WEDNESDAY, "2026-03-13T11:00:00"),
    ("ngayon po", WEDNESDAY, "2026-03-11"),
    ("ngayong araw", WEDNESDAY, "2026-03-11"),
    ("mamayang hapon", WEDNESDAY, "2026-03-11T12:00:00/2026-03-11T18:00:00"),
    ("mamaya pong alas singko", WEDNESDAY, "2026-03-11T17:00:00"),
    ("mamayang gabi", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("kahapon pa po", WEDNESDAY, "2026-03-10"),
    ("kagabi", WEDNESDAY, "2026-03-10T18:00:00/2026-03-11T00:00:00"),
    ("sa Lunes", WEDNESDAY, "2026-03-16"),
    ("sa lunes po ng umaga", WEDNESDAY, "2026-03-16T04:00:00/2026-03-16T12:00:00"),
    ("Biyernes", WEDNESDAY, "2026-03-13"),
    ("byernes alas kwatro", WEDNESDAY, "2026-03-13T16:00:00"),
    ("sa Miyerkules", WEDNESDAY, "2026-03-18"),
    ("ngayong miyerkules", WEDNESDAY, "2026-03-11"),
    ("sa Martes ng alas nuwebe y medya", WEDNESDAY, "2026-03-17T09:30:00"),
    ("huwebes 4:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("sa sabado ng 9am", WEDNESDAY, "2026-03-14T09:00:00"),
    ("sa Linggo ng umaga", WEDNESDAY, "2026-03-15T04:00:00/2026-03-15T12:00:00"),
    ("sa susunod na Lunes", WEDNESDAY, "2026-03-16"),
    ("sa darating na Martes", WEDNESDAY, "2026-03-17"),
    ("next Tuesday po", WEDNESDAY, "2026-03-17"),
    ("sa Lunes next week", WEDNESDAY, "2026-03-16"),
    ("next week po", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("sa susunod na linggo", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("ngayong linggo", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("this week po sana", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("kahit anong araw next week maliban sa Lunes", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("sa weekend", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("katapusan ng buwan", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("simula ng Abril", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("kalagitnaan ng Mayo", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("sa susunod na buwan", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("pagkatapos ng dalawang linggo", WEDNESDAY, "2026-03-25"),
    ("after 2 weeks po", WEDNESDAY, "2026-03-25"),
    ("makalipas ang sampung araw", WEDNESDAY, "2026-03-21"),
    ("sa loob ng dalawang linggo", WEDNESDAY, "2026-03-11/2026-03-25"),
    ("pagkalipas ng tatlong buwan", WEDNESDAY, "2026-06-11"),
    ("alas tres", WEDNESDAY, "15:00"),
    ("alas-3", WEDNESDAY, "15:00"),
    ("alas otso", WEDNESDAY, "08:00"),
    ("ala una", WEDNESDAY, "13:00"),
    ("ala-una y medya", WEDNESDAY, "13:30"),
    ("alas tres y medya", WEDNESDAY, "15:30"),
    ("alas diyes ng umaga", WEDNESDAY, "10:00"),
    ("alas otso ng gabi", WEDNESDAY, "20:00"),
    ("alas dos kinse", WEDNESDAY, "14:15"),
    ("ika-3 ng hapon", WEDNESDAY, "15:00"),
    ("ika-sampu ng umaga", WEDNESDAY, "10:00"),
    ("3 ng hapon", WEDNESDAY, "15:00"),
    ("3pm", WEDNESDAY, "15:00"),
    ("2:30 ng hapon", WEDNESDAY, "14:30"),
    ("menos kinse para alas singko", WEDNESDAY, "16:45"),
    ("tanghali", WEDNESDAY, "12:00"),
    ("sa Biyernes ng tanghali", WEDNESDAY, "2026-03-13T12:00:00"),
    ("alas dose ng tanghali", WEDNESDAY, "12:00"),
    ("mga alas diyes", WEDNESDAY, "10:00"),
    ("bandang alas kwatro", WEDNESDAY, "16:00"),
    ("pagkatapos ng alas tres", WEDNESDAY, "15:00/.."),
    ("after 4pm po", WEDNESDAY, "16:00/.."),
    ("bago mag alas onse", WEDNESDAY, "../11:00"),
    ("before 12 noon", WEDNESDAY, "../12:00"),
    ("simula alas kwatro", WEDNESDAY, "16:00/.."),
    ("mula alas dos hanggang alas kwatro", WEDNESDAY, "14:00/16:00"),
    ("between 2 and 4 po", WEDNESDAY, "14:00/16:00"),
    ("9 to 11 am", WEDNESDAY, "09:00/11:00"),
    ("bukas mula 3 hanggang 5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("sa Huwebes pagkatapos ng alas singko", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("Marso 24", WEDNESDAY, "2026-03-24"),
    ("ika-24 ng Marso", WEDNESDAY, "2026-03-24"),
    ("ika-24 ng Marso alas tres ng hapon", WEDNESDAY, "2026-03-24T15:00:00"),
    ("March 24 po 3pm", WEDNESDAY, "2026-03-24T15:00:00"),
    ("Martes, Marso 17", WEDNESDAY, "2026-03-17"),
    ("a-kinse ng Abril", WEDNESDAY, "2026-04-15"),
    ("sa a-20", WEDNESDAY, "2026-03-20"),
    ("sa ika-17", WEDNESDAY, "2026-03-17"),
    ("unang araw ng Abril", WEDNESDAY, "2026-04-01"),
    ("Enero 5", WEDNESDAY, "2027-01-05"),
    ("sa May 5", WEDNESDAY, "2026-05-05"),
    ("4/3", WEDNESDAY, "2026-04-03"),
    ("03/24/2026 2pm", WEDNESDAY, "2026-03-24T14:00:00"),
    ("Marso 20 hanggang 23", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("mula Lunes hanggang Miyerkules", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("hanggang Biyernes", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("simula Lunes", WEDNESDAY, "2026-03-16/.."),
    ("pagkatapos ng Marso 20", WEDNESDAY, "2026-03-21/.."),
    ("hindi pwede sa Biyernes, Huwebes na lang", WEDNESDAY, "2026-03-12"),
    ("wag Lunes, Martes na lang po", WEDNESDAY, "2026-03-17"),
    ("Lunes o Martes", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("noong Biyernes pa masakit", WEDNESDAY, "2026-03-06"),
    ("nung isang araw pa po, pwede po ba sa Lunes", WEDNESDAY, "2026-03-16"),
    ("tatlong araw na po akong may lagnat", WEDNESDAY, "P3D"),
    ("bukas", NEW_YEARS_EVE, "2027-01-01"),
    ("sa Pasko", WEDNESDAY, "2026-12-25"),
    ("tuwing Lunes", WEDNESDAY, "P1W"),
    ("as soon as possible po", WEDNESDAY, "2026-03-11/.."),
    ("tomorrow morning po", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    (
        "sa Lunes ng umaga o sa Martes ng hapon",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T18:00:00",
    ),
    ("bukas po ba kayo bukas?", WEDNESDAY, "2026-03-12"),
    ("bukas ba ang clinic sa Sabado", WEDNESDAY, "2026-03-14"),
    ("Hunyo 18 at 19", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("ika-18 o 19 ng Hunyo", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("Martes 2:00 - 2:30 ng hapon", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("tuesday at 2:00-2:30pm", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("between 5 and 6 ng hapon", WEDNESDAY, "17:00/18:00"),
    ("alas-5 hanggang alas-6 ng hapon", WEDNESDAY, "17:00/18:00"),
    ("bukas ng umaga 9-11", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("lunes ng umaga, 9 hanggang 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("sa susunod na lunes o martes", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("ngayon bago mag-alas-2 ng hapon", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("alas-5 bukas ng hapon", WEDNESDAY, "2026-03-12T17:00:00"),
    ("bukas ng 5 ng hapon", WEDNESDAY, "2026-03-12T17:00:00"),
    ("alas-tres y beinte ng hapon", WEDNESDAY, "15:20"),
    ("mula Hunyo 10 hanggang Hulyo 1", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("sa Huwebes o Biyernes sa susunod na linggo", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "magandang umaga po", "magandang hapon", "good morning po", "may tatlo akong anak", "may 2 tanong po ako",
    "5 taong gulang ang anak ko", "42 anyos na ako", "20 mg ang iniinom ko", "555-0142", "unang beses ko po",
    "second opinion po", "salamat po", "hindi", "opo", "bukas po ba kayo", "bukas ba kayo", "bukas pa ba kayo",
    "anong oras kayo bukas", "dalawang tableta", "7 out of 10 ang sakit", "400 pesos", "isang tanong lang po", "",
    "may sakit ako", "kailangan ko ng 3 appointment", "3 beses sa isang araw",
    "May itatanong ako",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_tagalog_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_tagalog_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("sa susunod na Biyernes", MONDAY, True),
        ("sa Biyernes", MONDAY, False),
        ("Biyernes, Marso 12", MONDAY, True),
        ("Biyernes, Marso 13", MONDAY, False),
        ("bukas ba?", MONDAY, True),
    ],
)
def test_a_tagalog_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
