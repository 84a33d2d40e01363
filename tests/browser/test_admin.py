"""The admins' pages in a browser: what is typed survives a crash, colleagues see each other, several proposed examples
are decided at once, and a machine's words go in by a click alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.model.second_look import SecondLook
from agent.understand.wording_model import ModelWording
from tests import shared
from tests.browser.console_pages import colleague, sign_in
from tests.web.console_desk import World
from tests.web.console_served import served, utc_now

PATH = "/admin/messages/es/booking.ask_day"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    with served(tmp_path_factory.mktemp("desk"), utc_now) as (world, base):
        world.desk.gate = shared.gate("es")
        yield world, base


@pytest.fixture
def page(browser: Browser, desk: tuple[World, str]) -> Iterator[Page]:
    page, wrong = sign_in(browser, desk[1], "light", 1024), list[str]()
    page.on(
        "console", lambda said: wrong.append(said.text) if said.type == "error" and "422" not in said.text else None
    )
    page.on("pageerror", lambda fault: wrong.append(str(fault)))
    yield page
    page.context.close()
    assert wrong == []


def test_what_is_typed_survives_a_crash_and_a_colleague_sees_who_types(
    browser: Browser, desk: tuple[World, str], page: Page
) -> None:
    world, base = desk
    ana = colleague(browser, world, base)
    ana.goto(base + PATH)
    page.goto(base + PATH)
    box = page.locator("#text")
    box.fill("¿Qué día le vendría")
    expect(page.locator("[data-kept]")).to_have_text("Kept for you, not saved yet")
    expect(ana.locator("[data-others]")).to_contain_text("is editing this")
    page.goto("about:blank")  # nothing asks: it is kept
    page.goto(base + PATH)
    expect(box).to_have_value("¿Qué día le vendría")
    expect(page.locator(".restored")).to_contain_text("have not saved")
    page.get_by_role("button", name="Discard it").click()
    expect(box).to_have_value("¿Qué día le conviene?")
    expect(ana.locator("[data-others]")).to_be_empty()
    ana.context.close()


def test_a_message_is_read_aloud_as_it_would_be_spoken(desk: tuple[World, str], page: Page) -> None:
    page.goto(f"{desk[1]}/admin/messages/es/booking.ask_reason")
    page.evaluate("() => { window.told = []; speechSynthesis.speak = (said) => told.push([said.text, said.lang]); }")
    page.locator("#text").fill("¿Por qué quiere venir?")
    expect(page.locator("#looked")).to_contain_text("quiere venir?")
    page.get_by_role("button", name="Listen").click()
    assert page.evaluate("told") == [["¿Por qué quiere venir?", "es"]]


def test_several_proposed_examples_are_taken_by_keyboard(desk: tuple[World, str], page: Page) -> None:
    world, base = desk
    words = ("me apuntan para que me vean los ojitos", "soy [NAME_1], anótenme")
    for text in words:
        _, (heard,) = world.talk(text, locale="es")
        look = SecondLook(
            id=world.desk.new_id(), clinic=world.desk.clinic.id, inbound=heard.id, lang="es", channel="sms", text=text,
            heard="thanks", confidence=0.9, why="reported", at=world.clock(), verdict="wrong", meant="book",
            by=world.user("admin").id, decided_at=world.clock(),
        )  # fmt: skip
        with world.desk.store.begin() as tx:
            tx.looks.add(look)
    page.goto(f"{base}/admin/proposed")
    page.get_by_role("button", name="Tick all").press("Enter")
    expect(page.locator("input[name=row]:checked")).to_have_count(2)
    page.get_by_label("Sentence").first.press("Control+Enter")
    expect(page.get_by_text("1 not taken")).to_be_visible()
    expect(page.get_by_text("1 taken into the")).to_be_visible()
    expect(page.get_by_label("Sentence")).to_have_value(words[1])


class Says:
    def invoke(self, messages: list[tuple[str, str]]) -> object:
        return {"texts": ["¿Qué día le queda bien?"]}


def test_a_machines_words_go_into_the_box_and_the_draft_by_a_click_alone(desk: tuple[World, str], page: Page) -> None:
    world, base = desk
    world.desk.wording = ModelWording("a:model", chat=Says(), seconds=30.0)
    page.goto(f"{base}{PATH}@chat")  # nobody has written this form of it
    page.locator("#text").fill("mis palabras")
    page.get_by_role("button", name="Ask for a draft").click()
    expect(page.get_by_text("read by nobody")).to_be_visible()
    expect(page.locator("#text")).to_have_value("mis palabras")
    page.get_by_role("button", name="Put it into the box").click()
    expect(page.locator("#text")).to_have_value("¿Qué día le queda bien?")
    page.get_by_role("button", name="Take it into the draft").click()
    expect(page.get_by_text("Saved in the draft")).to_be_visible()
    with world.desk.store.begin(write=False) as tx:
        edit = tx.content.edit(world.desk.clinic.id, "message/es/booking.ask_day@chat")
    world.desk.wording = None
    assert edit is not None
    assert (edit.value["origin"], edit.value["reviewer"]) == ("machine", "")
