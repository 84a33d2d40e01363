"""Every step of the schema goes forward and back with rows in the tables, on both databases."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, inspect, text

from agent.adapters.store import migrate
from agent.adapters.store.engine import make_engine, start
from agent.adapters.store.migrations import config_on
from agent.adapters.vault import Vault
from tests.contracts.samples import appointment, audited, conversation, hold, inbound, outbound, patient, task, user
from tests.stores import DATA_KEY, open_test_store


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("empty_postgres_url"))
    return f"sqlite:///{tmp_path}/desk.db"


def down(connection: Connection, to: str) -> None:
    config = config_on(connection)
    config.attributes["vault"] = Vault(DATA_KEY)
    command.downgrade(config, to)


def filled(url: str, new_id: Callable[[], str]) -> None:
    """A row or more in every room."""
    store = open_test_store(url, new_id)
    now = inbound().received_at
    with store.begin() as tx:
        tx.patients.add(patient())
        tx.staff.add(user())
        tx.conversations.add(conversation(), now)
        tx.inbox.store(inbound(), "c1")
        tx.outbox.add(outbound(provider_ids=("SM9",)))
        tx.tasks.add(task())
        tx.appointments.add(appointment(), now)
        tx.appointments.add(hold("a2", now.replace(hour=18)), now)
        tx.audit.write(audited())
    store.close()


def rows(engine: Engine) -> dict[str, Any]:
    """Table -> its number of rows."""
    with engine.connect() as connection:
        names = [n for n in inspect(connection).get_table_names() if n != "alembic_version"]
        return {n: connection.execute(text(f'SELECT count(*) FROM "{n}"')).scalar() for n in names}


def test_all_the_way_back_to_the_first_schema_and_forward_again_loses_no_row(
    empty_url: str, new_id: Callable[[], str]
) -> None:
    filled(empty_url, new_id)
    engine = make_engine(empty_url)
    before = rows(engine)
    assert sum(before.values()) > 10
    for _ in range(2):
        with engine.connect() as connection, start(connection, write=True):
            down(connection, "0001")
        first = rows(engine)
        assert {n: before[n] for n in first} == first
        migrate(empty_url)
        after = rows(engine)
        assert {n: after[n] for n in first} == first
        assert set(after) == set(before)
    engine.dispose()
    store = open_test_store(empty_url, new_id)
    with store.begin() as tx:
        assert tx.audit.verify() == (1, None)
        assert tx.inbox.get("in-1") == inbound()
        assert tx.tasks.get("t-1") is not None
        assert tx.appointments.get("a1") is not None
        assert tx.patients.get("p-1") == patient()
    store.close()
