"""Going on with a form, or beginning one's own after somebody else's, is a form's matter and no alarm."""

import pytest

from agent.model.command import StartFlow
from tests.desk.test_phrases import FIRST
from tests.understand.test_hear import NOW

MINE = {
    "en": "I also want to fill out one for myself", "es": "ahora quiero llenar el mío",
    "fr": "je veux aussi remplir le mien", "pt": "agora o meu", "de": "jetzt möchte ich meins ausfüllen",
    "it": "voglio compilare anche il mio", "pl": "teraz chcę wypełnić swój", "ru": "теперь хочу заполнить свою",
    "ar": "الآن أريد تعبئة استمارتي", "hi": "मुझे अपना भी भरना है", "zh": "现在我想填我自己的",
    "vi": "tôi cũng muốn điền phiếu của tôi", "ko": "제 것도 작성하고 싶어요", "tl": "yung akin naman po",
    "ht": "kounye a mwen vle ranpli pa m nan",
}  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), [*MINE.items(), ("en", "I want to go on with my form"),
                                            ("hi", "मैं फ़ॉर्म जारी रखना चाहता हूँ")])  # fmt: skip
def test_ones_own_form_is_begun_and_nobody_is_alarmed(lang: str, text: str) -> None:
    heard = FIRST.desk.ears.hear(text, now=NOW, prior=lang, current=lang)
    assert [c.flow for c in heard.commands if isinstance(c, StartFlow)] == ["form"]
    assert heard.danger + heard.person < 0.1
    assert heard.intent not in ("self_harm", "emergency", "distress", "clinical_question")


def test_danger_beside_a_form_is_heard() -> None:
    heard = FIRST.desk.ears.hear("I want to go on with my form but my chest hurts badly", now=NOW, prior="en")
    finding = FIRST.desk.gate.read("I want to go on with my form but my chest hurts badly", "en")
    assert heard.danger > 0.5 or finding.urgency in ("urgent", "emergency")
