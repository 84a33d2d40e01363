"""The box to try a message at /admin, in a browser: what is published beside the draft, also before it is saved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import shared
from tests.browser.console_pages import faults
from tests.web.console_desk import EMAIL, PASSWORD, Clock, World
from tests.web.console_served import served

PATIENCE = 90_000  # ms; a draft's sentences are learned by a process that lets everything else go first
SAID = "se me sienta un elefante encima"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    with served(Path(tmp_path_factory.mktemp("trying")), Clock()) as held:
        held[0].desk.ears, held[0].desk.gate = shared.hearing().ears, shared.hearing().gate
        yield held


@pytest.fixture
def page(browser: Browser, place: tuple[World, str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{place[1]}/console/sign-in?next=/admin/safety/es/chest_pain")
    page.get_by_label("E-mail").fill(EMAIL["admin"])
    page.get_by_label("Password").fill(PASSWORD["admin"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    yield page
    context.close()
    assert wrong == []


def test_phrases_and_sentences_are_tried_before_they_are_saved_and_each_side_says_which_it_is(
    page: Page, place: tuple[World, str]
) -> None:
    box, published, draft = page.locator("#tried"), page.locator("#tried section").first, page.locator("[data-draft]")
    page.get_by_label("Try it").fill(SAID)
    expect(box).to_contain_text("The draft changes nothing that is heard")
    expect(draft).to_have_count(0)
    page.locator("textarea[name=phrases-E1]").fill(SAID)
    expect(draft).to_contain_text("not saved yet")
    expect(page.locator("[data-draft=faulty]")).to_contain_text("cannot be heard as it stands", timeout=PATIENCE)
    page.locator("textarea[name=tests]").fill("ay, se me sienta un elefante encima")
    expect(page.locator("[data-draft=learning], [data-draft=ready]")).to_contain_text(
        "es.chest_pain: se me sienta un elefante encima", timeout=PATIENCE
    )
    expect(published).not_to_contain_text("chest pain")
    expect(page.locator("[data-draft=ready]")).to_contain_text("chest pain", timeout=PATIENCE)
    expect(box).to_contain_text("The draft hears it otherwise:")
    expect(box).to_contain_text("danger")
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_label("Try it").fill("hola, buenos días")
    expect(page.locator("[data-draft]")).to_contain_text("as it is saved", timeout=PATIENCE)
    world = place[0]
    assert world.desk.gate.read(SAID, "es").category == "none"  # patients meet what is published
