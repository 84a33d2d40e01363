"""A unit of work is whole or nothing, says Busy when the database is locked or away, and survives a restart."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from agent.adapters.store import engine, open_store, unit
from agent.adapters.store.engine import make_engine
from agent.adapters.vault import WrongKey
from agent.model.fault import Busy
from agent.ports import Store
from tests.contracts.samples import NOW, audited, conversation, inbound, outbound
from tests.growth import spent
from tests.stores import DATA_KEY, SECRET, open_test_store


def test_whatever_goes_wrong_inside_leaves_nothing_behind(store: Store) -> None:
    def fails() -> None:
        with store.begin() as tx:
            tx.inbox.store(inbound(1), "c1")
            tx.conversations.add(conversation(), NOW)
            tx.outbox.add(outbound(1))
            raise KeyError("ours")

    with pytest.raises(KeyError):
        fails()
    with store.begin(write=False) as tx:
        assert tx.inbox.get("in-1") is None
        assert tx.conversations.get("c1") is None
        assert tx.outbox.waiting() == 0


def test_closing_waits_for_whoever_reads_over_the_one_connection_of_a_database_in_memory() -> None:
    store, closed = open_test_store("sqlite://", lambda: "1"), threading.Event()

    def close() -> None:
        store.close()
        closed.set()

    closing = threading.Thread(target=close)
    with store.begin(write=False) as tx:
        closing.start()
        assert not closed.wait(0.2)
        assert tx.outbox.waiting() == 0
    closing.join(10)
    assert closed.is_set()


def test_a_reading_transaction_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError), store.begin(write=False) as tx:
        tx.outbox.add(outbound(1))
    with store.begin() as tx:
        assert tx.outbox.get("out-1") is None
        tx.outbox.add(outbound(1))


def test_promise_07_what_was_committed_is_there_after_a_restart(
    store: Store, store_url: str, new_id: Callable[[], str]
) -> None:
    with store.begin() as tx:
        tx.inbox.store(inbound(1), "c1")
        tx.audit.write(audited(1))
    again = store if store_url == "sqlite://" else open_test_store(store_url, new_id)
    with again.begin() as tx:
        claimed = tx.inbox.claim(NOW, 30)
        assert claimed is not None
        assert claimed.inbound == inbound(1)
        assert tx.audit.verify() == (1, None)
    again.close()


def test_another_secret_or_data_key_is_noticed(store: Store, store_url: str, tmp_path: Path) -> None:
    if store_url == "sqlite://":
        store_url = f"sqlite:///{tmp_path}/desk.db"
        store = open_test_store(store_url, lambda: "id")
    with store.begin() as tx:
        tx.audit.write(audited(1))
    with pytest.raises(WrongKey):
        open_store(store_url, data_key=bytes(32), secret=SECRET, clock=lambda: NOW, new_id=lambda: "id")
    other = open_store(store_url, data_key=DATA_KEY, secret=b"other", clock=lambda: NOW, new_id=lambda: "id")
    with other.begin() as tx:
        assert tx.audit.verify() == (0, "row 1 (au-1) is not what was written")
    other.close()
    store.close()


def test_a_locked_file_is_busy_and_nothing_is_written(
    tmp_path: Path, new_id: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    store = open_test_store(f"sqlite:///{tmp_path}/desk.db", new_id)
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy), store.begin() as tx:
        tx.outbox.add(outbound(1))
    with store.begin(write=False) as tx:
        assert tx.outbox.waiting() == 0
    other.execute("ROLLBACK")
    other.close()
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
    store.close()


@pytest.mark.parametrize("code", ["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_IOERR_READ", "SQLITE_PROTOCOL"])
def test_what_may_succeed_later_is_busy(store: Store, code: str) -> None:
    """SQLITE_PROTOCOL: on a starved machine a reader found the log changed under it, again and again."""
    fault = sqlite3.OperationalError("locking protocol")
    fault.sqlite_errorcode = getattr(sqlite3, code)

    def starved() -> None:
        with store.begin():
            raise fault

    with pytest.raises(Busy):
        starved()


def test_a_database_that_is_away_is_busy(new_id: Callable[[], str], tmp_path: Path) -> None:
    with pytest.raises(Busy):
        open_test_store("postgresql://frontdesk@127.0.0.1:1/nothing", new_id)
    (tmp_path / "folder").mkdir()
    with pytest.raises(Busy):
        open_test_store(f"sqlite:///{tmp_path}/folder", new_id)
    with pytest.raises(ValueError, match="no store for"):
        open_test_store("mysql://127.0.0.1/x", new_id)


def test_a_database_that_goes_away_is_busy_and_comes_back(postgres_url: str, new_id: Callable[[], str]) -> None:
    import psycopg

    store = open_test_store(postgres_url, new_id)

    def interrupted() -> None:
        with store.begin() as tx:
            tx.outbox.add(outbound(1))
            with psycopg.connect(postgres_url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            tx.outbox.add(outbound(2))

    with pytest.raises(Busy):
        interrupted()
    with store.begin() as tx:
        assert tx.outbox.waiting() == 0
        tx.outbox.add(outbound(1))
    store.close()


def test_readers_do_not_wait_for_a_writer(store: Store, store_url: str) -> None:
    if store_url == "sqlite://":
        with store.begin() as tx:
            tx.outbox.add(outbound(1))
        with store.begin(write=False) as tx:
            assert tx.outbox.waiting() == 1
        return
    seen: list[int] = []

    def read() -> None:
        with store.begin(write=False) as tx:
            seen.append(tx.outbox.waiting())

    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(5)
        assert seen == [0]


def test_a_writer_inside_a_writer_is_told_so_and_does_not_hang(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit, "BUSY_SECONDS", 0.05)
    with store.begin() as tx:
        tx.outbox.add(outbound(1))
        if store_url.startswith("sqlite"):
            with pytest.raises(Busy), store.begin():
                pass
    with store.begin() as tx:
        assert tx.outbox.waiting() == 1


def test_a_fresh_store_in_memory_is_quick_enough_for_one_per_conversation(new_id: Callable[[], str]) -> None:
    open_test_store("sqlite://", new_id).close()
    assert spent(lambda: open_test_store("sqlite://", new_id).close(), tries=5) < 0.25


def test_two_stores_in_memory_know_nothing_of_each_other(new_id: Callable[[], str]) -> None:
    one, two = open_test_store("sqlite://", new_id), open_test_store("sqlite://", new_id)
    with one.begin() as tx:
        tx.outbox.add(outbound(1))
    with two.begin() as tx:
        assert tx.outbox.waiting() == 0
    one.close()
    two.close()


def test_a_file_is_written_with_full_durability(tmp_path: Path) -> None:
    made = make_engine(f"sqlite:///{tmp_path}/x.db")
    with made.connect() as connection:
        asked = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("journal_mode", "synchronous", "foreign_keys")
        }
    made.dispose()
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
