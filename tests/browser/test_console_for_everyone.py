"""Every page of the console against axe-core's WCAG 2.2 AA rules, in light and dark, and in the size it may have."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from agent.desk import decide
from tests.web.console_desk import EMAIL, PASSWORD, Clock, World
from tests.web.console_served import served

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
MOST_BYTES = 150_000  # of a page with all that it loads, as it goes over the wire


def pages(world: World) -> list[str]:
    """One address for each page, with something on it."""
    task, other = world.booking(unsure=("name",)), world.booking("ear", "Aisha Rahman", "2001-10-11", locale="es",
                                                                quotes={"reason": "ear"})  # fmt: skip
    held, heard = world.talk("crushing chest pain", phone="+17185550134")
    world.prepare("urgent", held, {"category": "chest_pain", "words": "crushing chest pain"}, heard[0], priority="stat",
                  because="chest_pain", words="chest pain")  # fmt: skip
    decide.decline(world.desk, other.id, 0, world.user("admin"), "call_us")
    with world.desk.store.begin(write=False) as tx:
        her = tx.patients.search(world.desk.clinic.id, "Guadalupe")[0]
    return [
        "/console", "/console?view=urgent&language=en", f"/console/tasks/{task.id}", f"/console/tasks/{other.id}",
        "/console/conversations", f"/console/conversations/{task.conversation}", "/console/calendar",
        "/console/calendar?provider=okafor", "/console/patients", f"/console/patients/{her.id}", "/console/done",
        "/console/hearing", "/console/reports", "/console/wrongs", "/console/sends", "/console/people",
        "/console/account", "/console/audit", "/console/tasks/nothing",
    ]  # fmt: skip


def sign_in(browser: Browser, base: str, scheme: str) -> Page:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{base}/console/sign-in")
    assert faults(page) == []
    page.get_by_label("E-mail").fill(EMAIL["admin"])
    page.get_by_label("Password").fill(PASSWORD["admin"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console")
    return page


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url.rpartition('/')[2]} {v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_promise_57_every_page_of_the_console_is_there_for_everybody(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    with served(tmp_path, Clock()) as (world, base):
        page, wrong = sign_in(browser, base, scheme), []
        for address in pages(world):
            page.goto(base + address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, "scrolls sideways")
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            wrong += faults(page)
            loaded = page.evaluate(
                "performance.getEntries().reduce((all, e) => all + (e.encodedBodySize || 0), 0)"
            )  # fmt: skip
            assert loaded < MOST_BYTES, (address, loaded)
        page.context.close()
        assert wrong == []
