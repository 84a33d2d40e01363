"""A store for a test, with keys that are nobody's."""

from collections.abc import Callable
from datetime import UTC, datetime

from agent.adapters.store import open_store
from agent.ports import Store

DATA_KEY = bytes(range(32))
SECRET = b"the secret of the tests, not of anybody else"


def open_test_store(url: str, new_id: Callable[[], str]) -> Store:
    """The store at this URL as the desk would open it."""
    return open_store(url, data_key=DATA_KEY, secret=SECRET, clock=lambda: datetime.now(UTC), new_id=new_id)
