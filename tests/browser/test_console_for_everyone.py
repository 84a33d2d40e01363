"""The console against axe-core's WCAG 2.2 AA rules, in its size; every page of it is looked at in `make prove`."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.console_pages import look
from tests.web.console_desk import Clock
from tests.web.console_served import served


@pytest.mark.parametrize(("scheme", "every"), [("light", 4), ("dark", 5)])
def test_promise_57_the_console_is_there_for_everybody(
    browser: Browser, tmp_path: Path, scheme: str, every: int
) -> None:
    with served(tmp_path, Clock()) as (world, base):
        assert look(browser, world, base, scheme, 1024, every) > 3
