"""Nothing is sent but from a committed row; each kind of failure has its own next step; a person hears of the rest."""

from datetime import timedelta
from typing import Any

import pytest

from agent.desk.rows_of_words import reply_of_person
from agent.desk.send import drain, reconcile
from agent.model import fault
from agent.model.address import Address
from agent.model.message import Claim, Outbound
from channels.sms_data import table
from channels.twilio_errors import fault as named_fault
from tests.desk.sending import queued, reasons
from tests.desk.world import World


def test_a_busy_carrier_is_tried_again_later_and_the_text_goes_out_once(world: World) -> None:
    row = queued(world)
    world.carrier.faults.extend([fault.Busy("busy", "20429", retry_after=7), fault.Busy("busy", "500")])
    drain(world.desk)
    assert world.row(row.id).state == "queued"
    world.clock.pass_time(seconds=6)
    assert drain(world.desk) == 0
    world.clock.pass_time(seconds=2)
    drain(world.desk)
    world.clock.pass_time(seconds=31)
    drain(world.desk)
    assert world.row(row.id).state == "sent"
    assert world.carrier.texts == ["a word from us"]
    assert reasons(world) == []


def test_a_carrier_that_stays_busy_is_given_up_after_ten_minutes_and_staff_hear_of_it(world: World) -> None:
    row = queued(world)
    world.carrier.faults.extend([fault.Busy("busy", "500")] * 50)
    for _ in range(40):
        drain(world.desk)
        world.clock.pass_time(seconds=40)
    assert world.row(row.id).state == "failed"
    assert reasons(world) == ["delivery_busy"]


@pytest.mark.parametrize("code", [*sorted(table("twilio_errors")["codes"]), 99999])
def test_promise_26_each_error_code_of_a_send_ends_well_or_with_a_person(code: int) -> None:
    world = World()
    row = queued(world)
    failed = named_fault(400, code)
    world.carrier.faults.extend([failed] * 60)
    for _ in range(40):
        drain(world.desk)
        world.clock.pass_time(seconds=60)
        reconcile(world.desk)
    assert world.row(row.id).state == "failed"
    assert len([t for t in world.open_tasks() if t.proposal.get("outbound") == row.id]) == 1
    if isinstance(failed, fault.Stopped):
        with world.desk.store.begin(write=False) as tx:
            assert tx.optouts.stopped(row.to)
    tries = len(world.carrier.status_urls)
    world.clock.pass_time(hours=2)
    drain(world.desk)
    assert len(world.carrier.status_urls) == tries  # no loop
    assert world.carrier.texts == []


def test_a_carrier_that_has_told_of_the_stop_itself_makes_no_work_for_staff() -> None:
    world = World()
    world.carrier.faults.extend([fault.Stopped("stopped", "21610")] * 5)
    world.say("STOP", "+17185550199")
    with world.desk.store.begin(write=False) as tx:
        assert tx.tasks.open(world.clinic.id) == []
        assert tx.optouts.stopped(Address(channel="sms", value="+17185550199"))


def test_a_bug_of_the_channel_is_an_unknown_outcome_and_is_never_sent_again() -> None:
    world = World()
    row = queued(world)
    world.carrier.faults.append(KeyError("oops"))
    drain(world.desk)
    assert world.row(row.id).state == "unknown"
    world.clock.pass_time(minutes=3)
    reconcile(world.desk)
    assert (world.row(row.id).state, reasons(world)) == ("failed", ["delivery_unknown"])
    assert [type(f) for f in world.faults] == [KeyError]


def test_promise_13_a_text_that_was_accepted_after_all_is_found_and_not_sent_again(world: World) -> None:
    row = queued(world)
    world.carrier.accepts_first = True
    world.carrier.faults.append(fault.Unknown("unsure", "ReadTimeout"))
    world.clock.pass_time(minutes=5)
    drain(world.desk)
    claimed = world.clock()
    world.clock.pass_time(seconds=30)
    assert reconcile(world.desk) == 1
    assert world.carrier.asked_since == [claimed]
    assert (world.row(row.id).state, len(world.carrier.taken), reasons(world)) == ("sent", 1, [])
    for _ in range(3):
        world.clock.pass_time(minutes=5)
        drain(world.desk)
        reconcile(world.desk)
    assert len(world.carrier.taken) == 1


def test_promise_13_a_text_of_unknown_fate_is_flagged_to_a_person_once_and_never_sent_again(world: World) -> None:
    row = queued(world)
    world.carrier.faults.append(fault.Unknown("unsure", "ReadTimeout"))
    drain(world.desk)
    reconcile(world.desk)
    assert (world.row(row.id).state, reasons(world)) == ("unknown", [])  # the list may be late
    world.clock.pass_time(minutes=3)
    for _ in range(3):
        reconcile(world.desk)
        drain(world.desk)
    assert (world.row(row.id).state, reasons(world), world.carrier.taken) == ("failed", ["delivery_unknown"], [])


def test_while_the_provider_cannot_be_asked_an_unknown_text_stays_unknown_and_a_person_knows(world: World) -> None:
    row = queued(world)
    world.carrier.faults.append(fault.Unknown("unsure", "ReadTimeout"))
    drain(world.desk)
    world.carrier.away = fault.Busy("away")
    world.clock.pass_time(minutes=30)
    reconcile(world.desk)
    assert (world.row(row.id).state, reasons(world)) == ("unknown", ["delivery_unsure"])


