"""Questions that the clinic has approved answers to, and "running late", in every language's own phrases."""

import pytest

from agent.model.command import AskAnswer, Handoff, SetSlot, StartFlow
from agent.model.understanding import Understanding
from agent.understand.particular import TOPICS
from tests.desk.world import World

FIRST = World()
LIVE = sorted(FIRST.desk.content.live)


def heard(text: str, lang: str = "en") -> Understanding:
    return FIRST.desk.ears.hear(text, now=FIRST.clock().replace(tzinfo=None), lang=lang)


def topics(found: Understanding) -> list[object]:
    asked = any(isinstance(c, AskAnswer) and c.flow == "approved" for c in found.commands)
    return [c.value for c in found.commands if isinstance(c, SetSlot) and c.slot == "topic" and asked]


def flows(found: Understanding) -> list[str]:
    return [c.flow for c in found.commands if isinstance(c, StartFlow)]


@pytest.mark.parametrize("lang", LIVE)
def test_every_language_asks_for_what_the_clinic_has_approved(lang: str) -> None:
    rows = FIRST.desk.content.rows["repairs"][lang]
    for topic in TOPICS:
        for phrase in rows[f"topic_{topic}"]:
            assert topics(heard(f"{phrase}?", lang)) == [topic], phrase


@pytest.mark.parametrize(
    ("lang", "text"),
    [("zh", "女儿可以一起来吗？"), ("ko", "보호자 같이 가도 되나요?"), ("tl", "pwede ko bang isama ang anak ko?")],
)
def test_who_asks_for_nothing_but_an_approved_answer_gets_it_and_no_nurse(lang: str, text: str) -> None:
    """Some of these words are like a question about medicines: "can they be taken together?"."""
    world = World()
    said = " ".join(world.say(text))
    assert world.desk.clinic.answers["companion"][lang] in said
    assert world.tasks() == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "do you do x-rays there?"), ("en", "do you give flu shots?"), ("es", "¿hacen radiografías?"),
     ("fr", "vous faites des radios ?"), ("pt", "vocês fazem teste de covid?"), ("de", "Machen Sie Ultraschall?"),
     ("it", "fate ecografie?"), ("pl", "czy robicie rentgen?"), ("ru", "вы делаете рентген?"), ("ar", "هل عندكم أشعة؟"),
     ("hi", "क्या आप एक्स-रे करते हैं?"), ("zh", "你们做核酸吗"), ("vi", "có chụp x quang không?"),
     ("ko", "예방접종 하나요?"), ("tl", "meron ba kayong x-ray?"), ("ht", "èske nou fè radyografi?")],
)  # fmt: skip
def test_what_the_clinic_does_is_told_as_it_approved_it(lang: str, text: str) -> None:
    found = heard(text, lang)
    assert topics(found) == ["services"]
    assert flows(found) == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "do you have my blood test results?"), ("en", "can I get a flu shot tomorrow?"),
     ("en", "do you have anything for a flu shot on Monday"), ("es", "¿tienen mis análisis de sangre?")],
)  # fmt: skip
def test_whose_results_these_are_and_when_a_visit_can_be_is_another_question(lang: str, text: str) -> None:
    assert topics(heard(text, lang)) == []
    assert flows(heard(text, lang)) != []


def test_who_came_without_an_appointment_does_not_ask_whether_one_may() -> None:
    assert topics(heard("I walked in without an appointment last week and nobody helped me")) == []


@pytest.mark.parametrize("lang", LIVE)
def test_every_language_says_that_it_is_late(lang: str) -> None:
    for phrase in FIRST.desk.content.rows["repairs"][lang]["running_late"]:
        assert flows(heard(str(phrase), lang)) == ["late"], phrase


def test_every_answer_that_patients_get_can_be_asked_for() -> None:
    """Whatever stands under "Answers that patients get" at /admin is said by some flow."""
    told = {
        step.set["topic"] for flow in FIRST.desk.content.flows.values() for step in flow.steps if "topic" in step.set
    }
    assert set(FIRST.desk.clinic.answers) <= told | set(TOPICS)


@pytest.mark.parametrize(
    "text",
    ["how much is my bill", "I was charged $300 for a visit that should cost $120", "how much is parking",
     "my receptionist was rude about a refund"],
)  # fmt: skip
def test_what_somebody_was_charged_is_no_question_for_a_price(text: str) -> None:
    assert topics(heard(text)) == []


@pytest.mark.parametrize(
    ("text", "flow"),
    [("I'm running late, can I come later today instead", "reschedule"),
     ("the doctor was an hour late and nobody said sorry", "complaint"),
     ("running 15 min late for my 2pm", "late")],
)  # fmt: skip
def test_late_is_told_to_staff_moved_or_complained_of(text: str, flow: str) -> None:
    assert flows(heard(text)) == [flow]


def test_my_period_is_late_goes_to_clinical_staff() -> None:
    assert "late" not in flows(heard("my period is two weeks late what does it mean"))


def test_a_price_and_a_visit_in_one_message_are_both_heard() -> None:
    found = heard("I want an appointment on Tuesday, how much is a visit?")
    assert (topics(found), flows(found)) == (["cost"], ["book"])


def test_the_clinics_records_are_told_of_and_asked_for() -> None:
    found = heard("how do I get my records")
    assert (topics(found), flows(found)) == (["records"], ["records"])


def test_a_name_before_its_question_changes_no_details(world: World) -> None:
    world.say("I'd like to see Dr. Okafor next week for my knee")
    world.say("my name is Peter Parker")
    assert [f.flow for f in world.conversation().frames] == ["book"]


def test_a_child_with_a_birth_date_is_no_alarm() -> None:
    assert heard("shes 4, Emma Lee 5/2/2022").confidence < 0.8


@pytest.mark.parametrize("text", ["book", "checkup", "insurance", "reschedule", "dental cleaning"])
def test_a_first_word_that_the_clinics_language_knows_is_of_that_language(text: str) -> None:
    found = FIRST.desk.ears.hear(text, now=FIRST.clock().replace(tzinfo=None))
    assert found.lang == "en"


@pytest.mark.parametrize(("text", "lang"), [("cita", "es"), ("termin", "de"), ("lich kham", "vi"), ("hola", "es")])
def test_and_another_languages_own_word_is_of_that_one(text: str, lang: str) -> None:
    assert FIRST.desk.ears.hear(text, now=FIRST.clock().replace(tzinfo=None)).lang == lang


def test_a_question_takes_no_leave(world: World) -> None:
    for words in ("I need an appointment, my knee hurts", "today"):
        world.say(words)
    assert "Goodbye" not in " ".join(world.say("nothing today?"))


def test_a_person_asked_for_beside_a_price_is_not_lost() -> None:
    commands = heard("I want to talk to a person, how much is a visit?").commands
    assert any(isinstance(c, Handoff) for c in commands)
