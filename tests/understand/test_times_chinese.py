"""What patients text in Chinese when they book, each with all the times that must be heard and nothing else."""

# ruff: noqa: DTZ001 - the grammar works on naive wall time
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.understand.times import load_grammar

GRAMMAR = load_grammar(Path(__file__).parents[2] / "intents" / "zh" / "_times.yaml")
WEDNESDAY = datetime(2026, 3, 11, 10, 0)
MONDAY = datetime(2026, 3, 9, 8, 30)
FRIDAY = datetime(2026, 3, 13, 16, 0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, 0)

HEARD = [
    ("我想约明天", WEDNESDAY, "2026-03-12"),
    ("明天下午三点", WEDNESDAY, "2026-03-12T15:00:00"),
    ("明天上午", WEDNESDAY, "2026-03-12T04:00:00/2026-03-12T12:00:00"),
    ("明早九点", WEDNESDAY, "2026-03-12T09:00:00"),
    ("明天晚上有号吗", WEDNESDAY, "2026-03-12T18:00:00/2026-03-13T00:00:00"),
    ("今天能看吗", WEDNESDAY, "2026-03-11"),
    ("今晚", WEDNESDAY, "2026-03-11T18:00:00/2026-03-12T00:00:00"),
    ("今天下午4点半", WEDNESDAY, "2026-03-11T16:30:00"),
    ("后天", WEDNESDAY, "2026-03-13"),
    ("後天上午十點", WEDNESDAY, "2026-03-13T10:00:00"),
    ("大后天可以吗", WEDNESDAY, "2026-03-14"),
    ("昨天", WEDNESDAY, "2026-03-10"),
    ("前天开始疼", WEDNESDAY, "2026-03-09/.."),
    ("周五", WEDNESDAY, "2026-03-13"),
    ("星期五下午", WEDNESDAY, "2026-03-13T12:00:00/2026-03-13T19:00:00"),
    ("礼拜六上午九点", WEDNESDAY, "2026-03-14T09:00:00"),
    ("週六早上可以嗎", WEDNESDAY, "2026-03-14T04:00:00/2026-03-14T12:00:00"),
    ("星期天", WEDNESDAY, "2026-03-15"),
    ("周日", WEDNESDAY, "2026-03-15"),
    ("这周五", WEDNESDAY, "2026-03-13"),
    ("本周四下午两点", WEDNESDAY, "2026-03-12T14:00:00"),
    ("下周二下午三点半", WEDNESDAY, "2026-03-17T15:30:00"),
    ("下星期三", WEDNESDAY, "2026-03-18"),
    ("下週四早上10點", WEDNESDAY, "2026-03-19T10:00:00"),
    ("下个星期一", WEDNESDAY, "2026-03-16"),
    ("下下周三", WEDNESDAY, "2026-03-25"),
    ("上周五就开始疼了", WEDNESDAY, "2026-03-06"),
    ("下周", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("下個禮拜", WEDNESDAY, "2026-03-16/2026-03-23"),
    ("这周", WEDNESDAY, "2026-03-09/2026-03-16"),
    ("下周任何一天都行，除了周一", WEDNESDAY, "2026-03-17/2026-03-23"),
    ("周末有医生吗", WEDNESDAY, "2026-03-14/2026-03-16"),
    ("下周末", WEDNESDAY, "2026-03-21/2026-03-23"),
    ("月底", WEDNESDAY, "2026-03-22/2026-04-01"),
    ("四月初", WEDNESDAY, "2026-04-01/2026-04-11"),
    ("五月中旬", WEDNESDAY, "2026-05-11/2026-05-22"),
    ("下个月", WEDNESDAY, "2026-04-01/2026-05-01"),
    ("下个月5号", WEDNESDAY, "2026-04-05"),
    ("两周后", WEDNESDAY, "2026-03-25"),
    ("10天以后", WEDNESDAY, "2026-03-21"),
    ("三个月之后复查", WEDNESDAY, "2026-06-11"),
    ("半个小时后到", WEDNESDAY, "2026-03-11T10:30:00"),
    ("一个星期内", WEDNESDAY, "2026-03-11/2026-03-18"),
    ("三天前", WEDNESDAY, "2026-03-08"),
    ("三点", WEDNESDAY, "15:00"),
    ("3点半", WEDNESDAY, "15:30"),
    ("八点", WEDNESDAY, "08:00"),
    ("晚上八点", WEDNESDAY, "20:00"),
    ("早上8点20", WEDNESDAY, "08:20"),
    ("下午两点一刻", WEDNESDAY, "14:15"),
    ("差一刻三点", WEDNESDAY, "14:45"),
    ("九点四十五分", WEDNESDAY, "09:45"),
    ("十四点三十分", WEDNESDAY, "14:30"),
    ("14:30", WEDNESDAY, "14:30"),
    ("下午3：30", WEDNESDAY, "15:30"),
    ("2pm", WEDNESDAY, "14:00"),
    ("中午", WEDNESDAY, "12:00"),
    ("周五中午十二点", WEDNESDAY, "2026-03-13T12:00:00"),
    ("下午一点", WEDNESDAY, "13:00"),
    ("明天下午一点钟", WEDNESDAY, "2026-03-12T13:00:00"),
    ("三点以后", WEDNESDAY, "15:00/.."),
    ("下午4点之后都可以", WEDNESDAY, "16:00/.."),
    ("上午11点之前", WEDNESDAY, "../11:00"),
    ("两点到四点之间", WEDNESDAY, "14:00/16:00"),
    ("上午9点到11点", WEDNESDAY, "09:00/11:00"),
    ("明天下午三点到五点", WEDNESDAY, "2026-03-12T15:00:00/2026-03-12T17:00:00"),
    ("周四5点以后", WEDNESDAY, "2026-03-12T17:00:00/2026-03-13T00:00:00"),
    ("周一到周三", WEDNESDAY, "2026-03-16/2026-03-19"),
    ("周一以后都行", WEDNESDAY, "2026-03-17/.."),
    ("从周一开始", WEDNESDAY, "2026-03-16/.."),
    ("周五之前", WEDNESDAY, "2026-03-11/2026-03-13"),
    ("3月24日", WEDNESDAY, "2026-03-24"),
    ("三月二十四号下午三点", WEDNESDAY, "2026-03-24T15:00:00"),
    ("3月17号星期二", WEDNESDAY, "2026-03-17"),
    ("2026年6月2日", WEDNESDAY, "2026-06-02"),
    ("五月三十一号", WEDNESDAY, "2026-05-31"),
    ("1月5号", WEDNESDAY, "2027-01-05"),
    ("17号", WEDNESDAY, "2026-03-17"),
    ("二十号上午", WEDNESDAY, "2026-03-20T04:00:00/2026-03-20T12:00:00"),
    ("3/24", WEDNESDAY, "2026-03-24"),
    ("2026-03-24 14:00", WEDNESDAY, "2026-03-24T14:00:00"),
    ("3月20号到23号", WEDNESDAY, "2026-03-20/2026-03-24"),
    ("6月3号或4号", WEDNESDAY, "2026-06-03/2026-06-05"),
    ("周五不行，周四可以", WEDNESDAY, "2026-03-12"),
    ("明天没空，后天吧", WEDNESDAY, "2026-03-13"),
    ("不要周五", WEDNESDAY, ""),
    ("除了周五都可以", WEDNESDAY, ""),
    ("每周一", WEDNESDAY, "P1W"),
    ("疼了三天了", WEDNESDAY, "P3D"),
    ("越快越好", WEDNESDAY, "2026-03-11/.."),
    ("国庆节", WEDNESDAY, "2026-10-01"),
    ("春节", WEDNESDAY, "2027-02-06"),
    ("中秋节", WEDNESDAY, "2026-09-25"),
    ("聖誕節", WEDNESDAY, "2026-12-25"),
    ("明天", NEW_YEARS_EVE, "2027-01-01"),
    (
        "下周三上午或者周五下午",
        MONDAY,
        "2026-03-18T04:00:00/2026-03-18T12:00:00 2026-03-13T12:00:00/2026-03-13T19:00:00",
    ),
    ("明天早点", WEDNESDAY, "2026-03-12"),
    ("下周一一早", FRIDAY, "2026-03-16T04:00:00/2026-03-16T12:00:00"),
    ("聽日下晝三點", WEDNESDAY, "2026-03-12T15:00:00"),
    ("下午三点左右", WEDNESDAY, "15:00"),
    ("六月", WEDNESDAY, "2026-06-01/2026-07-01"),
    ("从这个星期三到下星期五", MONDAY, "2026-03-11/2026-03-21"),
    ("改到星期四早上十点半吧", WEDNESDAY, "2026-03-12T10:30:00"),
    ("我周一周三周五上班", MONDAY, "2026-03-16 2026-03-11 2026-03-13"),
    ("2026年3月24日下午2点30分", WEDNESDAY, "2026-03-24T14:30:00"),
    ("6月18日和19日", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("6月18号或19号", WEDNESDAY, "2026-06-18/2026-06-20"),
    ("周二下午2:00-2:30", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("周二下午两点到两点半", WEDNESDAY, "2026-03-17T14:00:00/2026-03-17T14:30:00"),
    ("下午5点到6点之间", WEDNESDAY, "17:00/18:00"),
    ("周一上午9到11点", WEDNESDAY, "2026-03-16T09:00:00/2026-03-16T11:00:00"),
    ("明天上午9点到11点之间", WEDNESDAY, "2026-03-12T09:00:00/2026-03-12T11:00:00"),
    ("下个月第一个星期一晚上", WEDNESDAY, "2026-04-06T18:00:00/2026-04-07T00:00:00"),
    ("下周一或周二", WEDNESDAY, "2026-03-16/2026-03-18"),
    ("今天下午两点左右之前", WEDNESDAY, "2026-03-11T00:00:00/2026-03-11T14:00:00"),
    ("明天下午五点", WEDNESDAY, "2026-03-12T17:00:00"),
    ("今晚八点", WEDNESDAY, "2026-03-11T20:00:00"),
    ("三点二十", WEDNESDAY, "15:20"),
    ("20261016", WEDNESDAY, "2026-10-16"),
    ("我的appt是不是3/12？", WEDNESDAY, "2026-03-12"),
    ("6月10日到7月1日", WEDNESDAY, "2026-06-10/2026-07-02"),
    ("名天下午三点", WEDNESDAY, "2026-03-12T15:00:00"),
    ("下周四或周五", WEDNESDAY, "2026-03-19/2026-03-21"),
]

NOT_TIMES = [
    "你好", "早上好", "晚上好", "下午好", "早安", "有一点疼", "好一点了", "我有两个孩子", "请打555-0142",
    "我的电话是13812345678", "每次吃20毫克", "我儿子5岁发烧", "我今年42岁", "需要3个预约", "第一次来",
    "40块钱", "谢谢", "", "不疼了", "十分感谢", "住在三楼", "一号楼", "周医生在吗", "我姓周", "第二次看",
    "一下", "疼痛7分", "要两个疗程的药", "三个人", "挂号多少钱", "一直咳嗽", "后来好了", "上面写着", "下面疼",
    "不", "是的", "前面排队", "日常检查", "他是我先生", "十几个", "吃完饭前要量血压吗",
]  # fmt: skip


def values(text: str, now: datetime) -> str:
    """All values heard, as one line; a range as from/to."""
    found = GRAMMAR.find(text, now)
    return " ".join(each.value if isinstance(each.value, str) else "/".join(each.value) for each in found)


def test_a_chinese_speaker_is_heard_on_when_they_want_to_come() -> None:
    heard = [(text, values(text, now), expected) for text, now, expected in HEARD]
    assert [row for row in heard if row[1] != row[2]] == []


def test_chinese_words_that_only_look_like_times_are_left_alone() -> None:
    assert [(text, each.text) for text in NOT_TIMES for each in GRAMMAR.find(text, WEDNESDAY)] == []


@pytest.mark.parametrize(
    ("text", "now", "doubtful"),
    [
        ("下周五", MONDAY, False),
        ("这周一", WEDNESDAY, True),
        ("星期五3月12号", MONDAY, True),
        ("3月13号星期五", MONDAY, False),
    ],
)
def test_a_chinese_day_that_could_be_two_days_is_marked_to_be_asked(text: str, now: datetime, doubtful: bool) -> None:
    assert [each.ambiguous for each in GRAMMAR.find(text, now)] == [doubtful]
