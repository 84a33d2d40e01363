"""A machine's draft beside a reply, in a real browser: it stays, is marked as such, and goes nowhere unread."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from agent.understand.reply_model import ModelReplier
from tests.browser.console_pages import sign_in
from tests.web.console_desk import Clock
from tests.web.console_served import served

SPANISH = "Una persona de recepción lo mira hoy y le escribe por aquí."


class Says:
    """A chat model that always answers this."""

    def invoke(self, messages: Any) -> Any:
        return {"reply": SPANISH, "meaning": "Somebody looks at it today and writes to you here."}


def test_a_draft_stays_until_somebody_has_read_and_sent_it(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path, Clock()) as (world, base):
        world.desk.replier = ModelReplier("a:model", chat=Says(), seconds=30.0)
        held, _ = world.talk(*["¿puedo llevar a mi perro?"] * 12, locale="es")
        page = sign_in(browser, base, "light", 1280, "front-desk")
        page.clock.install()
        page.goto(f"{base}/console/conversations/{held.id}")
        page.get_by_role("button", name="Draft by machine").click()
        draft = page.get_by_role("region", name="Machine draft")
        expect(draft).to_contain_text(SPANISH)
        page.clock.run_for(10_000)  # nobody touches it meanwhile
        page.wait_for_load_state()
        expect(draft).to_contain_text("Nobody has checked it.")
        draft.get_by_role("button", name="Put it into the box").click()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator("#problem")).to_contain_text("these are a machine's words")
        expect(page.locator("#problem")).to_be_in_viewport()  # beside the button that was pressed
        assert SPANISH not in world.said(held.id)
        page.get_by_label("I have read the machine's draft").check()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".thread")).to_contain_text(SPANISH)
        expect(draft).to_have_count(0)
        assert SPANISH in world.said(held.id)
        page.context.close()
