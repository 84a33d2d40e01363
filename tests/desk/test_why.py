"""Who asks why the desk wants to know, or does not understand it, hears more, and is asked again; it is no yes."""

import pytest

from agent.model.command import AskAnswer, Repeat, SetSlot
from agent.model.question import Question
from tests.desk.world import World

FIRST = World()
LIVE = sorted(FIRST.desk.content.live)
BOOKING = ("I need a checkup next week", "1")


def rows(lang: str, kind: str) -> list[str]:
    return [str(phrase) for phrase in FIRST.desk.content.rows["repairs"][lang][kind]]


@pytest.mark.parametrize("lang", LIVE)
def test_why_is_answered_in_every_language_and_is_no_yes(lang: str) -> None:
    asked = Question(run="1", flow="book", slot="confirmed", type="bool")
    for phrase in rows(lang, "why_ask"):
        heard = FIRST.desk.ears.hear(f"{phrase}?", now=FIRST.clock().replace(tzinfo=None), lang=lang, question=asked)
        assert [c.flow for c in heard.commands if isinstance(c, AskAnswer)] == ["why"], phrase
        assert not [c for c in heard.commands if isinstance(c, SetSlot)], phrase


@pytest.mark.parametrize("lang", LIVE)
def test_what_is_not_understood_is_said_again_in_every_language(lang: str) -> None:
    asked = Question(run="1", flow="book", slot="name", type="name")
    for phrase in rows(lang, "repeat"):
        now = FIRST.clock().replace(tzinfo=None)
        heard = FIRST.desk.ears.hear(phrase, now=now, lang=lang, question=asked, open_flows=("book",))
        if heard.intent not in ("greeting", "thanks"):  # "oi", "halo"
            assert [c for c in heard.commands if isinstance(c, Repeat)], phrase


AGES = [
    ("en", "she's 6"), ("en", "he is 14 years old"), ("es", "tiene 6 años"), ("fr", "elle a 4 ans"),
    ("pt", "ela tem 4 anos"),
    ("de", "mein Sohn ist 4 Jahre alt"), ("it", "ha 5 anni"), ("pl", "ma 4 lata"), ("ru", "ему 5 лет"),
    ("ar", "عمرها 4 سنوات"),
    ("hi", "वह 4 साल का है"), ("hi", "4 saal ka hai"), ("zh", "她4岁了"), ("vi", "con tôi 2 tuổi"), ("ko", "4살이에요"),
    ("tl", "4 years old po siya"), ("ht", "li gen 4 an"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), AGES)
def test_how_old_somebody_is_is_no_danger_and_nothing_that_was_not_understood(lang: str, text: str) -> None:
    now, asked = FIRST.clock().replace(tzinfo=None), Question(run="1", flow="book", slot="opening", type="opening")
    heard = FIRST.desk.ears.hear(text, now=now, lang=lang, question=asked, open_flows=("book",))
    assert heard.danger == heard.person == 0.0
    assert [c.do for c in heard.commands] == ["repeat"]


NAMES = [
    "her name is Rose Allen", "his name is Tom Baker", "my name is Rose Allen", "my mom's name is Rose Allen",
    "su nombre es Juan Pérez", "ella se llama Rosa Allen", "elle s'appelle Rose Allen", "il s'appelle Jean Dupont",
    "ele se chama João Silva", "sie heißt Rosa Albers", "il suo nome è Marco Rossi", "ona nazywa się Rosa Kowalska",
    "её зовут Роза Аленова", "اسمها روزا خليل", "उनका नाम रोज़ एलन है", "她叫李美玲", "bà ấy tên là Nguyễn Thị Hoa",
    "아버지 성함은 김철수입니다", "ang pangalan niya ay Rosa Santos", "non li se Rosa Allen",
]  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_what_somebody_is_called_is_no_alarm(text: str) -> None:
    world = World()
    world.say(text)
    assert [task.kind for task in world.open_tasks()] == []


