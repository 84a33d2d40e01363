"""Reminders by telephone: only of those who agreed, once, in nobody's night; a machine learns nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.demo.twilio_standin import Fault
from agent.desk.outgoing_calls import agree, place
from agent.desk.reminders import remind
from agent.model.address import Address
from agent.model.fault import Refused
from tests.desk.world import MONDAY
from tests.outgoing import OPENING, Outgoing, outgoing


@pytest.fixture(scope="module")
def out() -> Iterator[Outgoing]:
    with outgoing() as out:
        yield out


def test_a_person_says_yes_hears_the_reminder_and_says_that_they_come(out: Outgoing) -> None:
    _, made = out.due()
    caller = out.ring()
    (opening,) = caller.wait()
    assert OPENING in opening
    assert "Rosa" not in opening
    assert "visit" not in opening
    (asked,) = caller.press("1")
    assert "Am I speaking with Rosa" in asked
    assert "March" not in asked
    (told,) = caller.say("yes this is Rosa")
    assert "Rosa's visit is Wednesday, March 4" in told
    (thanks,) = caller.press("1")
    assert "our staff will see that you're coming" in thanks
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert (out.reminder(made).state, out.reminder(made).coming_at) == ("sent", out.world.clock())
    assert out.texts() == []
    assert out.nothing_rings()


def test_who_wants_another_time_goes_on_as_in_any_call(out: Outgoing) -> None:
    _, made = out.due()
    caller = out.ring()
    caller.wait()
    caller.say("yes")
    caller.say("yes")
    said = caller.press("2")
    assert any("name" in words.lower() for words in said)
    caller.hang_up()
    assert out.until_over(caller, made) == "told"


def test_the_patients_language_is_spoken_and_heard(out: Outgoing) -> None:
    _, made = out.due("es", name="Luz Santos")
    caller = out.ring()
    assert "Soy una computadora" in caller.wait()[0]
    assert "Hablo con Luz" in caller.say("sí")[0]
    assert "la cita de Luz es" in caller.say("sí, soy yo")[0]
    caller.hang_up()
    assert out.until_over(caller, made) == "told"


@pytest.mark.parametrize(
    ("by", "words"),
    [("machine_end_beep", ["Please call us back at"]), ("fax", []), ("machine_end_silence", ["call us back"])],
)  # fmt: skip
def test_a_machine_hears_neither_a_name_nor_a_reason_and_a_text_follows_once(
    out: Outgoing, by: str, words: list[str]
) -> None:
    _, made = out.due()
    caller = out.ring(by=by, pace=0.3)
    assert out.until_over(caller, made) == "machine"
    assert len(caller.said) == len(words)
    assert all(w in said for w, said in zip(words, caller.said, strict=True))
    assert not any(w in said for said in caller.said for w in ("Rosa", "visit", "appointment", "Family"))
    (text,) = out.texts()
    assert "Wednesday, March 4" in text
    assert (out.reminder(made).state, out.texts()) == ("sent", [])
    assert out.nothing_rings()


def test_whoever_screens_calls_is_told_who_calls_and_then_the_person_can_take_it(out: Outgoing) -> None:
    _, made = out.due()
    caller = out.ring(by="machine_end_silence")
    assert "automated assistant of Linden" in caller.wait()[0]
    assert OPENING in caller.say("Hello? I can take this call.")[0]
    assert "Am I speaking with" in caller.press("1")[0]
    assert "Rosa's visit" in caller.press("1")[0]
    caller.hang_up()
    assert out.until_over(caller, made) == "told"


def test_screening_that_twilio_takes_for_a_person_hears_who_calls_three_times_and_no_more(out: Outgoing) -> None:
    _, made = out.due()
    caller = out.ring(by="human")
    caller.wait()
    for _ in range(2):
        asks = "Hi, if you record your name and reason for calling, I'll see if this person is available."
        assert OPENING in caller.say(asks)[0]
    caller.call.pace = 0.2
    caller.say("If this is an emergency, hang up and dial 911. Please leave a message after the tone.")
    assert out.until_over(caller, made) == "nobody"
    assert not any("Rosa" in said for said in caller.said)
    assert len(out.texts()) == 1
    assert out.line.tasks(caller.call.number) == []


def test_who_wants_no_more_calls_gets_none_and_who_has_no_time_a_text(out: Outgoing) -> None:
    for words, outcome, still in (("9", "stopped", False), ("2", "declined", True)):
        who, made = out.due()
        caller = out.ring()
        caller.wait()
        assert "Goodbye" in caller.press(words)[0]
        assert out.until_over(caller, made) == outcome
        with out.world.desk.store.begin(write=False) as tx:
            assert tx.consents.given(Address(channel="voice", value=who.phones[0])) is still
        assert len(out.texts()) == 1


def test_somebody_else_is_told_nothing_and_a_person_looks_at_the_number(out: Outgoing) -> None:
    who, made = out.due()
    caller = out.ring()
    caller.wait()
    caller.press("1")
    assert "Can Rosa be reached at this number?" in caller.say("no")[0]
    assert "look at the number" in caller.say("no")[0]
    caller.hang_up()
    assert out.until_over(caller, made) == "wrong"
    assert [(t.kind, t.reason) for t in out.tasks(who)] == [("callback", "not_theirs")]
    assert out.texts() == []
    assert not any("March" in said for said in caller.said)


@pytest.mark.parametrize("words", [("no, I'm her son",), ("she's at work right now",), ("no", "yes")])
def test_a_relative_who_answers_is_told_nothing_and_it_is_dialled_once_more_later(
    out: Outgoing, words: tuple[str, ...]
) -> None:
    who, made = out.due()
    caller = out.ring()
    caller.wait()
    caller.press("1")
    for said in words:
        (answer,) = caller.say(said)
    assert "Please ask Rosa to call us at" in answer
    assert "Goodbye" in answer
    caller.hang_up()
    out.until_over(caller, made)
    assert (out.row(made).state, out.tasks(who)) == ("due", [])
    with out.world.desk.store.begin(write=False) as tx:
        assert tx.consents.given(Address(channel="voice", value=who.phones[0]))
    assert not any("March" in said for said in caller.said)
    out.world.clock.pass_time(minutes=31)
    again = out.ring()
    again.wait()
    again.press("1")
    assert "March" in again.press("1")[0]
    again.hang_up()
    assert out.until_over(again, made) == "told"


def test_who_rings_back_after_a_broken_call_is_not_asked_about_a_visit_without_its_day(out: Outgoing) -> None:
    who, made = out.due()
    caller = out.ring()
    caller.wait()
    caller.press("1")
    caller.press("1")
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    out.world.clock.pass_time(minutes=3)
    back = out.line.ring(who.phones[0])
    greeted = " ".join(back.wait())
    assert "How can I help?" in greeted
    assert "Will you come?" not in greeted
    back.hang_up()


def test_danger_said_to_the_first_words_is_met_at_once(out: Outgoing) -> None:
    who, made = out.due()
    caller = out.ring()
    caller.wait()
    said = caller.say("I can't breathe, my chest hurts")
    assert any("911" in words for words in said)
    assert any(t.kind == "urgent" for t in out.tasks(who))
    caller.hang_up()
    assert out.until_over(caller, made) == "alarm"
    assert out.texts() == []


def test_who_wants_a_person_is_put_through(out: Outgoing) -> None:
    _, made = out.due()
    caller = out.ring()
    caller.call.staff_answers = True
    caller.wait()
    caller.press("0")
    caller.until("person")
    caller.hang_up()
    assert out.until_over(caller, made) == "person"


def test_nobody_there_is_rung_once_more_later_and_then_texted(out: Outgoing) -> None:
    _, made = out.due()
    first = out.ring(takes=False, unavailable="busy")
    out.until_over(first, made)
    assert out.row(made).state == "due"
    assert out.nothing_rings()
    out.world.clock.pass_time(minutes=31)
    second = out.ring(takes=False)
    assert out.until_over(second, made) == "no-answer"
    assert len(out.texts()) == 1
    out.world.clock.pass_time(minutes=31)
    assert out.nothing_rings()


def test_nobody_is_called_who_has_not_agreed_nor_after_a_stop_by_text(out: Outgoing) -> None:
    out.due(agreed=False)
    assert out.nothing_rings()
    assert len(out.texts()) == 1
    who, _ = out.due()
    out.world.say("STOP", who.phones[0])
    assert out.nothing_rings()
    assert not any("visit" in text for text in out.texts())


def test_a_call_that_reached_nobody_where_texts_are_stopped_is_a_persons_task(out: Outgoing) -> None:
    who, made = out.due()
    out.world.say("STOP", who.phones[0])
    agree(out.world.desk, who.id, who.phones[0], out.world.staff(), agreed=True)
    caller = out.ring(by="machine_end_beep", pace=0.3)
    assert out.until_over(caller, made) == "machine"
    assert out.texts() == []
    (task,) = [t for t in out.tasks(who) if t.reason == "unreached"]
    assert (task.kind, task.proposal["name"], task.proposal["phone"]) == ("callback", "Rosa Marin", who.phones[0])
    remind(out.world.desk)
    assert len([t for t in out.tasks(who) if t.reason == "unreached"]) == 1


def test_a_language_that_no_recogniser_knows_is_not_called(out: Outgoing) -> None:
    who, _ = out.due("ht", agreed=False)
    with pytest.raises(Refused, match="cannot listen in their language"):
        agree(out.world.desk, who.id, who.phones[0], out.world.staff(), agreed=True)
    with pytest.raises(Refused, match="no such number"):
        agree(out.world.desk, who.id, "+15550000000", out.world.staff(), agreed=True)
    assert len(out.texts()) == 1


def test_promise_13_a_call_whose_answer_was_lost_is_looked_up_and_never_dialled_again(out: Outgoing) -> None:
    _, made = out.due()
    out.twilio.faults.append(Fault("call_timeout", 2.0))
    caller = out.ring()
    assert out.row(made).state in ("unknown", "ringing")
    caller.wait()
    caller.press("1")
    caller.press("1")
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert out.nothing_rings()


def test_promise_13_an_end_that_was_never_told_is_read_from_the_list(out: Outgoing) -> None:
    _, made = out.due()
    out.twilio.faults.append(Fault("call_status_lost"))
    caller = out.ring(by="machine_end_beep", pace=0.3)
    caller.over()
    assert out.row(made).state == "ringing"
    assert out.nothing_rings()
    out.world.clock.pass_time(minutes=3)
    assert out.nothing_rings()
    assert (out.row(made).state, out.row(made).outcome) == ("over", "machine")
    assert len(out.texts()) == 1


@pytest.mark.parametrize("fault", ["call_429", "call_500"])
def test_what_twilio_did_not_take_is_tried_again_or_looked_up(out: Outgoing, fault: str) -> None:
    _, made = out.due()
    out.twilio.faults.append(Fault(fault))  # type: ignore[arg-type]
    assert out.nothing_rings()
    if fault == "call_429":
        assert (out.row(made).state, out.row(made).tries) == ("due", 0)
        out.world.clock.pass_time(minutes=2)
        out.ring(by="fax", pace=0.3).over()
    else:
        out.world.clock.pass_time(minutes=3)
        place(out.world.desk)
        assert (out.row(made).state, out.row(made).outcome) == ("over", "failed")
    assert len(out.texts()) == 1


def test_at_night_nothing_rings_and_a_visit_given_up_is_not_told_of(out: Outgoing) -> None:
    _, made = out.due()
    out.world.clock.now = MONDAY + timedelta(hours=11)  # 9 PM
    assert out.nothing_rings()
    assert out.row(made).due_at == MONDAY + timedelta(hours=22)
    with out.world.desk.store.begin() as tx:
        out.world.desk.calendar.cancel(tx, made.id, out.world.clock())
    out.world.clock.now = MONDAY + timedelta(hours=22, minutes=1)
    assert out.nothing_rings()
    assert out.row(made).outcome == "void"
    assert out.texts() == []
