"""The Vietnamese word for five is also the word for year."""

import pytest

from agent.model.question import Question
from tests.shared import hearing
from tests.understand.test_hear import NOW

BORN = [
    ("ba tháng ba năm một chín năm mươi", "1950-03-03"), ("ba tháng ba năm một chín năm mươi hai", "1952-03-03"),
    ("ngày ba tháng ba năm một nghìn chín trăm năm mươi", "1950-03-03"), ("ba tháng ba năm năm mươi", "1950-03-03"),
    ("tám tháng năm năm một chín bốn tám", "1948-05-08"), ("mùng ba tháng ba năm một chín bảy lăm", "1975-03-03"),
    ("ba tháng ba năm một chín sáu mươi", "1960-03-03"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "born"), BORN)
def test_five_and_year_are_told_apart_in_a_date_of_birth(said: str, born: str) -> None:
    asked = Question("r", "results", "dob", "dob")
    heard = hearing().ears.hear(said, now=NOW, prior="vi", current="vi", question=asked, open_flows=("results",))
    assert [c.value for c in heard.commands if c.do == "set_slot" and c.slot == "dob"] == [born]
