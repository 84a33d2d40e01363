"""A confirmed booking costs the keys that docs/measurements.md says, counted by the page itself."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.keystrokes import measure
from tests.web.console_desk import Clock
from tests.web.console_served import served


def test_a_booking_is_confirmed_with_the_keys_that_are_claimed(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, Clock()) as (world, base):
        found = measure(browser, world, base)
        with world.desk.store.begin(write=False) as tx:
            reasons = [t.changes[-1].why for t in tx.tasks.done(world.desk.clinic.id) if t.changes[-1].why]
    assert [(f.decisions, f.keys, f.clicks) for f in found] == [(1, 3, 0), (1, 4, 0), (1, 6, 0), (10, 12, 0)]
    assert reasons == ["their-wish"]
