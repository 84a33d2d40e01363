"""Brings a database to the newest schema, in one transaction; the steps themselves are in versions/."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from agent.adapters.store.engine import busy, make_engine, start
from agent.adapters.vault import Vault

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0038"  # the newest file in versions/; a test compares
ALONE = text("SELECT pg_advisory_xact_lock(5063240)")  # one process migrates, the others wait


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
        if (away := busy(fault)) is not None:
            raise away from fault
        raise
    finally:
        engine.dispose()


def migrate_back(url: str, to: str, vault: Vault) -> None:
    """Back to an older schema, with every row kept readable by the program that knew it; nobody else may be at work."""
    from alembic import command

    engine = make_engine(url)
    try:
        with engine.connect() as connection, start(connection, write=True):
            config = _config()
            config.attributes |= {"connection": connection, "vault": vault}
            command.downgrade(config, to)
    finally:
        engine.dispose()


def _revision(engine: Engine) -> str | None:
    """The schema's revision, without importing Alembic."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine) -> None:
    with engine.connect() as connection, start(connection, write=True):
        if connection.dialect.name == "postgresql":
            connection.execute(ALONE)
        climb(connection, "head")


def climb(connection: Connection, to: str) -> None:
    """Every step up to that schema, in the caller's transaction."""
    from alembic import command

    command.upgrade(config_on(connection), to)


def config_on(connection: Connection) -> "Config":
    """Alembic's own word for where the steps are, and on which connection they run."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def known_schemas() -> set[str]:
    """Every schema that this version can make."""
    from alembic.script import ScriptDirectory

    return {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


__all__ = ["ALONE", "HEAD", "climb", "config_on", "known_schemas", "migrate", "migrate_back"]
