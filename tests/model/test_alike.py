"""A name is found by its sound: in another script, or as somebody wrote it who only heard it."""

import pytest

from agent.demo.seed import patients
from agent.model.alike import alike
from tests.actions.counter import CLINIC

NAMES = [*(p.name for p in patients(CLINIC, lambda: "p")), "Ольга Шевченко", "فاطمة الزهراء", "陈伟"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("فاطمة الأمين", "Fatima El-Amin"),
        ("عائشة", "Aisha Rahman"),
        ("Щепаньска", "Katarzyna Szczepańska"),
        ("Shepanska", "Katarzyna Szczepańska"),
        ("Хосе Рамирес", "José Luis Ramírez"),
        ("Гвадалупе Эрнандес", "Guadalupe Hernández"),
        ("Вильсон", "Dorothy Wilson"),
        ("Шонесси", "Patrick O'Shaughnessy"),
        ("陈伟", "Wei Chen"),
        ("박은지", "Eun-ji Park"),
        ("प्रियंका", "Priyanka Venkataraman"),
        ("Нгуен", "Nguyen Thi Mai"),
        ("Schewtschenko", "Ольга Шевченко"),
        ("Fatma", "فاطمة الزهراء"),
        ("Wei", "陈伟"),
        ("Aysha", "Aisha Rahman"),
        ("Ayesha", "Aisha Rahman"),
        ("Priyenka", "Priyanka Venkataraman"),
    ],
)
def test_who_is_meant_is_among_a_few(asked: str, meant: str) -> None:
    found = [name for name in NAMES if alike(asked, name)]
    assert meant in found
    assert len(found) <= 3


@pytest.mark.parametrize("asked", ["", "'", "12", "-", "Кузнецов", "lee", "قهوة سادة", "Joan", "Elisha"])
def test_nobody_is_found_by_nothing_or_by_another_name(asked: str) -> None:
    assert [name for name in NAMES if alike(asked, name)] == []
