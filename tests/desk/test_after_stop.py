"""Whoever writes again after STOP gets no text, and is called by a person."""

import pytest

from channels.optout import by_language
from tests.desk.world import STRANGER, World

ASKS = {
    "en": "can I come on Tuesday?", "es": "¿puedo ir el martes?", "fr": "je peux venir mardi ?",
    "pt": "posso ir na terça?", "de": "kann ich am Dienstag kommen?", "it": "posso venire martedì?",
    "pl": "czy mogę przyjść we wtorek?", "ru": "можно прийти во вторник?", "ar": "هل أستطيع أن آتي يوم الثلاثاء؟",
    "hi": "क्या मैं मंगलवार को आ सकता हूँ?", "zh": "我星期二可以来吗？", "vi": "thứ ba tôi đến được không?",
    "ko": "화요일에 가도 돼요?", "tl": "pwede po ba akong pumunta sa Martes?", "ht": "èske m ka vini madi?",
}  # fmt: skip
DANGER = {
    "en": "I have crushing chest pain", "es": "me duele mucho el pecho y no puedo respirar",
    "fr": "j'ai très mal à la poitrine, je n'arrive plus à respirer", "pt": "não consigo respirar",
    "de": "ich bekomme keine Luft", "it": "non riesco a respirare", "pl": "nie mogę oddychać",
    "ru": "не могу дышать", "ar": "لا أستطيع التنفس", "hi": "मैं साँस नहीं ले पा रहा हूँ", "zh": "我喘不过气来",
    "vi": "tôi không thở được", "ko": "숨을 못 쉬겠어요", "tl": "hindi po ako makahinga", "ht": "mwen pa ka respire",
}  # fmt: skip


def _reasons(world: World) -> list[tuple[str, str, str]]:
    return [(t.kind, t.priority, t.reason) for t in world.tasks()]


@pytest.mark.parametrize("language", ASKS)
def test_whoever_writes_again_after_stop_is_called_and_not_texted(language: str) -> None:
    world = World()
    world.say(ASKS[language])
    world.say("STOP")
    assert _reasons(world) == []
    assert world.say(ASKS[language]) == []
    assert _reasons(world) == [("callback", "routine", "wrote_after_stop")]
    assert world.tasks()[0].proposal["message"] == ASKS[language]


@pytest.mark.parametrize("language", DANGER)
def test_promise_1_an_emergency_after_stop_is_raised_at_once(language: str) -> None:
    world = World()
    world.say("STOP")
    assert world.say(DANGER[language]) != []
    assert [(k, r != "wrote_after_stop") for k, _, r in _reasons(world)] == [("urgent", True)]


def test_once_a_day_is_enough(world: World) -> None:
    world.say("STOP")
    world.say("hello, are you there? I need my pills")
    world.say("please answer me about my pills")
    (task,) = world.tasks()
    assert [e.quote for e in task.evidence][-1] == "please answer me about my pills"
    with world.desk.store.begin() as tx:
        tx.tasks.save(task.model_copy(update={"status": "completed"}))
    world.say("I still need my pills")
    assert len(world.tasks()) == 1
    world.clock.pass_time(days=1)
    world.say("I still need my pills")
    assert len(world.tasks()) == 2


@pytest.mark.parametrize("language", by_language())
def test_words_of_consent_said_again_are_no_work_for_staff(language: str, world: World) -> None:
    table = by_language()[language]
    world.say("STOP")
    for word in ["STOP", "HELP", *table["alone"], *table.get("help", [])]:
        world.say(str(word))
        world.clock.pass_time(minutes=61)  # the receipts are texts, too
    assert "wrote_after_stop" not in [reason for _, _, reason in _reasons(world)]


@pytest.mark.parametrize("words", ["ok thank you", "bye", "thanks", "please stop texting me", "leave me alone!!"])
def test_thanks_after_stop_are_no_work_for_staff(words: str, world: World) -> None:
    world.say("STOP")
    world.say(words)
    assert _reasons(world) == []


def test_who_starts_again_is_answered_as_before(world: World) -> None:
    world.say("STOP")
    assert world.say("START") != []
    assert world.say("when are you open?") != []
    assert _reasons(world) == []


def test_who_asks_for_a_person_after_stop_is_one_task_not_two(world: World) -> None:
    world.say("STOP", STRANGER)
    world.say("I want to talk to a person")
    assert [k for k, _, _ in _reasons(world)] == ["handoff"]
