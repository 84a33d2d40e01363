"""Letters that are said one by one, in every language as its people spell."""

from functools import cache

import pytest

from agent.understand.spelled import Spelled
from tests.understand.spoken import ALL, rows

SAID = [
    ("en", "M as in Mike, u, double l, e, r", "MULLER"), ("en", "m-u-l-l-e-r", "MULLER"),
    ("en", "Ana Torres, that's T O R R E S", "TORRES"), ("en", "B as in Victor A S Q U E Z", "VASQUEZ"),
    ("en", "Mike Uniform Lima Lima Echo Romeo", "MULLER"), ("en", "bee ay ex tee ee are", "BAXTER"),
    ("en", "O apostrophe N E I L", "O'NEIL"), ("en", "S M I T H hyphen J O N E S", "SMITH-JONES"),
    ("es", "eme u doble ele e erre", "MULLER"), ("es", "ve de vaca a ese cu u e zeta", "VASQUEZ"),
    ("es", "me llamo Ana Núñez, ene u eñe e zeta", "NUÑEZ"),
    ("fr", "d comme David, u, p comme Paul, o, n, t", "DUPONT"), ("fr", "elle e deux f è v r e", "LEFFÈVRE"),
    ("pt", "S I L V A com i", "SILVA"), ("pt", "esse i ele vê a", "SILVA"),
    ("de", "M wie Martha, Ü wie Übermut, Doppel-L, E, R", "MÜLLER"),
    ("de", "Martha Ulrich Ludwig Ludwig Emil Richard", "MULLER"), ("de", "em ü el el e er", "MÜLLER"),
    ("it", "Roma Otranto Savona Savona Imola", "ROSSI"), ("it", "r come Roma, o, doppia esse, i", "ROSSI"),
    ("pl", "ka o wu a el es ka i", "KOWALSKI"), ("ru", "М как Мария, у, две л, е, р", "МУЛЛЕР"),
    ("ru", "эм у эль эль е эр", "МУЛЛЕР"), ("ar", "ميم حاء ميم دال", "محمد"), ("hi", "एस एच ए आर एम ए", "SHARMA"),
    ("hi", "s for school h a r m a", "SHARMA"), ("zh", "我姓张，弓长张", "张"), ("zh", "张三的张", "张"),
    ("ko", "민들레 할 때 민", "민"), ("ko", "케이 아이 엠 에스 유", "KIMSU"), ("vi", "N G U Y Ễ N", "NGUYỄN"),
    ("vi", "en nờ gờ u y ê en nờ", "NGUYÊN"), ("tl", "D as in David, E, double L, A", "DELLA"),
    ("en", "double u r i g h t", "WRIGHT"), ("en", "double you a double l", "WALL"), ("es", "doble u a ene ge", "WANG"),
    ("ht", "je o en ès a el", "GONSAL"),
]  # fmt: skip
NOT = [
    ("en", "why are you calling"), ("en", "are you okay"), ("en", "see you"), ("en", "I see you are okay"),
    ("en", "Mike Victor"), ("en", "Ana Torres"), ("es", "que me llame"), ("es", "ve a la calle"), ("fr", "j'ai mal"),
    ("de", "er ist weg"), ("it", "di qui"), ("zh", "我的名字"), ("zh", "好的"), ("ko", "네 이 시간"), ("ht", "de è"),
]  # fmt: skip


@cache
def reader(lang: str) -> Spelled:
    return Spelled(rows(f"{lang}/_values.yaml"))


@pytest.mark.parametrize(("lang", "text", "letters"), SAID)
def test_a_name_that_is_spelled_is_read_letter_by_letter(lang: str, text: str, letters: str) -> None:
    found = reader(lang).read(text, asked=True)
    assert found is not None
    assert found.value == letters


@pytest.mark.parametrize(("lang", "text"), NOT)
def test_what_only_sounds_like_letters_is_no_spelling(lang: str, text: str) -> None:
    assert reader(lang).read(text, asked=True) is None


def test_every_language_can_spell() -> None:
    assert {lang for lang, _, _ in SAID} == set(ALL)
