"""What patients text in Russian when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "ru" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("можно записаться на завтра", WEDNESDAY, "2026-03-12"),
    ("завтра в 3 часа дня", WEDNESDAY, "2026-03-12T15:00:00"),
    ("завтра в 3", WEDNESDAY, "2026-03-12T15:00:00"),
    ("завтро утром", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("завтра вечером можно?", WEDNESDAY, "2026-03-12T18:00:00/2026-03-13T00:00:00"),
    ("завтра после обеда", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T19:00:00"),
    ("утром", WEDNESDAY, "04:00/12:00"),
    ("сегодня есть время?", WEDNESDAY, "2026-03-11"),
    ("сегодня вечером", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("сегодня в 5 вечера", WEDNESDAY, "2026-03-11T17:00:00"),
    ("послезавтра", WEDNESDAY, "2026-03-13"),
    ("послезавтра в 11 утра", WEDNESDAY, "2026-03-13T11:00:00"),
    ("вчера", WEDNESDAY, "2026-03-10"),
    ("болит с позавчера", WEDNESDAY, "2026-03-09/.."),
    ("в пятницу", WEDNESDAY, "2026-03-13"),
    ("пятница", WEDNESDAY, "2026-03-13"),
    ("пятницу днем", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("в субботу в девять", WEDNESDAY, "2026-03-14T09:00:00"),
    ("в суботу в 9 утра", WEDNESDAY, "2026-03-14T09:00:00"),
    ("во вторник утром", WEDNESDAY, "2026-03-17T04:00:00/2026-03-17T12:00:00"),
    ("вт в 9:30", WEDNESDAY, "2026-03-17T09:30:00"),
    ("чт 16:15", WEDNESDAY, "2026-03-12T16:15:00"),
    ("в этот четверг в 14-00", WEDNESDAY, "2026-03-12T14:00:00"),
    ("во вторник в половине четвертого", WEDNESDAY, "2026-03-17T15:30:00"),
    ("в ближайший понедельник", WEDNESDAY, "2026-03-16"),
    ("в следующий вторник", WEDNESDAY, "2026-03-17"),
    ("во вторник на следующей неделе", WEDNESDAY, "2026-03-17"),
    ("на следующей неделе в среду в 3 часа", WEDNESDAY, "2026-03-18T15:00:00"),
    ("в прошлую пятницу", WEDNESDAY, "2026-03-06"),
    ("на следующей неделе", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("на след неделе", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("на этой неделе", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("любой день на следующей неделе кроме понедельника", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("в выходные", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("в следующие выходные", WEDNESDAY, "2026-03-21/2026-03-23"),
    ("в конце месяца", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("в начале апреля", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("в середине мая", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("в следующем месяце", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("через две недели", WEDNESDAY, "2026-03-25"),
    ("через неделю", WEDNESDAY, "2026-03-18"),
    ("через 10 дней", WEDNESDAY, "2026-03-21"),
    ("через пару дней", WEDNESDAY, "2026-03-13"),
    ("через три месяца", WEDNESDAY, "2026-06-11"),
    ("через полчаса буду", WEDNESDAY, "2026-03-11T10:30:00"),
    ("в течение недели", WEDNESDAY, "2026-03-11/2026-03-18"),
    ("3 дня назад", WEDNESDAY, "2026-03-08"),
    ("в 3", WEDNESDAY, "15:00"),
    ("в 8", WEDNESDAY, "08:00"),
    ("в час дня", WEDNESDAY, "13:00"),
    ("в час", WEDNESDAY, "13:00"),
    ("в 8 вечера", WEDNESDAY, "20:00"),
    ("в 10 утра", WEDNESDAY, "10:00"),
    ("в три дня", WEDNESDAY, "15:00"),
    ("полтретьего", WEDNESDAY, "14:30"),
    ("в половине третьего", WEDNESDAY, "14:30"),
    ("без четверти пять", WEDNESDAY, "16:45"),
    ("без десяти девять", WEDNESDAY, "08:50"),
    ("десять минут четвёртого", WEDNESDAY, "15:10"),
    ("в два тридцать", WEDNESDAY, "14:30"),
    ("в 9.30", WEDNESDAY, "09:30"),
    ("14:30", WEDNESDAY, "14:30"),
    ("в 15 часов", WEDNESDAY, "15:00"),
    ("часов в 10", WEDNESDAY, "10:00"),
    ("около 4", WEDNESDAY, "16:00"),
    ("в полдень", WEDNESDAY, "12:00"),
    ("в пятницу в полдень", WEDNESDAY, "2026-03-13T12:00:00"),
    ("после 3", WEDNESDAY, "15:00/.."),
    ("после трёх часов", WEDNESDAY, "15:00/.."),
    ("до 11", WEDNESDAY, "../11:00"),
    ("с 4 часов", WEDNESDAY, "16:00/.."),
    ("с 2 до 4", WEDNESDAY, "14:00/16:00"),
    ("между двумя и четырьмя", WEDNESDAY, "14:00/16:00"),
    ("с девяти до одиннадцати", WEDNESDAY, "09:00/11:00"),
    ("завтра с 3 до 5", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("в четверг после 5", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("24 марта", WEDNESDAY, "2026-03-24"),
    ("24 марта в 3 часа дня", WEDNESDAY, "2026-03-24T15:00:00"),
    ("двадцать четвертого марта", WEDNESDAY, "2026-03-24"),
    ("во вторник 17 марта", WEDNESDAY, "2026-03-17"),
    ("17-го", WEDNESDAY, "2026-03-17"),
    ("17 числа", WEDNESDAY, "2026-03-17"),
    ("первого апреля", WEDNESDAY, "2026-04-01"),
    ("2 июня 2026 года", WEDNESDAY, "2026-06-02"),
    ("тридцать первое мая", WEDNESDAY, "2026-05-31"),
    ("5 января", WEDNESDAY, "2027-01-05"),
    ("24.03", WEDNESDAY, "2026-03-24"),
    ("24.03.2026 в 14:00", WEDNESDAY, "2026-03-24T14:00:00"),
    ("3 или 4 июня", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("с 20 по 23 марта", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("с понедельника по среду", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("начиная с понедельника", WEDNESDAY, "2026-03-16/.."),
    ("после 20 марта", WEDNESDAY, "2026-03-21/.."),
    ("в пятницу не могу, в четверг можно", WEDNESDAY, "2026-03-12"),
    ("не в пятницу", WEDNESDAY, ""),
    ("в любой день кроме пятницы", WEDNESDAY, ""),
    ("каждый понедельник", WEDNESDAY, "P1W"),
    ("болит три дня", WEDNESDAY, "P3D"),
    ("как можно скорее", WEDNESDAY, "2026-03-11/.."),
    ("после нового года", WEDNESDAY, "2027-01-02/.."),
    ("на пасху", WEDNESDAY, "2026-04-12"),
    ("завтра", NEW_YEARS_EVE, "2027-01-01"),
    (
        "в понедельник утром или во вторник днём",
        FRIDAY,
        "2026-03-16T04:00:00/2026-03-16T12:00:00 2026-03-17T12:00:00/2026-03-17T19:00:00",
    ),
    ("перенесите с четверга на понедельник", FRIDAY, "2026-03-16"),
    ("в июне", WEDNESDAY, "2026-06-01/2026-07-01"),
    ("ЗАВТРА В 10!!", WEDNESDAY, "2026-03-12T10:00:00"),
]

NOT_TIMES = [
    "доброе утро", "добрый день", "добрый вечер", "у меня двое детей", "сыну 5 лет", "мне 42 года", "принимаю 20 мг",
    "мой телефон 555-0142", "нужно 3 записи", "первый раз", "40 долларов", "спасибо", "", "уже не болит",
    "живу на третьем этаже", "второе мнение", "один вопрос", "до свидания", "болит 7 из 10", "у меня три дочки",
    "в кабинет 5", "хорошего дня", "день рождения", "да", "нет", "маю", "среди прочего", "мне надо к врачу",
    "я с мужем", "по телефону", "на приём", "во сколько", "час", "раз в день", "с утра до вечера",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


@pytest.mark.parametrize(("text", "now", "expected"), HEARD, ids=[row[0] for row in HEARD])
def test_a_russian_speaker_is_heard_on_when_they_want_to_come(text: str, now: datetime, expected: str) -> None:
    assert values(text, now) == expected


@pytest.mark.parametrize("text", NOT_TIMES)
def test_russian_words_that_only_look_like_times_are_left_alone(text: str) -> None:
    assert [each.text for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("в следующую пятницу", MONDAY, True),
        ("в пятницу", MONDAY, False),
        ("пятница 12 марта", MONDAY, True),
        ("пятница 13 марта", MONDAY, False),
    ],
)
def test_a_russian_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
