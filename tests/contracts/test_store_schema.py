"""The migrations make the very tables that the store speaks of, on every database."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from agent.adapters.store import migrations
from agent.adapters.store.engine import create_in_memory, make_engine
from agent.adapters.store.migrations import HEAD, migrate
from agent.adapters.store.tables import metadata


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("empty_postgres_url"))
    return f"sqlite:///{tmp_path}/new/folder/desk.db"


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_migrations_and_tables_agree(empty_url: str) -> None:
    migrate(empty_url)
    migrate(empty_url)
    engine = make_engine(empty_url)
    try:
        assert differences(engine) == []
    finally:
        engine.dispose()


def test_the_newest_step_is_the_one_that_is_asked_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def schema(engine: Engine) -> set[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master WHERE name <> 'alembic_version'"))
        return {(row.name, " ".join(row.sql.split())) for row in rows if row.type != "table" and row.sql}


def test_a_store_in_memory_has_the_same_indexes_and_triggers_as_a_migrated_file(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/desk.db")
    file, memory = make_engine(f"sqlite:///{tmp_path}/desk.db"), make_engine("sqlite://")
    create_in_memory(memory)
    try:
        assert schema(file) == schema(memory)
        assert {"appointments_overlap_insert", "appointments_overlap_update"} <= {name for name, _ in schema(file)}
        assert differences(memory) == []
    finally:
        file.dispose()
        memory.dispose()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import command

    real = command.upgrade

    def fails(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        raise RuntimeError("power cut")

    monkeypatch.setattr(command, "upgrade", fails)
    url = f"sqlite:///{tmp_path}/desk.db"
    with pytest.raises(RuntimeError):
        migrate(url)
    engine = make_engine(url)
    assert schema(engine) == set()
    engine.dispose()
    monkeypatch.undo()
    migrate(url)


def test_several_open_a_new_file_at_once(tmp_path: Path) -> None:
    """SQLite tells one of two that change the journal at the same moment that the file is locked, without waiting."""
    together = Barrier(4)

    def open_all(_: int) -> list[str]:
        modes = []
        for n in range(40):
            engine = make_engine(f"sqlite:///{tmp_path}/{n}.db")
            together.wait(30)
            with engine.connect() as connection:
                modes.append(str(connection.execute(text("PRAGMA journal_mode")).scalar()))
            engine.dispose()
        return modes

    with ThreadPoolExecutor(4) as pool:
        assert [mode for modes in pool.map(open_all, range(4)) for mode in modes] == ["wal"] * 160


def test_a_query_for_work_uses_the_small_indexes(tmp_path: Path) -> None:
    from sqlalchemy.dialects import sqlite

    from agent.adapters.store import appointments, inbox, outbox

    migrate(f"sqlite:///{tmp_path}/desk.db")
    engine = make_engine(f"sqlite:///{tmp_path}/desk.db")
    wanted = {
        "ix_inbox_waiting": inbox._next(1),
        "ix_inbox_open_conversation": inbox._next(1),
        "uq_inbox_one_claimed": inbox._next(1),
        "ix_outbox_open ": outbox._DUE,
        "SEARCH other USING INDEX ix_outbox_thread (conversation=? AND id<?)": outbox._DUE,
        "COVERING INDEX ix_appointments_busy": appointments._BUSY,
    }
    with engine.connect() as connection:
        for index, statement in wanted.items():
            compiled = str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))
            said = re.sub(r"__\[POSTCOMPILE_\w+\]", "'x'", compiled)
            names = dict.fromkeys(re.findall(r":(\w+)", said), 1)
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", names).all()
            assert any(index in f"{row.detail} " for row in plan), (index, [row.detail for row in plan])
    engine.dispose()
