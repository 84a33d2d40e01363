"""The outbox keeps its promises on every database."""

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from agent.adapters.store.outcomes import after_callback
from agent.model.fault import Busy, Conflict
from agent.model.message import Button, Claim
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, outbound

SECOND = timedelta(seconds=1)


def test_a_message_comes_back_as_it_was_written(store: Store) -> None:
    said = outbound(
        1, buttons=(Button(label="Sí", payload="yes"),), claims=(Claim(fact="held", row="a1"),), urgent=True
    )
    with store.begin() as tx:
        tx.outbox.add(said)
    with store.begin(write=False) as tx:
        assert tx.outbox.get("out-1") == said
        assert tx.outbox.get("out-2") is None
        assert tx.outbox.waiting() == 1


def test_a_claim_takes_due_messages_one_per_conversation(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        tx.outbox.add(outbound(2))
        tx.outbox.add(outbound(3, conversation="c2", due_at=NOW - SECOND))
        tx.outbox.add(outbound(4, conversation="c3", due_at=NOW + SECOND))
        claimed = tx.outbox.claim(NOW, 30)
        assert [(m.id, m.state, m.attempts) for m in claimed] == [("out-3", "claimed", 1), ("out-1", "claimed", 1)]
        assert tx.outbox.claim(NOW, 30) == []
        tx.outbox.mark("out-1", "sent", NOW, provider_id="SM1")
        assert [m.id for m in tx.outbox.claim(NOW, 30)] == ["out-2"]
        assert [m.id for m in tx.outbox.claim(NOW + SECOND, 30)] == ["out-4"]


def test_an_urgent_message_does_not_wait_behind_reminders(store: Store) -> None:
    with store.begin() as tx:
        for n in range(5):
            tx.outbox.add(outbound(n, conversation=f"c{n}", due_at=NOW - SECOND))
        tx.outbox.add(outbound(9, conversation="c9", urgent=True))
        assert [m.id for m in tx.outbox.claim(NOW, 30, limit=2)] == ["out-9", "out-0"]


def test_a_limit_is_kept(store: Store) -> None:
    with store.begin() as tx:
        for n in range(5):
            tx.outbox.add(outbound(n, conversation=f"c{n}"))
        assert len(tx.outbox.claim(NOW, 30, limit=3)) == 3


def test_a_reminder_for_next_week_does_not_hold_up_todays_answer(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1, due_at=NOW + timedelta(days=7)))
        tx.outbox.add(outbound(2))
        assert [m.id for m in tx.outbox.claim(NOW, 30)] == ["out-2"]


