"""What somebody asks about the visit that we have just reminded them of: when it is, whether they may come then."""

from datetime import timedelta

import pytest

from tests.desk.reminded import of, reminded, somebody, visit
from tests.desk.world import MONDAY, World

NUMBER = "+17185550177"
WHEN = {
    "en": ("what time is it?", "what time again?", "is it at 10?", "which appointment?"),
    "es": ("¿a qué hora era?", "es a las 10?"), "fr": ("c'est à quelle heure ?",), "pt": ("a que horas?",),
    "de": ("um wie viel Uhr war das?", "ist das um 10 Uhr?"), "it": ("a che ora?",), "pl": ("o której?",),
    "ru": ("во сколько?",), "ar": ("في أي ساعة؟",), "hi": ("कितने बजे?", "क्या 10 बजे है?"), "zh": ("几点？", "是10点吗？"),
    "vi": ("mấy giờ vậy?",), "ko": ("몇 시예요?",), "tl": ("anong oras po?",), "ht": ("a ki lè?", "se a 10è?"),
}  # fmt: skip
MAY_COME = {
    "en": "can I come at 3?", "es": "¿puedo ir a las 3?", "fr": "je peux venir à 15h ?", "pt": "posso ir às 15h?",
    "de": "kann ich um 15 Uhr kommen?", "it": "posso venire alle 15?", "pl": "czy mogę przyjść o 15?",
    "ru": "можно прийти в 15:00?", "ar": "هل يمكنني الحضور الساعة 3؟", "hi": "क्या मैं 3 बजे आ सकता हूँ?",
    "zh": "我可以3点来吗？", "vi": "tôi đến lúc 3 giờ chiều được không?", "ko": "3시에 가도 될까요?",
    "tl": "pwede ba akong pumunta ng alas 3?", "ht": "èske m ka vini a 3zè?",
}  # fmt: skip


def one(language: str) -> World:
    world = World()
    visit(world, somebody(world, language=language), MONDAY + timedelta(days=3), "v1")
    reminded(world)
    world.clock.pass_time(days=1)
    reminded(world)
    return world


@pytest.mark.parametrize("lang", sorted(WHEN))
def test_when_it_was_is_told_again_and_nobody_need_say_who_they_are(lang: str) -> None:
    world = one(lang)
    for text in WHEN[lang]:
        said = world.say(text, NUMBER)[-1]
        assert "Brooklyn" in said
        assert "10" in said.split("\n")[-1], text
        assert [f.flow for f in world.conversation(NUMBER).frames] == ["remind"], text
        assert not world.tasks(NUMBER), text
        assert of(world, "v1")["d2"].coming_at is None, text


@pytest.mark.parametrize("lang", sorted(MAY_COME))
def test_whether_they_may_come_at_three_moves_the_visit(lang: str) -> None:
    world = one(lang)
    world.say(MAY_COME[lang], NUMBER)
    assert [f.flow for f in world.conversation(NUMBER).frames] == ["reschedule"]
    assert [t.kind for t in world.tasks(NUMBER)] in ([], ["message"])  # in Korean a nurse reads it, too
