"""What tests get quickly is what the desk would get: its routes, its tables."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fastapi import routing
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from agent.adapters.store import engine, migrate
from agent.web.app import create_app
from tests import quickened
from tests.stores import open_test_store
from tests.web.console_desk import World


def about(value: Any) -> Any:
    """Everything of a route but the functions that are a desk's own, and what is made of those alone."""
    if isinstance(value, APIRoute):
        told = {k: about(v) for k, v in vars(value).items() if k not in {"endpoint", "app", "path_regex"}}
        return {**told, "path_regex": value.path_regex.pattern, "called": value.dependant.call is value.endpoint}
    if isinstance(value, Dependant):
        return {k: about(getattr(value, k)) for k in Dependant.__slots__ if k != "call"}
    if isinstance(value, list):
        return [about(each) for each in value]
    return repr(value) if hasattr(value, "field_info") else value


def test_routes_that_were_read_before_are_those_that_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    world, other = World(), World()
    quick, again = create_app(world.desk, loops=False), create_app(other.desk, loops=False)
    monkeypatch.setattr(routing, "_populate_api_route_state", quickened._build)
    slow = create_app(world.desk, loops=False)
    routes = [[each for each in app.routes if isinstance(each, APIRoute)] for app in (quick, again, slow)]
    assert len(routes[0]) > 100
    for one, two, real in zip(*routes, strict=True):
        assert about(one) == about(two) == about(real)
        assert len({one.endpoint, two.endpoint, real.endpoint}) == 3 or one.endpoint is two.endpoint is real.endpoint
    assert quick.openapi() == again.openapi() == slow.openapi()
    world.desk.store.close()
    other.desk.store.close()


def tables(file: sqlite3.Connection) -> list[tuple[str, ...]]:
    return file.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def test_a_database_in_memory_has_every_table() -> None:
    real, quick = engine.make_engine("sqlite://"), engine.make_engine("sqlite://")
    engine.create_in_memory(real)
    quickened._in_memory(quick)
    with real.connect() as one, quick.connect() as two:
        raw: list[Any] = [each.connection.dbapi_connection for each in (one, two)]
        assert tables(raw[0]) == tables(raw[1])
        assert len(tables(raw[0])) > 100
    real.dispose()
    quick.dispose()


def test_a_new_file_is_what_the_migrations_make(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/migrated.db")
    open_test_store(f"sqlite:///{tmp_path}/new.db", lambda: "id").close()
    with sqlite3.connect(tmp_path / "migrated.db") as one, sqlite3.connect(tmp_path / "new.db") as two:
        assert tables(one) == tables(two)
        for table in ("alembic_version", "outbox", "audit"):
            assert one.execute(f"SELECT * FROM {table}").fetchall() == two.execute(f"SELECT * FROM {table}").fetchall()
        assert one.execute("PRAGMA journal_mode").fetchall() == two.execute("PRAGMA journal_mode").fetchall()
    one.close()
    two.close()