def test_a_message_to_be_tried_again_goes_before_the_later_ones(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        tx.outbox.add(outbound(2))
        tx.outbox.claim(NOW, 30)
        tx.outbox.mark("out-1", "queued", NOW, failure="429", due_at=NOW + 5 * SECOND)
        assert tx.outbox.claim(NOW, 30) == []
        again = tx.outbox.claim(NOW + 5 * SECOND, 30)
        assert [(m.id, m.attempts) for m in again] == [("out-1", 2)]


def test_promise_13_a_message_whose_sender_died_is_unknown_and_never_sent_again(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        tx.outbox.claim(NOW, 30)
    with store.begin() as tx:
        assert tx.outbox.claim(NOW + 30 * SECOND, 30) == []
        assert [m.id for m in tx.outbox.unsettled()] == ["out-1"]
        assert tx.outbox.claim(NOW + timedelta(days=1), 30) == []
    with pytest.raises(Conflict), store.begin() as tx:
        tx.outbox.mark("out-1", "queued", NOW)
    with store.begin() as tx:
        tx.outbox.mark("out-1", "sent", NOW, provider_id="SM1")
        assert tx.outbox.unsettled() == []


def test_promise_13_many_senders_never_take_the_same_message(store: Store) -> None:
    with store.begin() as tx:
        for n in range(40):
            tx.outbox.add(outbound(n, conversation=f"c{n % 8}"))
    taken: Counter[str] = Counter()

    def send(_: int) -> None:
        while True:
            try:
                with store.begin() as tx:
                    claimed = tx.outbox.claim(NOW, 30, limit=3)
                    left = tx.outbox.waiting()
                if not left:
                    return
                taken.update(m.id for m in claimed)
                with store.begin() as tx:
                    for message in claimed:
                        tx.outbox.mark(message.id, "sent", NOW, provider_id=f"SM-{message.id}")
            except (Busy, Conflict):
                continue

    all_at_once(send, range(5), threads=5)
    assert taken == Counter({f"out-{n}": 1 for n in range(40)})


def test_a_failure_is_kept_with_the_message(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        tx.outbox.claim(NOW, 30)
        tx.outbox.mark("out-1", "failed", NOW, failure="21610")
        kept = tx.outbox.get("out-1")
    assert kept is not None
    assert (kept.state, kept.failure) == ("failed", "21610")
    with pytest.raises(Conflict), store.begin() as tx:
        tx.outbox.mark("nobody", "sent", NOW)


def test_a_message_is_found_by_each_of_the_providers_ids(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        tx.outbox.mark("out-1", "sent", NOW, provider_id="SM1")
        tx.outbox.mark("out-1", "sent", NOW, provider_id="SM2")
        for sid in ("SM1", "SM2"):
            found = tx.outbox.by_provider(sid)
            assert found is not None
            assert found.provider_ids == ("SM1", "SM2")
        assert tx.outbox.by_provider("SM3") is None
        assert tx.outbox.delivered("SM3", "sent", None, NOW) is None


STATUSES = ("accepted", "queued", "sending", "sent", "delivered", "read")


def test_promise_27_a_status_never_runs_backwards(store: Store) -> None:
    orders = list(itertools.permutations(STATUSES))[::60]
    with store.begin() as tx:
        for n, order in enumerate(orders):
            tx.outbox.add(outbound(n))
            tx.outbox.mark(f"out-{n}", "sent", NOW, provider_id=f"SM{n}")
            highest = -1
            for status in order + order:
                changed = tx.outbox.delivered(f"SM{n}", status, None, NOW)
                assert (changed is not None) == (STATUSES.index(status) > highest)
                highest = max(highest, STATUSES.index(status))
            kept = tx.outbox.get(f"out-{n}")
            assert kept is not None
            assert (kept.delivery, kept.state) == ("read", "delivered")


def test_promise_27_every_order_of_statuses_ends_alike() -> None:
    for last, names in (
        ("read", STATUSES),
        ("delivered", (*STATUSES[:5], "failed")),
        ("undelivered", (*STATUSES[:4], "undelivered")),
    ):
        for order in itertools.permutations(names):
            message = outbound(1, state="sent")
            for status in order + order:
                message = after_callback(message, status, "30003") or message
            assert message.delivery == last
            assert message.state == ("failed" if last == "undelivered" else "delivered")
            assert message.failure == ("30003" if last == "undelivered" else None)


def test_promise_27_a_late_mark_does_not_take_back_a_delivery(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1, state="claimed", provider_ids=("SM1",)))
        tx.outbox.delivered("SM1", "delivered", None, NOW)
        tx.outbox.mark("out-1", "sent", NOW, provider_id="SM1")
        kept = tx.outbox.get("out-1")
    assert kept is not None
    assert (kept.state, kept.provider_ids) == ("delivered", ("SM1",))


def test_a_status_that_nobody_knows_changes_nothing(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1, state="sent", provider_ids=("SM1",)))
        assert tx.outbox.delivered("SM1", "teleported", None, NOW) is None


def test_promise_16_texts_about_a_changed_visit_are_voided(store: Store) -> None:
    about = (Claim(fact="booked", row="a1"),)
    with store.begin() as tx:
        tx.outbox.add(outbound(1, claims=about))
        tx.outbox.add(outbound(2, claims=about, conversation="c2"))
        tx.outbox.add(outbound(3, claims=(Claim(fact="booked", row="a2"),)))
        tx.outbox.add(outbound(4, claims=about, conversation="c4", state="sent"))
        assert tx.outbox.void("c2", "a1", "moved") == 1
        assert tx.outbox.void(None, "a1", "moved") == 1
        assert [m.id for m in tx.outbox.claim(NOW, 30)] == ["out-3"]
        voided = tx.outbox.get("out-1")
        assert voided is not None
        assert (voided.state, voided.failure) == ("void", "moved")
