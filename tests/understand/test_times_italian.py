"""What patients text in Italian when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "it" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("vorrei un appuntamento per domani", WEDNESDAY, "2026-03-12"),
    ("domani alle 15", WEDNESDAY, "2026-03-12T15:00:00"),
    ("domani mattina", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("dom mattina", FRIDAY, "2026-03-15T04:00:00/2026-03-15T12:00:00"),
    ("domani pomeriggio se possibile", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("domani sera alle 19", WEDNESDAY, "2026-03-12T19:00:00"),
    ("domattina", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("dopodomani", WEDNESDAY, "2026-03-13"),
    ("dopo domani pomeriggio", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("oggi se si può", WEDNESDAY, "2026-03-11"),
    ("oggi alle 17", WEDNESDAY, "2026-03-11T17:00:00"),
    ("oggi pomeriggio", WEDNESDAY, "2026-03-11T12:00:00/2026-03-11T19:00:00"),
    ("stamattina", WEDNESDAY, "2026-03-11T04:00:00/2026-03-11T12:00:00"),
    ("stasera", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("questo pomeriggio alle 4", WEDNESDAY, "2026-03-11T16:00:00"),
    ("ieri", WEDNESDAY, "2026-03-10"),
    ("l'altro ieri", WEDNESDAY, "2026-03-09"),
    ("venerdì", WEDNESDAY, "2026-03-13"),
    ("venerdi", WEDNESDAY, "2026-03-13"),
    ("mercoledi", WEDNESDAY, "2026-03-18"),
    ("questo venerdì", WEDNESDAY, "2026-03-13"),
    ("venerdì mattina", WEDNESDAY, "2026-03-13T04:00:00/2026-03-13T12:00:00"),
    ("lunedi pome", WEDNESDAY, "2026-03-16T12:00:00/2026-03-16T19:00:00"),
    ("sabato alle 9", WEDNESDAY, "2026-03-14T09:00:00"),
    ("giovedì alle 16:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("martedì alle dieci e mezza", WEDNESDAY, "2026-03-17T10:30:00"),
    ("martedì alle dieci e mezzo", WEDNESDAY, "2026-03-17T10:30:00"),
    ("lunedì prossimo", WEDNESDAY, "2026-03-16"),
    ("il prossimo martedì alle 14", WEDNESDAY, "2026-03-17T14:00:00"),
    ("lunedì della prossima settimana", WEDNESDAY, "2026-03-16"),
    ("la settimana prossima", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("la prossima settimana", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("sett prossima", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("questa settimana", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("qualsiasi giorno la settimana prossima tranne lunedì", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("nel fine settimana", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("questo weekend", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("a fine mese", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("fine marzo", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("ai primi di aprile", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("inizio aprile", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("a metà maggio", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("il mese prossimo", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("tra due settimane", WEDNESDAY, "2026-03-25"),
    ("fra 10 giorni", WEDNESDAY, "2026-03-21"),
    ("tra una settimana", WEDNESDAY, "2026-03-18"),
    ("tra quindici giorni", WEDNESDAY, "2026-03-26"),
    ("fra un mese", WEDNESDAY, "2026-04-11"),
    ("tra mezz'ora", WEDNESDAY, "2026-03-11T10:30:00"),
    ("entro 10 giorni", WEDNESDAY, "2026-03-11/2026-03-21"),
    ("alle 3", WEDNESDAY, "15:00"),
    ("alle 8", WEDNESDAY, "08:00"),
    ("all'una", WEDNESDAY, "13:00"),
    ("alle 20", WEDNESDAY, "20:00"),
    ("alle 8 di sera", WEDNESDAY, "20:00"),
    ("alle 10 di mattina", WEDNESDAY, "10:00"),
    ("le 3 del pomeriggio", WEDNESDAY, "15:00"),
    ("alle tre e un quarto", WEDNESDAY, "15:15"),
    ("alle cinque meno un quarto", WEDNESDAY, "16:45"),
    ("alle 9 meno dieci", WEDNESDAY, "08:50"),
    ("alle otto e trenta", WEDNESDAY, "08:30"),
    ("ore 14.30", WEDNESDAY, "14:30"),
    ("alle 14:30", WEDNESDAY, "14:30"),
    ("h 15", WEDNESDAY, "15:00"),
    ("alle 9,30", WEDNESDAY, "09:30"),
    ("a mezzogiorno", WEDNESDAY, "12:00"),
    ("venerdì a mezzogiorno", WEDNESDAY, "2026-03-13T12:00:00"),
    ("mezzogiorno e mezzo", WEDNESDAY, "12:30"),
    ("venerdì all'ora di pranzo", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T14:00:00"),
    ("dopo le 15", WEDNESDAY, "15:00/.."),
    ("dalle 16 in poi", WEDNESDAY, "16:00/.."),
    ("a partire dalle 16", WEDNESDAY, "16:00/.."),
    ("prima delle 11", WEDNESDAY, "../11:00"),
    ("non prima delle 10", WEDNESDAY, "10:00/.."),
    ("tra le 14 e le 16", WEDNESDAY, "14:00/16:00"),
    ("dalle 9 alle 11", WEDNESDAY, "09:00/11:00"),
    ("domani dalle 3 alle 5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("giovedì dopo le 17", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("verso le 10", WEDNESDAY, "10:00"),
    ("il 24 marzo", WEDNESDAY, "2026-03-24"),
    ("24 marzo alle 15", WEDNESDAY, "2026-03-24T15:00:00"),
    ("martedì 17 marzo", WEDNESDAY, "2026-03-17"),
    ("martedì 17 alle 13", WEDNESDAY, "2026-03-17T13:00:00"),
    ("il 17", WEDNESDAY, "2026-03-17"),
    ("giorno 20", WEDNESDAY, "2026-03-20"),
    ("il primo aprile", WEDNESDAY, "2026-04-01"),
    ("1° aprile", WEDNESDAY, "2026-04-01"),
    ("il due giugno 2026", WEDNESDAY, "2026-06-02"),
    ("il trentuno maggio", WEDNESDAY, "2026-05-31"),
    ("l'8 aprile", WEDNESDAY, "2026-04-08"),
    ("5 gen", WEDNESDAY, "2027-01-05"),
    ("il 3/4", WEDNESDAY, "2026-04-03"),
    ("24/03/2026 alle 14", WEDNESDAY, "2026-03-24T14:00:00"),
    ("24.03.26", WEDNESDAY, "2026-03-24"),
    ("il 3 o il 4 giugno", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("dal 20 al 23 marzo", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("da lunedì a mercoledì", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("lunedì o martedì", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("da lunedì in poi", WEDNESDAY, "2026-03-16/.."),
    ("a partire da lunedì", WEDNESDAY, "2026-03-16/.."),
    ("dopo il 20", WEDNESDAY, "2026-03-21/.."),
    ("prima di venerdì", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("entro venerdì", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("fino a venerdì", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("venerdì no, giovedì", WEDNESDAY, "2026-03-12"),
    ("giovedì non posso, meglio venerdì", WEDNESDAY, "2026-03-13"),
    ("domani non riesco, venerdì sì", WEDNESDAY, "2026-03-13"),
    (
        "lunedì mattina o martedì pomeriggio",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("ho male da venerdì scorso, posso venire lunedì?", WEDNESDAY, "2026-03-06/.. 2026-03-16"),
    ("3 giorni fa", WEDNESDAY, "2026-03-08"),
    ("domani", NEW_YEARS_EVE, "2027-01-01"),
    ("il giorno di Pasquetta", WEDNESDAY, "2026-04-06"),
    ("la vigilia di Natale", WEDNESDAY, "2026-12-24"),
    ("a ferragosto", WEDNESDAY, "2026-08-15"),
    ("tutti i lunedì", WEDNESDAY, "P1W"),
    ("ogni lunedì", WEDNESDAY, "P1W"),
    ("nel tardo pomeriggio", WEDNESDAY, "16:00/19:00"),
    ("domani in tarda mattinata", WEDNESDAY, "2026-03-12T10:00:00/2026-03-12T12:00:00"),
    ("domani mattina presto", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T10:00:00"),
    ("MARTEDÌ ALLE 15 !!", WEDNESDAY, "2026-03-17T15:00:00"),
    ("il prima possibile", WEDNESDAY, "2026-03-11/.."),
    ("mercoledì 18 marzo ore 9.15", WEDNESDAY, "2026-03-18T09:15:00"),
    ("no, giovedì", WEDNESDAY, "2026-03-12"),
    ("per tre giorni", WEDNESDAY, "P3D"),
    ("il 18 e il 19 giugno", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("18 o 19 giugno", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("martedì alle 14:00 - 14:30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("martedì dalle 14 alle 14:30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("tra le 5 e le 6 del pomeriggio", WEDNESDAY, "17:00/18:00"),
    ("domani tra le 9 e le 11 di mattina", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("il primo lunedì sera del mese prossimo", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("lunedì o martedì prossimo", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("oggi prima delle 14 circa", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("alle 5 di domani pomeriggio", WEDNESDAY, "2026-03-12T17:00:00"),
    ("il 17 del 4", WEDNESDAY, "2026-04-17"),
    ("al 17", WEDNESDAY, "2026-03-17"),
    ("per il 23", WEDNESDAY, "2026-03-23"),
    ("spostare al 17 aprile", WEDNESDAY, "2026-04-17"),
    ("lunedì mattina dalle 9 alle 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("dal 10 giugno al 1 luglio", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("alle tre e venti del pomeriggio", WEDNESDAY, "15:20"),
    ("16, 17 o 18 marzo", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("giovedì o venerdì della prossima settimana", WEDNESDAY, "2026-03-19/2026-03-21"),
    ("prima di pranzo", WEDNESDAY, "10:00/12:00"),
]

NOT_TIMES = [
    "buongiorno", "buonasera", "buona giornata", "buon pomeriggio", "vorrei un secondo parere", "ho 2 figli",
    "il mio numero è 347 1234567", "prendo 20 mg", "mio figlio di 5 anni ha la febbre", "ho 42 anni",
    "mi servono 3 ricette", "costa 40€", "è la prima volta", "ho male al piede", "grazie", "va bene",
    "abito al secondo piano", "una domanda", "no", "sì", "non ho più dolore", "il dolore è 7 su 10",
    "va meglio del 50%", "le due gambe", "un medico", "ho il mal di mare", "una delle mie pastiglie",
    "a volte ho mal di testa", "le tre pillole", "ho finito la prima scatola", "",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_italian_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_italian_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("venerdì prossimo", MONDAY, True),
        ("venerdì", MONDAY, False),
        ("venerdì 12 marzo", MONDAY, True),
        ("venerdì 13 marzo", MONDAY, False),
    ],
)
def test_an_italian_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
