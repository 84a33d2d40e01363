"""Sending in bounds, on every database: the hour's texts of a number, the stop, and visits that stand still."""

from datetime import timedelta

import pytest

from agent.model.address import Address
from agent.model.fault import Busy
from agent.model.halt import Halt
from agent.model.message import Claim
from agent.ports import Store
from tests.contracts.samples import ANNA, NOW, all_at_once, appointment, outbound

HOUR = timedelta(hours=1)
ABOUT = (Claim(fact="booked", row="a1"),)


def spelled(number: str) -> Address:
    return Address(channel="sms", value=number)


def test_promise_14_a_number_gets_so_many_texts_an_hour_however_it_is_written(store: Store) -> None:
    with store.begin() as tx:
        assert tx.sends.take(ANNA, "m1", 2, NOW - HOUR, NOW, 5)
        assert tx.sends.take(ANNA, "m1", 2, NOW - HOUR, NOW, 5)  # the same message, tried again
        assert tx.sends.take(spelled("1 (555) 010-0001"), "m2", 2, NOW - HOUR, NOW, 5)
        assert not tx.sends.take(ANNA, "m3", 2, NOW - HOUR, NOW, 5)
        assert tx.sends.take(ANNA, "m4", 1, NOW - HOUR, NOW, 5)
        assert tx.sends.take(spelled("+15550100002"), "m5", 5, NOW - HOUR, NOW, 5)
        assert [tx.sends.first_refusal(ANNA, NOW) for _ in range(3)] == [True, False, False]
    later = NOW + HOUR
    with store.begin() as tx:
        assert tx.sends.take(ANNA, "m6", 5, later - HOUR, later, 5)
        assert tx.sends.first_refusal(ANNA, later)


def test_promise_14_many_senders_at_one_moment_do_not_pass_the_cap(store: Store) -> None:
    def take(n: int) -> bool:
        while True:
            try:
                with store.begin() as tx:
                    return tx.sends.take(ANNA, f"m{n}", 1, NOW - HOUR, NOW, 7)
            except Busy:
                continue

    assert sum(all_at_once(take, range(40))) == 7


def test_a_stop_holds_texts_back_and_lets_chat_and_emergency_wording_pass(store: Store) -> None:
    chat = Address(channel="chat", value="s1")
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        tx.outbox.add(outbound(2, conversation="c2", channel="chat", to=chat))
        tx.outbox.add(outbound(3, urgent=True))  # behind the first in its conversation
        tx.sends.halt(Halt(by="staff:u", at=NOW))
        assert tx.sends.halted() == Halt(by="staff:u", at=NOW)
        assert [m.id for m in tx.outbox.claim(NOW, 30)] == ["out-3", "out-2"]
        tx.outbox.mark("out-3", "sent", NOW)
        assert tx.outbox.claim(NOW, 30) == []
        assert tx.outbox.waiting() == 2
        assert tx.sends.resume()
        assert (tx.sends.resume(), tx.sends.halted()) == (False, None)
        assert [m.id for m in tx.outbox.claim(NOW, 30)] == ["out-1"]


def test_a_stop_of_everything_holds_back_emergency_wording_too(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1, urgent=True))
        tx.sends.halt(Halt(by="staff:u", at=NOW))
        tx.sends.halt(Halt(by="staff:v", at=NOW, everything=True))
        assert tx.outbox.claim(NOW, 30) == []


def test_promise_16_what_is_being_handed_over_is_known(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1, claims=ABOUT))
        assert not tx.sends.in_hand("a1", NOW - HOUR)
        tx.outbox.claim(NOW, 30)
        assert tx.sends.in_hand("a1", NOW - HOUR)
        assert not tx.sends.in_hand("a2", NOW - HOUR)
        assert not tx.sends.in_hand("a1", NOW)
        tx.outbox.mark("out-1", "sent", NOW)
        assert not tx.sends.in_hand("a1", NOW - HOUR)


def test_promise_16_a_visit_that_is_being_changed_does_not_stand_still(
    store: Store, request: pytest.FixtureRequest
) -> None:
    with store.begin() as tx:
        tx.appointments.add(appointment(), NOW)
        assert tx.sends.steady([])
        assert tx.sends.steady(["a1", "nowhere"])
    if "postgres" not in request.node.callspec.id:
        return  # one writer: nobody else can be changing it
    with store.begin() as changing:
        held = changing.appointments.get("a1", lock=True)
        assert held is not None
        with store.begin() as sending:
            assert not sending.sends.steady(["a1"])