def test_promise_13_a_sender_that_dies_after_the_carrier_accepted_sends_nothing_twice(tmp_path: object) -> None:
    """Killed between the acceptance and its record, at 40 rows; then the lease runs out and the list is asked."""
    world = World(f"sqlite:///{tmp_path}/desk.db", texts_per_hour=1000)

    class Killed(BaseException):
        pass

    rows = []
    for number in range(40):
        rows.append(queued(world, f"word {number}"))
        world.carrier.accepts_first = number % 2 == 0
        world.carrier.faults.append(Killed())  # type: ignore[arg-type]
        with pytest.raises(Killed):
            drain(world.desk)
        world.clock.pass_time(seconds=world.settings.lease_seconds + 1)
        drain(world.desk)
        reconcile(world.desk)
    world.clock.pass_time(minutes=5)
    reconcile(world.desk)
    accepted = world.carrier.texts
    assert sorted(accepted) == sorted(f"word {n}" for n in range(0, 40, 2))
    assert {world.row(r.id).state for r in rows[::2]} == {"sent"}
    assert {world.row(r.id).state for r in rows[1::2]} == {"failed"}
    assert reasons(world).count("delivery_unknown") == 1
    world.desk.store.close()


def test_promise_21_what_is_no_longer_true_is_not_sent(world: World) -> None:
    task = world.book()
    assert task.appointment
    late = queued(world, "Your time is held.", claims=(Claim(fact="held", row=task.appointment),))
    booked = queued(world, "You are booked.", claims=(Claim(fact="booked", row=task.appointment),))
    ghost = queued(world, "You are booked.", claims=(Claim(fact="booked", row="nowhere"),))
    told = queued(world, "Staff know.", claims=(Claim(fact="told", row="nowhere"),))
    world.clock.pass_time(hours=25)  # the hold has run out
    before = len(world.carrier.texts)
    while drain(world.desk):
        pass
    assert [world.row(r.id).state for r in (late, booked, ghost, told)] == ["void"] * 4
    assert len(world.carrier.texts) == before


def test_promise_21_what_is_true_at_sending_is_sent(world: World) -> None:
    task = world.book()
    assert task.appointment
    held = queued(world, "Your time is held.", claims=(Claim(fact="held", row=task.appointment),))
    told = queued(world, "Staff know.", claims=(Claim(fact="told", row=task.id),))
    while drain(world.desk):
        pass
    assert [world.row(r.id).state for r in (held, told)] == ["sent", "sent"]


def test_nobody_who_opted_out_is_texted_not_even_by_staff_and_staff_hear_of_it(world: World) -> None:
    world.say("hello")
    world.say("STOP")
    world.carrier.taken.clear()
    row = queued(world, "Please call us about your visit.")
    drain(world.desk)
    assert (world.row(row.id).state, world.carrier.texts) == ("blocked", [])
    assert reasons(world) == ["opted_out"]
    assert world.say("what are your hours?") == []
    assert reasons(world) == ["opted_out"]


def test_an_emergency_text_goes_out_whatever_was_opted_out(world: World) -> None:
    world.say("STOP")
    assert any("911" in text for text in world.say("I have crushing chest pain"))


def test_no_number_gets_more_than_its_texts_in_an_hour_whatever_the_bug() -> None:
    world = World(texts_per_hour=5)
    for number in range(12):
        queued(world, f"again {number}")
        drain(world.desk)
    assert len(world.carrier.texts) + 1 == 5  # the greeting counts
    assert reasons(world) == ["hourly_cap"]
    world.clock.pass_time(minutes=61)
    queued(world, "later")
    drain(world.desk)
    assert world.carrier.texts[-1] == "later"


def test_what_is_too_old_is_not_sent(world: World) -> None:
    row = queued(world, expires_at=world.clock() + timedelta(minutes=10))
    world.clock.pass_time(minutes=11)
    drain(world.desk)
    assert world.row(row.id).state == "void"
    assert reasons(world) == ["expired"]  # a person had written it


def test_a_slow_send_hands_the_rest_back_to_be_checked_anew(world: World) -> None:
    others = ["+12125550181", "+12125550182"]
    for number in others:
        world.say("hello", number)
    first, by = queued(world, "slow"), world.staff().id
    waiting = [reply_of_person(world.desk, world.conversation(n), "waits", by, world.clock()) for n in others]
    with world.desk.store.begin() as tx:
        for row in waiting:
            tx.outbox.add(row)

    def slow(message: Outbound) -> None:
        if message.id == first.id:
            world.clock.pass_time(seconds=9)
            for number in others:  # they opt out while the first send hangs
                world.text("STOP", number)

    world.carrier.before = slow
    world.carrier.taken.clear()
    while drain(world.desk):
        pass
    assert world.carrier.texts == ["slow"]


def test_a_database_that_is_away_after_a_send_is_written_when_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, real, away = queued(world), world.desk.store.begin, [2]

    def begin(*, write: bool = True, durable: bool = True) -> Any:
        if world.carrier.taken and away[0]:
            away[0] -= 1
            raise fault.Busy("locked")
        return real(write=write, durable=durable)

    monkeypatch.setattr(world.desk.store, "begin", begin)
    drain(world.desk)
    assert (world.row(row.id).state, len(world.carrier.taken)) == ("sent", 1)


def test_without_a_channel_staff_hear_that_nothing_goes_out(world: World) -> None:
    row = queued(world)
    world.desk.channels = {}
    drain(world.desk)
    assert (world.row(row.id).state, reasons(world)) == ("failed", ["delivery_misconfigured"])


def test_a_found_text_that_belongs_to_another_row_is_not_taken_for_this_one(world: World) -> None:
    queued(world, "the same words")
    drain(world.desk)
    again = queued(world, "the same words")
    world.carrier.faults.append(fault.Unknown("unsure", "ReadTimeout"))
    drain(world.desk)
    world.clock.pass_time(minutes=3)
    reconcile(world.desk)
    assert (world.row(again.id).state, reasons(world)) == ("failed", ["delivery_unknown"])
