"""What patients text in French when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "fr" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("je voudrais un rendez-vous demain", WEDNESDAY, "2026-03-12"),
    ("demain a 15h", WEDNESDAY, "2026-03-12T15:00:00"),
    ("dem 9h30", WEDNESDAY, "2026-03-12T09:30:00"),
    ("2main matin si possible", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("demain matin", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("demain aprem", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("demain soir vers 19h", WEDNESDAY, "2026-03-12T19:00:00"),
    ("après-demain", WEDNESDAY, "2026-03-13"),
    ("apres demain apres midi", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("aujourd'hui si possible", WEDNESDAY, "2026-03-11"),
    ("aujourdhui à 17 heures", WEDNESDAY, "2026-03-11T17:00:00"),
    ("ajd vers 16h", WEDNESDAY, "2026-03-11T16:00:00"),
    ("ce matin", WEDNESDAY, "2026-03-11T04:00:00/2026-03-11T12:00:00"),
    ("cet après-midi", WEDNESDAY, "2026-03-11T12:00:00/2026-03-11T19:00:00"),
    ("cet aprem a 4h", WEDNESDAY, "2026-03-11T16:00:00"),
    ("ce soir", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("hier", WEDNESDAY, "2026-03-10"),
    ("vendredi", WEDNESDAY, "2026-03-13"),
    ("mercredi", WEDNESDAY, "2026-03-18"),
    ("ce vendredi", WEDNESDAY, "2026-03-13"),
    ("vendredi matin", WEDNESDAY, "2026-03-13T04:00:00/2026-03-13T12:00:00"),
    ("samedi 9h", WEDNESDAY, "2026-03-14T09:00:00"),
    ("le jeudi à 16h15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("mardi à dix heures et demie", WEDNESDAY, "2026-03-17T10:30:00"),
    ("lundi prochain", WEDNESDAY, "2026-03-16"),
    ("mardi pro à 14h", WEDNESDAY, "2026-03-17T14:00:00"),
    ("lundi de la semaine prochaine", WEDNESDAY, "2026-03-16"),
    ("la semaine prochaine", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("la sem pro", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("cette semaine", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("n'importe quel jour la semaine prochaine sauf lundi", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("ce week-end", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("le we prochain", WEDNESDAY, "2026-03-21/2026-03-23"),
    ("à la fin du mois", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("fin mars", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("début avril", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("mi-mai", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("le mois prochain", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("dans deux semaines", WEDNESDAY, "2026-03-25"),
    ("dans 10 jours", WEDNESDAY, "2026-03-21"),
    ("d'ici 10 jours", WEDNESDAY, "2026-03-11/2026-03-21"),
    ("dans un mois", WEDNESDAY, "2026-04-11"),
    ("mardi en huit", WEDNESDAY, "2026-03-24"),
    ("dans une demi-heure", WEDNESDAY, "2026-03-11T10:30:00"),
    ("à 3h", WEDNESDAY, "15:00"),
    ("à 8h", WEDNESDAY, "08:00"),
    ("à 20h", WEDNESDAY, "20:00"),
    ("à 10 heures du matin", WEDNESDAY, "10:00"),
    ("8h du soir", WEDNESDAY, "20:00"),
    ("3h de l'après-midi", WEDNESDAY, "15:00"),
    ("à trois heures et demie", WEDNESDAY, "15:30"),
    ("cinq heures moins le quart", WEDNESDAY, "16:45"),
    ("9h moins 10", WEDNESDAY, "08:50"),
    ("huit heures trente", WEDNESDAY, "08:30"),
    ("14 h 30", WEDNESDAY, "14:30"),
    ("14H30", WEDNESDAY, "14:30"),
    ("à 14:30", WEDNESDAY, "14:30"),
    ("à midi", WEDNESDAY, "12:00"),
    ("vendredi midi", WEDNESDAY, "2026-03-13T12:00:00"),
    ("midi et demi", WEDNESDAY, "12:30"),
    ("entre midi et deux", WEDNESDAY, "12:00/14:00"),
    ("après 15h", WEDNESDAY, "15:00/.."),
    ("à partir de 16h", WEDNESDAY, "16:00/.."),
    ("avant 11h", WEDNESDAY, "../11:00"),
    ("pas avant 10h", WEDNESDAY, "10:00/.."),
    ("entre 14h et 16h", WEDNESDAY, "14:00/16:00"),
    ("de 9h à 11h", WEDNESDAY, "09:00/11:00"),
    ("demain entre 3h et 5h", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("jeudi après 17h", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("jeudi matin après 9h", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T12:00:00"),
    ("le 24 mars", WEDNESDAY, "2026-03-24"),
    ("24 mars à 15h", WEDNESDAY, "2026-03-24T15:00:00"),
    ("mardi 17 mars", WEDNESDAY, "2026-03-17"),
    ("mardi 17 à 13h", WEDNESDAY, "2026-03-17T13:00:00"),
    ("le 17", WEDNESDAY, "2026-03-17"),
    ("le 1er avril", WEDNESDAY, "2026-04-01"),
    ("premier avril", WEDNESDAY, "2026-04-01"),
    ("le deux juin 2026", WEDNESDAY, "2026-06-02"),
    ("le trente et un mai", WEDNESDAY, "2026-05-31"),
    ("le vingt-deux mars", WEDNESDAY, "2026-03-22"),
    ("5 janv", WEDNESDAY, "2027-01-05"),
    ("15 dec.", WEDNESDAY, "2026-12-15"),
    ("le 3/4", WEDNESDAY, "2026-04-03"),
    ("24/03/2026 à 14h", WEDNESDAY, "2026-03-24T14:00:00"),
    ("24.03.26", WEDNESDAY, "2026-03-24"),
    ("le 3 ou le 4 juin", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("du 20 au 23 mars", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("de lundi à mercredi", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("lundi ou mardi", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("à partir de lundi", WEDNESDAY, "2026-03-16/.."),
    ("après le 20", WEDNESDAY, "2026-03-21/.."),
    ("avant vendredi", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("jusqu'à vendredi", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("pas vendredi, plutôt jeudi", WEDNESDAY, "2026-03-12"),
    ("je ne peux pas jeudi, plutôt vendredi", WEDNESDAY, "2026-03-13"),
    ("je suis pas dispo demain mais vendredi oui", WEDNESDAY, "2026-03-13"),
    (
        "lundi matin ou mardi après-midi",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("j'ai mal depuis vendredi dernier, je peux venir lundi ?", WEDNESDAY, "2026-03-06/.. 2026-03-16"),
    ("il y a 3 jours", WEDNESDAY, "2026-03-08"),
    ("demain", NEW_YEARS_EVE, "2027-01-01"),
    ("le lundi de Pâques", WEDNESDAY, "2026-04-06"),
    ("la veille de Noël", WEDNESDAY, "2026-12-24"),
    ("le 14 juillet", WEDNESDAY, "2026-07-14"),
    ("tous les lundis", WEDNESDAY, "P1W"),
    ("en fin d'après-midi", WEDNESDAY, "17:00/19:00"),
    ("demain en fin de journée", WEDNESDAY, "2026-03-12T17:00:00/2026-03-12T21:00:00"),
    ("en début de matinée", WEDNESDAY, "04:00/09:00"),
    ("MARDI À 15H SVP !!", WEDNESDAY, "2026-03-17T15:00:00"),
    ("vendredi vers 10h-11h", WEDNESDAY, "2026-03-13T10:00:00/2026-03-13T11:00:00"),
    ("le plus tôt possible", WEDNESDAY, "2026-03-11/.."),
    ("demain dans la matinée", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("mercredi 18 mars à 9 h 15", WEDNESDAY, "2026-03-18T09:15:00"),
    ("non, jeudi", WEDNESDAY, "2026-03-12"),
    ("pendant trois jours", WEDNESDAY, "P3D"),
    ("les 18 et 19 juin", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("le 18 ou le 19 juin", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("mardi à 14h00 - 14h30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("mardi de 14h à 14h30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("entre 5 et 6 heures de l'après-midi", WEDNESDAY, "17:00/18:00"),
    ("entre 9h et 11h du matin", WEDNESDAY, "09:00/11:00"),
    ("demain matin entre 9 et 11h", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("le premier lundi soir du mois prochain", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("lundi ou mardi prochain", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("aujourd'hui avant 14h environ", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("à 5h demain après-midi", WEDNESDAY, "2026-03-12T17:00:00"),
    ("demain à 15h20", WEDNESDAY, "2026-03-12T15:20:00"),
    ("le 17/11", WEDNESDAY, "2026-11-17"),
    ("reporter au 25 mars", WEDNESDAY, "2026-03-25"),
    ("au 25 mars à 17 h 30", WEDNESDAY, "2026-03-25T17:30:00"),
    ("du 10 juin au 1er juillet", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("10 juin au 1er juillet", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("lundi matin entre 9h et 11h", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("lundi matin de 9 à 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("le 3ème jour d'octobre", WEDNESDAY, "2026-10-03"),
    ("le lendemain du 13 avril", WEDNESDAY, "2026-04-14"),
    ("16, 17 ou 18 mars", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("avant le déjeuner", WEDNESDAY, "10:00/12:00"),
    ("jeudi ou vendredi de la semaine prochaine", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "bonjour", "bonsoir", "bonne journée", "bonne après-midi", "je voudrais un second avis", "j'ai 2 enfants",
    "mon numéro c'est le 06 12 34 56 78", "je prends 20 mg", "mon fils de 5 ans a de la fièvre", "j'ai 42 ans",
    "il me faut 3 ordonnances", "ça coûte 40€", "c'est la première fois", "j'ai mal au pied", "merci", "ça ne va pas",
    "j'ai mal au dos et à la main", "mon mari est malade", "un médecin", "j'habite au deuxième étage", "une question",
    "non", "oui", "je n'en ai plus", "j'ai mal 7 sur 10", "c'est mieux de 50 %", "les deux genoux",
    "ma sœur est venue", "il fait beau été comme hiver", "je ne dors plus la nuit", "",
    "ce jour-là j'ai du travail",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_french_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_french_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("vendredi prochain", MONDAY, True),
        ("vendredi", MONDAY, False),
        ("vendredi 12 mars", MONDAY, True),
        ("vendredi 13 mars", MONDAY, False),
    ],
)
def test_a_french_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
