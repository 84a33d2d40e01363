"""A console that sleeps and wakes, and a desk that restarts under open consoles: nothing old is shown as current."""

import re
from contextlib import ExitStack
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, expect

from tests.bench.wire import free_port
from tests.served import environment, frontdesk, ready
from tests.web.console_desk import EMAIL, PASSWORD, Clock, decide
from tests.web.console_served import served

# A stream on which nothing comes, as on a line that a sleeping machine has lost; `hears` brings the real one back.
_DEAF = """
const Real = EventSource;
const dead = () => Object.assign(new EventTarget(), { close() {} });
window.EventSource = function (url) { return window.hears ? new Real(url) : dead(); };
window.EventSource.CLOSED = 2;
"""


def test_a_page_that_wakes_shows_what_was_decided_meanwhile(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, Clock()) as (world, base):
        task = world.booking()
        other = world.booking("ear", "Aisha Rahman", "2001-10-11", phone="+17185550140", quotes={"reason": "ear"})
        card, queue = (_sign_in(browser, base, f"/console{where}") for where in (f"/tasks/{task.id}", ""))
        expect(queue.locator(f"#row-{task.id}")).to_be_visible()
        for page in (card, queue):
            _lifecycle(page, "frozen")
        assert decide(world.browser("admin"), task, "confirm", patient="new").status_code == 303
        for page in (card, queue):
            _lifecycle(page, "active")
        expect(card.locator("#stale")).to_contain_text("Changed while you looked", timeout=20_000)
        expect(queue.locator(f"#row-{other.id}")).to_be_visible()
        expect(queue.locator(f".section:not(.done) #row-{task.id}")).to_have_count(0, timeout=20_000)
        card.keyboard.press("c")  # pressed all the same: refused, with who was first
        expect(card.locator(".problem[role=alert]").first).to_contain_text(re.compile("Tom Becker"))
        assert len([x for x in world.said(task.conversation) if "Confirmed by" in x]) == 1


def test_a_restart_under_an_open_console_is_told_and_caught_up_with(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    env = environment(tmp_path / "var", FRONTDESK_PORT=str(port))
    base, words = f"http://127.0.0.1:{port}", ("serve", "--demo")
    with ExitStack() as first:
        ready(port, first.enter_context(frontdesk(*words, env=env)))
        page = _sign_in(browser, base, "/console")
        expect(page.locator("#offline")).to_be_hidden()
        first.close()
        expect(page.locator("#offline")).to_be_visible(timeout=20_000)
        with frontdesk(*words, env=env) as again:
            ready(port, again)
            expect(page.locator("#offline")).to_be_hidden(timeout=20_000)
            with httpx2.Client(base_url=base, trust_env=False) as phone:
                said = {"body": "I want to talk to a person"}
                phone.post("/standin/handset/+12125550177/send", json=said).raise_for_status()
            expect(page.locator("#queue .row")).to_have_count(1, timeout=20_000)  # and nobody had to sign in again
            page.context.close()


def test_a_line_that_went_dead_without_a_word_is_noticed_and_opened_anew(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, Clock()) as (world, base):
        page = browser.new_context().new_page()
        page.clock.install()
        page.add_init_script(_DEAF)
        page.goto(f"{base}/console/sign-in")
        page.get_by_label("E-mail").fill(EMAIL["front-desk"])
        page.get_by_label("Password").fill(PASSWORD["front-desk"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/console")
        expect(page.locator("#offline")).to_be_hidden()
        page.clock.fast_forward(46_000)
        expect(page.locator("#offline")).to_be_visible()
        page.evaluate("window.hears = true")
        task = world.booking()
        page.clock.fast_forward(46_000)
        expect(page.locator("#offline")).to_be_hidden()
        page.clock.fast_forward(1_000)
        expect(page.locator(f"#row-{task.id}")).to_be_visible()


def _lifecycle(page: Page, state: str) -> None:
    """As a laptop's lid does it: the page's scripts stand still until it is active again."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setWebLifecycleState", {"state": state})


def _sign_in(browser: Browser, base: str, path: str) -> Page:
    page = browser.new_context().new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{base}/console/sign-in?next={path}")
    page.get_by_label("E-mail").fill(EMAIL["front-desk"])
    page.get_by_label("Password").fill(PASSWORD["front-desk"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{path}")
    return page
