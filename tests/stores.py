"""A store for a test, with keys that are nobody's."""

import atexit
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

from agent.adapters.store import migrate, open_store
from agent.ports import Store

DATA_KEY = bytes(range(32))
SECRET = b"the secret of the tests, not of anybody else"
_FILE = "sqlite:///"


@cache
def _migrated() -> Path:
    """A file that has gone through every step, once; a new one starts as its copy, as PostgreSQL's databases do."""
    folder = mkdtemp()
    atexit.register(shutil.rmtree, folder, True)
    migrate(f"{_FILE}{folder}/migrated.db")
    return Path(folder, "migrated.db")


def open_test_store(url: str, new_id: Callable[[], str]) -> Store:
    """The store at this URL as the desk would open it."""
    file = Path(url.removeprefix(_FILE))
    if url.startswith(_FILE) and file.parent.is_dir() and not file.exists():
        _begin_as_copy(file)
    return open_store(url, data_key=DATA_KEY, secret=SECRET, clock=lambda: datetime.now(UTC), new_id=new_id)


def _begin_as_copy(file: Path) -> None:
    """Whole or not at all: several processes may open a new store at once, and the first one's copy stays."""
    own = file.with_name(f"{file.name}.{uuid4().hex}")
    shutil.copyfile(_migrated(), own)
    with suppress(FileExistsError):
        os.link(own, file)
    own.unlink()
