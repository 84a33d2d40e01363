"""After a missed visit whoever has agreed to calls is asked by telephone whether they want a new time, and finds one in
the same call; nothing to a machine, nothing to somebody else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.desk.missed import unmark
from agent.model.address import Address
from tests.desk.world import MONDAY
from tests.outgoing import OPENING, outgoing
from tests.waitlist_calls import Missed

PRIVATE = ("Rosa", "visit", "missed", "Okafor", "hysical")


@pytest.fixture
def at() -> Iterator[Missed]:
    with outgoing(now=MONDAY + timedelta(days=1)) as out:
        yield Missed(out)


def test_yes_looks_for_a_new_time_of_the_same_kind_in_the_same_call(at: Missed) -> None:
    who, made = at.missed()
    caller = at.out.ring()
    (opening,) = caller.wait()
    assert OPENING in opening
    assert not any(word in opening for word in PRIVATE)
    (asked,) = caller.press("1")
    assert "Am I speaking with Rosa" in asked
    assert not any(word in asked for word in PRIVATE[2:])
    (told,) = caller.say("yes this is Rosa")
    assert "we missed Rosa at the visit" in told
    assert not any(word in told for word in PRIVATE[3:])
    caller.press("1")
    frames = at.frames(who)
    assert (frames[-1].flow, frames[-1].slots["appointment_type"].value) == ("book", "physical")
    caller.hang_up()
    assert at.until_over(caller, made) == "told"
    assert at.planned(made).state == "sent"
    assert at.out.texts() == []
    assert at.out.nothing_rings()


def test_2_calls_a_person_and_3_leaves_it(at: Missed) -> None:
    who, made, caller, _ = at.asked()
    assert "get back to you by" in " ".join(caller.press("2"))
    assert [(t.kind, t.proposal["patient_name"]) for t in at.out.tasks(who)] == [("callback", "Rosa Marin")]
    caller.hang_up()
    at.until_over(caller, made)
    other, _, caller, _ = at.asked()
    said = " ".join(caller.press("3"))
    assert "Call us whenever it suits you" in said
    assert at.out.tasks(other) == []
    caller.hang_up()


def test_why_they_did_not_come_is_met_kindly_and_the_question_put_again(at: Missed) -> None:
    _, _, caller, _ = at.asked()
    assert "new time" in " ".join(caller.say("sorry my car broke down on the way"))
    caller.hang_up()


@pytest.mark.parametrize("end", [{"by": "machine_end_beep", "pace": 0.3}, {"by": "fax", "pace": 0.3}])
def test_a_machine_hears_nothing_of_it_and_a_text_follows_once(at: Missed, end: dict[str, object]) -> None:
    _, made = at.missed()
    caller = at.out.ring(**end)  # type: ignore[arg-type]
    assert at.until_over(caller, made) == "machine"
    assert not any(word in said for said in caller.said for word in PRIVATE)
    (text,) = at.out.texts()
    assert "we missed you at your visit" in text
    assert at.out.texts() == []
    assert at.out.nothing_rings()


def test_nobody_there_is_rung_once_more_and_then_texted(at: Missed) -> None:
    _, made = at.missed()
    at.until_over(at.out.ring(takes=False, unavailable="busy"), made)
    assert (at.call(made).state, at.planned(made).state) == ("due", "calling")
    at.world.clock.pass_time(minutes=31)
    assert at.until_over(at.out.ring(takes=False), made) == "no-answer"
    assert len(at.out.texts()) == 1


def test_a_landline_that_nobody_takes_is_a_task_for_a_person(at: Missed) -> None:
    who, made = at.missed("de", number="+49301234567", name="Jana Berg")
    caller = at.out.ring(by="machine_end_beep", pace=0.3)
    assert at.until_over(caller, made) == "machine"
    assert at.out.texts() == []
    assert [(t.kind, t.reason) for t in at.out.tasks(who)] == [("callback", "unreached")]


def test_somebody_else_hears_nothing_and_staff_look_at_the_number(at: Missed) -> None:
    who, made = at.missed()
    caller = at.out.ring()
    caller.wait()
    caller.press("1")
    caller.press("2")
    assert "look at the number" in " ".join(caller.press("2"))
    caller.hang_up()
    assert at.until_over(caller, made) == "wrong"
    assert at.out.texts() == []
    assert [t.reason for t in at.out.tasks(who)] == ["not_theirs"]
    with at.world.desk.store.begin(write=False) as tx:
        assert not tx.consents.given(Address(channel="voice", value=who.phones[0]))


def test_came_after_all_voids_the_call_also_while_it_rings(at: Missed) -> None:
    _, made = at.missed()
    at.out._sweep()
    unmark(at.world.desk, at.world.staff(), made.id)
    assert at.out.nothing_rings()
    assert at.call(made).outcome == "void"
    assert at.out.texts() == []
    _, other = at.missed()
    caller = at.out.ring()
    caller.wait()
    unmark(at.world.desk, at.world.staff(), other.id)
    assert "won't keep you" in " ".join(caller.press("1"))
    at.until_over(caller, other)
    assert at.out.texts() == []


def test_who_rings_back_after_a_machine_hears_it_before_the_text_goes(at: Missed) -> None:
    who, made = at.missed()
    at.until_over(at.out.ring(by="machine_end_beep", pace=0.3), made)
    back = at.out.line.ring(who.phones[0])
    assert "We called this number with a message" in " ".join(back.wait())
    back.press("1")
    assert "we missed Rosa" in " ".join(back.press("1"))
    back.press("3")
    back.hang_up()
    assert at.out.texts() == []


def test_danger_takes_the_emergency_path_at_every_point(at: Missed) -> None:
    for keys in ("", "1", "11"):
        _, made = at.missed()
        caller = at.out.ring()
        caller.wait()
        for key in keys:
            caller.press(key)
        assert any("911" in words for words in caller.say("I can't breathe, my chest hurts"))
        caller.hang_up()
        at.until_over(caller, made)
        assert at.out.texts() == []


def test_nobody_is_called_who_has_not_agreed_or_whose_clinic_does_not_call_about_it(at: Missed) -> None:
    at.missed(agreed=False)
    assert at.out.nothing_rings()
    assert len(at.out.texts()) == 1
    desk = at.world.desk
    rules = desk.clinic.reminders.calls.model_copy(update={"kinds": ("reminder",)})
    desk.clinic = desk.clinic.model_copy(
        update={"reminders": desk.clinic.reminders.model_copy(update={"calls": rules})}
    )
    at.missed()
    assert at.out.nothing_rings()


@pytest.mark.parametrize("language", ["es", "fr", "pt", "de", "it", "pl", "ru", "ar", "hi", "zh", "vi", "ko", "tl"])
def test_every_language_with_a_voice_is_asked_in_it_and_yes_goes_on_to_a_time(at: Missed, language: str) -> None:
    who, _, caller, told = at.asked(language)
    assert "Rosa" in told
    caller.press("1")
    assert at.frames(who)[-1].flow == "book"
    caller.hang_up()
