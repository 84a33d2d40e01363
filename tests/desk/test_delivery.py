"""What a carrier reports of a text afterwards: never lost, never told twice, never taken back."""

import pytest

from agent.desk.send import delivery, drain, reconcile
from agent.model import fault
from agent.model.message import Outbound
from channels.sms_data import table
from tests.desk.sending import queued, reasons
from tests.desk.world import World


@pytest.mark.parametrize("code", [*sorted(str(c) for c in table("twilio_errors")["codes"]), "99999", None])
def test_promise_26_each_error_code_of_a_delivery_reaches_a_person_once(code: str | None) -> None:
    world = World()
    queued(world)
    drain(world.desk)
    sid = world.carrier.taken[0][0]
    for _ in range(3):
        delivery(world.desk, sid, "undelivered", code)
    assert reasons(world) == ["delivery_failed"]
    assert world.carrier.texts == ["a word from us"]


def test_a_second_failure_while_the_first_is_open_makes_no_second_task_and_a_later_one_does(world: World) -> None:
    from agent.desk import decide

    for _ in range(2):
        queued(world)
        world.carrier.faults.append(fault.Rejected("no", "30006"))
        drain(world.desk)
    assert reasons(world) == ["delivery_rejected"]
    task = world.open_tasks()[0]
    decide.close(world.desk, task.id, task.version, world.staff())
    queued(world)
    world.carrier.faults.append(fault.Rejected("no", "30006"))
    drain(world.desk)
    assert reasons(world) == ["delivery_rejected"]


def test_a_callback_that_is_faster_than_the_answer_is_not_lost(world: World) -> None:
    row = queued(world)

    def faster(message: Outbound) -> None:
        delivery(world.desk, "SM" + "f" * 32, "undelivered", "30003", message.id)

    world.carrier.before = faster
    world.carrier.taken = [("SM" + "f" * 32, row)]
    drain(world.desk)
    assert world.carrier.status_urls == [f"https://desk.example/twilio/sms/status?row={row.id}"]
    assert (world.row(row.id).state, reasons(world)) == ("failed", ["delivery_failed"])


def test_a_callback_proves_what_no_answer_ever_told(world: World) -> None:
    row = queued(world)
    world.carrier.faults.append(fault.Unknown("unsure", "ReadTimeout"))
    drain(world.desk)
    delivery(world.desk, "SM" + "e" * 32, "delivered", None, row.id)
    world.clock.pass_time(minutes=10)
    assert reconcile(world.desk) == 0
    assert (world.row(row.id).state, reasons(world)) == ("delivered", [])


def test_a_callback_for_a_text_that_is_not_ours_changes_nothing(world: World) -> None:
    row = queued(world)
    delivery(world.desk, "SM" + "d" * 32, "undelivered", "30003", row.id)  # never tried yet
    delivery(world.desk, "SM" + "d" * 32, "undelivered", "30003", "0" * 26)
    delivery(world.desk, "SM" + "d" * 32, "undelivered", "30003")
    assert (world.row(row.id).state, reasons(world)) == ("queued", [])


def test_a_part_that_fails_after_another_has_arrived_is_told_to_a_person_once() -> None:
    world = World()
    world.say("what are your hours?")
    row = world.rows()[-1]
    with world.desk.store.begin() as tx:
        tx.outbox.mark(row.id, "sent", world.clock(), provider_id="SM" + "a" * 32)  # the second part's own id
    delivery(world.desk, row.provider_ids[0], "delivered", None, row.id)
    assert not world.tasks()
    for _ in range(2):
        delivery(world.desk, "SM" + "a" * 32, "undelivered", "30003", row.id)
    (task,) = world.tasks()
    assert (task.kind, task.reason) == ("callback", "delivery_failed")
    assert world.row(row.id).delivery == "delivered"
