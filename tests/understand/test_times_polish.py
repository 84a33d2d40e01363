"""What patients text in Polish when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "pl" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("chciałbym wizytę na jutro", WEDNESDAY, "2026-03-12"),
    ("jutro o 15", WEDNESDAY, "2026-03-12T15:00:00"),
    ("jutro rano", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("jutro po południu jeśli można", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("jutro wieczorem o 19", WEDNESDAY, "2026-03-12T19:00:00"),
    ("jutro przed poludniem", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("pojutrze", WEDNESDAY, "2026-03-13"),
    ("pojutrze po poludniu", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("dzisiaj jeśli się da", WEDNESDAY, "2026-03-11"),
    ("dzis o 17", WEDNESDAY, "2026-03-11T17:00:00"),
    ("dziś rano", WEDNESDAY, "2026-03-11T04:00:00/2026-03-11T12:00:00"),
    ("dzisiaj po południu o 4", WEDNESDAY, "2026-03-11T16:00:00"),
    ("dziś wieczorem", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("wczoraj", WEDNESDAY, "2026-03-10"),
    ("przedwczoraj", WEDNESDAY, "2026-03-09"),
    ("w piątek", WEDNESDAY, "2026-03-13"),
    ("środa", WEDNESDAY, "2026-03-18"),
    ("sroda", WEDNESDAY, "2026-03-18"),
    ("w tę środę", WEDNESDAY, "2026-03-11"),
    ("w piątek rano", WEDNESDAY, "2026-03-13T04:00:00/2026-03-13T12:00:00"),
    ("pon po południu", WEDNESDAY, "2026-03-16T12:00:00/2026-03-16T19:00:00"),
    ("w sobotę o 9", WEDNESDAY, "2026-03-14T09:00:00"),
    ("w czwartek o 16:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("we wtorek o wpół do jedenastej", WEDNESDAY, "2026-03-17T10:30:00"),
    ("w przyszły wtorek", WEDNESDAY, "2026-03-17"),
    ("przyszly poniedzialek o 14", WEDNESDAY, "2026-03-16T14:00:00"),
    ("w najbliższy poniedziałek", WEDNESDAY, "2026-03-16"),
    ("w poniedziałek w przyszłym tygodniu", WEDNESDAY, "2026-03-16"),
    ("w przyszłym tygodniu we wtorek", WEDNESDAY, "2026-03-17"),
    ("przyszły tydzień", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("w przyszlym tygodniu", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("w tym tygodniu", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("w przyszłym tygodniu oprócz poniedziałku", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("w weekend", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("pod koniec miesiąca", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("koniec marca", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("na początku kwietnia", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("w połowie maja", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("w przyszłym miesiącu", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("za dwa tygodnie", WEDNESDAY, "2026-03-25"),
    ("za tydzień", WEDNESDAY, "2026-03-18"),
    ("za 10 dni", WEDNESDAY, "2026-03-21"),
    ("za miesiąc", WEDNESDAY, "2026-04-11"),
    ("za pół godziny", WEDNESDAY, "2026-03-11T10:30:00"),
    ("w ciągu 10 dni", WEDNESDAY, "2026-03-11/2026-03-21"),
    ("o 3", WEDNESDAY, "15:00"),
    ("o ósmej", WEDNESDAY, "08:00"),
    ("o 20", WEDNESDAY, "20:00"),
    ("o 8 wieczorem", WEDNESDAY, "20:00"),
    ("o 10 rano", WEDNESDAY, "10:00"),
    ("o trzeciej po południu", WEDNESDAY, "15:00"),
    ("o piętnastej trzydzieści", WEDNESDAY, "15:30"),
    ("o wpół do czwartej", WEDNESDAY, "15:30"),
    ("kwadrans po trzeciej", WEDNESDAY, "15:15"),
    ("za kwadrans piąta", WEDNESDAY, "16:45"),
    ("za dziesięć dziewiąta", WEDNESDAY, "08:50"),
    ("dziesięć po ósmej", WEDNESDAY, "08:10"),
    ("godz. 14.30", WEDNESDAY, "14:30"),
    ("14:30", WEDNESDAY, "14:30"),
    ("na 15-tą", WEDNESDAY, "15:00"),
    ("o 15tej", WEDNESDAY, "15:00"),
    ("w południe", WEDNESDAY, "12:00"),
    ("w piątek w południe", WEDNESDAY, "2026-03-13T12:00:00"),
    ("po 15", WEDNESDAY, "15:00/.."),
    ("po piętnastej", WEDNESDAY, "15:00/.."),
    ("od 16", WEDNESDAY, "16:00/.."),
    ("przed 11", WEDNESDAY, "../11:00"),
    ("do 10", WEDNESDAY, "../10:00"),
    ("najwcześniej o 10", WEDNESDAY, "10:00/.."),
    ("między 14 a 16", WEDNESDAY, "14:00/16:00"),
    ("od 9 do 11", WEDNESDAY, "09:00/11:00"),
    ("jutro między 3 a 5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("w czwartek po 17", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("około 10", WEDNESDAY, "10:00"),
    ("24 marca", WEDNESDAY, "2026-03-24"),
    ("24 marca o 15", WEDNESDAY, "2026-03-24T15:00:00"),
    ("wtorek, 17 marca", WEDNESDAY, "2026-03-17"),
    ("we wtorek 17 o 13", WEDNESDAY, "2026-03-17T13:00:00"),
    ("siedemnastego", WEDNESDAY, "2026-03-17"),
    ("17-go", WEDNESDAY, "2026-03-17"),
    ("pierwszego kwietnia", WEDNESDAY, "2026-04-01"),
    ("1 kwietnia", WEDNESDAY, "2026-04-01"),
    ("drugiego czerwca 2026", WEDNESDAY, "2026-06-02"),
    ("trzydziestego pierwszego maja", WEDNESDAY, "2026-05-31"),
    ("5 stycznia", WEDNESDAY, "2027-01-05"),
    ("3.04 o 10", WEDNESDAY, "2026-04-03T10:00:00"),
    ("24.03.2026 o 14", WEDNESDAY, "2026-03-24T14:00:00"),
    ("24.03", WEDNESDAY, "2026-03-24"),
    ("3 lub 4 czerwca", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("od 20 do 23 marca", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("od poniedziałku do środy", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("w poniedziałek albo wtorek", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("od poniedziałku", WEDNESDAY, "2026-03-16/.."),
    ("po 20 marca", WEDNESDAY, "2026-03-21/.."),
    ("przed piątkiem", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("do piątku", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("w piątek nie, wolę czwartek", WEDNESDAY, "2026-03-12"),
    ("w czwartek nie mogę, lepiej w piątek", WEDNESDAY, "2026-03-13"),
    ("jutro mi nie pasuje, ale piątek tak", WEDNESDAY, "2026-03-13"),
    (
        "w poniedziałek rano albo we wtorek po południu",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("boli mnie od zeszłego piątku, mogę przyjść w poniedziałek?", WEDNESDAY, "2026-03-06/.. 2026-03-16"),
    ("3 dni temu", WEDNESDAY, "2026-03-08"),
    ("tydzień temu", WEDNESDAY, "2026-03-04"),
    ("jutro", NEW_YEARS_EVE, "2027-01-01"),
    ("w poniedziałek wielkanocny", WEDNESDAY, "2026-04-06"),
    ("w wigilię", WEDNESDAY, "2026-12-24"),
    ("w wielki piątek", WEDNESDAY, "2026-04-03"),
    ("w każdy poniedziałek", WEDNESDAY, "P1W"),
    ("co tydzień", WEDNESDAY, "P1W"),
    ("późnym popołudniem", WEDNESDAY, "16:00/19:00"),
    ("jutro wcześnie rano", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T10:00:00"),
    ("WTOREK O 15 !!", WEDNESDAY, "2026-03-17T15:00:00"),
    ("w piątek tak koło 10", WEDNESDAY, "2026-03-13T10:00:00"),
    ("jak najszybciej", WEDNESDAY, "2026-03-11/.."),
    ("środa 18 marca godz. 9:15", WEDNESDAY, "2026-03-18T09:15:00"),
    ("nie, czwartek", WEDNESDAY, "2026-03-12"),
    ("przez trzy dni", WEDNESDAY, "P3D"),
    ("18 i 19 czerwca", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("18 lub 19 czerwca", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("we wtorek o 14:00 - 14:30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("we wtorek od 14 do 14:30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("między 5 a 6 po południu", WEDNESDAY, "17:00/18:00"),
    ("jutro między 9 a 11 rano", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("w pierwszy poniedziałek wieczorem przyszłego miesiąca", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("w następny poniedziałek lub wtorek", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("dziś przed około 14", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("o 5 jutro po południu", WEDNESDAY, "2026-03-12T17:00:00"),
    ("jutro po południu o 5", WEDNESDAY, "2026-03-12T17:00:00"),
    ("dziś o siedemnastej", WEDNESDAY, "2026-03-11T17:00:00"),
    ("mam dziś o siedemnastej wizytę", WEDNESDAY, "2026-03-11T17:00:00"),
    ("siedemnastego czwartego", WEDNESDAY, "2026-04-17"),
    ("17 kwietnia", WEDNESDAY, "2026-04-17"),
    ("w poniedziałek rano od 9 do 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("od 10 czerwca do 1 lipca", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("16, 17 lub 18 marca", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("w czwartek o 10 lub 11", WEDNESDAY, "2026-03-12T10:00:00/2026-03-12T11:00:00"),
    ("w czwartek lub piątek w przyszłym tygodniu", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "dzień dobry", "dobry wieczór", "miłego dnia", "chciałbym drugą opinię", "mam 2 dzieci",
    "mój numer to 601 234 567", "biorę 20 mg", "mój 5-letni syn ma gorączkę", "mam 42 lata", "potrzebuję 3 recepty",
    "to kosztuje 40 zł", "to pierwszy raz", "boli mnie noga", "dziękuję", "nie", "tak", "mieszkam na drugim piętrze",
    "mam pytanie", "już mnie nie boli", "ból 7 na 10", "jest lepiej o 50%", "oba kolana", "lekarz", "do widzenia",
    "po 2 tabletki", "syn ma 5 lat", "trzecia dawka szczepionki", "o co chodzi", "na ból głowy", "mam dość", "",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_polish_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_polish_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("w przyszły piątek", MONDAY, True),
        ("w piątek", MONDAY, False),
        ("piątek 12 marca", MONDAY, True),
        ("piątek 13 marca", MONDAY, False),
    ],
)
def test_a_polish_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]


def test_a_day_with_unseen_marks_inside_is_no_fault() -> None:
    """Found by the fuzz."""
    assert GRAMMAR.find("zapisać 2\u200b0-ty\u2060m?", WEDNESDAY) == []
