"""Bulk sends by telephone: of those who agreed, the right person first, a text or a person where nobody was told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.demo.twilio_standin import Fault
from agent.desk import bulk
from agent.desk.bulk_out import bulk_out
from agent.desk.outgoing_calls import agree, place
from agent.model.address import Address
from tests.bulk_calls import coming, known, over, person, quiet, released, ringing, rings, texts
from tests.desk.bulked import RECALL
from tests.desk.world import MONDAY
from tests.outgoing import Outgoing


@pytest.fixture
def out() -> Iterator[Outgoing]:
    with ringing() as out:
        yield out


def test_a_recall_asks_who_it_is_says_no_more_than_its_text_and_goes_on_into_a_booking(out: Outgoing) -> None:
    known(out)
    made = released(out)
    caller = rings(out)
    (opening,) = caller.wait()
    assert "message for somebody at this number" in opening
    (asked,) = caller.press("1")
    assert "Am I speaking with Rosa" in asked
    assert "been a while" not in asked
    (told,) = caller.say("yes this is Rosa")
    assert "It has been a while since Rosa was here" in told
    assert "physical" not in told.lower()
    said = " ".join(caller.press("1"))
    assert "name" in said.lower() or "day" in said.lower()
    caller.hang_up()
    done = over(out, caller, made)
    assert (done.state, done.rang, done.answer) == ("called", "told", "yes")
    assert texts(out) == []
    assert quiet(out)


def test_a_visit_that_cannot_take_place_is_told_and_another_time_is_looked_for_in_the_same_call(out: Outgoing) -> None:
    who = known(out, "es", "Luz Santos")
    coming(out, who)
    made = released(out, "closing")
    caller = rings(out)
    caller.wait()
    assert "Hablo con Luz" in caller.press("1")[0]
    (told,) = caller.say("sí, soy yo")
    assert "ese día tenemos que cerrar y la visita de Luz" in told
    caller.press("1")
    with out.world.desk.store.begin(write=False) as tx:
        talk = tx.conversations.by_address(out.world.clinic.id, Address(channel="voice", value=who.phones[0]))
    assert talk is not None
    assert talk.frames[-1].flow == "reschedule"
    caller.hang_up()
    done = over(out, caller, made)
    assert (done.state, done.answer) == ("called", "other_time")


def test_not_now_is_met_with_words_for_the_ear(out: Outgoing) -> None:
    known(out)
    made = released(out)
    caller = rings(out)
    caller.wait()
    caller.press("1")
    caller.press("1")
    (said,) = caller.press("2")
    assert "Call us whenever it suits you" in said
    caller.hang_up()
    assert over(out, caller, made).answer == "later"


@pytest.mark.parametrize(
    ("end", "rang"),
    [({"by": "machine_end_beep", "pace": 0.3}, "machine"), ({"by": "fax", "pace": 0.3}, "machine")],
)
def test_a_machine_hears_nothing_of_it_and_the_text_follows_once(
    out: Outgoing, end: dict[str, object], rang: str
) -> None:
    known(out)
    made = released(out)
    caller = rings(out, **end)
    done = over(out, caller, made)
    assert (done.state, done.way, done.rang) == ("due", "text", rang)
    assert not any(w in said for said in caller.said for w in ("Rosa", "while", "visit"))
    assert texts(out) == [], "the law grants one call or text of the kind a day"
    assert person(out, made).why == "later"
    out.world.clock.pass_time(hours=25)
    (text,) = texts(out)
    assert "it has been a while since you were here" in text
    assert person(out, made).state == "queued"
    assert texts(out) == []
    assert quiet(out)


def test_nobody_there_is_rung_once_more_then_texted_and_after_that_left_alone(out: Outgoing) -> None:
    coming(out, known(out))
    made = released(out, "away")
    first = rings(out, takes=False, unavailable="busy")
    assert over(out, first, made).state == "calling"
    assert quiet(out)
    assert texts(out) == []
    out.world.clock.pass_time(minutes=31)
    second = rings(out, takes=False)
    assert over(out, second, made).rang == "no-answer"
    assert len(texts(out)) == 1
    out.world.clock.pass_time(minutes=31)
    assert quiet(out)
    assert texts(out) == []


def test_a_recall_that_nobody_took_goes_on_on_another_day(out: Outgoing) -> None:
    known(out)
    made = released(out)
    over(out, rings(out, takes=False), made)
    out.world.clock.pass_time(minutes=31)
    assert quiet(out)
    assert person(out, made).why == "later"
    with out.world.desk.store.begin(write=False) as tx:
        assert tx.bulk.on_their_way(made.id) == 0, "the next stage need not wait for it"
    out.world.clock.pass_time(hours=25)
    assert over(out, rings(out, takes=False), made).way == "text"
    assert texts(out) == []
    out.world.clock.pass_time(hours=25)
    assert len(texts(out)) == 1


def test_whom_neither_call_nor_text_reaches_is_a_persons_task(out: Outgoing) -> None:
    who = known(out, agreed=False)
    out.world.say("STOP", who.phones[0])
    agree(out.world.desk, who.id, who.phones[0], out.world.staff(), agreed=True)
    made = released(out)
    caller = rings(out, by="machine_end_beep", pace=0.3)
    over(out, caller, made)
    assert texts(out) == []
    assert (person(out, made).state, person(out, made).why) == ("skipped", "opted out")
    (task,) = [t for t in out.tasks(who) if t.reason == "unreached"]
    assert task.proposal["name"] == "Rosa Marin"


def test_who_wants_no_more_calls_gets_none_and_a_text(out: Outgoing) -> None:
    who = known(out)
    coming(out, who)
    made = released(out, "away")
    caller = rings(out)
    caller.wait()
    caller.press("9")
    assert over(out, caller, made).rang == "stopped"
    with out.world.desk.store.begin(write=False) as tx:
        assert not tx.consents.given(Address(channel="voice", value=who.phones[0]))
    assert len(texts(out)) == 1


def test_somebody_else_is_told_nothing_and_a_person_looks_at_the_number(out: Outgoing) -> None:
    other = known(out, name="Ana Brown")
    coming(out, other)
    made = released(out, "closing")
    caller = rings(out)
    caller.wait()
    caller.press("1")
    caller.press("2")
    assert "look at the number" in caller.press("2")[0]
    caller.hang_up()
    done = over(out, caller, made)
    assert (done.state, done.why) == ("skipped", "wrong number")
    assert [t.reason for t in out.tasks(other)] == ["not_theirs"]
    assert not any("March" in said for said in caller.said)
    assert texts(out) == []


def test_promise_51_a_stop_keeps_every_telephone_silent_and_ends_a_call_kindly(out: Outgoing) -> None:
    coming(out, known(out))
    made = released(out, "away")
    bulk_out(out.world.desk)  # the call is a row now, nothing has rung
    bulk.stop(out.world.desk, made.id, out.world.staff("clinician"))
    assert quiet(out)
    assert (person(out, made).state, person(out, made).call) == ("due", None)
    bulk.go_on(out.world.desk, made.id, out.world.staff())
    caller = rings(out)
    caller.wait()
    caller.press("1")
    bulk.stop(out.world.desk, made.id, out.world.staff("clinician"))
    (said,) = caller.press("1")
    assert "no longer applies" in said
    caller.hang_up()
    assert over(out, caller, made).state == "due"
    assert texts(out) == []
    bulk.go_on(out.world.desk, made.id, out.world.staff())
    assert quiet(out)
    assert len(out.texts()) == 1


def test_promise_51_a_loop_gone_wrong_cannot_ring_or_text_a_person_again(out: Outgoing) -> None:
    known(out)
    made = released(out)
    caller = rings(out)
    caller.wait()
    caller.press("1")
    caller.press("1")
    caller.hang_up()
    over(out, caller, made)
    desk = out.world.desk
    for round_ in range(6):  # the bug: due again, without a memory of the call, in a send that goes on
        before = person(out, made)
        with desk.store.begin() as tx:
            held = tx.bulk.get(made.id, lock=True)
            assert held is not None
            tx.bulk.save(held.model_copy(update={"state": "sending"}))
            one = before.model_copy(update={"state": "due", "due_at": desk.clock(), "way": "call"})
            row = tx.outgoing_calls.get(one.call or "")
            if row is not None:
                again = {"state": "due", "tries": 0, "outcome": "", "provider_id": None, "due_at": desk.clock()}
                tx.outgoing_calls.save(row.model_copy(update=again))
            tx.bulk.settle(one.model_copy(update={"call": one.call if round_ % 2 else None, "outbound": None}))
        assert quiet(out), round_
        out.world.clock.pass_time(minutes=1)
    assert len(out.twilio.calls) == 1


def test_promise_13_a_call_whose_answer_was_lost_is_looked_up_and_never_dialled_again(out: Outgoing) -> None:
    known(out)
    made = released(out)
    out.twilio.faults.append(Fault("call_timeout", 2.0))
    caller = rings(out)
    caller.wait()
    caller.press("1")
    caller.press("1")
    caller.hang_up()
    assert over(out, caller, made).rang == "told"
    assert quiet(out)


def test_what_twilio_certainly_did_not_dial_gives_its_place_of_the_day_back(out: Outgoing) -> None:
    known(out)
    made = released(out)
    for _ in range(4):
        out.twilio.faults.append(Fault("call_429"))
        assert quiet(out)
        out.world.clock.pass_time(minutes=2)
    caller = rings(out)
    caller.wait()
    caller.press("1")
    caller.press("1")
    caller.hang_up()
    assert over(out, caller, made).rang == "told"


def test_whoever_took_back_their_agreement_is_texted_and_at_night_nothing_rings(out: Outgoing) -> None:
    who = known(out)
    made = released(out)
    agree(out.world.desk, who.id, who.phones[0], out.world.staff(), agreed=False)
    assert len(texts(out)) == 1
    assert person(out, made).way == "text"
    late = known(out, name="Ana Brown")
    out.world.clock.now = MONDAY + timedelta(hours=11)  # 9 PM
    made = released(out)
    assert quiet(out)
    assert (person(out, made).patient, person(out, made).why) == (late.id, "night")
    out.world.clock.now = MONDAY + timedelta(hours=22, minutes=1)
    caller = rings(out, by="fax", pace=0.3)
    over(out, caller, made)


def test_telephones_ring_no_faster_than_the_clinic_says_and_stages_count_them(out: Outgoing) -> None:
    desk = out.world.desk
    slow = desk.clinic.bulk.model_copy(update={"calls_per_minute": 2})
    desk.clinic = desk.clinic.model_copy(update={"bulk": slow})
    for n in range(3):
        known(out, name=f"Pat{n} Marin")
    made = bulk.prepare(desk, out.world.staff(), "recall", RECALL, {})
    with desk.store.begin(write=False) as tx:
        assert sorted((p.stage, p.way) for p in tx.bulk.people(made.id)) == [(1, "call"), (2, "call"), (3, "call")]
    with desk.store.begin() as tx:  # all in one stage
        for p in tx.bulk.people(made.id):
            tx.bulk.settle(p.model_copy(update={"due_at": desk.clock()}))
        held = tx.bulk.get(made.id, lock=True)
        assert held is not None
        tx.bulk.save(held.model_copy(update={"state": "sending", "stage": 3}))
    out.twilio.other_end = {"takes": False}
    rung = []
    for _ in range(12):
        bulk_out(desk)
        place(desk)
        rung.append(len(out.twilio.calls))
        out.world.clock.pass_time(seconds=10)
    assert rung[-1] == 3
    assert all(later - now <= 1 for now, later in zip(rung, rung[3:], strict=False)), rung
