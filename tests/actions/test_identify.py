"""Who is asking: patients are recognised, strangers learn nothing, and guessing is stopped."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest

from agent.model.calendar import Appointment
from agent.model.conversation import Conversation
from agent.ports import ActionAnswer
from tests.actions.counter import CLINIC, CODE, NOW, Counter


def as_seen(answer: ActionAnswer) -> tuple[object, ...]:
    """All that could reach the person who asks; the code goes to somebody's own phone."""
    return answer.slots, answer.followup, answer.failed, answer.patient, answer.identity


def chat(counter: Counter, handle: str = "session-1") -> Conversation:
    return counter.conversation("chat", handle)


def test_a_text_from_the_number_on_file_with_name_and_birth_date_is_enough(counter: Counter) -> None:
    answer = counter.run("action_identify", name="guadalupe hernandez", dob="1979-12-12")
    assert (answer.slots, answer.patient, answer.identity) == ({"identity_result": "verified"}, "lupe", "verified")


def test_a_mother_may_ask_for_her_son_from_her_own_number(counter: Counter) -> None:
    assert counter.run("action_identify", name="Mateo Hernandez", dob="2016-05-30").patient == "mateo"


@pytest.mark.parametrize(
    ("name", "dob"),
    [
        ("Guadalupe Hernández", "1979-12-13"),
        ("Guadalupe Hernández", "2016-05-30"),
        ("Pedro Infante", "1979-12-12"),
        ("", "1979-12-12"),
        ("Guadalupe Hernández", ""),
        ("Jon Smith", "1985-03-14"),  # on file, with another number
    ],
)
def test_a_text_that_does_not_fit_verifies_nobody(counter: Counter, name: str, dob: str) -> None:
    answer = counter.run("action_identify", name=name, dob=dob)
    assert as_seen(answer) == ({"identity_result": "unmatched"}, None, None, None, None)
    assert answer.outbound == ()


def test_twins_on_one_phone_are_told_apart_by_the_exact_name_or_not_at_all(counter: Counter) -> None:
    twins = counter.conversation(handle="+17185550133")
    assert counter.run("action_identify", twins, name="Ana Ruiz", dob="2018-01-02").patient == "ana"
    assert counter.run("action_identify", twins, name="Ana Ruis", dob="2018-01-02").patient == "ana2"
    assert counter.run("action_identify", twins, name="Ana", dob="2018-01-02").slots == {"identity_result": "unmatched"}


@pytest.mark.parametrize("channel", ["chat", "voice"])
def test_in_chat_and_by_phone_a_code_goes_to_the_number_on_file(counter: Counter, channel: str) -> None:
    here = counter.conversation(channel, "somewhere", locale="es")
    answer = counter.run("action_identify", here, name="Jon Smith", dob="1985-03-14")
    assert as_seen(answer) == ({"identity_result": "code_sent"}, None, None, None, None)
    (message,) = answer.outbound
    assert (message.channel, message.to.value, message.text, message.locale) == ("sms", "+17185550134", "", "es")
    assert (message.keys, message.extra) == (("identity.code",), {"values": {"code": CODE}})
    assert message.expires_at == NOW + timedelta(minutes=10)
    told = counter.run("action_check_code", here, name="Jon Smith", dob="1985-03-14", code=f"{CODE[:3]} {CODE[3:]}")
    assert (told.slots["code_result"], told.patient, told.identity) == ("verified", "jon", "verified")


def test_a_code_works_once_and_only_in_its_own_conversation(counter: Counter) -> None:
    slots = {"name": "Jon Smith", "dob": "1985-03-14", "code": CODE}
    counter.run("action_identify", chat(counter), **slots)
    assert counter.run("action_check_code", chat(counter, "other"), **slots).slots["code_result"] == "wrong"
    assert counter.run("action_check_code", chat(counter), **slots).slots["code_result"] == "verified"
    again = counter.run("action_check_code", chat(counter), **slots)
    assert (again.slots["code_result"], again.identity) == ("wrong", None)


def test_a_code_is_old_after_ten_minutes(counter: Counter) -> None:
    slots = {"name": "Jon Smith", "dob": "1985-03-14", "code": CODE}
    counter.run("action_identify", chat(counter), **slots)
    late = NOW + timedelta(minutes=10)
    assert counter.run("action_check_code", chat(counter), late, **slots).slots["identity_result"] == "wrong"


def test_after_five_wrong_codes_the_right_one_is_refused_too(counter: Counter) -> None:
    slots = {"name": "Jon Smith", "dob": "1985-03-14"}
    counter.run("action_identify", chat(counter), **slots)
    results = [
        counter.run("action_check_code", chat(counter), **slots, code="111111").slots["code_result"] for _ in range(5)
    ]
    assert results == ["wrong"] * 4 + ["locked"]
    locked = counter.run("action_check_code", chat(counter), **slots, code=CODE)
    assert (locked.slots["code_result"], locked.identity) == ("locked", None)


@pytest.mark.parametrize(("name", "dob"), [("No Body", "1970-01-01"), ("Wei Chen", "1983-04-27")])
def test_nobody_can_use_a_code_that_was_sent_to_nobody(counter: Counter, name: str, dob: str) -> None:
    slots = {"name": name, "dob": dob, "code": CODE}
    counter.run("action_identify", chat(counter), **slots)
    answer = counter.run("action_check_code", chat(counter), **slots)
    assert (answer.slots["code_result"], answer.patient) == ("wrong", None)


