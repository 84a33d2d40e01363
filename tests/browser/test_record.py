"""A visit handed in, a record searched and written to in a real browser, on a phone and at a desk, light and dark."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.adapters.chart_fhir import FhirChart
from agent.desk.chart_write import write_next
from agent.desk.documents import draft_next
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from tests.browser.console_pages import faults
from tests.documents.knee_visit import ROOT
from tests.fhir.fake_server import Fake, fake_server
from tests.fhir.server_process import TOKEN
from tests.fhir.written import jon, note_of
from tests.web.console_desk import EMAIL, PASSWORD, World
from tests.web.console_served import served

TALK = "Doctor: What brings you in?\nPatient: I have had pain in my left knee for three weeks."


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str, Fake]]:
    with fake_server() as fake, served(Path(tmp_path_factory.mktemp("record"))) as (world, base):
        world.desk.chart = FhirChart(fake.url, TOKEN)
        world.desk.writer, world.desk.verifier = EmbeddedWriter(ROOT), verify
        while draft_next(world.desk):
            pass
        yield world, base, fake


def signed_in(browser: Browser, base: str, scheme: str, width: int) -> Page:
    shape = {"viewport": {"width": width, "height": 780}, "color_scheme": scheme}
    page = browser.new_context(**shape).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    page.goto(f"{base}/console/sign-in")
    page.get_by_label("E-mail").fill(EMAIL["clinician"])
    page.get_by_label("Password").fill(PASSWORD["clinician"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console")
    return page


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert faults(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_a_clinicians_way_from_a_visit_to_the_record(
    browser: Browser, place: tuple[World, str, Fake], scheme: str, width: int
) -> None:
    world, base, fake = place
    page = signed_in(browser, base, scheme, width)
    page.goto(f"{base}/console/patients/{jon(world).id}")
    page.get_by_role("link", name="Hand in a visit").click()
    page.get_by_label(re.compile("^or pasted here")).fill("How are you?\n" + TALK)
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("p.problem[role=alert]")).to_contain_text("mend what is marked")
    expect(page.locator("#bad-transcript_file")).to_contain_text("Line 1: this line has no speaker")
    fits(page)
    page.get_by_label(re.compile("^or pasted here")).fill(f"{TALK} {scheme}.")
    page.get_by_label(re.compile("agreed to the recording")).check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("It is being drafted.")).to_be_visible()
    assert draft_next(world.desk)
    expect(page.get_by_role("heading", name="What you would sign")).to_be_visible()  # by itself

    page.goto(f"{base}/console/search/{jon(world).id}")
    page.get_by_label(re.compile("^What do you look for")).fill("knee pain")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text(re.compile("pain|knee", re.IGNORECASE))
    assert "knee" not in page.url
    fits(page)

    note = note_of(world)
    page.goto(f"{base}/console/record/note/{note.id}")
    page.get_by_role("button", name="Look what would change").click()
    expect(page.get_by_role("heading", name=re.compile("^What would change"))).to_be_visible()
    fits(page)
    before = len(fake.of("Composition"))
    page.get_by_role("button", name=re.compile("^Write ")).click()
    expect(page.get_by_text("being written")).to_be_visible()
    assert len(fake.of("Composition")) == before
    while write_next(world.desk):
        pass
    expect(page.get_by_role("button", name="Compare with the record again")).to_be_visible()  # by itself
    fits(page)
    page.goto(f"{base}/console/record")
    fits(page)
    assert len(fake.of("Composition")) == before + 1
    page.context.close()
