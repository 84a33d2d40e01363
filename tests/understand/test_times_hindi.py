"""What patients text in Hindi when they book, in either script, each with all the times that must be heard."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "hi" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("कल का अपॉइंटमेंट चाहिए", WEDNESDAY, "2026-03-12"),
    ("kal subah", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("kal subah 10 baje", WEDNESDAY, "2026-03-12T10:00:00"),
    ("कल सुबह 10 बजे", WEDNESDAY, "2026-03-12T10:00:00"),
    ("कल शाम को", WEDNESDAY, "2026-03-12T16:00:00/2026-03-12T20:00:00"),
    ("kal dopahar 2 baje", WEDNESDAY, "2026-03-12T14:00:00"),
    ("कल दोपहर में", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T16:00:00"),
    ("परसों", WEDNESDAY, "2026-03-13"),
    ("parso 11 baje", WEDNESDAY, "2026-03-13T11:00:00"),
    ("aaj ka slot hai?", WEDNESDAY, "2026-03-11"),
    ("आज शाम 5 बजे", WEDNESDAY, "2026-03-11T17:00:00"),
    ("aaj raat", WEDNESDAY, "2026-03-11T20:00:00/2026-03-12T00:00:00"),
    ("सोमवार को", WEDNESDAY, "2026-03-16"),
    ("somwar ko subah", WEDNESDAY, "2026-03-16T04:00:00/2026-03-16T12:00:00"),
    ("शुक्रवार को आ सकता हूँ", WEDNESDAY, "2026-03-13"),
    ("budhwar", WEDNESDAY, "2026-03-18"),
    ("इस बुधवार", WEDNESDAY, "2026-03-11"),
    ("मंगलवार की शाम 6 बजे", WEDNESDAY, "2026-03-17T18:00:00"),
    ("mangalwar ko sadhe nau baje", WEDNESDAY, "2026-03-17T09:30:00"),
    ("गुरुवार 4:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("shaniwar ko subah 9 baje", WEDNESDAY, "2026-03-14T09:00:00"),
    ("इतवार को सुबह", WEDNESDAY, "2026-03-15T04:00:00/2026-03-15T12:00:00"),
    ("Monday ko 3 pm", WEDNESDAY, "2026-03-16T15:00:00"),
    ("monday ki appointment chahiye", WEDNESDAY, "2026-03-16"),
    ("अगले मंगलवार", WEDNESDAY, "2026-03-17"),
    ("agle somwar ko", WEDNESDAY, "2026-03-16"),
    ("आने वाले सोमवार", WEDNESDAY, "2026-03-16"),
    ("अगले हफ्ते सोमवार को", WEDNESDAY, "2026-03-16"),
    ("अगले हफ्ते", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("agle hafte kabhi bhi", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("next week", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("इस हफ्ते", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("अगले हफ्ते सोमवार को छोड़कर कोई भी दिन", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("weekend pe", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("महीने के आखिर में", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("अप्रैल की शुरुआत में", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("अगले महीने", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("दो हफ्ते बाद", WEDNESDAY, "2026-03-25"),
    ("10 din baad", WEDNESDAY, "2026-03-21"),
    ("ek mahine baad", WEDNESDAY, "2026-04-11"),
    ("तीन महीने के बाद", WEDNESDAY, "2026-06-11"),
    ("दो दिन के अंदर", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("आधे घंटे में", WEDNESDAY, "2026-03-11T10:30:00"),
    ("do ghante baad", WEDNESDAY, "2026-03-11T12:00:00"),
    ("3 बजे", WEDNESDAY, "15:00"),
    ("३ बजे", WEDNESDAY, "15:00"),
    ("8 baje", WEDNESDAY, "08:00"),
    ("साढ़े तीन बजे", WEDNESDAY, "15:30"),
    ("saadhe teen baje", WEDNESDAY, "15:30"),
    ("sade 4 baje", WEDNESDAY, "16:30"),
    ("सवा आठ बजे", WEDNESDAY, "08:15"),
    ("पौने पांच बजे", WEDNESDAY, "16:45"),
    ("paune paanch baje", WEDNESDAY, "16:45"),
    ("डेढ़ बजे", WEDNESDAY, "13:30"),
    ("dhai baje", WEDNESDAY, "14:30"),
    ("शाम साढ़े पाँच बजे", WEDNESDAY, "17:30"),
    ("रात 8 बजे", WEDNESDAY, "20:00"),
    ("सुबह के दस बजे", WEDNESDAY, "10:00"),
    ("दिन में 12 बजे", WEDNESDAY, "12:00"),
    ("3 बजकर 20 मिनट", WEDNESDAY, "15:20"),
    ("14:30", WEDNESDAY, "14:30"),
    ("2.30 pm", WEDNESDAY, "14:30"),
    ("करीब 10 बजे", WEDNESDAY, "10:00"),
    ("3 बजे के बाद", WEDNESDAY, "15:00/.."),
    ("4 baje ke baad", WEDNESDAY, "16:00/.."),
    ("11 बजे से पहले", WEDNESDAY, "../11:00"),
    ("12 baje se pehle", WEDNESDAY, "../12:00"),
    ("2 से 4 के बीच", WEDNESDAY, "14:00/16:00"),
    ("2 aur 4 baje ke beech", WEDNESDAY, "14:00/16:00"),
    ("9 se 11 baje tak", WEDNESDAY, "09:00/11:00"),
    ("कल 3 बजे से 5 बजे तक", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("शाम 4 से 6 बजे", WEDNESDAY, "16:00/18:00"),
    ("गुरुवार को 5 बजे के बाद", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("24 मार्च", WEDNESDAY, "2026-03-24"),
    ("24 march ko 3 baje", WEDNESDAY, "2026-03-24T15:00:00"),
    ("मंगलवार 17 मार्च", WEDNESDAY, "2026-03-17"),
    ("17 तारीख", WEDNESDAY, "2026-03-17"),
    ("20 tarikh ko", WEDNESDAY, "2026-03-20"),
    ("पहली अप्रैल", WEDNESDAY, "2026-04-01"),
    ("पच्चीस मार्च", WEDNESDAY, "2026-03-25"),
    ("5 जनवरी", WEDNESDAY, "2027-01-05"),
    ("3/4", WEDNESDAY, "2026-04-03"),
    ("24/03/2026 को 14:00", WEDNESDAY, "2026-03-24T14:00:00"),
    ("अगले महीने की 15 तारीख", WEDNESDAY, "2026-04-15"),
    ("20 से 23 मार्च", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("सोमवार से बुधवार तक", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("शुक्रवार तक", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("सोमवार से", WEDNESDAY, "2026-03-16/.."),
    ("20 तारीख के बाद", WEDNESDAY, "2026-03-21/.."),
    ("शुक्रवार नहीं, गुरुवार", WEDNESDAY, "2026-03-12"),
    ("guruwar ko nahi aa sakta, shukrawar theek hai", WEDNESDAY, "2026-03-13"),
    ("3 दिन से बुखार है", WEDNESDAY, "2026-03-08"),
    ("कल से बुखार है", WEDNESDAY, "2026-03-10/.."),
    ("kal se mujhe khansi hai, aaj dikhana hai", WEDNESDAY, "2026-03-10/.. 2026-03-11"),
    ("कल रात से दर्द है", WEDNESDAY, "2026-03-10T20:00:00/2026-03-11T00:00:00"),
    ("पिछले शुक्रवार से", WEDNESDAY, "2026-03-06/.."),
    ("कल", NEW_YEARS_EVE, "2027-01-01"),
    ("दिवाली के बाद", WEDNESDAY, "2026-11-09/.."),
    ("हर सोमवार", WEDNESDAY, "P1W"),
    ("5 दिन के लिए", WEDNESDAY, "P5D"),
    ("jaldi se jaldi", WEDNESDAY, "2026-03-11/.."),
    ("kal ya parso", WEDNESDAY, "2026-03-12/2026-03-14"),
    ("subah subah", WEDNESDAY, "04:00/12:00"),
    (
        "सोमवार सुबह या मंगलवार शाम",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T16:00:00/2026-03-17T20:00:00",
    ),
    ("lunch ke baad", WEDNESDAY, "12:00/16:00"),
    ("18 और 19 जून", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("मंगलवार 2:00 - 2:30 बजे दोपहर", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("मंगलवार को दोपहर 2 से 2:30 बजे", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("शाम 5 से 6 के बीच", WEDNESDAY, "17:00/18:00"),
    ("शाम 5 और 6 बजे के बीच", WEDNESDAY, "17:00/18:00"),
    ("सोमवार सुबह 9 से 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("सोमवार सुबह 6-8", WEDNESDAY, "2026-03-16T06:00:00/2026-03-16T08:00:00"),
    ("कल सुबह 9 से 11 के बीच", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("अगले महीने के पहले सोमवार की शाम", WEDNESDAY, "2026-04-06T16:00:00/2026-04-06T20:00:00"),
    ("अगले सोमवार या मंगलवार", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("आज 2 बजे से पहले", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("कल शाम 5 बजे", WEDNESDAY, "2026-03-12T17:00:00"),
    ("kal shaam 5 baje", WEDNESDAY, "2026-03-12T17:00:00"),
    ("somwar subah 9 se 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("10 जून से 1 जुलाई तक", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("3 और 12 सितंबर के बीच", WEDNESDAY, "2026-09-03/2026-09-13"),
    ("sat ko", WEDNESDAY, "2026-03-14"),
    ("अगले हफ्ते गुरुवार या शुक्रवार", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "शुभ रात्रि", "सुप्रभात", "मेरे 3 बच्चे हैं", "मेरा 5 साल का बेटा बीमार है", "मेरी उम्र 42 साल है", "20 mg लेता हूँ",
    "555-0142", "पहली बार आ रहा हूँ", "दूसरी राय चाहिए", "धन्यवाद", "नहीं", "हाँ", "दो गोली", "mujhe 3 appointment chahiye",
    "mera beta 5 saal ka hai", "din mein 2 baar", "10 में से 7 दर्द", "aap kaise ho", "is number par call karo", "400 रुपये",
    "द क्लिनिक कहां है", "", "do bachche hain", "main mar jaunga", "sun lijiye",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_hindi_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_hindi_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("अगले शुक्रवार", MONDAY, True),
        ("शुक्रवार", MONDAY, False),
        ("शुक्रवार 12 मार्च", MONDAY, True),
        ("शुक्रवार 13 मार्च", MONDAY, False),
        ("दिवाली", MONDAY, True),
    ],
)
def test_a_hindi_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
