"""A desk of its own and a browser beside it, for what is measured by hand: started as `serve` starts one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from agent.renewal import Renewal
from agent.verbs.serve import make_ready
from tests.browser.conftest import CHROMIUM
from tests.web.console_desk import Clock, World
from tests.web.console_served import served


@contextmanager
def measured() -> Iterator[tuple[Browser, World, str]]:
    """(a browser, the desk's world, its address)"""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), Clock()) as (world, base),
        sync_playwright() as play,
    ):
        renewal = Renewal(world.desk, world.settings.content)
        renewal.start()
        make_ready(world.desk, world.app.state.ready)
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        yield browser, world, base
        browser.close()
        renewal.stop()
