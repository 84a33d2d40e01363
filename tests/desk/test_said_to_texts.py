"""What people really answer to a text of the clinic: that they work then, have moved, or must ask at home first."""

import pytest

from agent.desk import bulk
from agent.desk.receive import receive
from agent.model.address import Address
from agent.model.command import SetSlot
from agent.model.conversation import Conversation
from agent.model.question import Offered, Question
from tests.desk.bulked import crowd, goes, people, recall
from tests.desk.reminded import asked_to_come, of
from tests.desk.test_check_ins import on_day_3
from tests.desk.test_phrases import FIRST
from tests.desk.test_vacancies import ANA, Line
from tests.desk.world import World
from tests.understand.test_hear import NOW

CANNOT = {
    "en": "I work then", "es": "ese día no puedo", "fr": "je ne peux pas ce jour-là", "pt": "não dá para mim",
    "de": "da kann ich nicht", "it": "quel giorno non posso", "pl": "nie mogę tego dnia", "ru": "не могу в этот день",
    "ar": "لا أستطيع في ذلك اليوم", "hi": "उस दिन नहीं आ सकता", "zh": "那天我不行", "vi": "hôm đó tôi không đi được",
    "ko": "그날은 안 돼요", "tl": "hindi po ako pwede sa araw na yan", "ht": "mwen pa kapab jou sa a",
}  # fmt: skip
THINKS = {
    "en": "let me ask my husband", "es": "tengo que preguntar en el trabajo", "fr": "je dois demander à mon mari",
    "pt": "deixa eu ver com meu marido", "de": "ich muss erst meinen Mann fragen", "it": "devo chiedere a mio marito",
    "pl": "muszę zapytać męża", "ru": "спрошу у мужа", "ar": "سأسأل زوجي", "hi": "सोचकर बताता हूँ",
    "zh": "我要问问我先生", "vi": "để tôi hỏi chồng", "ko": "남편한테 물어볼게요", "tl": "tatanungin ko muna asawa ko",
    "ht": "kite m mande mari m",
}  # fmt: skip
GONE = {
    "en": "I already had my physical in May", "es": "ya fui a otro doctor", "fr": "je l'ai déjà fait", "pt": "já fiz",
    "de": "ich bin umgezogen", "it": "mi sono trasferito", "pl": "przeprowadziłem się", "ru": "у меня другой врач",
    "ar": "عندي طبيب آخر", "hi": "मैं करवा चुका हूँ", "zh": "我换医生了", "vi": "tôi dọn đi rồi", "ko": "이사했어요",
    "tl": "lumipat na ako", "ht": "mwen te deja fè l",
}  # fmt: skip
WORSE = {
    "en": "it hurts more than yesterday", "es": "me duele más", "fr": "j'ai de la fièvre", "pt": "estou com febre",
    "de": "ich habe Fieber", "it": "ho la febbre", "pl": "mam gorączkę", "ru": "болит сильнее", "ar": "عندي حمى",
    "hi": "बुखार है", "zh": "更疼了", "vi": "tôi bị sốt", "ko": "열이 나요", "tl": "may lagnat po ako",
    "ht": "mwen gen lafyèv",
}  # fmt: skip


@pytest.mark.parametrize("language", CANNOT)
def test_whoever_cannot_come_then_has_said_no_to_a_time_from_the_waitlist(language: str) -> None:
    world = Line(ana=language, second=False)
    world.frees()
    world.say(CANNOT[language], ANA)
    assert world.states() == ["declined"]
    assert world.open_tasks() == []


@pytest.mark.parametrize("language", THINKS)
def test_whoever_has_to_ask_first_hears_until_when_it_is_kept(language: str) -> None:
    world = Line(ana=language, second=False)
    world.frees()
    (text,) = world.say(THINKS[language], ANA)
    assert "11:01" in text
    assert world.states() == ["open"]
    assert world.open_tasks() == []


@pytest.mark.parametrize("words", ["book it", "I'll take it"])
def test_book_it_takes_the_time(words: str) -> None:
    world = Line(second=False)
    world.frees()
    world.say(words, ANA)
    assert world.states() == ["accepted"]


