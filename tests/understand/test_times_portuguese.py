"""What patients text in Portuguese when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "pt" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("queria marcar uma consulta para amanhã", WEDNESDAY, "2026-03-12"),
    ("amanha as 15h", WEDNESDAY, "2026-03-12T15:00:00"),
    ("amanhã de manhã", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("amanha de manha se der", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("amanhã à tarde", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("amnha a noite", WEDNESDAY, "2026-03-12T18:00:00/2026-03-13T00:00:00"),
    ("amanhã às 9h30", WEDNESDAY, "2026-03-12T09:30:00"),
    ("depois de amanhã", WEDNESDAY, "2026-03-13"),
    ("dps de amanha a tarde", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("hoje se possível", WEDNESDAY, "2026-03-11"),
    ("hj as 17h", WEDNESDAY, "2026-03-11T17:00:00"),
    ("hoje à tarde", WEDNESDAY, "2026-03-11T12:00:00/2026-03-11T19:00:00"),
    ("hoje de manhã", WEDNESDAY, "2026-03-11T04:00:00/2026-03-11T12:00:00"),
    ("hoje à noite", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("ontem", WEDNESDAY, "2026-03-10"),
    ("anteontem", WEDNESDAY, "2026-03-09"),
    ("sexta", WEDNESDAY, "2026-03-13"),
    ("sexta-feira", WEDNESDAY, "2026-03-13"),
    ("quarta feira", WEDNESDAY, "2026-03-18"),
    ("6a feira", WEDNESDAY, "2026-03-13"),
    ("5ª feira às 14h", WEDNESDAY, "2026-03-12T14:00:00"),
    ("nessa quarta", WEDNESDAY, "2026-03-11"),
    ("sexta de manhã", WEDNESDAY, "2026-03-13T04:00:00/2026-03-13T12:00:00"),
    ("seg a tarde", WEDNESDAY, "2026-03-16T12:00:00/2026-03-16T19:00:00"),
    ("sábado às 9", WEDNESDAY, "2026-03-14T09:00:00"),
    ("na quinta às 16:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("terça às dez e meia", WEDNESDAY, "2026-03-17T10:30:00"),
    ("próxima terça", WEDNESDAY, "2026-03-17"),
    ("terça que vem às 14h", WEDNESDAY, "2026-03-17T14:00:00"),
    ("segunda q vem", WEDNESDAY, "2026-03-16"),
    ("segunda da semana que vem", WEDNESDAY, "2026-03-16"),
    ("semana que vem", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("na próxima semana", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("essa semana", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("qualquer dia da semana que vem menos segunda", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("no fim de semana", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("no final do mês", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("no fim de março", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("no início de abril", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("em meados de maio", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("mês que vem", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("no próximo mês", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("daqui a duas semanas", WEDNESDAY, "2026-03-25"),
    ("daqui 10 dias", WEDNESDAY, "2026-03-21"),
    ("em 15 dias", WEDNESDAY, "2026-03-26"),
    ("dentro de um mês", WEDNESDAY, "2026-04-11"),
    ("daqui a meia hora", WEDNESDAY, "2026-03-11T10:30:00"),
    ("às 3", WEDNESDAY, "15:00"),
    ("às 3 da tarde", WEDNESDAY, "15:00"),
    ("as 8", WEDNESDAY, "08:00"),
    ("às 20h", WEDNESDAY, "20:00"),
    ("às 8 da noite", WEDNESDAY, "20:00"),
    ("8 da manhã", WEDNESDAY, "08:00"),
    ("às 10 horas da manhã", WEDNESDAY, "10:00"),
    ("à uma da tarde", WEDNESDAY, "13:00"),
    ("às três e meia", WEDNESDAY, "15:30"),
    ("quinze para as cinco", WEDNESDAY, "16:45"),
    ("às nove e quinze", WEDNESDAY, "09:15"),
    ("8h30", WEDNESDAY, "08:30"),
    ("14 h", WEDNESDAY, "14:00"),
    ("14hs", WEDNESDAY, "14:00"),
    ("14:30h", WEDNESDAY, "14:30"),
    ("14H30", WEDNESDAY, "14:30"),
    ("às 2 e 20 da tarde", WEDNESDAY, "14:20"),
    ("meio-dia", WEDNESDAY, "12:00"),
    ("ao meio dia e meia", WEDNESDAY, "12:30"),
    ("sexta na hora do almoço", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T14:00:00"),
    ("depois das 15h", WEDNESDAY, "15:00/.."),
    ("a partir das 16h", WEDNESDAY, "16:00/.."),
    ("depois das 3 da tarde", WEDNESDAY, "15:00/.."),
    ("antes das 11", WEDNESDAY, "../11:00"),
    ("até as 10h", WEDNESDAY, "../10:00"),
    ("entre 14h e 16h", WEDNESDAY, "14:00/16:00"),
    ("das 9 às 11", WEDNESDAY, "09:00/11:00"),
    ("amanhã das 3 às 5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("quinta depois das 17h", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("por volta das 10", WEDNESDAY, "10:00"),
    ("lá pelas 4 da tarde", WEDNESDAY, "16:00"),
    ("dia 24 de março", WEDNESDAY, "2026-03-24"),
    ("24 de março às 15h", WEDNESDAY, "2026-03-24T15:00:00"),
    ("terça, 17 de março", WEDNESDAY, "2026-03-17"),
    ("terça dia 17 às 13h", WEDNESDAY, "2026-03-17T13:00:00"),
    ("dia 17", WEDNESDAY, "2026-03-17"),
    ("no dia 20", WEDNESDAY, "2026-03-20"),
    ("primeiro de abril", WEDNESDAY, "2026-04-01"),
    ("1º de abril", WEDNESDAY, "2026-04-01"),
    ("dois de junho de 2026", WEDNESDAY, "2026-06-02"),
    ("trinta e um de maio", WEDNESDAY, "2026-05-31"),
    ("5 de jan", WEDNESDAY, "2027-01-05"),
    ("3/4", WEDNESDAY, "2026-04-03"),
    ("24/03/2026 às 14h", WEDNESDAY, "2026-03-24T14:00:00"),
    ("dia 24/03", WEDNESDAY, "2026-03-24"),
    ("dia 3 ou 4 de junho", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("de 20 a 23 de março", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("de segunda a quarta", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("segunda ou terça", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("a partir de segunda", WEDNESDAY, "2026-03-16/.."),
    ("depois do dia 20", WEDNESDAY, "2026-03-21/.."),
    ("antes de sexta", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("até sexta", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("sexta não, quinta", WEDNESDAY, "2026-03-12"),
    ("não posso quinta, prefiro sexta", WEDNESDAY, "2026-03-13"),
    ("amanhã não dá, mas sexta pode ser", WEDNESDAY, "2026-03-13"),
    (
        "segunda de manhã ou terça à tarde",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("tô com dor desde sexta passada, posso ir segunda?", WEDNESDAY, "2026-03-06/.. 2026-03-16"),
    ("faz 3 dias", WEDNESDAY, "2026-03-08"),
    ("há duas semanas", WEDNESDAY, "2026-02-25"),
    ("amanhã", NEW_YEARS_EVE, "2027-01-01"),
    ("véspera de natal", WEDNESDAY, "2026-12-24"),
    ("na sexta-feira santa", WEDNESDAY, "2026-04-03"),
    ("toda segunda", WEDNESDAY, "P1W"),
    ("no fim da tarde", WEDNESDAY, "16:00/19:00"),
    ("amanhã bem cedo", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T10:00:00"),
    ("TERÇA ÀS 15H !!", WEDNESDAY, "2026-03-17T15:00:00"),
    ("sexta umas 10h", WEDNESDAY, "2026-03-13T10:00:00"),
    ("o quanto antes", WEDNESDAY, "2026-03-11/.."),
    ("quarta 18 de março às 9h15", WEDNESDAY, "2026-03-18T09:15:00"),
    ("não, quinta", WEDNESDAY, "2026-03-12"),
    ("por três dias", WEDNESDAY, "P3D"),
    ("18 e 19 de junho", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("dia 18 ou 19 de junho", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("terça às 14:00 - 14:30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("terça das 14h às 14h30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("entre as 5 e as 6 da tarde", WEDNESDAY, "17:00/18:00"),
    ("entre 9 e 11 da manhã", WEDNESDAY, "09:00/11:00"),
    ("amanhã entre 9 e 11 da manhã", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("segunda ou terça que vem", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("hoje antes das 2 da tarde", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("às 5 de amanhã à tarde", WEDNESDAY, "2026-03-12T17:00:00"),
    ("às duas e quinze da tarde", WEDNESDAY, "14:15"),
    ("às 3 e 20 da tarde", WEDNESDAY, "15:20"),
    ("dia 17 do 11", WEDNESDAY, "2026-11-17"),
    ("segunda de manhã das 9 às 11", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("de 10 de junho a 1 de julho", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("16, 17 ou 18 de março", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("quinta às 10 ou às 11", WEDNESDAY, "2026-03-12T10:00:00/2026-03-12T11:00:00"),
    ("quinta ou sexta da semana que vem", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "bom dia", "boa tarde", "boa noite", "quero uma segunda opinião", "tenho 2 filhos",
    "meu número é (11) 98765-4321", "tomo 20 mg", "meu filho de 5 anos está com febre", "tenho 42 anos",
    "preciso de 3 receitas", "custa R$ 40", "é a primeira vez", "estou com dor no pé", "obrigada", "tudo bem",
    "moro no segundo andar", "uma pergunta", "não", "sim", "já não tenho dor", "a dor é 7 de 10", "melhorou 50%",
    "as duas pernas", "um médico", "só mais uma dúvida", "eu sei que é caro", "segunda via do exame", "terceira dose",
    "tem dez crianças", "o que eu faço agora não sei", "",
    "consulta pré-natal",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_portuguese_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_portuguese_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("próxima sexta", MONDAY, True),
        ("sexta", MONDAY, False),
        ("sexta 12 de março", MONDAY, True),
        ("sexta 13 de março", MONDAY, False),
    ],
)
def test_a_portuguese_day_that_could_be_two_days_is_marked_to_be_asked(
    text: str, now: datetime, doubtful: bool
) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
