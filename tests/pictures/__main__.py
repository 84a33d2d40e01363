"""`make pictures`: the screenshots of docs/pictures, taken from a fresh demo as a newcomer would see it."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from agent.house import content_of
from agent.journey.place import place
from agent.journey.story import MONDAY, NUMBER
from agent.settings import ROOT
from agent.verbs.rehearse import DEMO
from tests.browser.conftest import CHROMIUM
from tests.browser.fake_chat_server import Desk, serving
from tests.browser.journey_watched import strip, watched
from tests.browser.widget_page import launcher
from tests.clinics import clinic_of
from tests.pictures.every_page import every_page
from tests.running import running_demo

PICTURES = ROOT / "docs" / "pictures"
WAIT = 1500  # ms, for an answer to arrive and be drawn


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as running, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        _phone(browser, running.base)
        _chat(browser, running.base)
        _console(browser, running.base)
        _journey(browser)
        every_page(browser, Path(folder), PICTURES / "console")
        _calendar(browser)
        browser.close()
    return 0


def _journey(browser: Browser) -> None:
    shots: list[tuple[str, bytes]] = []
    with place(clinic_of(DEMO), content_of(), MONDAY, NUMBER) as at:
        for _ in watched(browser, at, lambda page, title: shots.append((title, page.screenshot()))):
            pass
    strip(shots, PICTURES / "journey.png")


def _calendar(browser: Browser) -> None:
    """A visit that is booked, in the chat, with the button for the patient's own calendar."""
    desk = Desk()
    with serving(desk) as base:
        page = _page(browser, f"{base}/chat", 390, 620)
        launcher(page).click()
        page.wait_for_timeout(WAIT)
        booked = "Confirmed by Rosa Delgado: Monday, March 9 at 9:45 AM, Dr. Linh Nguyen, Chicago.\nFor your calendar:"
        desk.say(f"{booked} {base}/visit/Pf1FzZyrhHnTZRtp", lang="en")
        page.wait_for_timeout(WAIT)
        page.screenshot(path=PICTURES / "chat-calendar.png")


def _page(browser: Browser, url: str, width: int = 1280, height: int = 800, scheme: str = "light") -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    return page


def _phone(browser: Browser, base: str) -> None:
    page = _page(browser, f"{base}/phone")
    labels = [o.inner_text() for o in page.locator("select").first.locator("option").all()]
    page.locator("select").first.select_option(label=next(t for t in labels if "Guadalupe" in t))
    box = page.get_by_role("textbox", name="Text message")
    first = "Quiero una cita con la Dra. Okafor lo antes posible para un chequeo"
    for words in (first, "1", "Guadalupe Hernández, 12 de diciembre de 1979", "sí"):
        box.fill(words)
        box.press("Enter")
        page.wait_for_timeout(WAIT)
    page.screenshot(path=PICTURES / "phone.png")


def _chat(browser: Browser, base: str) -> None:
    page = _page(browser, f"{base}/chat", height=860)
    page.locator("frontdesk-chat").get_by_role("button").first.click()
    page.wait_for_timeout(WAIT)
    box = page.locator("frontdesk-chat").get_by_role("textbox")
    for words in ("I need a dental cleaning next week", "where can I park?"):
        box.fill(words)
        box.press("Enter")
        page.wait_for_timeout(WAIT)
    page.screenshot(path=PICTURES / "chat.png")
    page.set_viewport_size({"width": 390, "height": 780})
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / "chat-phone.png")
    for words in ("I have chest pain and my left arm is numb",):
        box.fill(words)
        box.press("Enter")
        page.wait_for_timeout(WAIT)
    page.screenshot(path=PICTURES / "chat-emergency.png")


def _console(browser: Browser, base: str) -> None:
    for scheme in ("light", "dark"):
        page = _page(browser, f"{base}/console", scheme=scheme, height=560)
        page.get_by_label("mail").fill("front@demo.clinic")
        page.get_by_label("assword").fill("front-desk-demo")
        page.keyboard.press("Enter")
        page.wait_for_timeout(WAIT)
        suffix = "" if scheme == "light" else "-dark"
        page.screenshot(path=PICTURES / f"console{suffix}.png")
        page.get_by_text("Guadalupe Hernández").first.click()
        page.wait_for_timeout(WAIT)
        page.get_by_role("button", name="Dismiss").click()  # the alarm, which would lie over the middle of a whole page
        page.screenshot(path=PICTURES / f"console-task{suffix}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main())
