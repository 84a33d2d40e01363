"""Whoever writes that somebody has died hears first that we are sorry; the front desk does the rest."""

import pytest

from tests.desk.world import World

FIRST = World()
DIED = [
    ("en", "my mother passed away, please cancel her appointment"),
    ("en", "I got a reminder for my father but he died last month"),
    ("es", "mi mamá falleció, por favor cancelen su cita"),
    ("fr", "ma mère est décédée, merci d'annuler son rendez-vous"),
    ("pt", "minha mãe faleceu, por favor cancelem a consulta dela"),
    ("de", "meine Mutter ist verstorben, bitte sagen Sie den Termin ab"),
    ("it", "mio padre è deceduto, cancellate la visita per favore"),
    ("pl", "moja mama zmarła, proszę odwołać jej wizytę"), ("ru", "моя мама умерла, отмените пожалуйста её приём"),
    ("ar", "توفيت والدتي، أرجو إلغاء موعدها"), ("hi", "मेरी माँ का देहांत हो गया है, उनका अपॉइंटमेंट रद्द कर दीजिए"),
    ("zh", "我妈妈去世了，请取消她的预约"), ("vi", "mẹ tôi đã qua đời, xin hủy lịch hẹn của bà"),
    ("ko", "어머니가 돌아가셨어요, 예약을 취소해 주세요"),
    ("tl", "pumanaw na po ang nanay ko, paki-cancel ang appointment niya"),
    ("ht", "manman m mouri, tanpri anile randevou li"),
]  # fmt: skip
OTHERS = [
    "my husband passed away last year and I need an appointment", "my dog died", "my dad just died in front of me",
    "please cancel my appointment, my phone died",
]  # fmt: skip


def begun(lang: str, text: str) -> list[str]:
    heard = FIRST.desk.ears.hear(text, now=FIRST.clock().replace(tzinfo=None), lang=lang)
    return [flow for c in heard.commands if (flow := getattr(c, "flow", ""))]


@pytest.mark.parametrize(("lang", "text"), DIED)
def test_a_death_is_heard_before_the_errand(lang: str, text: str) -> None:
    assert begun(lang, text) == ["bereaved"]


@pytest.mark.parametrize("text", OTHERS)
def test_a_death_of_another_kind_or_beside_another_wish_is_not(text: str) -> None:
    assert "bereaved" not in begun("en", text)


def test_we_are_sorry_first_and_the_front_desk_gets_the_words_and_whom_they_are_about() -> None:
    world = World()
    said = world.say(DIED[0][1])
    assert "sorry for your loss" in " ".join(said)
    world.say("Rose Allen, born March 4 1943")
    (task,) = world.open_tasks()
    assert (task.kind, task.priority) == ("message", "urgent")
    assert (task.proposal["request"], task.proposal["name"]) == (DIED[0][1], "Rose Allen")
    assert task.proposal["relation"] == "parent"
