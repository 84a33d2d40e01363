"""Promise 57, the console's part: every page of it, in light and dark, on a tablet and on a phone."""

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.browser.console_pages import look
from tests.prove.ground import Ground
from tests.web.console_desk import Clock
from tests.web.console_served import served

PROMISE = "Accessible in all languages"
SIZE = "the console: every page, unfolded, light and dark, 1024 and 390 px, axe-core's WCAG 2.2 AA rules in Chromium"


def prove(ground: Ground) -> str:
    seen = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        for scheme in ("light", "dark"):
            for width in (1024, 390):
                folder = ground.folder()
                with served(folder, Clock()) as (world, base):
                    seen += look(browser, world, base, scheme, width)
        browser.close()
    return f"{seen} pages looked at, no violation, none scrolls sideways, none over 150 kB"
