"""Whoever has come, or comes late, is heard by the front desk at once, in any language and however many minutes."""

from datetime import timedelta

import pytest

from agent.desk.nudge import nudge
from tests.desk.world import World

FIRST = World()

LATE = [
    ("en", "I'm running ten minutes late"), ("es", "llego quince minutos tarde"),
    ("fr", "j'ai vingt minutes de retard"), ("it", "ho dieci minuti di ritardo"),
    ("pt", "estou dez minutos atrasada"), ("de", "ich verspäte mich um zehn Minuten"),
    ("pl", "spóźnię się dziesięć minut"), ("ru", "опаздываю на пятнадцать минут"), ("ar", "رح اتأخر عشر دقائق"),
    ("hi", "मैं दस मिनट लेट हूँ"), ("vi", "em trễ mười phút"), ("ht", "m ap gen dis minit reta"),
    ("en", "I'm running 10 minutes late"), ("en", "running about 20 minutes behind, sorry"),
    ("es", "voy 10 minutos tarde"), ("es", "llego 15 minutos tarde"), ("fr", "j'aurai 15 minutes de retard"),
    ("pt", "estou 10 minutos atrasada"), ("de", "ich verspäte mich um 15 Minuten"),
    ("it", "arrivo con 10 minuti di ritardo"), ("pl", "opóźnienie 15 minut, jadę"), ("ru", "опаздываю на 10 минут"),
    ("ar", "رح اتأخر ربع ساعة"), ("hi", "मैं 10 मिनट लेट हूँ"), ("zh", "要晚到十五分钟"), ("vi", "em trễ 15 phút"),
    ("ko", "15분 정도 늦어요"), ("tl", "10 minutes late po ako"), ("ht", "m ap gen 10 minit reta"),
]  # fmt: skip
ARRIVED = [
    ("en", "I'm here"), ("en", "I'm outside and the door is locked"), ("en", "we're in the parking lot"),
    ("es", "estoy afuera"), ("es", "ya llegué"), ("fr", "je suis devant la porte"), ("pt", "estou aqui fora"),
    ("de", "ich stehe draußen"), ("it", "sono qui fuori"), ("pl", "jestem pod drzwiami"), ("ru", "я у двери"),
    ("ar", "أنا برا"), ("hi", "मैं बाहर हूँ"), ("zh", "我在外面"), ("vi", "tôi đang ở ngoài cửa"), ("ko", "문 앞이에요"),
    ("tl", "nasa labas na ako"), ("ht", "mwen deyò a"),
]  # fmt: skip


def begun(lang: str, text: str) -> list[str]:
    heard = FIRST.desk.ears.hear(text, now=FIRST.clock().replace(tzinfo=None), lang=lang)
    assert heard.danger == heard.person == 0.0
    return [flow for c in heard.commands if (flow := getattr(c, "flow", ""))]


@pytest.mark.parametrize(("lang", "text"), LATE)
def test_late_by_any_number_of_minutes_is_told_to_the_front_desk(lang: str, text: str) -> None:
    assert begun(lang, text) == ["late"]


@pytest.mark.parametrize(("lang", "text"), ARRIVED)
def test_whoever_has_come_is_told_to_the_front_desk(lang: str, text: str) -> None:
    assert begun(lang, text) == ["arrived"]


def test_the_front_desk_has_it_as_urgent_and_the_patient_hears_what_to_do() -> None:
    world = World()
    world.say("I'm outside and the door is locked")
    told = " ".join(world.say("Ana Torres"))
    assert "you are here" in told
    assert "If you can't get in" in told
    (task,) = world.open_tasks()
    assert (task.kind, task.priority) == ("message", "urgent")
    assert task.proposal["request"] == "I'm outside and the door is locked"
    assert timedelta(minutes=5) <= task.due_at - task.created_at <= timedelta(minutes=10)  # told to the next 5 minutes


def test_five_minutes_later_it_is_late_and_they_hear_so() -> None:
    world = World()
    world.say("I'm outside and the door is locked")
    world.say("Ana Torres")
    (task,) = world.open_tasks()
    world.clock.pass_time(minutes=11)
    nudge(world.desk)
    world.settle()
    assert "longer than we said" in world.carrier.texts[-1]
    assert str(task.number) in world.carrier.texts[-1]


@pytest.mark.parametrize("text", ["the doctor was 20 minutes late", "my period is 10 days late", "you are always late"])
def test_what_else_is_late_is_not_the_patient(text: str) -> None:
    heard = FIRST.desk.ears.hear(text, now=FIRST.clock().replace(tzinfo=None), lang="en")
    assert "late" not in [getattr(c, "flow", "") for c in heard.commands]


@pytest.mark.parametrize("text", ["I'm here and I can't breathe", "I'm outside, my chest hurts"])
def test_danger_beside_it_comes_first(text: str) -> None:
    world = World()
    world.say(text)
    assert [task for task in world.open_tasks() if task.kind == "urgent"]


def test_i_am_here_is_no_arrival_while_something_is_asked() -> None:
    world = World()
    world.say("I need an appointment")
    world.say("I'm here")
    assert world.conversation().frames[-1].flow == "book"
