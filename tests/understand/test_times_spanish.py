"""What patients text in Spanish when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "es" / "_times.yaml")
MIERCOLES = datetime(2026, 3, 11, 10, 0)
LUNES = datetime(2026, 3, 9, 8, 30)
VIERNES = datetime(2026, 3, 13, 16, 0)
NOCHEVIEJA = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("quiero una cita para mañana", MIERCOLES, "2026-03-12"),
    ("manana a las 3", MIERCOLES, "2026-03-12T15:00:00"),
    ("mañna por favor", MIERCOLES, "2026-03-12"),
    ("mañana por la mañana", MIERCOLES, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("manana en la manana", MIERCOLES, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("por la mañana", MIERCOLES, "04:00/12:00"),
    ("pasado mañana", MIERCOLES, "2026-03-13"),
    ("pasado mañana por la tarde", MIERCOLES, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("pasado mañana a las 11", MIERCOLES, "2026-03-13T11:00:00"),
    ("hoy si se puede", MIERCOLES, "2026-03-11"),
    ("hoy a las 5 de la tarde", MIERCOLES, "2026-03-11T17:00:00"),
    ("el viernes", MIERCOLES, "2026-03-13"),
    ("el miércoles", MIERCOLES, "2026-03-18"),
    ("este miercoles", MIERCOLES, "2026-03-11"),
    ("el sabado a las 9", MIERCOLES, "2026-03-14T09:00:00"),
    ("martes por la tarde", MIERCOLES, "2026-03-17T12:00:00/2026-03-17T19:00:00"),
    ("el martes en la mañana", MIERCOLES, "2026-03-17T04:00:00/2026-03-17T12:00:00"),
    ("el martes a las nueve y media", MIERCOLES, "2026-03-17T09:30:00"),
    ("jueves 16:15", MIERCOLES, "2026-03-12T16:15:00"),
    ("el jueves a las cuatro y cuarto", MIERCOLES, "2026-03-12T16:15:00"),
    ("el próximo martes", MIERCOLES, "2026-03-17"),
    ("el lunes que viene", MIERCOLES, "2026-03-16"),
    ("el lunes de la próxima semana", MIERCOLES, "2026-03-16"),
    ("la semana que viene", MIERCOLES, "2026-03-16/2026-03-23"),
    ("la proxima semana", MIERCOLES, "2026-03-16/2026-03-23"),
    ("esta semana", MIERCOLES, "2026-03-09/2026-03-16"),
    ("cualquier día de la semana que viene menos el lunes", MIERCOLES, "2026-03-17/2026-03-23"),
    ("el fin de semana", MIERCOLES, "2026-03-14/2026-03-16"),
    ("a fin de mes", MIERCOLES, "2026-03-22/2026-04-01"),
    ("a principios de abril", MIERCOLES, "2026-04-01/2026-04-11"),
    ("el mes que viene", MIERCOLES, "2026-04-01/2026-05-01"),
    ("en dos semanas", MIERCOLES, "2026-03-25"),
    ("dentro de 10 dias", MIERCOLES, "2026-03-21"),
    ("en 15 días", MIERCOLES, "2026-03-26"),
    ("dentro de tres meses", MIERCOLES, "2026-06-11"),
    ("a las 3", MIERCOLES, "15:00"),
    ("a las 8", MIERCOLES, "08:00"),
    ("a la una", MIERCOLES, "13:00"),
    ("a las 8 de la noche", MIERCOLES, "20:00"),
    ("a las 10 de la mañana", MIERCOLES, "10:00"),
    ("a las tres y media", MIERCOLES, "15:30"),
    ("las cinco menos cuarto", MIERCOLES, "16:45"),
    ("un cuarto para las cinco", MIERCOLES, "16:45"),
    ("a las dos treinta", MIERCOLES, "14:30"),
    ("2pm", MIERCOLES, "14:00"),
    ("3 p.m.", MIERCOLES, "15:00"),
    ("14h30", MIERCOLES, "14:30"),
    ("tipo 4", MIERCOLES, "16:00"),
    ("a eso de las 10", MIERCOLES, "10:00"),
    ("al mediodía", MIERCOLES, "12:00"),
    ("el viernes al mediodía", MIERCOLES, "2026-03-13T12:00:00"),
    ("después de las 3", MIERCOLES, "15:00/.."),
    ("despues de las 15", MIERCOLES, "15:00/.."),
    ("antes de las 11", MIERCOLES, "../11:00"),
    ("a partir de las 4", MIERCOLES, "16:00/.."),
    ("entre las 2 y las 4", MIERCOLES, "14:00/16:00"),
    ("de 9 a 11", MIERCOLES, "09:00/11:00"),
    ("mañana de 3 a 5", MIERCOLES, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("el jueves entre las 10 y las 12", MIERCOLES, "2026-03-12T10:00:00/2026-03-12T12:00:00"),
    ("el jueves después de las 5", MIERCOLES, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("el 24 de marzo", MIERCOLES, "2026-03-24"),
    ("24 de marzo a las 3 de la tarde", MIERCOLES, "2026-03-24T15:00:00"),
    ("el martes 17 de marzo", MIERCOLES, "2026-03-17"),
    ("martes 17 a la 1", MIERCOLES, "2026-03-17T13:00:00"),
    ("el 17", MIERCOLES, "2026-03-17"),
    ("el día 20", MIERCOLES, "2026-03-20"),
    ("el primero de abril", MIERCOLES, "2026-04-01"),
    ("el dos de junio de 2026", MIERCOLES, "2026-06-02"),
    ("treinta y uno de mayo", MIERCOLES, "2026-05-31"),
    ("5 de enero", MIERCOLES, "2027-01-05"),
    ("el 10 de marzo", MIERCOLES, "2027-03-10"),
    ("3/4", MIERCOLES, "2026-04-03"),
    ("24/03/2026 a las 14:00", MIERCOLES, "2026-03-24T14:00:00"),
    ("2026-03-24", MIERCOLES, "2026-03-24"),
    ("el 3 o el 4 de junio", MIERCOLES, "2026-06-03/2026-06-05"),
    ("del 20 al 23 de marzo", MIERCOLES, "2026-03-20/2026-03-24"),
    ("de lunes a miércoles", MIERCOLES, "2026-03-16/2026-03-19"),
    ("a partir del lunes", MIERCOLES, "2026-03-16/.."),
    ("después del 20", MIERCOLES, "2026-03-21/.."),
    ("el viernes no, el jueves", MIERCOLES, "2026-03-12"),
    ("esta tarde", MIERCOLES, "2026-03-11T12:00:00/2026-03-11T19:00:00"),
    ("ayer", MIERCOLES, "2026-03-10"),
    ("me duele desde el viernes pasado, puedo ir el lunes?", MIERCOLES, "2026-03-06/.. 2026-03-16"),
    ("hace 3 días", MIERCOLES, "2026-03-08"),
    ("mañana", NOCHEVIEJA, "2027-01-01"),
    ("nochebuena", MIERCOLES, "2026-12-24"),
    ("el viernes santo", MIERCOLES, "2026-04-03"),
    ("todos los lunes", MIERCOLES, "P1W"),
    ("de las 2pm a las 4pm", MIERCOLES, "14:00/16:00"),
    ("EL MARTES A LAS 3 PM!!", MIERCOLES, "2026-03-17T15:00:00"),
    (
        "puede ser el lunes en la mañana o el martes en la tarde",
        VIERNES,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("mañana a primera hora", MIERCOLES, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("10:30, de mañana", MIERCOLES, "2026-03-12T10:30:00"),
    ("a las 10:30 de la mañana", MIERCOLES, "10:30"),
    ("en media hora", MIERCOLES, "2026-03-11T10:30:00"),
    ("q tal el juebes x la tarde", MIERCOLES, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("de las 3 a las 5", MIERCOLES, "15:00/17:00"),
    ("de las 9 a las 11 de la mañana", MIERCOLES, "09:00/11:00"),
    ("el proximo mes", MIERCOLES, "2026-04-01/2026-05-01"),
    ("mañana no puedo, el viernes sí", MIERCOLES, "2026-03-13"),
    ("no puedo el jueves, mejor el viernes", MIERCOLES, "2026-03-13"),
    ("lo antes posible", MIERCOLES, "2026-03-11/.."),
    ("puedo cualquier dia menos viernes", MIERCOLES, ""),
    ("no, el jueves", MIERCOLES, "2026-03-12"),
    ("18 y 19 de junio", MIERCOLES, "2026-06-18/2026-06-20"),
    ("a 18 o 19 de junio", MIERCOLES, "2026-06-18/2026-06-20"),
    ("el martes a las 2:00 - 2:30 pm", MIERCOLES, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("el martes de 2 a 2:30 de la tarde", MIERCOLES, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("entre las 5 y las 6 de la tarde", MIERCOLES, "17:00/18:00"),
    ("entre 9 y 11 de la mañana", MIERCOLES, "09:00/11:00"),
    ("mañana entre las 9 y las 11 de la mañana", MIERCOLES, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("el primer lunes del próximo mes por la tarde", MIERCOLES, "2026-04-06T12:00:00/2026-04-06T19:00:00"),
    ("el próximo lunes o martes", MIERCOLES, "2026-03-16/2026-03-18"),
    ("20261016", MIERCOLES, "2026-10-16"),
    ("hoy antes de eso de las 2 de la tarde", MIERCOLES, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("mañana por la tarde a las 5", MIERCOLES, "2026-03-12T17:00:00"),
    ("a las 3 y 20 de la tarde", MIERCOLES, "15:20"),
    ("el 17 del 11", MIERCOLES, "2026-11-17"),
    ("el 5 del 4 a las 10", MIERCOLES, "2026-04-05T10:00:00"),
    ("lunes por la mañana de 9 a 11", MIERCOLES, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("del 10 de junio al 1 de julio", MIERCOLES, "2026-06-10/2026-07-02"),
    ("a las dos y quince de la tarde", MIERCOLES, "14:15"),
    ("16, 17 o 18 de marzo", MIERCOLES, "2026-03-16/2026-03-19"),
    ("antes de comer", MIERCOLES, "04:00/13:00"),
    ("después del trabajo", MIERCOLES, "17:00/21:00"),
    ("antes del viernes a las 12", MIERCOLES, "2026-03-11T10:00:00/2026-03-13T12:00:00"),
]

NOT_TIMES = [
    "buenos días", "buenas tardes", "quiero una segunda opinión", "tengo 2 hijos", "llámame al 555-0142",
    "mi número es (555) 010-4477", "tomo 20 mg", "mi hijo de 5 años tiene fiebre", "tengo 42 años",
    "necesito 3 citas", "cuesta $40", "es la primera vez", "me duele el pie", "gracias", "", "ya no me duele",
    "una de mis pastillas", "fui al mar", "estoy a una manzana", "me duele 7 de 10", "el 50% mejor",
    "tengo tres hijas", "un doctor", "la doctora", "vivo en el segundo piso", "una pregunta", "no", "sí",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_spanish_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_spanish_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, MIERCOLES)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("el próximo viernes", LUNES, True),
        ("el viernes", LUNES, False),
        ("10:30, de mañana", LUNES, True),
        ("viernes 12 de marzo", LUNES, True),
        ("viernes 13 de marzo", LUNES, False),
    ],
)
def test_a_spanish_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
