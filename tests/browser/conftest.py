"""What the widget's tests need: one Chromium and one small server per module, a fresh page per visit."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.fake_chat_server import Desk, serving
from tests.browser.widget_page import Visit, launcher, lines

CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Desk, str]]:
    desk = Desk()
    with serving(desk) as url:
        yield desk, url


@pytest.fixture
def desk(served: tuple[Desk, str]) -> Desk:
    served[0].behave()
    return served[0]


@pytest.fixture
def visit(browser: Browser, served: tuple[Desk, str], desk: Desk) -> Iterator[Visit]:
    """Opens a page with the widget; fails the test where the page raised an error or broke its own CSP."""
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def go(path: str = "/chat", *, opened: bool = True, clock: bool = False, base: str = "", **how: Any) -> Page:
        contexts.append(browser.new_context(**how))
        page = contexts[-1].new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None)
        if clock:
            page.clock.install()
        page.goto((base or served[1]) + path)
        if opened:
            launcher(page).click()
            expect(lines(page).first).to_be_visible()
        return page

    yield go
    for each in contexts:
        each.close()
    desk.hang_up()
    assert wrong == []
