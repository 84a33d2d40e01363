"""A form is one and the same wherever it is filled in; an answer that says danger calls somebody at once."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.desk.form_page import send
from agent.model.command import SetSlot
from agent.model.form import FormRow
from agent.model.patient import Patient
from agent.model.question import Question
from tests.desk.reminded import reminded, visit
from tests.desk.test_identity import chat, said
from tests.desk.test_phrases import FIRST
from tests.desk.test_replies import NO
from tests.desk.world import JON, STRANGER, World
from tests.understand.test_hear import NOW


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def jon(world: World) -> Patient:
    with world.desk.store.begin(write=False) as tx:
        return next(p for p in tx.patients.by_phone(world.clinic.id, JON) if p.name == "Jon Smith")


def form_of(world: World, patient: str) -> FormRow:
    with world.desk.store.begin(write=False) as tx:
        return tx.forms.of_patient(patient)[-1]


def test_an_answer_that_says_self_harm_calls_a_person_at_once_and_the_rest_waits(world: World) -> None:
    send(world.desk, jon(world).id, "phq9", world.staff())
    world.say("form", JON)
    last = world.say("Jon Smith, March 14 1985", JON)
    for _ in range(20):
        if "better off dead" in last[-1]:
            break
        last = world.say("1", JON)
    assert "hurting yourself in some way.\n1) Not at all" in last[-1]  # a full stop, for whoever hears it
    told = " ".join(world.say("3", JON))
    assert "988" in told
    (task,) = [t for t in world.tasks(JON) if t.kind == "urgent"]
    assert (task.priority, task.reason) == ("stat", "self_harm")
    assert "More than half the days" in task.proposal["words"]
    assert form_of(world, jon(world).id).given[-1].link == "phq9.9"
    assert all(f.flow != "form" for f in world.conversation(JON).frames)
    assert "988" in " ".join(world.say("ok", JON))  # no cheerful courtesy, no next question


def test_who_skips_item_nine_is_not_alarmed(world: World) -> None:
    send(world.desk, jon(world).id, "phq9", world.staff())
    world.say("form", JON)
    last = world.say("Jon Smith, March 14 1985", JON)
    for _ in range(20):
        if "better off dead" in last[-1]:
            break
        last = world.say("1", JON)
    assert "988" not in " ".join(world.say("skip", JON))
    assert [t.kind for t in world.tasks(JON)] == ["intake"]


def test_item_nine_at_zero_raises_nothing(world: World) -> None:
    send(world.desk, jon(world).id, "phq9", world.staff())
    world.say("form", JON)
    last = world.say("Jon Smith, March 14 1985", JON)
    for _ in range(20):
        if "last question" in last[-1]:
            break
        last = world.say("1", JON)
    assert "last question" in last[-1]
    assert [t.kind for t in world.tasks(JON)] == ["intake"]


def test_a_form_begun_by_text_goes_on_in_the_chat_days_later(world: World) -> None:
    for words in ("I want to fill in my form", "Jon Smith, March 14 1985", "my knee", "later"):
        world.say(words, JON)
    world.clock.pass_time(days=3)
    chat(world, "s1", "form", "Jon Smith", "March 14 1985")
    code = re.findall(r"\b\d{6}\b", world.carrier.texts[-1])[-1]
    lines = said(chat(world, "s1", code))
    assert "Let's go on where you left off." in lines
    assert "Since when has it bothered you" in lines[-1]
    assert [g.values for g in form_of(world, jon(world).id).given if g.link == "visit-reason.what"] == [("my knee",)]


def test_a_reminder_in_the_middle_takes_no_answer_of_the_form(world: World) -> None:
    send(world.desk, jon(world).id, "phq9", world.staff())
    for words in ("form", "Jon Smith, March 14 1985", "several days"):
        world.say(words, JON)
    visit(world, jon(world), world.clock() + timedelta(days=3))
    reminded(world)
    world.clock.pass_time(days=1)
    assert "Will you come?" in reminded(world)[-1]
    assert "Trouble falling or staying asleep" in world.say("nearly every day", JON)[-1]
    assert "Feeling tired" in world.say("4", JON)[-1]
    assert "Trouble falling or staying asleep" in world.say("go back", JON)[-1]
    assert [g.values for g in form_of(world, jon(world).id).given] == [("LA6569-3",), ("LA6571-9",)]
    assert "remind" in [f.flow for f in world.conversation(JON).frames]


@pytest.mark.parametrize(
    ("answer", "spoken"),
    [
        ("mi hermana Marta al siete uno ocho cinco cinco cinco cero uno uno uno", "es"),
        ("metformin 500 mg twice a day", "es"),
        ("my knee has been hurting since last week, I fell on the stairs", "en"),
    ],
)
def test_names_and_dictated_figures_in_an_answer_change_no_language(world: World, answer: str, spoken: str) -> None:
    for words in ("Tengo un formulario que llenar", "Ana Ruiz, 1 de enero de 1980"):
        world.say(words)
    world.say(answer)
    assert world.conversation().locale == spoken


@pytest.mark.parametrize("lang", sorted(FIRST.desk.content.live))
def test_never_and_no_are_not_at_all(lang: str) -> None:
    content = FIRST.desk.content
    link = next(i.link for i, _ in content.forms["phq9"].walk() if i.choices)
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, ({"form": "phq9", "link": link}, None))
    never = [str(w) for w in content.rows["repairs"][lang]["never"]]
    for words in (*never, NO[lang]):
        found = FIRST.desk.ears.hear(words, now=NOW, prior=lang, current=lang, question=asked, open_flows=("form",))
        assert [c.value["values"] for c in found.commands if isinstance(c, SetSlot)] == [["LA6568-5"]], words


@pytest.mark.parametrize("lang", sorted(FIRST.desk.content.live))
def test_how_often_is_understood_in_other_words_than_those_of_the_form(lang: str) -> None:
    content = FIRST.desk.content
    link = next(i.link for i, _ in content.forms["phq9"].walk() if i.choices)
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, ({"form": "phq9", "link": link}, None))
    for kind, code in (("some_days", "LA6569-3"), ("most_days", "LA6570-1"), ("every_day", "LA6571-9")):
        for words in content.rows["repairs"][lang][kind]:
            found = FIRST.desk.ears.hear(words, now=NOW, prior=lang, current=lang, question=asked, open_flows=("form",))
            assert [c.value["values"] for c in found.commands if isinstance(c, SetSlot)] == [[code]], words


@pytest.mark.parametrize("words", ["pretty much all the time", "all of the time", "at all times", "all day"])
def test_a_word_of_not_at_all_is_no_denial(words: str) -> None:
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, ({"form": "phq9", "link": "phq9.9"}, None))
    found = FIRST.desk.ears.hear(words, now=NOW, prior="en", current="en", question=asked, open_flows=("form",))
    assert all(c.value.get("values") != ["LA6568-5"] for c in found.commands if isinstance(c, SetSlot))


@pytest.mark.parametrize("words", ["the first one", "number one", "not at all really", "one", "no not at all"])
def test_not_at_all_is_named_by_its_place_or_by_its_words(words: str) -> None:
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, ({"form": "phq9", "link": "phq9.9"}, None))
    found = FIRST.desk.ears.hear(words, now=NOW, prior="en", current="en", question=asked, open_flows=("form",))
    assert [c.value["values"] for c in found.commands if isinstance(c, SetSlot)] == [["LA6568-5"]]


def test_the_word_for_going_on_is_no_answer(world: World) -> None:
    for words in ("form", "Jon Smith, March 14 1985"):
        world.say(words, JON)
    for _ in range(2):
        assert "What would you like help with" in world.say("form", JON)[-1]
    assert not any(g.link == "visit-reason.what" for g in form_of(world, jon(world).id).given)


def test_stop_in_the_middle_is_honoured_and_loses_no_answer(world: World) -> None:
    for words in ("I want to fill in my form", "Jon Smith, March 14 1985", "my knee", "STOP"):
        world.say(words, JON)
    assert world.say("since Monday", JON) == []
    world.say("START", JON)
    world.say("my knee, since Monday", JON)
    kept = {g.link: g.words for g in form_of(world, jon(world).id).given}
    assert kept["visit-reason.what"] == "my knee"


def test_an_emergency_in_an_answer_is_one(world: World) -> None:
    for words in ("I want to fill in my form", "Marie Joseph, March 12 1980"):
        world.say(words)
    told = " ".join(world.say("I have crushing chest pain right now and I can't breathe"))
    assert "911" in told
    assert "urgent" in [t.kind for t in world.tasks()]


def test_nobody_on_file_finds_their_form_again_by_name_birth_and_number_only(world: World) -> None:
    for words in ("I want to fill in my form", "Marie Joseph, March 12 1980", "back pain", "later"):
        world.say(words)
    other = "+12125550188"
    world.say("I want to fill in my form", other)
    assert "What would you like help with" in world.say("Marie Joseph, March 12 1980", other)[-1]
    assert "Since when" in world.say("form", STRANGER)[-1]


def test_what_earlier_forms_hold_is_confirmed_and_not_asked_again(world: World) -> None:
    send(world.desk, jon(world).id, "language", world.staff())
    for words in ("form", "Jon Smith, March 14 1985", "Kreyòl", "no"):
        world.say(words, JON)
    send(world.desk, jon(world).id, "language", world.staff())
    asked = world.say("form", JON)[-1]
    assert "We have: Kreyòl. Is that right?" in asked
    world.say("yes", JON)
    (language,) = [g for g in form_of(world, jon(world).id).given if g.link == "language.preferred"]
    assert (language.values, language.confirmed) == (("Kreyòl",), True)


@pytest.mark.parametrize(
    ("answer", "alarm"),
    [
        ("Depression or anxiety", False),
        ("asthma, depression or anxiety", False),
        ("depression or anxiety and I want to die", True),
    ],
)
def test_a_choice_that_the_form_itself_offers_is_no_alarm_in_answer_to_it(
    world: World, answer: str, alarm: bool
) -> None:
    send(world.desk, jon(world).id, "conditions", world.staff())
    world.say("form", JON)
    last = world.say("Jon Smith, March 14 1985", JON)
    assert "Depression or anxiety" in last[-1]
    world.say(answer, JON)
    assert bool([t for t in world.tasks(JON) if t.kind in ("urgent", "handoff")]) is alarm


@pytest.mark.parametrize("words", ["sometimes", "a little bit lately", "it comes and goes"])
def test_words_that_are_none_of_the_choices_call_a_person_where_self_harm_is_asked_about(
    world: World, words: str
) -> None:
    send(world.desk, jon(world).id, "phq9", world.staff())
    world.say("form", JON)
    last = world.say("Jon Smith, March 14 1985", JON)
    for _ in range(20):
        if "better off dead" in last[-1]:
            break
        last = world.say("1", JON)
    assert "988" in " ".join(world.say(words, JON))
    (task,) = [t for t in world.tasks(JON) if t.kind == "urgent"]
    assert (task.priority, task.reason) == ("stat", "self_harm")
    assert words in task.proposal["words"]
    given = form_of(world, jon(world).id).given[-1]
    assert (given.link, given.values, given.unsure) == ("phq9.9", (), True)


@pytest.mark.parametrize(
    ("form", "said", "anew"),
    [("visit-reason", ("my knee hurts", "since Monday", "no"), "A few words are enough."),
     ("phq2", ("several days", "several days"), "doing things")],
)  # fmt: skip
def test_what_a_visit_is_for_and_how_somebody_feels_is_asked_afresh(
    world: World, form: str, said: tuple[str, ...], anew: str
) -> None:
    send(world.desk, jon(world).id, form, world.staff())
    for words in ("form", "Jon Smith, March 14 1985", *said):
        world.say(words, JON)
    assert form_of(world, jon(world).id).state == "sent"
    send(world.desk, jon(world).id, form, world.staff())
    asked = world.say("form", JON)[-1]
    assert anew in asked
    assert "We have" not in asked


@pytest.mark.parametrize(
    ("words", "code"),
    [("일 번", "LA6568-5"), ("이 번", "LA6569-3"), ("이번", "LA6569-3"), ("이 번이요", "LA6569-3"),
     ("삼 번", "LA6570-1"),
     ("사 번이요", "LA6571-9"), ("전혀 없었어요", "LA6568-5"), ("그런 적 없어요", "LA6568-5")],
)  # fmt: skip
def test_a_number_said_in_korean_is_that_choice(words: str, code: str) -> None:
    desk = FIRST.desk
    link = next(i.link for i, _ in desk.content.forms["phq9"].walk() if i.choices)
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, ({"form": "phq9", "link": link}, None))
    heard = desk.ears.hear(words, now=NOW, prior="ko", current="ko", question=asked, open_flows=("form",))
    assert [c.value["values"] for c in heard.commands if isinstance(c, SetSlot)] == [[code]]