@pytest.mark.parametrize("channel", ["chat", "voice"])
def test_promise_40_strangers_and_patients_get_the_same_answers_to_the_end(counter: Counter, channel: str) -> None:
    """Six tries each and a wrong code: whoever is on file, the course of answers is one and the same."""
    courses = []
    for name, dob in (
        ("Jon Smith", "1985-03-14"), ("Jon Smith", "1985-03-15"), ("Nobody Known", "1985-03-14"),
        ("Ana Ruix", "2018-01-02"), ("Wei Chen", "1983-04-27"),
    ):  # fmt: skip
        here = counter.conversation(channel, f"from-{name}-{dob}")
        seen = [as_seen(counter.run("action_check_code", here, name=name, dob=dob, code="999999"))]
        seen += [as_seen(counter.run("action_identify", here, name=name, dob=dob)) for _ in range(6)]
        seen += [as_seen(counter.run("action_check_code", here, name=name, dob=dob, code="999999")) for _ in range(6)]
        courses.append(seen)
    assert all(course == courses[0] for course in courses)
    assert courses[0][6][0] == {"identity_result": "locked"}


def test_promise_40_guessing_is_stopped_by_source_and_by_person(counter: Counter) -> None:
    one = chat(counter)
    tried = [counter.run("action_identify", one, name=f"Guess {n}", dob="1985-03-14") for n in range(6)]
    assert [t.slots["identity_result"] for t in tried] == ["code_sent"] * 5 + ["locked"]
    spread = [
        counter.run("action_identify", chat(counter, f"s{n}"), name="Smith Jon", dob="1985-03-14") for n in range(6)
    ]
    assert [t.slots["identity_result"] for t in spread] == ["code_sent"] * 5 + ["locked"]
    assert spread[-1].outbound == ()
    later = NOW + timedelta(minutes=16)
    assert counter.run("action_identify", one, later, name="Jon Smith", dob="1985-03-14").outbound


def test_promise_40_a_thousand_guesses_find_nobody(counter: Counter) -> None:
    results = set()
    for n in range(1000):
        texter = counter.conversation(handle=f"+1718556{n:04d}")
        answer = counter.run("action_identify", texter, name="Jon Smith", dob=f"19{n % 90 + 10}-03-14")
        assert answer.patient is None
        assert not answer.outbound
        results.add(answer.slots["identity_result"])
    assert results == {"unmatched", "locked"}


def test_promise_40_an_answer_takes_as_long_whoever_exists(counter: Counter) -> None:
    """At the size of a test suite, on a busy machine: medians of interleaved tries, within half of each other."""

    def once(n: int, name: str) -> float:
        here = chat(counter, f"{name}-{n}")
        began = perf_counter()
        with counter.store.begin() as tx:
            counter.actions.run(
                "action_identify", tx, here, {"name": name, "dob": "1985-03-14"}, NOW + timedelta(hours=n)
            )
        return perf_counter() - began

    known, unknown = zip(*((once(n, "Jon Smith"), once(n, "Ian Brown")) for n in range(150)), strict=True)
    assert 0.5 < median(known) / median(unknown) < 2.0


def test_appointments_are_told_to_the_verified_patient_only(counter: Counter) -> None:
    start = NOW + timedelta(days=2)
    with counter.store.begin() as tx:
        for id, patient in (("a1", "lupe"), ("a2", "jon")):
            tx.appointments.add(
                Appointment(
                    id=id, clinic=CLINIC.id, patient=patient, provider="okafor", location="brooklyn",
                    visit_type="office", start=start, end=start + timedelta(minutes=20), busy_from=start,
                    busy_until=start + timedelta(minutes=20), local=start.replace(hour=8, tzinfo=None),
                    zone="America/New_York", status="booked", lane=0 if id == "a1" else 1,
                ),
                NOW,
            )  # fmt: skip
    for identity, patient in (("unknown", None), ("claimed", "lupe"), ("verified", None), ("unknown", "lupe")):
        asked = counter.run("action_my_appointments", counter.conversation(identity=identity, patient=patient))
        assert (asked.slots, type(asked.failed)) == ({}, PermissionError)
    mine = counter.run("action_my_appointments", counter.conversation(identity="verified", patient="lupe")).slots
    assert [(a["id"], a["provider"], a["local"]) for a in mine["appointments"]] == [
        ("a1", "okafor", "2026-03-11T08:00:00")
    ]


@pytest.mark.parametrize("channel", ["chat", "voice", "sms"])
def test_promise_40_a_name_left_to_staff_says_nothing_about_anybody(counter: Counter, channel: str) -> None:
    """Whose number and date of birth it is makes no difference: nothing is looked up without a name."""
    for number, dob in (("+17185550131", "1985-03-14"), ("+17185550999", "1985-03-14"), ("+17185550131", "")):
        here = counter.conversation(channel, number)
        answers = [counter.run("action_identify", here, name="", dob=dob) for _ in range(8)]
        assert {str(answer.slots["identity_result"]) for answer in answers} == {"unmatched"}
        assert not any(answer.patient for answer in answers)
