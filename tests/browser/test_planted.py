"""Planted errors in a real browser: one is missed and one is caught, by keyboard, and every page stays accessible."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from agent.model.clinic import PlantedErrors
from agent.model.task import Task
from tests.browser.console_pages import faults
from tests.web.console_desk import EMAIL, PASSWORD, Clock, World
from tests.web.console_served import served

QUOTES = {"name": "Jon Smith", "dob": "March 14 1985", "opening": "Tuesday March 10", "reason": "knee"}


def prepared(world: World) -> Task:
    return world.booking("Jon Smith, born March 14 1985, Tuesday March 10 please, my knee hurts", quotes=QUOTES)


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/console/sign-in?next=/console/account")
    page.get_by_label("E-mail").fill(EMAIL["front-desk"])
    page.get_by_label("Password").fill(PASSWORD["front-desk"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("They are on: about one prepared visit in 1")).to_be_visible()


def test_one_is_missed_and_one_is_caught_and_nothing_is_carried_out(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, Clock()) as (world, base):
        rules = {"planted_errors": PlantedErrors(one_in=1, most_a_day=5)}
        world.desk.clinic = world.desk.clinic.model_copy(update=rules)
        page = browser.new_context(viewport={"width": 360, "height": 780}).new_page()
        page.set_default_timeout(8000)
        sign_in(page, base)

        task = prepared(world)
        page.goto(f"{base}/console/tasks/{task.id}")
        page.locator('input[name="patient"]').last.check()
        page.keyboard.press("Escape")
        page.locator("h1").click()
        page.keyboard.press("c")
        told = page.get_by_role("alert").filter(has_text="This was a planted error")
        expect(told).to_contain_text("Nothing was sent or booked.")
        assert world.task(task.id) == task
        assert faults(page) == []
        page.locator('input[name="patient"]').last.check()
        page.locator("#confirm").click()
        expect(page.get_by_text("Well seen")).to_have_count(0)
        page.wait_for_url(lambda url: "planted" not in url)
        assert world.task(task.id).status == "completed"

        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 1280, "height": 800})
        task = prepared(world)
        page.goto(f"{base}/console/tasks/{task.id}")
        page.locator("h1").click()
        page.keyboard.press("d")
        page.locator('input[name="why"]').first.check()
        page.get_by_role("button", name=f"Decline #{task.number}").click()
        expect(page.get_by_role("alert").filter(has_text="Well seen: this was a planted error.")).to_be_visible()
        assert world.task(task.id) == task
        assert faults(page) == []

        page.goto(f"{base}/console/account")
        expect(page.get_by_text("You caught 1 of 2 in the last 90 days.")).to_be_visible()
        assert faults(page) == []
        page.context.close()
