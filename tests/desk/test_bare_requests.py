"""Requests in one word; a dose or a name where something else was asked; STOP in a chat; who asks what is urgent."""

import pytest

from agent.model.address import Address
from agent.model.question import Question
from tests.desk.test_identity import chat, said
from tests.desk.test_phrases import FIRST, LIVE
from tests.desk.world import JON, MONDAY, World


@pytest.mark.parametrize("lang", LIVE)
def test_one_word_says_what_is_wanted_in_every_language(lang: str) -> None:
    now = MONDAY.replace(tzinfo=None)
    for flow in ("billing", "refill"):
        for words in FIRST.desk.content.rows["repairs"][lang][f"bare_{flow}"]:
            heard = FIRST.desk.ears.hear(words, now=now)
            assert [c.flow for c in heard.commands if c.do == "start_flow"] == [flow], words


FORM = {
    "de": "Formular",
    "ht": "fòm",
    "pt": "formulário",
    "fr": "formulaire",
    "en": "form",
    "ru": "анкета",
    "vi": "mẫu đơn",
}


@pytest.mark.parametrize("lang", LIVE)
def test_the_word_form_begins_one_in_its_own_language(lang: str) -> None:
    now = MONDAY.replace(tzinfo=None)
    for words in FIRST.desk.content.rows["repairs"][lang]["form_words"]:
        heard = FIRST.desk.ears.hear(words, now=now)
        assert [c.flow for c in heard.commands if c.do == "start_flow"] == ["form"], words
        assert heard.lang == lang or words != FORM.get(lang)


def test_fakti_and_medikaman_are_answered_in_creole() -> None:
    world = World()
    assert "bil la" in world.say("fakti")[-1]
    world = World()
    assert "famasi" in world.say("medikaman")[-1]


@pytest.mark.parametrize("dose", ["10 mg", "20mg.", "2.5 ml", "lisinopril 10 mg", "metformin"])
def test_a_dose_or_a_medicine_alone_is_no_pharmacy(dose: str) -> None:
    world = World()
    world.say("I need a refill of my lisinopril")
    assert "pharmacy" in world.say(dose)[-1]
    world.say("CVS on Court Street")
    world.say("Ana Torres, March 3 1980")
    (task,) = world.open_tasks()
    assert (task.proposal["medicine"], task.proposal["message"]) == (dose, "CVS on Court Street")


@pytest.mark.parametrize(
    ("asks", "medicine", "then"),
    [
        ("refill please", "metformin", "Which pharmacy should it go to?"),
        ("quero renovar minha receita", "lisinopril 10mg", "Para qual farmácia"),
        ("necesito un medicamento", "metformina", "¿A qué farmacia"),
    ],
)
def test_only_the_pharmacy_is_asked_for_where_the_medicine_was_the_answer(asks: str, medicine: str, then: str) -> None:
    world = World()
    assert then not in world.say(asks)[-1]
    assert then in world.say(medicine)[-1]


def test_what_a_referral_is_for_is_no_wish_for_a_visit() -> None:
    world = World()
    world.say("I need to see a skin specialist, can the doctor refer me?")
    assert "full name" in world.say("Dr. Okafor said I should, for a mole on my back")[-1]


def test_a_name_does_not_tell_when_a_test_was_done() -> None:
    world = World()
    world.say("when will I get my test results")
    assert "when was it done" in world.say("Ana Torres")[-1]
    world.say("my blood test last Tuesday")
    world.say("March 3 1980")
    (task,) = world.open_tasks()
    assert (task.proposal["name"], task.proposal["message"]) == ("Ana Torres", "my blood test last Tuesday")


def test_a_name_where_records_should_go_is_asked_about_once_more() -> None:
    world = World()
    world.say("I need my records sent")
    assert "where should they go" in world.say("Ana Torres")[-1]
    assert "name" in world.say("Ana Torres")[-1]  # meant so


def test_stop_in_a_chat_promises_nothing_about_a_number_that_nobody_knows() -> None:
    world = World()
    lines = said(chat(world, "page", "hello", "STOP"))
    assert "no more texts and automated calls from us" in lines[-1]
    assert "Which number is it?" in said(chat(world, "page", "no more texts"))[-1]
    assert "request number" in said(chat(world, "page", "212 555 0150"))[-1]
    (task,) = world.open_tasks()
    assert (task.kind, task.proposal["number"]) == ("message", "212 555 0150")


@pytest.mark.parametrize("text", ["no me llamen ni me escriban más", "bitte nehmen Sie mich aus der Liste",
                                  "уберите меня из списка", "tanggalin nyo na po ako sa listahan"])  # fmt: skip
def test_whoever_wants_no_more_in_other_words_is_asked_in_a_chat_too(text: str) -> None:
    assert "no more texts and automated calls from us" in said(chat(World(), "page", text))[-1]


def test_an_urgent_question_of_somebody_unknown_has_a_name_in_the_end() -> None:
    world = World()
    text = "my incision is oozing pus and I have a fever of 102"
    assert "full name" in world.say(text)[-1]
    (task,) = world.open_tasks()
    assert (task.kind, task.priority) == ("urgent", "asap")
    world.say("Ana Torres, March 3 1980")
    (task,) = world.open_tasks()
    assert (task.kind, task.proposal["name"], task.proposal["words"]) == ("urgent", "Ana Torres", text)


def test_what_is_passed_on_after_hours_says_when_somebody_is_there() -> None:
    world = World()
    world.say("is it normal that my stitches are still red?")
    world.clock.pass_time(hours=12)
    assert "8:00" in world.say("Ana Torres, March 3 1980")[-1]


def test_whoever_has_proven_in_a_chat_who_they_are_ends_the_texts_to_their_number() -> None:
    world = World()
    chat(world, "page", "hello")
    with world.desk.store.begin() as tx:
        (jon,) = tx.patients.by_phone(world.clinic.id, JON)
        talk = next(t for t, _ in tx.conversations.recent(world.clinic.id) if t.channel == "chat")
        tx.conversations.save(talk.model_copy(update={"identity": "verified", "patient": jon.id}), world.clock())
    chat(world, "page", "STOP", "no more texts")
    with world.desk.store.begin(write=False) as tx:
        assert tx.optouts.stopped(Address(channel="sms", value=JON))


ACHES = [
    ("zh", "膝盖疼，已经三个星期了"),
    ("en", "my knee hurts, for three weeks"),
    ("es", "me duele la rodilla desde enero"),
]


@pytest.mark.parametrize(("lang", "text"), ACHES)
def test_what_a_form_is_told_gives_no_visit_up(lang: str, text: str) -> None:
    item = {"form": "visit-reason", "link": "visit-reason.what"}
    asked = Question("r", "form", "answer", "form_answer", (), True, 0, (item, None))
    now = MONDAY.replace(tzinfo=None)
    heard = FIRST.desk.ears.hear(text, now=now, prior=lang, current=lang, question=asked, open_flows=("form",))
    assert [(c.do, getattr(c, "slot", "")) for c in heard.commands] == [("set_slot", "answer")]
