"""The inbox keeps its promises on every database."""

import random
from datetime import timedelta

import pytest

from agent.model.fault import Busy, Conflict
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, conversation, inbound, raw


def test_a_message_that_came_once_is_stored_and_found(store: Store) -> None:
    with store.begin() as tx:
        assert tx.inbox.store(inbound(1), "c1") is True
    with store.begin(write=False) as tx:
        assert tx.inbox.get("in-1") == inbound(1)
        assert tx.inbox.known("sms", "SM1") == "in-1"
        assert tx.inbox.known("chat", "SM1") is None
        assert tx.inbox.get("in-2") is None
        assert tx.inbox.waiting() == 1


def test_the_newest_that_are_dealt_with_are_read_page_by_page(store: Store) -> None:
    with store.begin() as tx:
        for n in range(1, 6):
            tx.inbox.store(inbound(n), f"c{n}")
        for _ in range(4):
            claimed = tx.inbox.claim(NOW, 30)
            assert claimed is not None
            tx.inbox.finish(claimed.inbound.id, claimed.fence)
    with store.begin(write=False) as tx:
        first = tx.inbox.newest(3)
        assert [heard for _, heard in first] == [inbound(4), inbound(3), inbound(2)]  # 5 still waits
        assert [heard for _, heard in tx.inbox.newest(3, first[-1][0])] == [inbound(1)]
        assert tx.inbox.newest(3, 0) == []


def test_promise_05_a_repeated_webhook_changes_nothing(store: Store) -> None:
    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
        assert tx.inbox.store(inbound(1, id="in-other", text="forged"), "c2") is False
        claimed = tx.inbox.claim(NOW, 30)
        assert claimed is not None
        tx.inbox.finish("in-1", claimed.fence)
    with store.begin() as tx:
        assert tx.inbox.store(inbound(1, received_at=NOW + timedelta(days=1)), "c1") is False
        assert tx.inbox.get("in-1") == inbound(1)
        assert tx.inbox.get("in-other") is None
        assert tx.inbox.claim(NOW, 30) is None


def test_promise_06_each_message_is_handled_exactly_once_by_many_workers(store: Store) -> None:
    messages = [inbound(f"{n}-{copy}", provider_id=f"SM{n}") for n in range(30) for copy in range(3)]
    random.Random(6).shuffle(messages)

    def receive(message: object) -> bool:
        with store.begin() as tx:
            return tx.inbox.store(message, f"c{int(message.provider_id[2:]) % 7}")  # type: ignore[attr-defined,arg-type]

    assert sum(all_at_once(receive, messages)) == 30
    handled: list[str] = []

    def work(_: int) -> None:
        while True:
            try:
                with store.begin() as tx:
                    claimed = tx.inbox.claim(NOW, 30)
                    left = tx.inbox.waiting()
                if claimed is None:
                    if not left:
                        return
                    continue
                with store.begin() as tx:
                    tx.inbox.finish(claimed.inbound.id, claimed.fence)
                handled.append(claimed.inbound.provider_id)
            except (Busy, Conflict):
                continue

    all_at_once(work, range(6), threads=6)
    assert sorted(handled) == sorted(f"SM{n}" for n in range(30))


def test_promise_10_a_conversation_is_worked_on_in_order_and_by_one(store: Store) -> None:
    with store.begin() as tx:
        for n in (1, 2, 3):
            tx.inbox.store(inbound(n), "c1")
        tx.inbox.store(inbound(4), "c2")
    with store.begin() as tx:
        first = tx.inbox.claim(NOW, 30)
        other = tx.inbox.claim(NOW, 30)
        assert first is not None
        assert other is not None
        assert (first.inbound.id, first.conversation, first.attempts) == ("in-1", "c1", 1)
        assert (other.inbound.id, other.conversation) == ("in-4", "c2")
        assert tx.inbox.claim(NOW, 30) is None
        assert tx.inbox.claim(NOW, 30, "c1") is None
        tx.inbox.finish("in-1", first.fence)
        second = tx.inbox.claim(NOW, 30, "c1")
        assert second is not None
        assert second.inbound.id == "in-2"
        assert second.seq > first.seq
        assert tx.inbox.claim(NOW, 30, "c2") is None


def test_several_are_claimed_at_once_each_of_another_conversation_and_the_oldest_first(store: Store) -> None:
    with store.begin() as tx:
        for n, conversation in enumerate(["c1", "c1", "c2", "c3", "c4", "c5"], 1):
            tx.inbox.store(inbound(n), conversation)
        assert tx.inbox.claim(NOW, 30) is not None
        several = tx.inbox.claim_several(NOW, 30, 3)
        assert [(c.inbound.id, c.conversation, c.attempts) for c in several] == [
            ("in-3", "c2", 1), ("in-4", "c3", 1), ("in-5", "c4", 1),
        ]  # fmt: skip
        assert [c.inbound.id for c in tx.inbox.claim_several(NOW, 30, 3)] == ["in-6"]
        assert tx.inbox.claim_several(NOW, 30, 3) == []
    with store.begin() as tx:
        late = tx.inbox.claim_several(NOW + timedelta(seconds=30), 30, 10)
    assert [(c.inbound.id, c.fence, c.attempts) for c in late] == [
        ("in-1", 2, 2), ("in-3", 2, 2), ("in-4", 2, 2), ("in-5", 2, 2), ("in-6", 2, 2),
    ]  # fmt: skip


