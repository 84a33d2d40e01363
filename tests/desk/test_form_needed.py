"""“I need insulin” to a question about medicines is a yes, and insulin, in every language."""

import pytest

from agent.model.command import SetSlot
from agent.model.question import Question
from tests.desk.test_phrases import FIRST
from tests.understand.test_hear import NOW

NEEDED = {
    "en": ("I need insulin", "insulin"), "es": ("necesito insulina", "insulina"),
    "fr": ("j'ai besoin d'insuline", "insuline"), "pt": ("preciso de insulina", "insulina"),
    "de": ("ich brauche Insulin", "Insulin"), "it": ("ho bisogno di insulina", "insulina"),
    "pl": ("potrzebuję insuliny", "insuliny"), "ru": ("мне нужен инсулин", "инсулин"),
    "ar": ("أحتاج إلى الأنسولين", "الأنسولين"), "hi": ("मुझे इंसुलिन की ज़रूरत है", "इंसुलिन"),
    "zh": ("我需要胰岛素", "胰岛素"), "vi": ("tôi cần insulin", "insulin"), "ko": ("인슐린이 필요해요", "인슐린이"),
    "tl": ("kailangan ko po ng insulin", "insulin"), "ht": ("mwen bezwen ensilin", "ensilin"),
}  # fmt: skip


@pytest.mark.parametrize("lang", sorted(NEEDED))
def test_a_medicine_that_is_needed_is_a_yes_and_its_name(lang: str) -> None:
    said, name = NEEDED[lang]
    asked = Question("r", "form", "answer", "form_answer", (), True, 0,
                     ({"form": "medications", "link": "medications.any"}, None))  # fmt: skip
    heard = FIRST.desk.ears.hear(said, now=NOW, prior=lang, current=lang, question=asked, open_flows=("form",))
    (answer,) = [c.value for c in heard.commands if isinstance(c, SetSlot)]
    assert answer["values"] == [True]
    assert [v for _, held in answer["more"] for v in held.get("medications.name", ())] == [name]
