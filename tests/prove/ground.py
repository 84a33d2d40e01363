"""What a proof stands on: real servers of its own, started when first asked for, and a folder that is thrown away."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from agent.adapters.store import migrate
from tests.postgres import fresh_database, running_postgres
from tests.redis_server import running_redis


class Ground:
    """Databases, a Redis and a folder for one run of proofs; `seed` makes the run repeatable."""

    def __init__(self, seed: int, stack: ExitStack, folder: Path) -> None:
        self.seed = seed
        self._stack, self._folder = stack, folder
        self._template: str | None = None
        self._count = 0

    def random(self) -> random.Random:
        """A generator that starts from the seed, the same for every proof."""
        return random.Random(self.seed)

    def folder(self) -> Path:
        """A fresh, empty folder."""
        self._count += 1
        made = self._folder / str(self._count)
        made.mkdir()
        return made

    def sqlite(self) -> str:
        """The URL of a migrated SQLite database in a file of its own."""
        url = f"sqlite:///{self.folder()}/desk.db"
        migrate(url)
        return url

    def postgres(self) -> str:
        """The URL of a migrated PostgreSQL database of its own."""
        if self._template is None:
            server = self._stack.enter_context(running_postgres())
            self._template = self._stack.enter_context(fresh_database(server))
            migrate(self._template)
        base, _, template = self._template.rpartition("/")
        return self._stack.enter_context(fresh_database(f"{base}/postgres", template))

    def redis(self) -> str:
        """The URL of an empty Redis of its own."""
        return self._stack.enter_context(running_redis())


@contextmanager
def ground(seed: int) -> Iterator[Ground]:
    """Everything started on it is stopped and thrown away at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="frontdesk-prove-")))
        yield Ground(seed, stack, folder)