@pytest.mark.parametrize("language", GONE)
def test_who_has_moved_or_goes_elsewhere_is_thanked_and_staff_hear_of_it(language: str) -> None:
    world = World()
    (to,) = crowd(world, 1, language)
    made = recall(world.desk, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    goes(world, 1)
    texts = world.say(GONE[language], to)
    (task,) = world.tasks(to)
    assert (task.kind, task.priority, task.proposal["message"]) == ("message", "routine", GONE[language])
    assert str(task.number) in texts[-1]
    assert [p.answer for p in people(world, made.id)] == ["later"]
    assert world.conversation(to).frames == ()


@pytest.mark.parametrize("language", WORSE)
def test_more_pain_or_a_fever_after_a_visit_is_urgent_in_every_language(language: str) -> None:
    world, to = on_day_3(language)
    world.say(WORSE[language], to)
    (task,) = world.tasks(to)
    assert task.priority != "routine"
    assert WORSE[language] in str(task.proposal)


@pytest.mark.parametrize(("language", "words"), [("fr", "pas de fièvre"), ("en", "no fever"), ("es", "no hay fiebre")])
def test_no_fever_is_not_worse(language: str, words: str) -> None:
    world, to = on_day_3(language)
    world.say(words, to)
    assert [t for t in world.tasks(to) if t.priority != "routine"] == []


@pytest.mark.parametrize("words", ["no fever but there is pus", "no pus, it bleeds", "not sure if it is a fever"])
def test_no_fever_beside_another_sign_is(words: str) -> None:
    world, to = on_day_3("en")
    world.say(words, to)
    assert [t for t in world.tasks(to) if t.priority != "routine"]


@pytest.mark.parametrize(
    "words",
    ["1 thanks see you", "1 but I have a question", "1 gracias nos vemos", "1 谢谢", "1번이요",
     "1. merci à jeudi", "1 شكرا"],
)  # fmt: skip
def test_a_digit_with_words_behind_it_is_the_answer(words: str) -> None:
    world = World()
    asked_to_come(world)
    world.say(words, "+17185550177")
    assert of(world)["d2"].coming_at is not None


def test_two_please_begins_to_move_the_visit() -> None:
    world = World()
    asked_to_come(world)
    world.say("2 please, mornings are better", "+17185550177")
    assert [f.flow for f in world.conversation("+17185550177").frames] == ["reschedule"]


@pytest.mark.parametrize("words", ["1 pm works", "1 and 3", "1:30?", "3 yes I'll be there"])
def test_a_time_or_two_answers_at_once_are_not_taken_for_a_digit(words: str) -> None:
    world = World()
    asked_to_come(world)
    world.say(words, "+17185550177")
    assert [f.flow for f in world.conversation("+17185550177").frames if f.flow == "cancel"] == []
    assert words != "1 I can't come" or of(world)["d2"].coming_at is None


@pytest.mark.parametrize("words", ["1 but the stitches opened", "1 but it itches a lot at night"])
def test_what_stands_behind_the_digit_after_a_visit_is_read_by_a_nurse(words: str) -> None:
    world, to = on_day_3()
    world.say(words, to)
    (task,) = world.tasks(to)
    assert words in str(task.proposal)


def test_thanks_behind_the_digit_is_nothing_to_read() -> None:
    world, to = on_day_3()
    assert "I've noted that" in world.say("1 thank you", to)[-1]
    assert world.tasks(to) == []


@pytest.mark.parametrize(
    ("asks", "agrees"),
    [("please stop texting me", "yes"), ("please stop texting me", "yes stop"), ("no me manden más mensajes", "sí"),
     ("不要再给我发短信", "是"), ("لا ترسلوا لي رسائل بعد الآن", "نعم"), ("pa voye mesaj ban m ankò", "wi")],
)  # fmt: skip
def test_yes_in_a_chat_that_asks_whether_the_texts_shall_end_ends_them(asks: str, agrees: str) -> None:
    held = written(asks, agrees)
    assert held.frames[-1].asked == "number"  # a chat does not show it


@pytest.mark.parametrize(
    ("asks", "goes_on"),
    [
        ("please stop texting me", "yes go on"),
        ("no me manden más mensajes", "sí, sigamos"),
        ("不要再给我发短信", "继续"),
    ],
)
def test_who_would_rather_go_on_in_the_chat_goes_on(asks: str, goes_on: str) -> None:
    assert written(asks, goes_on).frames == ()


@pytest.mark.parametrize("words", ["don't keep texting me", "no quiero seguir", "bitte nicht weiter"])
def test_a_refusal_that_holds_such_a_word_does_not_go_on(words: str) -> None:
    assert written("please stop texting me", words).frames != ()


def written(*texts: str) -> Conversation:
    """In a chat, one after the other."""
    world, chat = World(), Address(channel="chat", value="c" * 32)
    for words in texts:
        said = world.inbound(words, kind="text", provider={})
        receive(world.desk, said.model_copy(update={"channel": "chat", "sender": chat}))
        world.settle()
    with world.desk.store.begin(write=False) as tx:
        held = tx.conversations.by_address(world.clinic.id, chat)
    assert held is not None
    return held


@pytest.mark.parametrize("words", ["tapos na po ako", "Tapos na po ako, salamat", "tapos na"])
def test_i_am_done_in_tagalog_is_no_crisis_but_an_answer_to_the_recall(words: str) -> None:
    options = tuple(Offered(f"answer={o}", o, {"as": "key", "value": f"option.{o}"}) for o in ("book_now", "later"))
    asked = Question("r", "recall", "answer", "choice", options)
    heard = FIRST.desk.ears.hear(words, now=NOW, prior="tl", current="tl", question=asked, open_flows=("recall",))
    assert [c.value for c in heard.commands if isinstance(c, SetSlot)][:1] == ["later"]
    assert (heard.intent, heard.confidence) == ("out_of_scope", 0.0)
