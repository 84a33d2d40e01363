"""The simulated patients understand the desk in every language and answer what it really asks."""

from datetime import UTC, date, datetime

import pytest

from agent.model.conversation import Conversation
from agent.morning.heard import Listener
from agent.morning.patient import Patient
from agent.morning.people import Person, draw, say, words
from agent.rehearsal_desk import Rehearsal
from tests import shared

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CONTENT = shared.content()
CLINIC = shared.clinic()
LISTENER = Listener(CONTENT)
BASE = Rehearsal(CLINIC, CONTENT, MONDAY, base=shared.hearing())


@pytest.mark.parametrize("language", CONTENT.live)
def test_every_question_of_the_desk_is_recognised_in_its_language(language: str) -> None:
    for key, message in CONTENT.messages[language].items():
        name = key.partition(".")[2]
        if "@" in key or key.startswith(("flow.", "reminder.")) or not name.startswith(("ask_", "offer", "read_back")):
            continue
        text = message.text.replace("{", "").replace("}", "")
        heard = LISTENER.keys(f"1) x\n{text}\n2) y", language)
        assert [k.split(".")[1] for k in heard][-1:] == [key.split(".")[1]], (language, key, heard)


@pytest.mark.parametrize("language", CONTENT.live)
def test_a_patient_who_wants_a_visit_gets_to_a_request_by_answering(language: str) -> None:
    wish = f"{CONTENT.messages[language]['flow.book.want'].text}, {words()[language].reasons[0]}"
    talk = Rehearsal(CLINIC, CONTENT, MONDAY, calendar="open", base=BASE.desk)
    patient = _patient(language, wish)
    reply = patient.begin()
    while reply is not None:
        reply = patient.hear("\n".join(talk.say(reply.text)))
    held = talk.conversation()
    assert isinstance(held, Conversation)
    assert held.locale == language
    assert ([t.kind for t in talk.tasks()], patient.stuck) == (["booking"], False), patient.told
    talk.close()


def test_a_patient_whose_question_is_answered_says_nothing_more() -> None:
    patient = _patient("en", "when are you open?", errand="hours_location")
    patient.begin()
    assert patient.hear("Brooklyn: Mon–Tue 8:00 AM–6:00 PM. Phone (718) 555-0110.") is None
    assert (patient.over, patient.stuck) == ("answered", False)


def test_a_patient_who_is_asked_the_same_again_and_again_gives_up() -> None:
    patient = _patient("en", "hello")
    patient.begin()
    said = [patient.hear("Which day would suit you?") for _ in range(4)]
    assert said[-1] is None
    assert all(said[:3])
    assert patient.stuck


def test_the_one_who_mistypes_the_code_does_so_once() -> None:
    patient = _patient("en", "cancel my visit", errand="cancel", habit="wrong_code")
    patient.begin()
    patient.note("Linden: your code is 123456. Our staff will never ask you for it.")
    asked = CONTENT.messages["en"]["identity.ask_code"].text
    first, second = patient.hear(asked), patient.hear("Please write the six digits of the code, or say “skip”.")
    assert first is not None
    assert second is not None
    assert (first.text, second.text) == ("123457", "123456")


def test_the_same_seed_draws_the_same_morning_and_another_one_another() -> None:
    one, same, other = (draw(CONTENT, 200, 600, seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert len({p.language for p in one}) >= 10
    assert len({p.errand for p in one}) >= 15
    assert {p.habit for p in one} == {"plain", "asks", "changes", "leaves", "stops", "wrong_code"}
    assert len({p.phone for p in one}) == 200
    assert all(0 <= p.begins <= 510 for p in one)


def test_no_two_people_of_the_longest_morning_share_a_telephone_by_chance() -> None:
    """They would read each other's texts, and reach the cap of texts to one number together."""
    people = draw(CONTENT, 2000, 600, 3)
    assert len({p.phone for p in people}) == 2000
    assert all(p.phone[2:5] not in ("718", "312") for p in people if not p.known)  # where the demo's own people are


def test_what_they_first_say_is_an_example_of_their_errand_in_their_language() -> None:
    from random import Random

    assert say(CONTENT, Random(1), "fr", "cancel") in CONTENT.rows["corpus"]["fr"]["cancel"]["examples"]


def _patient(language: str, first: str, errand: str = "book", habit: str = "plain") -> Patient:
    person = Person(
        number=1, language=language, channel="sms", errand=errand, habit=habit, first=first,  # type: ignore[arg-type]
        name=words()[language].names[0], born=date(1980, 3, 14), phone="+12125550177", begins=0.0,
    )  # fmt: skip
    return Patient(person, CONTENT, LISTENER, seed=1)
