"""What people are called by, at a telephone that a family shares."""

import unicodedata

import pytest

from agent.model.patient import first_name


@pytest.mark.parametrize(
    ("name", "language", "called"),
    [
        ("Rosa Marin", "es", "Rosa"),
        ("Cher", "en", "Cher"),
        ("Trần Thị Hoa", "vi", "Hoa"),
        (unicodedata.normalize("NFD", "Nguyễn Hoàng Minh"), "en", "Minh"),
        ("Nguyen Thi Mai", "en", "Mai"),
        ("Le Quang Minh", "vi", "Minh"),
        ("Hoang Nguyen", "vi", "Hoang"),
        ("Linh Nguyen", "vi", "Linh"),
        ("Le Roy Brown", "en", "Le"),
        ("Ly Jones", "en", "Ly"),
        ("김민지", "ko", "김민지"),
        ("王丽", "zh", "王丽"),
    ],
)
def test_a_name_is_cut_where_people_are_called_by_it(name: str, language: str, called: str) -> None:
    assert first_name(name, language) == called
