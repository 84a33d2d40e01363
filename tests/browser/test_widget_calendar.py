"""The link to a visit's calendar file, in a chat: a button that says so, in each direction and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.fake_chat_server import Desk, strings_of
from tests.browser.widget_page import Visit, lines

TOKEN = "Pf1FzZyrhHnTZRtp"


def _said(page_url: str, words: str) -> str:
    """The desk's words, with a link of its own to the visit."""
    return f"{words} {page_url.partition('/chat')[0]}/visit/{TOKEN}"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_visit_for_the_patients_own_calendar_is_a_button_and_no_address(visit: Visit, desk: Desk, lang: str) -> None:
    page = visit(f"/chat?lang={lang}", viewport={"width": 390, "height": 780})
    desk.say(_said(page.url, "Confirmed: Monday at 9:45 AM.\nFor your calendar:"), lang="en")
    calendar = lines(page).last.get_by_role("link", name=strings_of(lang)["calendar"])
    expect(calendar).to_have_attribute("href", re.compile(f"/visit/{TOKEN}$"))
    expect(calendar).to_have_attribute("rel", "noopener noreferrer")
    expect(lines(page).last).not_to_contain_text(TOKEN)
    box, line = calendar.bounding_box(), lines(page).last.bounding_box()
    assert box is not None
    assert line is not None
    assert box["height"] >= 40, "a thumb finds it"
    assert line["x"] <= box["x"]
    assert box["x"] + box["width"] <= line["x"] + line["width"]
    calendar.focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    assert opened.value.url.endswith(f"/visit/{TOKEN}")


def test_a_page_of_somebody_elses_that_is_called_visit_is_no_calendar(visit: Visit, desk: Desk) -> None:
    page = visit()
    desk.say(f"See https://elsewhere.example/visit/{TOKEN}", lang="en")
    link = lines(page).last.get_by_role("link")
    expect(link).to_have_text(f"https://elsewhere.example/visit/{TOKEN}")
    expect(link).not_to_have_class(re.compile("go"))
