"""Sending in bounds, at small sizes: killed senders, a flood, cancellations in the moment of the send, the stop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from agent.desk import decide
from agent.desk.desk import Desk
from agent.desk.halt import start, stop
from agent.desk.send import delivery, drain, reconcile
from agent.desk.unsay import BeingSaid, unsay
from agent.model import fault
from agent.model.message import Claim, Outbound
from agent.ports import Tx
from channels.twilio_errors import fault as named_fault
from tests.contracts.samples import appointment
from tests.prove import p13_no_duplicate_text as p13
from tests.prove import p14_hard_cap as p14
from tests.prove import p16_stale_texts as p16
from tests.prove import p24_stop as p24
from tests.prove import p26_delivery_failures as p26
from tests.prove.carrier import running_carrier
from tests.prove.ground import ground
from tests.prove.sending import Clock, Ledger, colleague, desk_at, house, talk, text_to

ALARM = {"urgent": True, "keys": ("safety.emergency",)}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def carrier(tmp_path: Path) -> p26.Refusing:
    return p26.Refusing(str(tmp_path / "accepted"))


@pytest.fixture
def desk(carrier: p26.Refusing, clock: Clock) -> Iterator[Desk]:
    made = desk_at("sqlite://", carrier, clock)
    yield made
    made.store.close()


def put(desk: Desk, row: Outbound) -> Outbound:
    with desk.store.begin() as tx:
        tx.outbox.add(row)
    return row


def state(desk: Desk, row: Outbound) -> str:
    with desk.store.begin(write=False) as tx:
        held = tx.outbox.get(row.id)
    assert held is not None
    return held.state


def reasons(desk: Desk) -> list[str]:
    with desk.store.begin(write=False) as tx:
        return [t.reason for t in tx.tasks.open(desk.clinic.id)]


def settle(desk: Desk) -> None:
    while drain(desk):
        pass


def test_promise_13_killed_senders_send_nothing_twice_and_staff_know_of_the_rest() -> None:
    with ground(13) as given, running_carrier(house()[0].numbers[0]) as standin:
        found = p13.kills(given.sqlite(), standin, 4, given.random())
    assert found["killed"] >= 2  # one may have ended before it was hit


def test_promise_14_a_bug_that_pours_texts_out_meets_the_cap_and_one_alarm() -> None:
    with ground(14) as given:
        found = p14.flood(given.sqlite(), given.folder(), 280, 2, given.seed)
    assert found["tasks"] == p14.PEOPLE
    assert 18 <= found["most"] <= 30


def test_promise_14_a_long_text_counts_as_the_texts_it_takes(desk: Desk, carrier: Ledger) -> None:
    held = talk(desk, 1)
    for _ in range(8):
        put(desk, text_to(desk, held, "word " * 900))  # three texts
    settle(desk)
    assert sum(texts for _, _, texts, _ in carrier.taken()) == 18


def test_promise_14_emergency_wording_has_texts_of_its_own_and_no_more(desk: Desk, carrier: Ledger) -> None:
    held = talk(desk, 1)
    for n in range(25):
        put(desk, text_to(desk, held, f"again {n}"))
    settle(desk)
    for n in range(25):
        put(desk, text_to(desk, held, f"call 911 {n}", **ALARM))
    settle(desk)
    assert len(carrier.taken()) == 30
    assert reasons(desk) == ["hourly_cap"]


def test_the_alarm_of_a_number_is_not_raised_again_in_its_hour_though_staff_closed_the_task(desk: Desk) -> None:
    by, held = colleague(desk), talk(desk, 1)
    for n in range(22):
        put(desk, text_to(desk, held, f"again {n}"))
    settle(desk)
    with desk.store.begin(write=False) as tx:
        task = tx.tasks.open(desk.clinic.id)[0]
    decide.close(desk, task.id, task.version, by)
    put(desk, text_to(desk, held, "and again"))
    settle(desk)
    assert reasons(desk) == []
    with desk.store.begin(write=False) as tx:  # closing it says nothing to the patient: that would be one more text
        assert [x.text for x in tx.conversations.thread(held.id)][-1] == "and again"


def test_promise_16_a_text_is_void_or_out_before_its_visit_is_cancelled() -> None:
    with ground(16) as given:
        found = p16.raced(given.sqlite(), given.folder(), 16, given.seed)
    assert found.total() == 16


def test_promise_16_a_visit_waits_for_the_text_about_it_that_is_being_handed_over(desk: Desk) -> None:
    by = colleague(desk)
    task, row = p16.visit(desk, 1, desk.clock())
    with desk.store.begin() as tx:
        assert [m.id for m in tx.outbox.claim(desk.clock(), 30)] == [row.id]
        with pytest.raises(BeingSaid):
            unsay(desk, tx, row.claims[0].row, "cancelled")

    def handed_over() -> None:
        with desk.store.begin() as tx:
            tx.outbox.mark(row.id, "sent", desk.clock())

    later = threading.Timer(0.2, handed_over)
    later.start()
    decide.confirm(desk, task.id, task.version, by)
    assert not later.is_alive()
    assert state(desk, row) == "sent"


def test_promise_16_a_sender_that_was_stopped_in_between_hands_the_text_back(
    desk: Desk, carrier: p26.Refusing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, real = put(desk, text_to(desk, talk(desk, 1), "hello")), desk.store.begin

    @contextmanager
    def asleep_afterwards(*, write: bool = True) -> Iterator[Tx]:
        with real(write=write) as tx:
            yield tx
        clock.ahead += timedelta(seconds=3)

    with monkeypatch.context() as patch:
        patch.setattr(desk.store, "begin", asleep_afterwards)
        assert drain(desk) == 1
    assert (state(desk, row), carrier.taken()) == ("queued", [])
    settle(desk)
    assert (state(desk, row), len(carrier.taken())) == ("sent", 1)


def test_promise_24_stop_in_any_words_blocks_the_next_text(desk: Desk, carrier: Ledger) -> None:
    assert p24.stopped(desk, carrier, p24.ways()[::60]) < 1.0


def test_promise_26_each_kind_of_failure_is_one_task_in_words_of_its_own(tmp_path: Path) -> None:
    assert p26.both("sqlite://", str(tmp_path / "taken"), [21610, 30003, 21614, 99999, 0]) == (5, 5)


def test_a_stop_holds_texts_back_until_an_admin_lets_them_go(desk: Desk, carrier: Ledger) -> None:
    row = put(desk, text_to(desk, talk(desk, 1), "hello"))
    alarm = put(desk, text_to(desk, talk(desk, 2), "call 911", **ALARM))
    with desk.store.begin() as tx:
        stop(tx, "staff:rosa", desk.clock(), desk.new_id)
    settle(desk)
    assert (state(desk, row), state(desk, alarm)) == ("queued", "sent")
    with desk.store.begin() as tx:
        assert start(tx, "staff:ada", desk.clock(), desk.new_id)
        assert not start(tx, "staff:ada", desk.clock(), desk.new_id)
    settle(desk)
    assert state(desk, row) == "sent"
    with desk.store.begin(write=False) as tx:
        told = [(e.tag, e.actor) for e in tx.audit.tail() if e.subject == "sends"]
    assert sorted(told) == [("sends:started", "staff:ada"), ("sends:stopped", "staff:rosa")]


def test_what_is_urgent_and_no_alarm_waits_while_sending_is_stopped(desk: Desk, clock: Clock) -> None:
    row = put(desk, text_to(desk, talk(desk, 1), "sorry", urgent=True, keys=("error.trouble",)))
    with desk.store.begin() as tx:
        stop(tx, "operator", desk.clock(), desk.new_id)
    settle(desk)
    assert state(desk, row) == "queued"
    with desk.store.begin() as tx:
        start(tx, "operator", desk.clock(), desk.new_id)
    clock.ahead += timedelta(seconds=3)
    settle(desk)
    assert state(desk, row) == "sent"


def test_a_text_nobody_can_ask_about_is_with_staff_once_and_settled_later(
    desk: Desk, carrier: p26.Refusing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = put(desk, text_to(desk, talk(desk, 1), "hello"))
    carrier.faults[row.id] = fault.Unknown("delivery_unsure", "ReadTimeout")
    settle(desk)
    asked: list[str] = []

    def away(message: Outbound, *_: object) -> str | None:
        asked.append(message.id)
        raise fault.Busy("delivery_busy")

    with monkeypatch.context() as patch:
        patch.setattr(carrier, "find_sent", away)
        clock.ahead += timedelta(minutes=11)
        reconcile(desk)
        assert (state(desk, row), reasons(desk)) == ("unknown", ["delivery_unsure"])
        with desk.store.begin(write=False) as tx:
            task = tx.tasks.open(desk.clinic.id)[0]
        decide.close(desk, task.id, task.version, colleague(desk))
        reconcile(desk)
        assert reasons(desk) == []  # told once
    assert len(asked) == 2
    reconcile(desk)
    assert (state(desk, row), reasons(desk)) == ("failed", ["delivery_unknown"])


def test_a_carrier_that_is_away_is_asked_about_one_text_only(desk: Desk, carrier: p26.Refusing) -> None:
    for n in range(5):
        row = put(desk, text_to(desk, talk(desk, n), "hello"))
        carrier.faults[row.id] = fault.Unknown("delivery_unsure", "ReadTimeout")
    settle(desk)
    asked: list[str] = []

    def away(message: Outbound, *_: object) -> str | None:
        asked.append(message.id)
        raise fault.Busy("delivery_busy")

    carrier.find_sent = away  # type: ignore[method-assign]
    assert reconcile(desk) == 0
    assert len(asked) == 1


def test_a_one_time_code_that_did_not_arrive_is_not_shown_to_staff(desk: Desk, carrier: p26.Refusing) -> None:
    row = put(desk, text_to(desk, talk(desk, 1), "Your code is 123456", keys=("identity.code",)))
    carrier.faults[row.id] = named_fault(400, 21614)
    settle(desk)
    with desk.store.begin(write=False) as tx:
        task = tx.tasks.open(desk.clinic.id)[0]
    assert (task.reason, task.proposal["why"]) == ("delivery_rejected", "delivery_landline")
    assert "123456" not in str(task)


def test_a_visit_that_is_being_changed_makes_its_text_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.store.begin() as tx:
        tx.appointments.add(appointment(clinic=desk.clinic.id), desk.clock())
        room = type(tx.sends)
    row = put(desk, text_to(desk, talk(desk, 1), "See you.", claims=(Claim(fact="booked", row="a1"),)))
    with monkeypatch.context() as patch:
        patch.setattr(room, "steady", lambda *_: False)
        with pytest.raises(fault.Busy):
            drain(desk)
    assert state(desk, row) == "queued"
    assert drain(desk) == 1
    assert state(desk, row) == "sent"


def test_a_failed_delivery_that_means_stop_is_a_stop(desk: Desk) -> None:
    row = put(desk, text_to(desk, talk(desk, 1), "hello"))
    settle(desk)
    with desk.store.begin(write=False) as tx:
        sent = tx.outbox.get(row.id)
    assert sent is not None
    delivery(desk, sent.provider_ids[0], "failed", "21610", next="stopped", why="delivery_stopped")
    with desk.store.begin(write=False) as tx:
        assert tx.optouts.stopped(row.to)
