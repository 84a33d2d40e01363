"""A language begun from a button at /admin, in a browser: what it lacks stands there, and nobody meets it."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.console_pages import faults
from tests.web.console_desk import EMAIL, PASSWORD, Clock
from tests.web.console_served import served

_SIDEWAYS = "document.documentElement.scrollWidth <= innerWidth"


def test_an_admin_begins_persian_on_a_telephone_and_sees_what_is_missing_first(
    browser: Browser, tmp_path: Path
) -> None:
    with served(tmp_path, Clock()) as (world, base):
        context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
        page, wrong = context.new_page(), list[str]()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{base}/console/sign-in?next=/admin/languages")
        page.get_by_label("E-mail").fill(EMAIL["admin"])
        page.get_by_label("Password").fill(PASSWORD["admin"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Its tag").fill("Persisch")
        page.keyboard.press("Enter")
        expect(page.locator("#wrong")).to_contain_text("no language by this tag")
        expect(page.get_by_label("Its tag")).to_have_value("Persisch")
        page.get_by_label("Its tag").fill("fa")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Persian")
        expect(page.locator("h1 small")).to_have_text("فارسی")
        expect(page.locator("#main")).to_contain_text("in the draft: in preparation")
        expect(page.locator(".changes h3").first).to_have_text("Safety and crisis")
        page.get_by_text("missing", exact=False).first.click()
        assert page.evaluate(_SIDEWAYS)
        assert faults(page) == []
        page.goto(f"{base}/admin/draft")
        expect(page.locator(".changes")).to_contain_text("Language fa")
        assert page.evaluate(_SIDEWAYS)
        assert "fa" not in world.desk.content.languages
        context.close()
        assert wrong == []
