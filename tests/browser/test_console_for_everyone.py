"""The console against axe-core's WCAG 2.2 AA rules, in its size; every page of it is looked at in `make prove`."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from agent.web.console_tongue import tongues
from tests.browser.console_pages import look
from tests.web.console_desk import Clock
from tests.web.console_served import served
from tests.web.pseudo import MIRRORED


@pytest.mark.parametrize(("scheme", "every", "language"), [("light", 7, "ar"), ("dark", 9, "es")])
def test_promise_57_the_console_is_there_for_everybody(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, every: int, language: str
) -> None:
    monkeypatch.setitem(tongues(), "ar", MIRRORED)
    with served(tmp_path, Clock()) as (world, base):
        assert look(browser, world, base, scheme, 1024, every, language) > 3
