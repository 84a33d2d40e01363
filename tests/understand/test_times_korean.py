"""What patients text in Korean when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "ko" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("내일 예약하고 싶어요", WEDNESDAY, "2026-03-12"),
    ("내일은 돼요?", WEDNESDAY, "2026-03-12"),
    ("내일 오후 3시요", WEDNESDAY, "2026-03-12T15:00:00"),
    ("내일오후3시에예약하고싶어요", WEDNESDAY, "2026-03-12T15:00:00"),
    ("내일 오후 세시 반", WEDNESDAY, "2026-03-12T15:30:00"),
    ("낼 오전에 갈게요", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("내일 아침 9시", WEDNESDAY, "2026-03-12T09:00:00"),
    ("내일 저녁에 가능할까요", WEDNESDAY, "2026-03-12T18:00:00/2026-03-13T00:00:00"),
    ("오늘 되나요", WEDNESDAY, "2026-03-11"),
    ("오늘 저녁", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("오늘은 5시에 갈 수 있어요", WEDNESDAY, "2026-03-11T17:00:00"),
    ("모레", WEDNESDAY, "2026-03-13"),
    ("모레 오전 11시에", WEDNESDAY, "2026-03-13T11:00:00"),
    ("글피는 어때요", WEDNESDAY, "2026-03-14"),
    ("어제", WEDNESDAY, "2026-03-10"),
    ("그저께부터 아파요", WEDNESDAY, "2026-03-09/.."),
    ("금요일", WEDNESDAY, "2026-03-13"),
    ("금요일에 시간 있나요", WEDNESDAY, "2026-03-13"),
    ("금욜 오후", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("토요일 오전 9시로 해주세요", WEDNESDAY, "2026-03-14T09:00:00"),
    ("이번 주 금요일", WEDNESDAY, "2026-03-13"),
    ("이번주 목요일 오후 두시", WEDNESDAY, "2026-03-12T14:00:00"),
    ("이번 금요일", WEDNESDAY, "2026-03-13"),
    ("다음 주 화요일 오후 3시 반", WEDNESDAY, "2026-03-17T15:30:00"),
    ("다음주 수요일이요", WEDNESDAY, "2026-03-18"),
    ("담주 목욜 10시", WEDNESDAY, "2026-03-19T10:00:00"),
    ("다다음주 수요일", WEDNESDAY, "2026-03-25"),
    ("지난주 금요일부터 아팠어요", WEDNESDAY, "2026-03-06/.."),
    ("다음 주", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("담주에 시간 되세요?", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("이번주", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("월요일 빼고 다음 주 아무 때나", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("주말에도 하나요", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("다음 주말", WEDNESDAY, "2026-03-21/2026-03-23"),
    ("이번 달 말", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("월말에", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("4월 초에", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("5월 중순", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("다음 달", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("다음달 5일", WEDNESDAY, "2026-04-05"),
    ("2주 후에", WEDNESDAY, "2026-03-25"),
    ("이주 뒤", WEDNESDAY, "2026-03-25"),
    ("열흘 뒤에", WEDNESDAY, "2026-03-21"),
    ("10일 후", WEDNESDAY, "2026-03-21"),
    ("일주일 뒤", WEDNESDAY, "2026-03-18"),
    ("세 달 후", WEDNESDAY, "2026-06-11"),
    ("30분 뒤에 도착해요", WEDNESDAY, "2026-03-11T10:30:00"),
    ("일주일 이내", WEDNESDAY, "2026-03-11/2026-03-18"),
    ("3일 전", WEDNESDAY, "2026-03-08"),
    ("3시", WEDNESDAY, "15:00"),
    ("3시 반", WEDNESDAY, "15:30"),
    ("여덟 시", WEDNESDAY, "08:00"),
    ("저녁 8시", WEDNESDAY, "20:00"),
    ("아침 8시 20분", WEDNESDAY, "08:20"),
    ("오후 2시 15분에", WEDNESDAY, "14:15"),
    ("세시 오분 전", WEDNESDAY, "14:55"),
    ("열한시 삼십분", WEDNESDAY, "11:30"),
    ("열두시 사십오분", WEDNESDAY, "12:45"),
    ("14시 30분", WEDNESDAY, "14:30"),
    ("14:30", WEDNESDAY, "14:30"),
    ("오후 3:30", WEDNESDAY, "15:30"),
    ("2pm", WEDNESDAY, "14:00"),
    ("정오", WEDNESDAY, "12:00"),
    ("금요일 낮 12시", WEDNESDAY, "2026-03-13T12:00:00"),
    ("점심시간에", WEDNESDAY, "12:00/14:00"),
    ("내일 한 시쯤", WEDNESDAY, "2026-03-12T13:00:00"),
    ("3시 이후", WEDNESDAY, "15:00/.."),
    ("오후 4시 이후면 다 괜찮아요", WEDNESDAY, "16:00/.."),
    ("3시부터", WEDNESDAY, "15:00/.."),
    ("오전 11시 전에", WEDNESDAY, "../11:00"),
    ("2시에서 4시 사이", WEDNESDAY, "14:00/16:00"),
    ("오전 9시부터 11시까지", WEDNESDAY, "09:00/11:00"),
    ("내일 오후 3시에서 5시 사이", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("목요일 5시 이후", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("월요일부터 수요일까지", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("월요일 이후", WEDNESDAY, "2026-03-17/.."),
    ("월요일부터", WEDNESDAY, "2026-03-16/.."),
    ("금요일까지", WEDNESDAY, "2026-03-11/2026-03-14"),
    ("금요일 전에", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("3월 24일", WEDNESDAY, "2026-03-24"),
    ("3월 24일 오후 3시", WEDNESDAY, "2026-03-24T15:00:00"),
    ("3월 17일 화요일", WEDNESDAY, "2026-03-17"),
    ("2026년 6월 2일", WEDNESDAY, "2026-06-02"),
    ("오월 삼십일일", WEDNESDAY, "2026-05-31"),
    ("유월 십칠일", WEDNESDAY, "2026-06-17"),
    ("1월 5일", WEDNESDAY, "2027-01-05"),
    ("17일에 가고 싶어요", WEDNESDAY, "2026-03-17"),
    ("20일 오전", WEDNESDAY, "2026-03-20T04:00:00/2026-03-20T12:00:00"),
    ("3/24", WEDNESDAY, "2026-03-24"),
    ("2026-03-24 14:00", WEDNESDAY, "2026-03-24T14:00:00"),
    ("2026.03.24", WEDNESDAY, "2026-03-24"),
    ("3월 20일부터 23일까지", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("6월 3일이나 4일", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("금요일은 안 돼요, 목요일이 좋아요", WEDNESDAY, "2026-03-12"),
    ("내일은 안되고 모레는 돼요", WEDNESDAY, "2026-03-13"),
    ("금요일 빼고", WEDNESDAY, ""),
    ("매주 월요일", WEDNESDAY, "P1W"),
    ("3일 동안 아팠어요", WEDNESDAY, "P3D"),
    ("최대한 빨리요", WEDNESDAY, "2026-03-11/.."),
    ("크리스마스", WEDNESDAY, "2026-12-25"),
    ("추석", WEDNESDAY, "2026-09-25"),
    ("설날", WEDNESDAY, "2027-02-07"),
    ("어린이날", WEDNESDAY, "2026-05-05"),
    ("내일", NEW_YEARS_EVE, "2027-01-01"),
    (
        "다음 주 수요일 오전이나 금요일 오후",
        MONDAY,
        "2026-03-18T04:00:00/2026-03-18T12:00:00 2026-03-13T12:00:00/2026-03-13T19:00:00",
    ),
    ("목요일 예약을 다음 주 월요일로 바꿔주세요", FRIDAY, "2026-03-19 2026-03-16"),
    ("6월", WEDNESDAY, "2026-06-01/2026-07-01"),
    ("예약을 목요일 10시 반으로 옮겨주세요", WEDNESDAY, "2026-03-12T10:30:00"),
    ("화욜이나 수욜이요", WEDNESDAY, "2026-03-17/2026-03-19"),
    ("6월 18일과 19일", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("11월 18일, 19일", WEDNESDAY, "2026-11-18/2026-11-20"),
    ("화요일 오후 2:00 - 2:30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("화요일 오후 2시에서 2시 반", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("오후 5시에서 6시 사이", WEDNESDAY, "17:00/18:00"),
    ("월요일 오전 9-11시", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("월요일 오전 9시부터 11시까지", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("내일 오전 9시에서 11시 사이", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("다음 달 첫 번째 월요일 저녁", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("다음 주 월요일이나 화요일", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("오늘 오후 2시쯤 전에", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("내일 오후 5시", WEDNESDAY, "2026-03-12T17:00:00"),
    ("오늘 밤 8시", WEDNESDAY, "2026-03-11T20:00:00"),
    ("5월 18일 월요일", WEDNESDAY, "2026-05-18"),
    ("2월 18일 목요일 오후 3시", WEDNESDAY, "2027-02-18T15:00:00"),
    ("6월 10일부터 7월 1일까지", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("3시 20분", WEDNESDAY, "15:20"),
    ("제 Thursday 예약", WEDNESDAY, "2026-03-12"),
    ("다음 주 목요일이나 금요일", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "안녕하세요", "좋은 아침이에요", "두 번째 방문이에요", "아이가 둘이에요", "아들이 5살인데 열이 나요", "42세입니다",
    "20mg 먹어요", "전화번호는 010-1234-5678이에요", "555-0142로 전화 주세요", "예약 3개 필요해요", "처음 왔어요",
    "40달러", "감사합니다", "", "이제 안 아파요", "3층이에요", "이가 아파요", "이사했어요", "일이 많아요",
    "두 분이 같이 가요", "의사 선생님", "주사 맞았어요", "화가 나요", "수술했어요", "토했어요", "목이 아파요",
    "금이 갔어요", "네", "아니요", "다시 전화할게요", "주소가 바뀌었어요", "한 분", "월급", "통증은 10점 중 7점",
    "시간이 없어요", "반만 먹어요", "열이 나요", "오른쪽", "사진", "일반 진료",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_korean_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_korean_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("다음 금요일", MONDAY, True),
        ("다음 주 금요일", MONDAY, False),
        ("금요일 3월 12일", MONDAY, True),
        ("3월 13일 금요일", MONDAY, False),
    ],
)
def test_a_korean_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
