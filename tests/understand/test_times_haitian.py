"""What patients text in Haitian Creole when they book, each with all the times that must be heard."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "ht" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("mwen bezwen yon randevou pou demen", WEDNESDAY, "2026-03-12"),
    ("demen maten", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("dmen maten si posib", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("demen a twazè", WEDNESDAY, "2026-03-12T15:00:00"),
    ("demen twazè edmi", WEDNESDAY, "2026-03-12T15:30:00"),
    ("demen a 3zè nan apremidi", WEDNESDAY, "2026-03-12T15:00:00"),
    ("demen nan aprèmidi", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T18:00:00"),
    ("apre demen", WEDNESDAY, "2026-03-13"),
    ("apredemen nan maten", WEDNESDAY, "2026-03-13T04:00:00/2026-03-13T12:00:00"),
    ("apre demen a onzè", WEDNESDAY, "2026-03-13T11:00:00"),
    ("jodi a", WEDNESDAY, "2026-03-11"),
    ("jodia a senkè", WEDNESDAY, "2026-03-11T17:00:00"),
    ("jodi a nan aswè", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("aswè a", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("apremidi a", WEDNESDAY, "2026-03-11T12:00:00/2026-03-11T18:00:00"),
    ("yè", WEDNESDAY, "2026-03-10"),
    ("yè swa", WEDNESDAY, "2026-03-10T18:00:00/2026-03-11T00:00:00"),
    ("avan yè", WEDNESDAY, "2026-03-09"),
    ("lendi", WEDNESDAY, "2026-03-16"),
    ("lendi maten", WEDNESDAY, "2026-03-16T04:00:00/2026-03-16T12:00:00"),
    ("vandredi bon pou mwen", WEDNESDAY, "2026-03-13"),
    ("mekredi", WEDNESDAY, "2026-03-18"),
    ("mèkredi sa a", WEDNESDAY, "2026-03-11"),
    ("madi a nevè edmi", WEDNESDAY, "2026-03-17T09:30:00"),
    ("jedi 4:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("samdi a 9è nan maten", WEDNESDAY, "2026-03-14T09:00:00"),
    ("dimanch maten", WEDNESDAY, "2026-03-15T04:00:00/2026-03-15T12:00:00"),
    ("lendi k ap vini an", WEDNESDAY, "2026-03-16"),
    ("lendi kap vini an a dizè", WEDNESDAY, "2026-03-16T10:00:00"),
    ("madi pwochen", WEDNESDAY, "2026-03-17"),
    ("madi nan semèn k ap vini an", WEDNESDAY, "2026-03-17"),
    ("semèn pwochèn", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("semenn k ap vini an", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("lòt semèn", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("semèn sa a", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("nenpòt jou semèn pwochèn eksepte lendi", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("wikenn nan", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("fen semèn nan", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("nan fen mwa a", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("nan kòmansman mwa avril", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("nan mitan mwa me", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("mwa pwochen", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("nan de semèn", WEDNESDAY, "2026-03-25"),
    ("nan yon semèn", WEDNESDAY, "2026-03-18"),
    ("nan dis jou", WEDNESDAY, "2026-03-21"),
    ("apre 3 mwa", WEDNESDAY, "2026-06-11"),
    ("nan trant minit", WEDNESDAY, "2026-03-11T10:30:00"),
    ("nan inèdtan", WEDNESDAY, "2026-03-11T11:00:00"),
    ("twazè", WEDNESDAY, "15:00"),
    ("a 3è", WEDNESDAY, "15:00"),
    ("uitè", WEDNESDAY, "08:00"),
    ("inè", WEDNESDAY, "13:00"),
    ("inè edmi", WEDNESDAY, "13:30"),
    ("senkè mwens ka", WEDNESDAY, "16:45"),
    ("katrè eka", WEDNESDAY, "16:15"),
    ("dezè trant", WEDNESDAY, "14:30"),
    ("dizè di maten", WEDNESDAY, "10:00"),
    ("uitè diswa", WEDNESDAY, "20:00"),
    ("3 zè nan apremidi", WEDNESDAY, "15:00"),
    ("3pm", WEDNESDAY, "15:00"),
    ("14h30", WEDNESDAY, "14:30"),
    ("2:30 nan apremidi", WEDNESDAY, "14:30"),
    ("a midi", WEDNESDAY, "12:00"),
    ("vandredi a midi", WEDNESDAY, "2026-03-13T12:00:00"),
    ("midi edmi", WEDNESDAY, "12:30"),
    ("vè dizè", WEDNESDAY, "10:00"),
    ("bò katrè konsa", WEDNESDAY, "16:00"),
    ("apre twazè", WEDNESDAY, "15:00/.."),
    ("apre 4è", WEDNESDAY, "16:00/.."),
    ("anvan onzè", WEDNESDAY, "../11:00"),
    ("anvan midi", WEDNESDAY, "../12:00"),
    ("apati katrè", WEDNESDAY, "16:00/.."),
    ("ant dezè ak katrè", WEDNESDAY, "14:00/16:00"),
    ("ant 2è ak 4è", WEDNESDAY, "14:00/16:00"),
    ("de 9è a 11è", WEDNESDAY, "09:00/11:00"),
    ("soti 9è rive 11è", WEDNESDAY, "09:00/11:00"),
    ("demen de 3è a 5è", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("jedi apre senkè", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("24 mas", WEDNESDAY, "2026-03-24"),
    ("24 mas a twazè nan apremidi", WEDNESDAY, "2026-03-24T15:00:00"),
    ("madi 17 mas", WEDNESDAY, "2026-03-17"),
    ("le 17", WEDNESDAY, "2026-03-17"),
    ("premye avril", WEDNESDAY, "2026-04-01"),
    ("vennsenk mas", WEDNESDAY, "2026-03-25"),
    ("5 janvye", WEDNESDAY, "2027-01-05"),
    ("15 avril 2026", WEDNESDAY, "2026-04-15"),
    ("3/4", WEDNESDAY, "2026-04-03"),
    ("24/03/2026 a 2pm", WEDNESDAY, "2026-03-24T14:00:00"),
    ("de 20 a 23 mas", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("lendi rive mèkredi", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("jiska vandredi", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("apati lendi", WEDNESDAY, "2026-03-16/.."),
    ("apre 20 mas", WEDNESDAY, "2026-03-21/.."),
    ("pa vandredi, jedi pito", WEDNESDAY, "2026-03-12"),
    ("m pa ka jedi, vandredi bon", WEDNESDAY, "2026-03-13"),
    ("lendi oswa madi", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("mwen gen lafyèv depi 3 jou", WEDNESDAY, "2026-03-08"),
    ("depi yè m gen doulè", WEDNESDAY, "2026-03-10/.."),
    ("vandredi pase", WEDNESDAY, "2026-03-06"),
    ("demen", NEW_YEARS_EVE, "2027-01-01"),
    ("apre Nwèl", WEDNESDAY, "2026-12-26/.."),
    ("chak lendi", WEDNESDAY, "P1W"),
    ("pandan 3 jou", WEDNESDAY, "P3D"),
    ("pi vit posib", WEDNESDAY, "2026-03-11/.."),
    ("bonè nan maten", WEDNESDAY, "04:00/08:00"),
    (
        "lendi nan maten oswa madi nan apremidi",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T18:00:00",
    ),
    ("DEMEN MATEN A 10È SVP", WEDNESDAY, "2026-03-12T10:00:00"),
    ("18 ak 19 jen", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("18 oswa 19 jen", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("madi 2:00 - 2:30 apremidi", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("madi depi 2zè pou 2zè edmi", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("ant 5è ak 6è apremidi", WEDNESDAY, "17:00/18:00"),
    ("demen ant 9è ak 11è nan maten", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("lendi oswa madi pwochen", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("jodi a anvan 2zè apremidi", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("5è demen apremidi", WEDNESDAY, "2026-03-12T17:00:00"),
    ("demen apremidi a 5è", WEDNESDAY, "2026-03-12T17:00:00"),
    ("10 jen rive 1 jiyè", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("soti 10 jen rive premye jiyè", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("jedi oswa vandredi semèn pwochèn", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "bonjou", "bonswa", "mwen gen 3 timoun", "pitit mwen gen 5 an", "mwen gen 42 an", "mwen pran 20 mg", "555-0142",
    "se premye fwa m ap vini", "yon dezyèm opinyon", "mèsi", "non", "wi", "de grenn", "kijan ou ye",
    "m bezwen 3 randevou",
    "a ki lè nou louvri", "doulè a se 7 sou 10", "400 dola", "me mwen pa konnen", "", "yon kesyon", "mwen gen yon mask",
    "twa fwa pa jou", "li out la", "se nan katriyèm etaj",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_haitian_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_haitian_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("vandredi pwochen", MONDAY, True),
        ("vandredi", MONDAY, False),
        ("vandredi 12 mas", MONDAY, True),
        ("vandredi 13 mas", MONDAY, False),
        ("vandredi k ap vini an", MONDAY, True),
    ],
)
def test_a_haitian_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
