"""Where things are in a page that carries the widget, and how a person writes there."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page

from tests.browser.fake_chat_server import strings_of

EN, ES = strings_of("en"), strings_of("es")
Visit = Callable[..., Page]


def launcher(page: Page) -> Locator:
    return page.locator("frontdesk-chat .launcher")


def lines(page: Page) -> Locator:
    return page.locator("frontdesk-chat .m")


def write(page: Page, text: str) -> None:
    page.locator("frontdesk-chat textarea").fill(text)
    page.keyboard.press("Enter")


def mine(page: Page, text: str) -> Locator:
    return page.locator("frontdesk-chat .m.mine").filter(has_text=text)
