"""A question after a visit, by telephone, that nobody heard or answered: a machine, nobody there, somebody else, no
more calls, and who rings back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.desk.check_ins import check_in
from agent.desk.outgoing_calls import agree
from agent.model.address import Address
from tests.desk.world import MONDAY
from tests.outgoing import Outgoing, outgoing

PRIVATE = ("Rosa", "visit", "procedure", "biopsy", "skin", "Okafor", "how", "better")


@pytest.fixture(scope="module")
def out() -> Iterator[Outgoing]:
    with outgoing(now=MONDAY + timedelta(days=1)) as out:
        yield out


@pytest.mark.parametrize("by", ["machine_end_beep", "fax"])
def test_a_machine_hears_no_name_and_no_question_and_a_text_follows_once(out: Outgoing, by: str) -> None:
    _, made = out.to_ask()
    caller = out.ring(by=by, pace=0.3)
    assert out.until_over(caller, made) == "machine"
    assert not any(word in said for said in caller.said for word in PRIVATE)
    (text,) = out.texts()
    assert "How are you since your visit?" in text
    assert out.check_in(made).state == "asked"
    assert out.texts() == []
    assert out.nothing_rings()


def test_nobody_there_is_rung_once_more_later_then_texted_and_then_it_is_silence(out: Outgoing) -> None:
    who, made = out.to_ask()
    out.until_over(out.ring(takes=False, unavailable="busy"), made)
    assert (out.row(made).state, out.check_in(made).state) == ("due", "calling")
    assert out.nothing_rings()
    out.world.clock.pass_time(minutes=31)
    assert out.until_over(out.ring(takes=False), made) == "no-answer"
    assert len(out.texts()) == 1
    out.world.clock.pass_time(hours=25)
    check_in(out.world.desk)
    with out.world.desk.store.begin(write=False) as tx:
        texts = tx.conversations.by_address(out.world.clinic.id, Address(channel="sms", value=who.phones[0]))
        (task,) = tx.tasks.of(texts.id if texts is not None else "")
    assert (task.role, task.reason, task.proposal["name"]) == ("nurse", "check_in_silence", "Rosa Marin")
    assert out.check_in(made).state == "silent"


def test_a_landline_that_nobody_takes_is_silence_at_once(out: Outgoing) -> None:
    who, made = out.to_ask("de", number="+49301234567", name="Jana Berg")
    caller = out.ring(by="machine_end_beep", pace=0.3)
    assert out.until_over(caller, made) == "machine"
    assert out.texts() == []
    (task,) = out.tasks(who)
    assert (task.role, task.reason, task.proposal["name"]) == ("nurse", "check_in_silence", "Jana Berg")
    assert (out.check_in(made).state, out.check_in(made).task) == ("silent", task.id)


def test_texts_stopped_and_a_machine_is_silence_only_where_an_answer_was_required(out: Outgoing) -> None:
    for day, state, reasons in (("d3", "silent", ["check_in_silence"]), ("d7", "skipped", [])):
        who, made = out.to_ask(day=day)
        out.world.say("STOP", who.phones[0])
        agree(out.world.desk, who.id, who.phones[0], out.world.staff(), agreed=True)
        out.ring(by="machine_end_beep", pace=0.3).over()
        assert out.texts() == []
        assert out.check_in(made, day).state == state
        assert [t.reason for t in out.tasks(who)] == reasons


def test_who_hears_the_question_and_hangs_up_is_silent_and_a_late_answer_by_calling_back_counts(out: Outgoing) -> None:
    who, made, caller, _ = out.asked()
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert out.check_in(made).state == "asked"
    out.world.clock.pass_time(hours=25)
    check_in(out.world.desk)
    (task,) = out.tasks(who)
    assert (task.reason, task.proposal["name"], task.proposal["dob"]) == (
        "check_in_silence",
        "Rosa Marin",
        "1980-03-03",
    )
    assert task.proposal["appointment"]["id"] == made.id
    back = out.line.ring(who.phones[0])
    greeted = " ".join(back.wait())
    assert "We called this number with a message" in greeted
    assert not any(word in greeted for word in PRIVATE[:6])
    assert "Am I speaking with Rosa" in " ".join(back.press("1"))
    assert "how Rosa has been" in " ".join(back.say("yes"))
    back.say("worse, it is hot and red")
    assert [t.reason for t in out.tasks(who)] == ["check_in_silence", "check_in"]
    assert out.check_in(made).state == "answered"
    back.hang_up()
    again = out.line.ring(who.phones[0])
    assert "We called this number" not in " ".join(again.wait())
    again.hang_up()


def test_who_calls_back_at_once_is_asked_again_whether_it_is_they(out: Outgoing) -> None:
    who, _, caller, _ = out.asked()
    caller.hang_up()
    out.world.clock.pass_time(minutes=3)
    back = out.line.ring(who.phones[0])
    assert "We called this number with a message" in " ".join(back.wait())
    assert "How can I help you?" in " ".join(back.say("no"))
    back.hang_up()


def test_who_calls_back_for_something_else_is_served(out: Outgoing) -> None:
    who, made = out.to_ask()
    out.ring(by="machine_end_beep", pace=0.3).over()
    out.texts()
    back = out.line.ring(who.phones[0])
    back.wait()
    said = " ".join(back.say("what are your opening hours in Brooklyn?"))
    assert "8:00 AM" in said
    assert "Rosa" not in said
    back.hang_up()
    assert out.check_in(made).state == "asked"


def test_somebody_else_is_told_nothing_and_a_nurse_and_the_front_desk_hear_of_it(out: Outgoing) -> None:
    who, made = out.to_ask()
    caller = out.ring()
    caller.wait()
    caller.press("1")
    caller.say("no")
    assert "look at the number" in " ".join(caller.say("no"))
    caller.hang_up()
    assert out.until_over(caller, made) == "wrong"
    assert sorted(t.reason for t in out.tasks(who)) == ["check_in_silence", "not_theirs"]
    assert out.texts() == []
    assert not any("since the visit" in said for said in caller.said)
    with out.world.desk.store.begin(write=False) as tx:
        assert not tx.consents.given(Address(channel="voice", value=who.phones[0]))


@pytest.mark.parametrize(("how", "outcome"), [("9", "stopped"), ("2", "declined")])
def test_who_wants_no_more_calls_gets_none_and_who_has_no_time_a_text(out: Outgoing, how: str, outcome: str) -> None:
    who, made = out.to_ask()
    caller = out.ring()
    caller.wait()
    assert "Goodbye" in caller.press(how)[0]
    assert out.until_over(caller, made) == outcome
    with out.world.desk.store.begin(write=False) as tx:
        assert tx.consents.given(Address(channel="voice", value=who.phones[0])) is (outcome == "declined")
    assert len(out.texts()) == 1


@pytest.mark.parametrize("words", ["please don't call me again", "don't ever call me again"])
def test_dont_call_me_again_ends_the_calls_at_every_point(out: Outgoing, words: str) -> None:
    for keys in ("", "1", "11"):
        who, made = out.to_ask()
        caller = out.ring()
        caller.wait()
        for key in keys:
            caller.press(key)
        said = " ".join(caller.say(words))
        assert "no more automated calls" in said
        caller.hang_up()
        out.until_over(caller, made)
        with out.world.desk.store.begin(write=False) as tx:
            assert not tx.consents.given(Address(channel="voice", value=who.phones[0])), keys


def test_at_night_nothing_rings_and_a_visit_that_was_cancelled_is_not_asked_about(out: Outgoing) -> None:
    _, made = out.to_ask()
    out.world.clock.now += timedelta(hours=11)  # the evening
    assert out.nothing_rings()
    with out.world.desk.store.begin() as tx:
        tx.appointments.change(made.model_copy(update={"status": "cancelled"}), out.world.clock())
    out.world.clock.now += timedelta(hours=13)
    assert out.nothing_rings()
    assert out.row(made).outcome == "void"
    assert out.texts() == []
    assert (out.check_in(made).state, out.check_in(made).why) == ("skipped", "did not take place")


def test_nobody_is_called_who_has_not_agreed(out: Outgoing) -> None:
    out.to_ask(agreed=False)
    assert out.nothing_rings()
    assert len(out.texts()) == 1