def test_several_are_claimed_with_their_conversations_as_this_very_transaction_left_them(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        for n, talk in enumerate(["c1", "none"], 1):
            tx.inbox.store(inbound(n), talk)
        saved = tx.conversations.save(conversation().model_copy(update={"mode": "staff"}), NOW)
        assert [c.held for c in tx.inbox.claim_several(NOW, 30, 3)] == [saved, None]


def test_promise_11_several_are_finished_at_once_or_none_of_them(store: Store) -> None:
    with store.begin() as tx:
        for n, conversation in enumerate(["c1", "c2", "c3"], 1):
            tx.inbox.store(inbound(n), conversation)
        mine = tx.inbox.claim_several(NOW, 30, 3)
    with store.begin() as tx:
        later = tx.inbox.claim_several(NOW + timedelta(seconds=30), 30, 1)  # another worker takes the first one over
    with pytest.raises(Conflict), store.begin() as tx:
        tx.inbox.finish_all(mine)
    with store.begin() as tx:
        assert tx.inbox.waiting() == 3
        tx.inbox.finish_all([*later, *mine[1:]])
        assert tx.inbox.waiting() == 0


def test_a_lease_that_ran_out_lets_another_worker_in(store: Store) -> None:
    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
        tx.inbox.store(inbound(2), "c1")
        first = tx.inbox.claim(NOW, 30)
        assert tx.inbox.claim(NOW + timedelta(seconds=29), 30) is None
        again = tx.inbox.claim(NOW + timedelta(seconds=30), 30)
    assert first is not None
    assert again is not None
    assert (again.inbound.id, again.attempts) == ("in-1", 2)
    with store.begin() as tx:
        tx.inbox.give_back("in-1", again.fence, "database away", counted=False)
        third = tx.inbox.claim(NOW, 30)
    assert third is not None
    assert (third.inbound.id, third.attempts) == ("in-1", 2)
    assert again.fence > first.fence


def test_a_turn_that_waited_behind_others_begins_with_its_lease_anew_or_was_no_try(store: Store) -> None:
    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
        mine = tx.inbox.claim(NOW, 30)
        assert mine is not None
        assert tx.inbox.begin(mine, NOW + timedelta(seconds=50))
        assert tx.inbox.claim(NOW + timedelta(seconds=49), 30) is None
        theirs = tx.inbox.claim(NOW + timedelta(seconds=50), 30)
        assert theirs is not None
        assert theirs.attempts == 2
        assert not tx.inbox.begin(mine, NOW + timedelta(seconds=99))
    with store.begin() as tx:
        again = tx.inbox.claim(NOW + timedelta(seconds=80), 30)
        assert again is not None
        assert again.attempts == 2
        tx.inbox.finish("in-1", again.fence)
        assert not tx.inbox.begin(again, NOW + timedelta(seconds=200))
        assert tx.inbox.waiting() == 0


def test_promise_11_a_worker_that_slept_past_its_lease_cannot_write(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        tx.inbox.store(inbound(1), "c1")
        slept = tx.inbox.claim(NOW, 30)
    with store.begin() as tx:
        awake = tx.inbox.claim(NOW + timedelta(seconds=31), 30)
        assert awake is not None
        tx.conversations.save(conversation(locale="es"), NOW)
        tx.inbox.finish("in-1", awake.fence)
    assert slept is not None
    with pytest.raises(Conflict), store.begin() as tx:
        tx.inbox.finish("in-1", slept.fence)
    with pytest.raises(Conflict), store.begin() as tx:
        tx.conversations.save(conversation(locale="fr"), NOW)
    for settle in ("give_back", "park"):
        with pytest.raises(Conflict), store.begin() as tx:
            getattr(tx.inbox, settle)("in-1", slept.fence, "late")
    with store.begin() as tx:
        assert tx.inbox.claim(NOW + timedelta(days=1), 30) is None
        kept = tx.conversations.get("c1")
        assert kept is not None
        assert kept.locale == "es"


def test_a_message_given_back_comes_again_before_later_ones(store: Store) -> None:
    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
        tx.inbox.store(inbound(2), "c1")
        first = tx.inbox.claim(NOW, 30)
        assert first is not None
        tx.inbox.give_back("in-1", first.fence, "database away")
        again = tx.inbox.claim(NOW, 30)
    assert again is not None
    assert (again.inbound.id, again.attempts) == ("in-1", 2)


def test_a_parked_message_is_kept_and_lets_later_ones_pass(store: Store) -> None:
    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
        tx.inbox.store(inbound(2), "c1")
        first = tx.inbox.claim(NOW, 30)
        assert first is not None
        tx.inbox.park("in-1", first.fence, "five tries")
        after = tx.inbox.claim(NOW, 30)
        assert after is not None
        assert after.inbound.id == "in-2"
        assert tx.inbox.get("in-1") == inbound(1)
        assert tx.inbox.waiting() == 1


def test_the_database_itself_refuses_two_claims_in_one_conversation(store: Store) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError

    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
        tx.inbox.store(inbound(2), "c1")
    with pytest.raises(IntegrityError), raw(store) as connection:
        connection.execute(text("UPDATE inbox SET state = 'claimed'"))
