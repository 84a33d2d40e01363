"""An admin in a real browser: a new place and a new kind of visit, and the law of another region, into the draft."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.adapters.clinic_edits import edited_clinic
from agent.model.clinic import Clinic
from tests.web.console_desk import EMAIL, PASSWORD, Clock, World
from tests.web.console_served import served


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    with served(Path(tmp_path_factory.mktemp("admin")), Clock()) as held:
        yield held


@pytest.fixture
def page(browser: Browser, place: tuple[World, str]) -> Iterator[Page]:
    """Signed in as an admin, on a narrow phone; fails where the page raised an error."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=place[1])
    made = context.new_page()
    made.set_default_timeout(8000)
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.goto("/console/sign-in?next=/admin/facts")
    made.get_by_label("E-mail").fill(EMAIL["admin"])
    made.get_by_label("Password").fill(PASSWORD["admin"])
    made.get_by_role("button", name="Sign in", exact=True).click()
    expect(made.get_by_role("heading", name="The clinic")).to_be_visible()
    yield made
    context.close()
    assert wrong == []


@pytest.fixture
def drafted(place: tuple[World, str]) -> Callable[[], Clinic]:
    def read() -> Clinic:
        world = place[0]
        with world.desk.store.begin(write=False) as tx:
            items = {e.key: e.value for e in tx.content.edits(world.desk.clinic.id)}
        return edited_clinic(world.settings.clinic_file, items)

    return read


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save in the draft").click()


def test_a_new_place_and_who_works_there(page: Page, drafted: Callable[[], Clinic]) -> None:
    page.get_by_role("link", name="A new place …").click()
    page.get_by_label("Name", exact=True).fill("Queens")
    page.get_by_label("Address").fill("9 Elm Street, Queens, NY 11101")
    page.get_by_label("Telephone, as +1…").fill("call us")
    page.get_by_label("Time zone").select_option("America/New_York")
    page.get_by_label("Monday").fill("8-12")
    save(page)
    telephone = page.get_by_label("Telephone, as +1…")
    expect(telephone).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#wrong-phone")).to_contain_text("not a phone number")
    assert fits(page)
    telephone.fill("+17185550130")
    save(page)
    expect(page.locator(".toast")).to_contain_text("Saved in the draft")
    expect(page.get_by_role("heading", name="Queens")).to_be_visible()
    assert f"{drafted().location('queens').hours['mon'][0][1]:%H:%M}" == "12:00"


def test_a_new_kind_of_visit_and_who_does_it(page: Page, drafted: Callable[[], Clinic]) -> None:
    page.get_by_role("link", name="A new kind of visit …").click()
    page.locator("[name=name-en]").fill("Nutrition visit")
    page.locator("[name=name-es]").fill("Consulta de nutrición")
    page.get_by_label("Minutes", exact=True).fill("40")
    page.get_by_label("The desk may prepare it").check()
    page.get_by_label("Okafor").check()
    assert fits(page)
    save(page)
    expect(page.locator(".toast")).to_contain_text("Saved in the draft")
    expect(page.get_by_text("not translated").first).to_be_visible()
    expect(page.get_by_label("Okafor")).to_be_checked()
    made = drafted().visit_type("nutrition-visit")
    assert (made.minutes, made.name["es"]) == (40, "Consulta de nutrición")
    assert "nutrition-visit" in drafted().provider("okafor").visit_types


def test_the_law_of_another_region_is_shown_and_nothing_laxer_is_taken(
    page: Page, drafted: Callable[[], Clinic]
) -> None:
    page.get_by_role("link", name="Country and region, and what is asked there").click()
    expect(page.get_by_text("18 U.S.C. § 2511(2)(d)")).to_be_visible()
    page.get_by_label("Region").fill("CA")
    page.get_by_label("Bulk texts to one person a week, at most").fill("9")
    save(page)
    expect(page.locator("#wrong-texts_a_week")).to_contain_text("Write 3 or fewer")
    page.get_by_label("Bulk texts to one person a week, at most").fill("2")
    save(page)
    expect(page.get_by_text("California Penal Code § 632")).to_be_visible()
    expect(page.get_by_text("1 a day, 2 a week")).to_be_visible()
    assert fits(page)
    assert drafted().region == "CA"
