"""What patients text in Vietnamese when they book, with tone marks and without, each with all the times that must be
heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "vi" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("tôi muốn đặt lịch ngày mai", WEDNESDAY, "2026-03-12"),
    ("toi muon dat lich ngay mai", WEDNESDAY, "2026-03-12"),
    ("mai 3 giờ chiều", WEDNESDAY, "2026-03-12T15:00:00"),
    ("mai 3h chieu", WEDNESDAY, "2026-03-12T15:00:00"),
    ("sáng mai", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("sang mai 9h", WEDNESDAY, "2026-03-12T09:00:00"),
    ("chiều mai lúc 3 giờ rưỡi", WEDNESDAY, "2026-03-12T15:30:00"),
    ("tối mai được không", WEDNESDAY, "2026-03-12T18:00:00/2026-03-13T00:00:00"),
    ("toi mai duoc khong", WEDNESDAY, "2026-03-12T18:00:00/2026-03-13T00:00:00"),
    ("hôm nay còn chỗ không", WEDNESDAY, "2026-03-11"),
    ("hom nay", WEDNESDAY, "2026-03-11"),
    ("chiều nay", WEDNESDAY, "2026-03-11T12:00:00/2026-03-11T19:00:00"),
    ("tối nay 7 giờ", WEDNESDAY, "2026-03-11T19:00:00"),
    ("hôm nay lúc 5 giờ chiều", WEDNESDAY, "2026-03-11T17:00:00"),
    ("ngày mốt", WEDNESDAY, "2026-03-13"),
    ("ngay kia 10 gio sang", WEDNESDAY, "2026-03-13T10:00:00"),
    ("hôm qua", WEDNESDAY, "2026-03-10"),
    ("hôm kia", WEDNESDAY, "2026-03-09"),
    ("thứ sáu", WEDNESDAY, "2026-03-13"),
    ("thu sau", WEDNESDAY, "2026-03-13"),
    ("thứ 6 buổi chiều", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("chiều thứ sáu", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("sáng thứ 7 lúc 9 giờ", WEDNESDAY, "2026-03-14T09:00:00"),
    ("thứ bảy", WEDNESDAY, "2026-03-14"),
    ("chủ nhật", WEDNESDAY, "2026-03-15"),
    ("T5 luc 14h30", WEDNESDAY, "2026-03-12T14:30:00"),
    ("thứ năm này", WEDNESDAY, "2026-03-12"),
    ("thứ sáu tuần này", WEDNESDAY, "2026-03-13"),
    ("thứ ba tuần sau lúc 3 giờ rưỡi chiều", WEDNESDAY, "2026-03-17T15:30:00"),
    ("thu ba tuan sau", WEDNESDAY, "2026-03-17"),
    ("thứ tư tuần tới", WEDNESDAY, "2026-03-18"),
    ("thu 4 tuan toi", WEDNESDAY, "2026-03-18"),
    ("thứ sáu tuần trước", WEDNESDAY, "2026-03-06"),
    ("tuần sau", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("tuan toi", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("tuần này", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("ngày nào tuần sau cũng được trừ thứ hai", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("cuối tuần có làm không", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("cuối tuần sau", WEDNESDAY, "2026-03-21/2026-03-23"),
    ("cuối tháng", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("đầu tháng 4", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("giữa tháng năm", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("tháng sau", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("thang toi", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("ngày 5 tháng sau", WEDNESDAY, "2026-04-05"),
    ("hai tuần nữa", WEDNESDAY, "2026-03-25"),
    ("2 tuan nua", WEDNESDAY, "2026-03-25"),
    ("sau 10 ngày", WEDNESDAY, "2026-03-21"),
    ("10 ngày nữa", WEDNESDAY, "2026-03-21"),
    ("ba tháng sau tái khám", WEDNESDAY, "2026-06-11"),
    ("nửa tiếng nữa tôi đến", WEDNESDAY, "2026-03-11T10:30:00"),
    ("trong vòng một tuần", WEDNESDAY, "2026-03-11/2026-03-18"),
    ("cách đây 3 ngày", WEDNESDAY, "2026-03-08"),
    ("3 ngày trước", WEDNESDAY, "2026-03-08"),
    ("3 giờ", WEDNESDAY, "15:00"),
    ("ba giờ rưỡi", WEDNESDAY, "15:30"),
    ("lúc 8h", WEDNESDAY, "08:00"),
    ("8 giờ tối", WEDNESDAY, "20:00"),
    ("8 gio toi", WEDNESDAY, "20:00"),
    ("8 giờ 20 sáng", WEDNESDAY, "08:20"),
    ("2 giờ 15 phút chiều", WEDNESDAY, "14:15"),
    ("3 giờ kém 15", WEDNESDAY, "14:45"),
    ("9g30", WEDNESDAY, "09:30"),
    ("14h30", WEDNESDAY, "14:30"),
    ("14:30", WEDNESDAY, "14:30"),
    ("hai giờ ba mươi chiều", WEDNESDAY, "14:30"),
    ("2pm", WEDNESDAY, "14:00"),
    ("12 giờ trưa thứ sáu", WEDNESDAY, "2026-03-13T12:00:00"),
    ("trưa mai", WEDNESDAY, "2026-03-12T12:00:00/2026-03-12T14:00:00"),
    ("1 giờ trưa", WEDNESDAY, "13:00"),
    ("sau 3 giờ", WEDNESDAY, "15:00/.."),
    ("sau 4 giờ chiều lúc nào cũng được", WEDNESDAY, "16:00/.."),
    ("trước 11 giờ sáng", WEDNESDAY, "../11:00"),
    ("từ 2 đến 4 giờ", WEDNESDAY, "14:00/16:00"),
    ("tu 9h den 11h", WEDNESDAY, "09:00/11:00"),
    ("mai từ 3 giờ đến 5 giờ chiều", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("thứ năm sau 5 giờ", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("từ thứ hai đến thứ tư", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("tu thu 2 den thu 4", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("sau thứ hai", WEDNESDAY, "2026-03-17/.."),
    ("từ thứ hai trở đi", WEDNESDAY, "2026-03-16/.."),
    ("trước thứ sáu", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("ngày 24 tháng 3", WEDNESDAY, "2026-03-24"),
    ("ngay 24 thang 3 luc 3h chieu", WEDNESDAY, "2026-03-24T15:00:00"),
    ("thứ ba ngày 17 tháng 3", WEDNESDAY, "2026-03-17"),
    ("ngày 2 tháng 6 năm 2026", WEDNESDAY, "2026-06-02"),
    ("ba mươi mốt tháng năm", WEDNESDAY, "2026-05-31"),
    ("mùng 5 tháng 1", WEDNESDAY, "2027-01-05"),
    ("ngày 17", WEDNESDAY, "2026-03-17"),
    ("sáng ngày 20", WEDNESDAY, "2026-03-20T04:00:00/2026-03-20T12:00:00"),
    ("3/4", WEDNESDAY, "2026-04-03"),
    ("24/03/2026 lúc 14:00", WEDNESDAY, "2026-03-24T14:00:00"),
    ("từ 20 đến 23 tháng 3", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("ngày 3 hoặc 4 tháng 6", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("thứ sáu không được, thứ năm thì được", WEDNESDAY, "2026-03-12"),
    ("mai tôi bận, mốt nha", WEDNESDAY, "2026-03-13"),
    ("trừ thứ sáu", WEDNESDAY, ""),
    ("mỗi thứ hai", WEDNESDAY, "P1W"),
    ("càng sớm càng tốt", WEDNESDAY, "2026-03-11/.."),
    ("cang som cang tot", WEDNESDAY, "2026-03-11/.."),
    ("giáng sinh", WEDNESDAY, "2026-12-25"),
    ("sau tết", WEDNESDAY, "2027-02-07/.."),
    ("quốc khánh", WEDNESDAY, "2026-09-02"),
    ("mai", NEW_YEARS_EVE, "2027-01-01"),
    (
        "sáng thứ tư tuần sau hoặc chiều thứ sáu",
        MONDAY,
        "2026-03-18T04:00:00/2026-03-18T12:00:00 2026-03-13T12:00:00/2026-03-13T19:00:00",
    ),
    ("đổi lịch sang thứ hai tuần sau", FRIDAY, "2026-03-16"),
    ("doi lich sang thu sau", WEDNESDAY, "2026-03-13"),
    ("tháng sáu", WEDNESDAY, "2026-06-01/2026-07-01"),
    ("tháng 6", WEDNESDAY, "2026-06-01/2026-07-01"),
    ("khoảng 3 giờ chiều", WEDNESDAY, "15:00"),
    ("bảy giờ tối", WEDNESDAY, "19:00"),
    ("ngày 18 và 19 tháng 6", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("thứ ba lúc 2:00 - 2:30 chiều", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("thứ ba từ 2 giờ đến 2 giờ rưỡi chiều", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("từ 5 đến 6 giờ chiều", WEDNESDAY, "17:00/18:00"),
    ("giữa 5 và 6 giờ chiều", WEDNESDAY, "17:00/18:00"),
    ("sáng thứ hai từ 9 đến 11 giờ", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("sáng mai 9-11h", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("tối thứ hai đầu tiên của tháng sau", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("thứ hai hoặc thứ ba tuần sau", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("hôm nay trước khoảng 2 giờ chiều", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("5 giờ chiều mai", WEDNESDAY, "2026-03-12T17:00:00"),
    ("8 giờ tối nay", WEDNESDAY, "2026-03-11T20:00:00"),
    ("3 giờ 20 chiều", WEDNESDAY, "15:20"),
    ("ngày 17 tháng 11", WEDNESDAY, "2026-11-17"),
    ("từ 10 tháng 6 đến 1 tháng 7", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("thứ năm hoặc thứ sáu tuần sau", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "xin chào", "chào buổi sáng", "toi muon dat lich", "tôi có hai con", "con tôi 5 tuổi bị sốt", "tôi 42 tuổi",
    "uống 20 mg", "số điện thoại của tôi là 0912345678", "gọi 555-0142", "cần 3 lịch hẹn", "lần đầu tiên",
    "lần thứ hai tôi đến", "40 đô", "cảm ơn", "", "không đau nữa", "tôi ở tầng ba", "bác sĩ Mai có ở đó không",
    "anh Nam", "bệnh nhân nam", "bà tôi bị ốm", "chiều cao", "đau bụng quá", "toi bi dau dau", "con thứ hai của tôi",
    "vâng", "không", "tôi tên là Mai", "ba tôi bệnh", "đau 7 trên 10", "tôi cần toa thuốc", "trước mặt bệnh viện",
    "bị đau từ lâu", "toi den roi", "đến nơi rồi", "một chút", "tu van", "sau phau thuat",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_vietnamese_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_vietnamese_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("thứ sáu tới", MONDAY, True),
        ("thứ sáu tuần tới", MONDAY, False),
        ("thứ sáu ngày 12 tháng 3", MONDAY, True),
        ("thứ sáu ngày 13 tháng 3", MONDAY, False),
    ],
)
def test_a_vietnamese_day_that_could_be_two_days_is_marked_to_be_asked(
    text: str, now: datetime, doubtful: bool
) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
