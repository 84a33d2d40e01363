"""What patients text in German when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "de" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("ich hätte gern einen termin für morgen", WEDNESDAY, "2026-03-12"),
    ("morgen um 15 uhr", WEDNESDAY, "2026-03-12T15:00:00"),
    ("morgen früh", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("morgen vormittag wenn möglich", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("morgen nachmittag", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("morgen abend gegen 19 uhr", WEDNESDAY, "2026-03-12T19:00:00"),
    ("übermorgen", WEDNESDAY, "2026-03-13"),
    ("uebermorgen nachmittag", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("heute wenn's geht", WEDNESDAY, "2026-03-11"),
    ("heute um 17 Uhr", WEDNESDAY, "2026-03-11T17:00:00"),
    ("heute früh", WEDNESDAY, "2026-03-11T04:00:00/2026-03-11T12:00:00"),
    ("heute Morgen", WEDNESDAY, "2026-03-11T04:00:00/2026-03-11T12:00:00"),
    ("heute nachmittag um 4", WEDNESDAY, "2026-03-11T16:00:00"),
    ("heute abend", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("heute mittag", WEDNESDAY, "2026-03-11T12:00:00/2026-03-11T14:00:00"),
    ("gestern", WEDNESDAY, "2026-03-10"),
    ("vorgestern", WEDNESDAY, "2026-03-09"),
    ("am Freitag", WEDNESDAY, "2026-03-13"),
    ("mittwoch", WEDNESDAY, "2026-03-18"),
    ("diesen Mittwoch", WEDNESDAY, "2026-03-11"),
    ("Freitagvormittag", WEDNESDAY, "2026-03-13T04:00:00/2026-03-13T12:00:00"),
    ("freitag vormittag", WEDNESDAY, "2026-03-13T04:00:00/2026-03-13T12:00:00"),
    ("Dienstagmorgen", WEDNESDAY, "2026-03-17T04:00:00/2026-03-17T12:00:00"),
    ("dienstag morgen", WEDNESDAY, "2026-03-17T04:00:00/2026-03-17T12:00:00"),
    ("Montagnachmittag um 3", WEDNESDAY, "2026-03-16T15:00:00"),
    ("am Do Nachmittag", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("Mo vormittag", WEDNESDAY, "2026-03-16T04:00:00/2026-03-16T12:00:00"),
    ("Samstag um 9", WEDNESDAY, "2026-03-14T09:00:00"),
    ("am Donnerstag um 16:15 Uhr", WEDNESDAY, "2026-03-12T16:15:00"),
    ("Dienstag um halb elf", WEDNESDAY, "2026-03-17T10:30:00"),
    ("nächsten Dienstag", WEDNESDAY, "2026-03-17"),
    ("naechsten montag", WEDNESDAY, "2026-03-16"),
    ("kommenden Montag um 14 Uhr", WEDNESDAY, "2026-03-16T14:00:00"),
    ("Montag nächster Woche", WEDNESDAY, "2026-03-16"),
    ("nächste Woche Dienstag", WEDNESDAY, "2026-03-17"),
    ("nächste Woche", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("naechste woche", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("diese Woche", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("übernächste Woche", WEDNESDAY, "2026-03-23/2026-03-30"),
    ("jeden Tag nächste Woche außer Montag", WEDNESDAY, "P1D 2026-03-17/2026-03-23"),
    ("am Wochenende", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("Ende des Monats", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("Ende März", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("Anfang April", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("Mitte Mai", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("nächsten Monat", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("in zwei Wochen", WEDNESDAY, "2026-03-25"),
    ("in 10 Tagen", WEDNESDAY, "2026-03-21"),
    ("in 14 Tagen", WEDNESDAY, "2026-03-25"),
    ("in einem Monat", WEDNESDAY, "2026-04-11"),
    ("morgen in einer Woche", WEDNESDAY, "2026-03-19"),
    ("Dienstag in einer Woche", WEDNESDAY, "2026-03-24"),
    ("in einer halben Stunde", WEDNESDAY, "2026-03-11T10:30:00"),
    ("innerhalb von 10 Tagen", WEDNESDAY, "2026-03-11/2026-03-21"),
    ("um 3", WEDNESDAY, "15:00"),
    ("um acht", WEDNESDAY, "08:00"),
    ("um 20 Uhr", WEDNESDAY, "20:00"),
    ("um 8 Uhr abends", WEDNESDAY, "20:00"),
    ("8 uhr morgens", WEDNESDAY, "08:00"),
    ("um 3 Uhr nachmittags", WEDNESDAY, "15:00"),
    ("um halb vier", WEDNESDAY, "15:30"),
    ("viertel nach drei", WEDNESDAY, "15:15"),
    ("viertel vor fünf", WEDNESDAY, "16:45"),
    ("dreiviertel neun", WEDNESDAY, "08:45"),
    ("um viertel neun", WEDNESDAY, "08:15"),
    ("fünf vor halb neun", WEDNESDAY, "08:25"),
    ("zehn nach acht", WEDNESDAY, "08:10"),
    ("8 Uhr 30", WEDNESDAY, "08:30"),
    ("14.30 Uhr", WEDNESDAY, "14:30"),
    ("14:30", WEDNESDAY, "14:30"),
    ("um zwölf", WEDNESDAY, "12:00"),
    ("Freitag mittag", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T14:00:00"),
    ("nach 15 Uhr", WEDNESDAY, "15:00/.."),
    ("ab 16 Uhr", WEDNESDAY, "16:00/.."),
    ("vor 11 Uhr", WEDNESDAY, "../11:00"),
    ("bis 10 Uhr", WEDNESDAY, "../10:00"),
    ("frühestens um 10", WEDNESDAY, "10:00/.."),
    ("zwischen 14 und 16 Uhr", WEDNESDAY, "14:00/16:00"),
    ("von 9 bis 11", WEDNESDAY, "09:00/11:00"),
    ("morgen zwischen 3 und 5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("Donnerstag nach 17 Uhr", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("gegen 10", WEDNESDAY, "10:00"),
    ("am 24. März", WEDNESDAY, "2026-03-24"),
    ("24. märz um 15 uhr", WEDNESDAY, "2026-03-24T15:00:00"),
    ("Dienstag, den 17. März", WEDNESDAY, "2026-03-17"),
    ("am Dienstag den 17. um 13 Uhr", WEDNESDAY, "2026-03-17T13:00:00"),
    ("am 17.", WEDNESDAY, "2026-03-17"),
    ("am 20sten", WEDNESDAY, "2026-03-20"),
    ("am ersten April", WEDNESDAY, "2026-04-01"),
    ("1. April", WEDNESDAY, "2026-04-01"),
    ("am zweiten Juni 2026", WEDNESDAY, "2026-06-02"),
    ("am einunddreißigsten Mai", WEDNESDAY, "2026-05-31"),
    ("5. Jan.", WEDNESDAY, "2027-01-05"),
    ("am 3.4.", WEDNESDAY, "2026-04-03"),
    ("am 3.4. um 10 Uhr", WEDNESDAY, "2026-04-03T10:00:00"),
    ("24.03.2026 um 14 Uhr", WEDNESDAY, "2026-03-24T14:00:00"),
    ("24.03.", WEDNESDAY, "2026-03-24"),
    ("3. oder 4. Juni", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("vom 20. bis 23. März", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("Montag bis Mittwoch", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("Montag oder Dienstag", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("ab Montag", WEDNESDAY, "2026-03-16/.."),
    ("nach dem 20.", WEDNESDAY, "2026-03-21/.."),
    ("vor Freitag", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("bis Freitag", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("Freitag nicht, lieber Donnerstag", WEDNESDAY, "2026-03-12"),
    ("Donnerstag kann ich nicht, besser Freitag", WEDNESDAY, "2026-03-13"),
    ("morgen geht nicht, aber Freitag ja", WEDNESDAY, "2026-03-13"),
    (
        "Montagvormittag oder Dienstagnachmittag",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("ich habe seit Freitag Schmerzen, kann ich Montag kommen?", WEDNESDAY, "2026-03-06/.. 2026-03-16"),
    ("vor 3 Tagen", WEDNESDAY, "2026-03-08"),
    ("morgen", NEW_YEARS_EVE, "2027-01-01"),
    ("Ostermontag", WEDNESDAY, "2026-04-06"),
    ("Heiligabend", WEDNESDAY, "2026-12-24"),
    ("an Karfreitag", WEDNESDAY, "2026-04-03"),
    ("jeden Montag", WEDNESDAY, "P1W"),
    ("am späten Nachmittag", WEDNESDAY, "16:00/19:00"),
    ("morgen ganz früh", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T10:00:00"),
    ("DIENSTAG 15 UHR !!", WEDNESDAY, "2026-03-17T15:00:00"),
    ("Freitag so gegen 10 Uhr", WEDNESDAY, "2026-03-13T10:00:00"),
    ("so bald wie möglich", WEDNESDAY, "2026-03-11/.."),
    ("Mittwoch, 18. März 9:15 Uhr", WEDNESDAY, "2026-03-18T09:15:00"),
    ("nein, Donnerstag", WEDNESDAY, "2026-03-12"),
    ("drei Tage lang", WEDNESDAY, "P3D"),
    ("in KW 13", WEDNESDAY, "2026-03-23/2026-03-30"),
    ("am 18. und 19. Juni", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("18. oder 19. Juni", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("Dienstag um 14:00 - 14:30 Uhr", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("Dienstag von 14 bis 14:30 Uhr", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("zwischen 5 und 6 Uhr nachmittags", WEDNESDAY, "17:00/18:00"),
    ("zwischen 5 und 6 am Nachmittag", WEDNESDAY, "17:00/18:00"),
    ("morgen zwischen 9 und 11 Uhr vormittags", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("am ersten Montagabend im nächsten Monat", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("nächsten Montag oder Dienstag", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("heute vor ungefähr 14 Uhr", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("um 5 morgen Nachmittag", WEDNESDAY, "2026-03-12T17:00:00"),
    ("17.11.", WEDNESDAY, "2026-11-17"),
    ("am 17. 11.", WEDNESDAY, "2026-11-17"),
    ("am siebzehnten elften", WEDNESDAY, "2026-11-17"),
    ("der 5. 4. um 10 Uhr", WEDNESDAY, "2026-04-05T10:00:00"),
    ("am zwanzigsten", WEDNESDAY, "2026-03-20"),
    ("Montag Vormittag von 9 bis 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("vom 10. Juni bis zum 1. Juli", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("ab dem 19.", WEDNESDAY, "2026-03-19/.."),
    ("i hob am 19. an Termin", WEDNESDAY, "2026-03-19"),
    ("moagn", WEDNESDAY, "2026-03-12"),
    ("16., 17. oder 18. März", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("Donnerstag oder Freitag nächster Woche", WEDNESDAY, "2026-03-19/2026-03-21"),
    ("in anderthalb Stunden", WEDNESDAY, "2026-03-11T11:30:00"),
    ("vor dem Mittagessen", WEDNESDAY, "10:00/12:00"),
    ("bis Freitag um 12 Uhr", WEDNESDAY, "2026-03-11T10:00:00/2026-03-13T12:00:00"),
]

NOT_TIMES = [
    "guten morgen", "guten tag", "guten abend", "schönen tag noch", "ich möchte eine zweite meinung",
    "ich habe 2 kinder", "meine nummer ist 0171 2345678", "ich nehme 20 mg", "mein 5 jahre alter sohn hat fieber",
    "ich bin 42 jahre alt", "ich brauche 3 rezepte", "das kostet 40 €", "das ist das erste mal", "mein fuß tut weh",
    "danke", "so geht das nicht", "ich wohne im zweiten stock", "eine frage", "nein", "ja",
    "ich habe keine schmerzen mehr", "schmerzen 7 von 10", "es ist 50% besser", "beide knie", "Frau Fr. Müller",
    "mir ist so schlecht", "er mag das", "ein arzt", "ich will nicht so lange warten", "das mache ich so", "",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_german_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_german_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("nächsten Freitag", MONDAY, True),
        ("Freitag", MONDAY, False),
        ("Freitag 12. März", MONDAY, True),
        ("Freitag 13. März", MONDAY, False),
    ],
)
def test_a_german_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