KIN = [
    ("en", "she's my grandmother"), ("en", "he's my stepson"), ("en", "I'm her caregiver"), ("es", "es mi abuela"),
    ("fr", "je suis son aide-soignante"), ("pt", "sou a cuidadora dela"), ("de", "er ist mein Stiefsohn"),
    ("it", "sono la sua badante"), ("pl", "to mój pasierb"), ("ru", "это моя бабушка"), ("ar", "هي جدتي"),
    ("hi", "वह मेरा सौतेला बेटा है"), ("zh", "她是我奶奶"), ("vi", "bà ấy là bà nội tôi"), ("ko", "저희 할머니세요"),
    ("tl", "anak ng asawa ko"), ("ht", "se mwen ki pran swen li"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), [*KIN, ("en", "one is 4 and the other is 6")])
def test_who_somebody_is_is_no_danger_and_no_reason_for_a_visit(lang: str, text: str) -> None:
    now, asked = FIRST.clock().replace(tzinfo=None), Question(run="1", flow="book", slot="reason", type="text")
    heard = FIRST.desk.ears.hear(text, now=now, lang=lang, question=asked, open_flows=("book",))
    assert heard.danger == heard.person == 0.0
    assert "repeat" in [c.do for c in heard.commands]
    assert not [c for c in heard.commands if getattr(c, "slot", "") == "reason"]


@pytest.mark.parametrize("text", ["she's my grandmother and can't breathe", "my son is blue", "她快生了", "妈妈不行了"])
def test_danger_beside_who_it_is_is_one(text: str) -> None:
    world = World()
    world.say(text)
    assert [task for task in world.open_tasks() if task.kind == "urgent"]


EVERY_DAY = [
    "it's the blue one", "the small white pill",
    "she's hard of hearing and needs a check-up", "he uses a wheelchair and would like an appointment",
    "my mom walks with a cane and needs a morning appointment", "she wears hearing aids and needs a check-up",
]  # fmt: skip


@pytest.mark.parametrize("text", EVERY_DAY)
def test_what_somebody_lives_with_is_no_emergency(text: str) -> None:
    world = World()
    world.say(text)
    assert not [task for task in world.open_tasks() if task.kind == "urgent"]


@pytest.mark.parametrize(
    "text", ["she uses a wheelchair and can't breathe", "i woke up and suddenly i'm hard of hearing in my left ear"]
)
def test_danger_beside_it_is_one(text: str) -> None:
    world = World()
    world.say(text)
    assert [task for task in world.open_tasks() if task.kind == "urgent"]


@pytest.mark.parametrize(
    "text", ["in 2 weeks", "2", "he is 14 and can't breathe", "she took 6", "212-555-0199", "14:00"]
)
def test_what_is_more_than_an_age_is_none(text: str) -> None:
    now, asked = FIRST.clock().replace(tzinfo=None), Question(run="1", flow="book", slot="opening", type="opening")
    heard = FIRST.desk.ears.hear(text, now=now, lang="en", question=asked, open_flows=("book",))
    assert "repeat" not in [c.do for c in heard.commands]


def test_the_question_stands_after_its_reason(world: World) -> None:
    for words in BOOKING:
        said = world.say(words)
    assert "full name and date of birth" in said[-1]
    assert " ".join(world.say("why do you need my birthday?")).startswith(
        "We ask so that our staff find the right record"
    )
    assert "full name" in " ".join(world.say("i dont understand"))
    world.say("Maria Lopez 3/12/1980")
    said = world.say("why?")
    assert "Shall I ask our staff" in said[-1]
    assert not world.tasks()


def test_why_after_a_receipt_is_not_heard_as_yes(world: World) -> None:
    for words in (*BOOKING, "Maria Lopez 3/12/1980", "yes"):
        world.say(words)
    assert "We ask so that" in " ".join(world.say("why do you need that"))


@pytest.mark.parametrize("words", ["why?", "i dont understand", "she's 61"])
def test_promise_34_right_after_an_alarm_they_hear_its_wording_again(world: World, words: str) -> None:
    world.say("my mom has crushing chest pain")
    assert " ".join(world.say(words)).startswith("This may be an emergency. Call 911 now")
