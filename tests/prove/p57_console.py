"""Promise 57, the console's part: every page of it, in light and dark, on a tablet and on a phone."""

from itertools import product

from playwright.sync_api import sync_playwright

from agent.web.console_tongue import tongues
from tests.browser.conftest import CHROMIUM
from tests.browser.console_pages import look
from tests.prove.ground import Ground
from tests.web.console_desk import Clock
from tests.web.console_served import served
from tests.web.pseudo import MIRRORED

PROMISE = "Accessible in all languages"
SIZE = (
    "the console: every page in English, Spanish, right to left; light and dark, 1024 and 390 px; axe-core in Chromium"
)


def prove(ground: Ground) -> str:
    seen = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        tongues()["ar"] = MIRRORED
        for language, (scheme, width) in zip(
            ("en", "es", "ar", "ar"), product(("light", "dark"), (1024, 390)), strict=True
        ):
            with served(ground.folder(), Clock()) as (world, base):
                seen += look(browser, world, base, scheme, width, language=language)
        del tongues()["ar"]
        browser.close()
    return f"{seen} pages looked at, no violation, none scrolls sideways, none over 150 kB"
