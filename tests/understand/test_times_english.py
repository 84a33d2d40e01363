"""What patients text in English when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "en" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("can i come in tomorrow", WEDNESDAY, "2026-03-12"),
    ("tmrw at 3?", WEDNESDAY, "2026-03-12T15:00:00"),
    ("2morrow 2pm pls", WEDNESDAY, "2026-03-12T14:00:00"),
    ("tommorow morning if possible", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("anything today", WEDNESDAY, "2026-03-11"),
    ("day after tomorrow at 11", WEDNESDAY, "2026-03-13T11:00:00"),
    ("Friday works", WEDNESDAY, "2026-03-13"),
    ("wednesday", WEDNESDAY, "2026-03-18"),
    ("this wednesday", WEDNESDAY, "2026-03-11"),
    ("wensday at 10am", WEDNESDAY, "2026-03-18T10:00:00"),
    ("next Tuesday at half past nine", WEDNESDAY, "2026-03-17T09:30:00"),
    ("next friday", WEDNESDAY, "2026-03-20"),
    ("thurs 4:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("Sat at 9", WEDNESDAY, "2026-03-14T09:00:00"),
    ("Mon 9am", WEDNESDAY, "2026-03-16T09:00:00"),
    ("Tuesday afternoon", WEDNESDAY, "2026-03-17T12:00:00/2026-03-17T19:00:00"),
    ("tuesday in the afternoon after 3", WEDNESDAY, "2026-03-17T15:00:00/2026-03-17T19:00:00"),
    ("after 3 on thursday", WEDNESDAY, "2026-03-12T15:00:00/2026-03-13T00:00:00"),
    ("after 3", WEDNESDAY, "15:00/.."),
    ("any time after 4pm works", WEDNESDAY, "16:00/.."),
    ("before 11 please", WEDNESDAY, "../11:00"),
    ("between 2 and 4", WEDNESDAY, "14:00/16:00"),
    ("friday between 10 and 12", WEDNESDAY, "2026-03-13T10:00:00/2026-03-13T12:00:00"),
    ("from 9 to 11:30", WEDNESDAY, "09:00/11:30"),
    ("9-11am", WEDNESDAY, "09:00/11:00"),
    ("11 to 1pm tomorrow", WEDNESDAY, "2026-03-12T11:00:00/2026-03-12T13:00:00"),
    ("tomorrow 3-5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("2pm", WEDNESDAY, "14:00"),
    ("230pm on the 20th", WEDNESDAY, "2026-03-20T14:30:00"),
    ("2.30pm", WEDNESDAY, "14:30"),
    ("at 4", WEDNESDAY, "16:00"),
    ("at 8", WEDNESDAY, "08:00"),
    ("9ish tomorrow", WEDNESDAY, "2026-03-12T09:00:00"),
    ("around 10:30", WEDNESDAY, "10:30"),
    ("ten o'clock", WEDNESDAY, "10:00"),
    ("quarter to five", WEDNESDAY, "16:45"),
    ("quarter past 8", WEDNESDAY, "08:15"),
    ("half two", WEDNESDAY, "14:30"),
    ("two thirty", WEDNESDAY, "14:30"),
    ("noon on monday", WEDNESDAY, "2026-03-16T12:00:00"),
    ("midday friday", WEDNESDAY, "2026-03-13T12:00:00"),
    ("by EOD", WEDNESDAY, "../17:00"),
    ("next week", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("any day next week except Monday", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("sometime this week", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("this weekend?", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("monday of next week", WEDNESDAY, "2026-03-16"),
    ("the week of april 6", WEDNESDAY, "2026-04-06/2026-04-13"),
    ("early next week", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("end of the month", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("in two weeks", WEDNESDAY, "2026-03-25"),
    ("in 10 days", WEDNESDAY, "2026-03-21"),
    ("a week from tomorrow", WEDNESDAY, "2026-03-19"),
    ("two weeks from friday", WEDNESDAY, "2026-03-27"),
    ("in 3 months", WEDNESDAY, "2026-06-11"),
    ("March 24th", WEDNESDAY, "2026-03-24"),
    ("24 march at 3pm", WEDNESDAY, "2026-03-24T15:00:00"),
    ("april 2 2026 at 8:45 am", WEDNESDAY, "2026-04-02T08:45:00"),
    ("the 3rd of June", WEDNESDAY, "2026-06-03"),
    ("jan 5", WEDNESDAY, "2027-01-05"),
    ("march 10", WEDNESDAY, "2027-03-10"),
    ("may 2nd", WEDNESDAY, "2026-05-02"),
    ("3/24", WEDNESDAY, "2026-03-24"),
    ("3/4", WEDNESDAY, "2027-03-04"),
    ("03/24/2026 at 14:00", WEDNESDAY, "2026-03-24T14:00:00"),
    ("24/3 ok?", WEDNESDAY, "2026-03-24"),
    ("2026-03-24", WEDNESDAY, "2026-03-24"),
    ("the 17th", WEDNESDAY, "2026-03-17"),
    ("Tuesday the 17th at 1", WEDNESDAY, "2026-03-17T13:00:00"),
    ("tuesday march 17", WEDNESDAY, "2026-03-17"),
    ("from the 20th to the 23rd", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("June 3 or 4", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("monday through wednesday", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("after the 20th", WEDNESDAY, "2026-03-21/.."),
    ("from monday on", WEDNESDAY, "2026-03-16/.."),
    ("not friday, thursday", WEDNESDAY, "2026-03-12"),
    (
        "monday morning or tuesday afternoon",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("tonight at 7", FRIDAY, "2026-03-13T19:00:00"),
    ("today at 5", FRIDAY, "2026-03-13T17:00:00"),
    ("tomorrow", NEW_YEARS_EVE, "2027-01-01"),
    ("Jan 2nd 9am", NEW_YEARS_EVE, "2027-01-02T09:00:00"),
    ("first monday of april", WEDNESDAY, "2026-04-06"),
    ("christmas eve", WEDNESDAY, "2026-12-24"),
    ("day after thanksgiving is fine", WEDNESDAY, "2026-11-27"),
    ("it started last friday, can I be seen monday", WEDNESDAY, "2026-03-06 2026-03-16"),
    ("yesterday", WEDNESDAY, "2026-03-10"),
    ("I've had it for 3 days, see me thursday 9:30", WEDNESDAY, "P3D 2026-03-12T09:30:00"),
    ("half an hour", WEDNESDAY, "PT30M"),
    ("in half an hour", WEDNESDAY, "2026-03-11T10:30:00"),
    ("every monday", WEDNESDAY, "P1W"),
    ("2pm to 4pm", WEDNESDAY, "14:00/16:00"),
    ("TUESDAY AT 3 PM!!!", WEDNESDAY, "2026-03-17T15:00:00"),
    ("thursday, march 19, at nine thirty in the morning", WEDNESDAY, "2026-03-19T09:30:00"),
    ("the nineteenth of march at two pm", WEDNESDAY, "2026-03-19T14:00:00"),
    ("mon-fri after 5", WEDNESDAY, "2026-03-16/2026-03-21 17:00/.."),
    ("quarter to 3 pm", WEDNESDAY, "14:45"),
    ("half past 3 pm", WEDNESDAY, "15:30"),
    ("anytime between now and friday", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("i can't do wednesday", WEDNESDAY, ""),
    ("tuesday doesn’t work, thursday does", WEDNESDAY, "2026-03-12"),
    ("anytime but friday", WEDNESDAY, ""),
    ("asap please", WEDNESDAY, "2026-03-11/.."),
    ("tues am", WEDNESDAY, "2026-03-17T04:00:00/2026-03-17T12:00:00"),
    ("how about the following monday", WEDNESDAY, "2026-03-16"),
    ("I am looking at 18 and 19 June", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("at 18 or 19 June", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("Tuesday at 2:00 - 2:30 pm", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("tuesday at 2 to 4pm", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T16:00:00"),
    ("tuesday around 2-3pm", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T15:00:00"),
    ("between 5 and 6 in the afternoon", WEDNESDAY, "17:00/18:00"),
    ("between 9 and 11 in the morning", WEDNESDAY, "09:00/11:00"),
    ("tomorrow between 9 and 11 in the morning", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("first Monday evening of next month", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("the last friday afternoon of march", WEDNESDAY, "2026-03-27T12:00:00/2026-03-27T19:00:00"),
    ("next Monday or Tuesday", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("on 14th Feb for 7 hours from 9:30am", WEDNESDAY, "2027-02-14T09:30:00/2027-02-14T16:30:00"),
    ("20261016", WEDNESDAY, "2026-10-16"),
    ("before around 2pm today", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("at 5 tomorrow afternoon", WEDNESDAY, "2026-03-12T17:00:00"),
    ("eight tonight", WEDNESDAY, "2026-03-11T20:00:00"),
    ("9 tomorrow evening", WEDNESDAY, "2026-03-12T21:00:00"),
    ("at 20 past 3pm", WEDNESDAY, "15:20"),
    ("at 15 past noon", WEDNESDAY, "12:15"),
    ("10am to 12pm Monday morning", WEDNESDAY, "2026-03-16T10:00:00/2026-03-16T12:00:00"),
    ("monday morning 9-11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("monday morning between 9 and 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("from june 10 to july 1", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("march 16, 17 or 18", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("16, 17 or 18 march", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("twenty to five", WEDNESDAY, "16:40"),
    ("9 in the morning", WEDNESDAY, "09:00"),
    ("not after 3", WEDNESDAY, "../15:00"),
    ("the day before thanksgiving", WEDNESDAY, "2026-11-25"),
    ("by friday at noon", WEDNESDAY, "2026-03-11T10:00:00/2026-03-13T12:00:00"),
    ("before lunch tomorrow", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("after lunch", WEDNESDAY, "13:00/17:00"),
    ("after work on tuesday", WEDNESDAY, "2026-03-17T15:00:00/2026-03-17T21:00:00"),
    ("1430 hours", WEDNESDAY, "14:30"),
    ("in an hour and a half", WEDNESDAY, "2026-03-11T11:30:00"),
    ("monday to wednesday next week", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("thursday or friday next week", WEDNESDAY, "2026-03-19/2026-03-21"),
    ("next week thursday to friday", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "I may come", "may I come in", "I want a second opinion", "I sat in the waiting room", "march in and ask",
    "I have 2 kids", "call me at 555-0142", "my number is (555) 010-4477", "+1 555 010 4477", "I take 20 mg",
    "20mg twice", "my 5 year old has a rash", "she is 42 years old", "I need 3 appointments", "it costs $40",
    "room 12", "one of my meds", "first time patient", "what's my last name on file", "a second ago I called you",
    "thanks", "ok", "", "good morning", "the first floor", "pain is 7 out of 10", "i am 5'4", "it is 50% better",
    "suite 300", "my sun burn", "could you call me at 555.010.4477",
    "One may ask",
    "someone may call me",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_an_english_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_english_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("next friday", MONDAY, True),
        ("next tuesday", WEDNESDAY, False),
        ("friday", MONDAY, False),
        ("friday march 12", WEDNESDAY, True),
        ("friday march 13", WEDNESDAY, False),
        ("tuesday or thursday", FRIDAY, True),
    ],
)
def test_a_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
