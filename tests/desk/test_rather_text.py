"""Whoever would rather be written to than called: staff hear of it, and no automated call comes."""

import pytest

from agent.model.address import Address
from tests.desk.world import JON, World

SAID = {
    "en": "text me, don't call", "es": "escríbame, no me llame por favor", "fr": "ne m'appelez pas, écrivez-moi svp",
    "pt": "não me ligue, mande mensagem", "de": "bitte schreiben statt anrufen", "it": "non chiamatemi, scrivetemi",
    "pl": "proszę pisać, nie dzwonić", "ru": "можно писать, а не звонить?", "ar": "لا تتصلوا، راسلوني",
    "hi": "फ़ोन न करें, मैसेज करें", "zh": "请发短信，不要打电话", "vi": "nhắn tin thôi, đừng gọi",
    "ko": "전화 말고 문자로 해주세요", "tl": "text na lang po, huwag tumawag", "ht": "ekri m, pa rele m",
}  # fmt: skip


@pytest.mark.parametrize("language", SAID)
def test_text_me_do_not_call_is_told_to_the_front_desk(language: str, world: World) -> None:
    texts = world.say(SAID[language])
    assert [(t.kind, t.priority) for t in world.tasks()] == [("message", "routine")]
    (task,) = world.tasks()
    assert task.proposal["request"] == SAID[language]
    assert str(task.number) in texts[-1]
    assert world.conversation().frames == ()
    assert world.conversation().mode == "agent"
    assert world.conversation().locale == language


def test_no_automated_call_comes_to_whoever_would_rather_be_written_to(world: World) -> None:
    with world.desk.store.begin() as tx:
        tx.consents.give(Address(channel="voice", value=JON), "c0", world.clock(), "asked")
    world.say("I can't take calls at work", JON)
    with world.desk.store.begin(write=False) as tx:
        assert not tx.consents.given(Address(channel="voice", value=JON))
        assert not tx.optouts.stopped(Address(channel="sms", value=JON))


def test_said_in_the_middle_of_a_request_the_question_comes_again(world: World) -> None:
    (asked,) = world.say("I need an appointment")
    texts = world.say("text me, don't call")
    assert asked.splitlines()[-1] in texts[-1]
    assert [f.flow for f in world.conversation().frames] == ["book"]


@pytest.mark.parametrize("words", ["call me, don't text", "don't call me again", "can you text me my results"])
def test_what_only_sounds_like_it_is_something_else(words: str, world: World) -> None:
    said = " ".join(world.say(words))
    assert "rather be written to" not in said
