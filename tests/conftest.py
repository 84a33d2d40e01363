"""What every test may ask for: a store on each database, private servers, and no network beyond this machine."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from agent.adapters.ids import new_ids
from agent.adapters.store import migrate
from agent.adapters.store.tables import metadata
from agent.ports import Store
from tests import shared
from tests.network import refuse_beyond_loopback
from tests.postgres import fresh_database, running_postgres
from tests.quickened import quicken
from tests.redis_server import running_redis
from tests.stores import open_test_store

os.environ.setdefault("FRONTDESK_UNDO_SECONDS", "0")  # tests of other things do not wait for second thoughts
quicken()
BACKENDS = ("sqlite-file", "sqlite-memory", "postgres")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Train what is missing once, before the workers that share it start (a minute in a fresh clone, else nothing)."""
    if not hasattr(session.config, "workerinput"):
        shared.hearing()


def pytest_collection_finish() -> None:
    """What is there before the first test stays: looking through it again and again costs a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            real = getattr(socket.socket, name)

            def guarded(self: socket.socket, *args: Any, _real: Any = real, _position: int = position) -> Any:
                refuse_beyond_loopback(self.family, args[_position])
                return _real(self, *args)

            patch.setattr(socket.socket, name, guarded)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of this test run, with a migrated database to copy."""
    with running_postgres() as url, ExitStack() as stack:
        template = stack.enter_context(fresh_database(url))
        migrate(template)
        yield template


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of its own for this test, already migrated."""
    base, _, template = postgres_server.rpartition("/")
    with fresh_database(f"{base}/postgres", template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of its own for this test, without any table."""
    with fresh_database(postgres_server.rpartition("/")[0] + "/postgres") as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture
def new_id() -> Callable[[], str]:
    return new_ids(lambda: datetime.now(UTC))


@pytest.fixture(scope="session")
def shared_postgres_url(postgres_server: str) -> Iterator[str]:
    base, _, template = postgres_server.rpartition("/")
    with fresh_database(f"{base}/postgres", template) as url:
        yield url


@pytest.fixture
def swept_postgres_url(shared_postgres_url: str) -> str:
    """A migrated database without a row; emptying one is much quicker than making one."""
    with psycopg.connect(shared_postgres_url) as connection:  # all at once: sixty questions take longer than deleting
        connection.execute("; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)))
    return shared_postgres_url


@pytest.fixture(params=BACKENDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of each kind is kept."""
    if request.param == "postgres":
        return str(request.getfixturevalue("swept_postgres_url"))
    return "sqlite://" if request.param == "sqlite-memory" else f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture
def store(store_url: str, new_id: Callable[[], str]) -> Iterator[Store]:
    """An empty store, once on each database."""
    opened = open_test_store(store_url, new_id)
    yield opened
    opened.close()
