"""Brings a database to the newest schema, in one transaction; the steps themselves are in versions/."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from agent.adapters.store.engine import is_away, make_engine, start
from agent.model.fault import Busy

HEAD = "0004"  # the newest file in versions/; a test compares
_LOCK = text("SELECT pg_advisory_xact_lock(5063240)")  # one process migrates, the others wait


def migrate(url: str) -> None:
    """Safe to call at every start and from several processes at once. Creates the folder of a SQLite file.
    Raises Busy when the database is away."""
    engine = make_engine(url)
    try:
        if engine.dialect.name == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        if _revision(engine) != HEAD:
            _upgrade(engine)
    except Exception as fault:
        if is_away(fault):
            raise Busy("the database is locked or away") from fault
        raise
    finally:
        engine.dispose()


def _revision(engine: Engine) -> str | None:
    """The schema's revision, without importing Alembic."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.connect() as connection, start(connection, write=True):
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


__all__ = ["HEAD", "migrate"]
