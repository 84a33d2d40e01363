"""Whoever has no code says so in their own words, and goes on without; nobody is alarmed by it."""

import pytest

from agent.model.command import SetSlot, StartFlow
from agent.model.question import Question
from tests.desk.test_identity import chat, said
from tests.desk.test_phrases import FIRST
from tests.desk.world import World
from tests.understand.test_hear import NOW

NONE = {
    "en": ("I don't have the code", "I didn't get a code", "the code never came", "no code arrived", "I never got it"),
    "es": ("no tengo el código", "no me llegó el código", "no recibí ningún código"),
    "fr": ("je n'ai pas le code", "je n'ai pas reçu le code"),
    "pt": ("não tenho o código", "o código não chegou"),
    "de": ("ich habe den Code nicht", "ich habe keinen Code bekommen"),
    "it": ("non ho il codice", "il codice non è arrivato"),
    "pl": ("nie mam kodu", "kod nie przyszedł"),
    "ru": ("у меня нет кода", "код не пришёл"),
    "ar": ("ليس عندي الرمز", "لم يصلني الرمز"),
    "hi": ("मेरे पास कोड नहीं है", "कोड नहीं आया", "code nahi aaya"),
    "zh": ("我没有验证码", "没收到验证码"),
    "vi": ("tôi không có mã", "tôi chưa nhận được mã"),
    "ko": ("코드가 없어요", "인증번호가 안 왔어요"),
    "tl": ("wala po akong code", "hindi dumating ang code"),
    "ht": ("mwen pa gen kòd la", "kòd la pa rive"),
}  # fmt: skip
ASKED = Question("r", "form", "code", "code", (), True, 0, None)


@pytest.mark.parametrize(("lang", "words"), [(lang, words) for lang in NONE for words in NONE[lang]])
def test_who_has_no_code_goes_on_without_and_alarms_nobody(lang: str, words: str) -> None:
    found = FIRST.desk.ears.hear(words, now=NOW, prior=lang, current=lang, question=ASKED, open_flows=("form",))
    assert [(c.slot, c.value) for c in found.commands if isinstance(c, SetSlot)] == [("code", None)]
    assert not [c for c in found.commands if isinstance(c, StartFlow)]


def test_without_a_code_the_form_begins_and_staff_are_not_called() -> None:
    world = World()
    lines = said(chat(world, "s1", "form", "Jon Smith, March 14 1985", "I don't have the code"))
    assert "What would you like help with" in lines[-1]
    assert not world.open_tasks()
    world.close()
