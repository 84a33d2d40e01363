"""Writes that are held back within a transaction are never lost, and a claim looks at little on every database."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import pytest
from sqlalchemy import Connection, event, text

from agent.adapters.ids import new_ids
from agent.adapters.store import SqlStore, inbox
from agent.adapters.store.engine import make_engine
from agent.model.address import Address
from agent.model.fault import Busy, Conflict
from agent.ports import Store, Tx
from tests.contracts.samples import NOW, appointment, audited, conversation, inbound, outbound, raw
from tests.stores import open_test_store


def test_what_was_held_back_is_seen_by_whoever_asks_next(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        saved = tx.conversations.save(conversation(), NOW)
        tx.outbox.add(outbound(1))
        assert tx.conversations.get("c1") == saved
        tx.conversations.save(saved, NOW)
        assert tx.outbox.get("out-1") == outbound(1)
    with store.begin(write=False) as tx:
        kept = tx.conversations.get("c1")
        assert kept is not None
        assert kept.version == saved.version + 1


def test_a_lost_write_ends_the_transaction_whoever_catches_it(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        tx.conversations.save(conversation(), NOW)

    def goes_on() -> None:
        with store.begin() as tx:
            tx.inbox.store(inbound(1), "c1")
            tx.conversations.save(conversation(), NOW)  # which is at another version by now
            with suppress(Conflict):
                tx.outbox.waiting()
            with suppress(Conflict):
                tx.appointments.add(appointment(), NOW)

    with pytest.raises(Conflict):
        goes_on()
    with store.begin(write=False) as tx:
        assert tx.inbox.get("in-1") is None
        assert tx.appointments.get("a1") is None


def test_a_savepoint_that_is_rolled_back_takes_nothing_along_that_was_held_back(store: Store) -> None:
    with store.begin() as tx:
        tx.appointments.add(appointment("a1", status="booked"), NOW)
        tx.outbox.add(outbound(1))
        with pytest.raises(Conflict):
            tx.appointments.add(appointment("a2", status="booked"), NOW)
    with store.begin(write=False) as tx:
        assert tx.outbox.get("out-1") == outbound(1)
        assert tx.appointments.get("a1") is not None


def test_a_lock_that_is_not_given_is_told_where_it_was_asked_and_ends_the_transaction(postgres_url: str) -> None:
    hasty = f"{postgres_url}?options=-c%20timezone%3DUTC%20-c%20lock_timeout%3D50ms"
    store = open_test_store(hasty, new_ids(lambda: NOW))
    told: list[Exception] = []

    def goes_on() -> None:
        with store.begin() as tx:
            tx.outbox.add(outbound(1))
            for ask in (lambda: tx.appointments.add(appointment("a2"), NOW), tx.outbox.waiting):
                try:
                    ask()
                except Exception as fault:  # as an action's is caught; the savepoint is gone, the rest would be whole
                    told.append(fault)

    with store.begin() as tx:
        tx.appointments.add(appointment("a1"), NOW)
        with pytest.raises(Busy):
            goes_on()
    assert [type(fault) for fault in told] == [Busy, Busy]
    with store.begin(write=False) as tx:
        assert tx.outbox.get("out-1") is None
        assert tx.appointments.get("a1") is not None
    store.close()


def _talks(url: str) -> tuple[SqlStore, list[str]]:
    """A store, and the first words of what SQLAlchemy asks of it one by one."""
    said: list[str] = []
    store = cast(SqlStore, open_test_store(url, new_ids(lambda: NOW)))
    event.listen(store._writer, "before_cursor_execute", lambda *given: said.append(" ".join(given[2].split()[:4])))
    return store, said


def test_what_is_asked_of_other_tables_does_not_send_what_was_held_back(postgres_url: str) -> None:
    store, said = _talks(postgres_url)
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        said.clear()
        tx.outbox.add(outbound(1))
        saved = tx.conversations.save(conversation(), NOW)
        assert tx.patients.by_phone("linden", "+16465550101") == []
        assert "INSERT" not in " ".join(said)
        with raw(store) as elsewhere:
            assert elsewhere.execute(text("SELECT count(*) FROM pg_locks WHERE relation = 'outbox'::regclass")
            ).scalar() == 0  # fmt: skip
        assert tx.conversations.get("c1") == saved
    with store.begin(write=False) as tx:
        assert tx.outbox.get("out-1") == outbound(1)
    store.close()


def test_the_last_writes_of_a_transaction_and_its_commit_are_one_message(postgres_url: str) -> None:
    """Nothing is left for SQLAlchemy to say: the server has committed when it begins to."""
    store, _ = _talks(postgres_url)
    states: list[str] = []

    def about_to(connection: Connection) -> None:
        own: Any = connection.connection.driver_connection
        states.append(own.info.transaction_status.name)

    event.listen(store._writer, "commit", about_to)
    with store.begin() as tx:
        tx.audit.write(audited(1))
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        tx.conversations.save(conversation(), NOW)  # which may find that somebody else was first
    assert states == ["IDLE", "INTRANS"]
    with store.begin(write=False) as tx:
        assert tx.audit.verify() == (1, None)
    store.close()


FIRST: dict[str, Callable[[Tx], object]] = {
    "a read": lambda tx: tx.outbox.waiting(),
    "a write": lambda tx: tx.inbox.store(inbound(1), "c1"),
    "a write held back": lambda tx: tx.outbox.add(outbound(2)),
    "a lock": lambda tx: tx.conversations.relock([conversation()]),
    "a claim": lambda tx: tx.inbox.claim_several(NOW, 30, 2),
    "a savepoint": lambda tx: tx.appointments.add(appointment(), NOW),
}


@pytest.mark.parametrize("first", FIRST)
def test_whatever_comes_first_all_of_a_transaction_is_undone_together(store: Store, first: str) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)

    def breaks_off() -> None:
        with store.begin() as tx:
            FIRST[first](tx)
            tx.outbox.add(outbound(1))
            tx.inbox.store(inbound(2), "c1")
            raise ZeroDivisionError

    for _ in range(2):  # the second time on the connection that was given back
        with pytest.raises(ZeroDivisionError):
            breaks_off()
    with store.begin(write=False) as tx:
        assert tx.outbox.waiting() == 0
        assert tx.inbox.waiting() == 0
        assert tx.appointments.get("a1") is None


def test_what_begins_a_turn_on_postgresql_goes_in_one_message_and_what_it_asks_with_its_writes(
    postgres_url: str,
) -> None:
    """SQLAlchemy says nothing one by one, and the server has all that was written when it is asked for the next."""
    store, said = _talks(postgres_url)
    other = Address(channel="sms", value="+16465550102")
    two = [conversation(), conversation().model_copy(update={"id": "c2", "address": other})]
    with store.begin() as tx:
        for one in two:
            tx.conversations.add(one, NOW)
        tx.inbox.store(inbound(1), "c1")
        tx.audit.write(audited(1))
    said.clear()
    with store.begin() as tx:
        held = tx.conversations.relock(two)
        tx.conversations.save(held[1], NOW)
        [following] = tx.inbox.claim_several(NOW, 30, 2)
        tx.audit.write(audited(2))
    assert following.held == held[0]
    assert said == []
    with store.begin(write=False) as tx:
        kept = tx.conversations.get("c2")
        assert kept is not None
        assert kept.version == held[1].version + 1
        assert tx.audit.verify() == (2, None)
    store.close()


def test_a_rule_of_the_database_that_is_broken_by_what_goes_together_is_a_conflict(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.add(outbound(1))

    def twice() -> None:
        with store.begin() as tx:
            tx.outbox.add(outbound(2))
            tx.outbox.add(outbound(1))

    with pytest.raises(Conflict):
        twice()
    with store.begin() as tx:
        assert tx.outbox.get("out-2") is None
        tx.outbox.add(outbound(2))
    with store.begin(write=False) as tx:
        assert tx.outbox.get("out-2") == outbound(2)


def _seen(plan: dict[str, Any]) -> int:
    """Rows that a plan went through, those it passed over included."""
    mine = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return int(mine) * int(plan["Actual Loops"]) + sum(_seen(part) for part in plan.get("Plans", []))


@pytest.mark.parametrize("statistics", ["of a quiet night", "none yet", "of what is done since"])
def test_a_claim_on_postgresql_goes_through_little_though_its_statistics_know_of_nothing_that_waits(
    postgres_url: str, statistics: str
) -> None:
    store = open_test_store(postgres_url, new_ids(lambda: NOW))
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox SET (autovacuum_enabled = off)")
        if statistics != "of what is done since":
            connection.exec_driver_sql(
                "INSERT INTO inbox (id, conversation, channel, provider_id, kind, state, fence, attempts, body)"
                " SELECT 'm' || n, 'before-' || n, 'sms', 'p' || n, 'text', 'done', 1, 1, ''"
                " FROM generate_series(1, 5000) AS n"
            )
    if statistics == "of a quiet night":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE inbox")
    if statistics == "of what is done since":
        with store.begin() as tx:
            for n in range(10_000, 10_100):
                tx.inbox.store(inbound(n), f"c{n % 50}")
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE inbox SET state = 'done', fence = 1")
    with store.begin() as tx:
        for n in range(400):  # one person writes a lot, others some times
            tx.inbox.store(inbound(n), "much" if n % 2 else f"c{n % 50}")
    given = {"now": NOW, "until": NOW, "most": 8, "state": "claimed", "fence_1": 1, "attempts_1": 1}
    said, names = str(inbox._CLAIM_SOME.compile(engine)), list(given)
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", said)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")  # as it soon is, being prepared
        connection.exec_driver_sql(f"PREPARE claimed AS {numbered}")
        values = ", ".join(f"'{value}'" for value in given.values())
        told = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE claimed ({values})").scalar_one()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    assert _seen(plan) < 150
    engine.dispose()
    store.close()
