"""Whoever wants no robot wants a person, also where the message begins with a no."""

import pytest

from tests.shared import hearing
from tests.understand.test_hear import NOW

SAID = {
    "en": "no I don't want the robot", "es": "no, no quiero un robot", "fr": "non, pas de robot",
    "pt": "não quero robô", "de": "nein, keinen Roboter bitte", "it": "no, niente robot", "pl": "nie chcę robota",
    "ru": "нет, не хочу робота", "ar": "لا أريد روبوت", "hi": "रोबोट नहीं चाहिए", "zh": "不要机器人",
    "vi": "không muốn nói với máy", "ko": "로봇 말고 사람이요", "tl": "ayoko ng robot", "ht": "m pa vle wobo",
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), SAID.items())
def test_no_robot_is_a_wish_for_a_person(language: str, text: str) -> None:
    heard = hearing().ears.hear(text, now=NOW, prior=language, current=language, question=None, open_flows=())
    assert [c.do for c in heard.commands] == ["handoff"]
