"""The console in a real browser: by keyboard, live, on a phone, with what the patient will read shown beforehand."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from agent.desk import decide, hand_over
from agent.desk import handoff as desk_handoff
from agent.model.task import Task
from tests.web.console_desk import EMAIL, PASSWORD, Clock, World
from tests.web.console_served import served

Open = Callable[..., Page]
_SHIFTS = """window.shifts = []; new PerformanceObserver((seen) => seen.getEntries().forEach((e) =>
  window.shifts.push(`${e.value}: ${(e.sources || []).map((s) => s.node?.id || s.node?.className)}`)
)).observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    with served(Path(tmp_path_factory.mktemp("console")), Clock()) as held:
        yield held


@pytest.fixture
def world(place: tuple[World, str]) -> Iterator[World]:
    """The served world, with nothing left open by the test before."""
    world = place[0]
    with world.desk.store.begin(write=False) as tx:
        left = tx.tasks.open(world.desk.clinic.id)
    for task in left:
        decide.close(world.desk, task.id, task.version, world.user("admin"))
    world.clock.pass_time(timedelta(minutes=1))
    return world


@pytest.fixture
def enter(browser: Browser, place: tuple[World, str]) -> Iterator[Open]:
    """Signs in and opens a page; fails the test where the page broke its own rules or raised an error."""
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def go(path: str = "/console", role: str = "front-desk", **how: object) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **how}))
        page = contexts[-1].new_page()
        page.set_default_timeout(6000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console", lambda said: wrong.append(said.text) if said.type == "error" and "409" not in said.text else None
        )
        page.goto(f"{place[1]}/console/sign-in?next={path.partition('?')[0]}")
        page.get_by_label("E-mail").fill(EMAIL[role])
        page.get_by_label("Password").fill(PASSWORD[role])
        page.get_by_role("button", name="Sign in", exact=True).click()
        if "?" in path:
            page.goto(place[1] + path)
        page.wait_for_load_state()
        expect(page.locator("#main")).to_be_visible()
        return page

    yield go
    for each in contexts:
        each.close()
    assert wrong == []


def bookings(world: World) -> tuple[Task, Task]:
    first = world.booking(on=date(2026, 3, 17))
    second = world.booking("me duele la rodilla", "Guadalupe Hernández", "1979-12-12", on=date(2026, 3, 18),
                           quotes={"reason": "rodilla"}, phone="+17185550132", locale="es")  # fmt: skip
    return first, second


def test_a_booking_is_confirmed_with_three_keys(enter: Open, world: World) -> None:
    first, second = bookings(world)
    page = enter()
    page.keyboard.press("j")
    expect(page.locator(f"#row-{first.id}")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/tasks/{first.id}")
    expect(page.locator("mark").first).to_have_text("Jon Smith")
    page.keyboard.press("c")
    page.wait_for_url(re.compile(rf"/console/tasks/{second.id}"))
    expect(page.locator(".toast")).to_contain_text("Confirmed by Rosa Delgado: Tuesday, March 17")
    assert world.task(first.id).status == "completed"


def test_what_the_patient_will_read_follows_each_choice_in_their_language(enter: Open, world: World) -> None:
    _, spanish = bookings(world)
    page = enter(f"/console/tasks/{spanish.id}")
    page.keyboard.press("d")
    expect(page.locator('input[name="why"]').first).to_be_visible()
    page.get_by_label("Insurance must be checked first").check()
    told = page.locator('[data-act="decline"] .told')
    expect(told.locator(".told-text")).to_have_attribute("lang", "es")
    expect(told.locator(".gloss")).to_contain_text("We need to check your insurance first.")
    shown = told.locator(".told-text").inner_text()
    assert world.said(spanish.conversation)[-1] != shown
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("done="), wait_until="commit")
    expect(page.locator(".toast .bubble")).to_have_text(shown)
    assert world.said(spanish.conversation)[-1] == shown


def test_three_times_at_most_can_be_picked_to_offer(enter: Open, world: World) -> None:
    first, _ = bookings(world)
    page = enter(f"/console/tasks/{first.id}?day=2026-03-19&act=offer")
    slots = page.locator('[data-act="offer"] .slot input')
    picked = page.locator("input[name=patient]:checked").get_attribute("value")
    for n in range(3):
        page.keyboard.press(str(n + 1))
        expect(slots.nth(n)).to_be_checked()
    assert page.locator("input[name=patient]:checked").get_attribute("value") == picked  # digits mean times here
    expect(slots.nth(3)).to_be_disabled()
    expect(page.locator('[data-act="offer"] .told-text')).to_contain_text("Thu, Mar 19")
    page.get_by_role("button", name="Offer these times").click()
    page.wait_for_url(re.compile("/console"))
    expect(page.locator(".toast")).to_contain_text("offered other times")
    assert world.task(first.id).status == "on-hold"


def test_an_urgent_request_is_announced_without_reloading(enter: Open, world: World) -> None:
    page = enter("/console/conversations", role="clinician")
    expect(page.locator("#waiting")).to_have_text("0")  # no gap where the number will be
    held, heard = world.talk("crushing chest pain", phone="+17185550134")
    task = world.prepare("urgent", held, {"category": "chest_pain", "words": "crushing chest pain"}, heard[0],
                         priority="stat", because="chest_pain", words="chest pain")  # fmt: skip
    expect(page.locator("#loud")).to_have_text(f"New urgent request #{task.number}")
    expect(page).to_have_title(re.compile(r"^\(Urgent: 1\) "))
    expect(page.locator("#waiting")).to_have_text("1")
    page.get_by_role("link", name=f"New urgent request #{task.number}").click()
    page.wait_for_url(f"**/console/tasks/{task.id}")
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Give back to the queue")).to_be_visible()
    expect(page).not_to_have_title(re.compile(r"^\(Urgent"))
    assert world.task(task.id).assignee == world.user("clinician").id


def test_the_queue_stays_live_and_keeps_the_focus(enter: Open, world: World) -> None:
    first, _ = bookings(world)
    page = enter()
    page.keyboard.press("j")
    third = world.booking("ear", "Wei Chen", "1983-04-27", on=date(2026, 3, 19), quotes={"reason": "ear"})
    expect(page.locator(f"#row-{third.id}")).to_be_visible()
    expect(page.locator(f"#row-{first.id}")).to_be_focused()


def test_an_update_writes_the_changed_row_anew_and_leaves_the_others_alone(enter: Open, world: World) -> None:
    talks = [world.talk("please call me", phone=f"+171855501{n}") for n in range(40, 52)]
    tasks = [world.prepare("message", held, {"message": "please call me"}, heard[0]) for held, heard in talks]
    page = enter()
    page.evaluate("document.querySelectorAll('#queue li').forEach((row) => { row.wasHere = true; })")
    page.locator(f"#row-{tasks[3].id}").focus()
    for turn, task in enumerate((tasks[5], tasks[0], tasks[11])):  # each on top of the one before
        with page.expect_response(lambda r: "/console/queue" in r.url and r.status == 200) as answer:
            decide.claim(world.desk, task.id, 0, world.user("admin"))
        assert answer.value.text().count('id="row-') == 1, turn
        expect(page.locator(f"#row-{task.id} .owner")).to_contain_text("Tom Becker")
    rows = page.locator("#queue .section:not(.done) .row")
    assert rows.count() == 12
    assert (
        page.evaluate(
            "[...document.querySelectorAll('#queue .section:not(.done) li')].filter((row) => row.wasHere).length"
        )
        == 9
    )
    expect(page.locator(f"#row-{tasks[3].id}")).to_be_focused()
    with page.expect_response(lambda r: "/console/queue" in r.url) as answer:
        world.desk.bus.ring(f"console:{world.desk.clinic.id}")  # a ring for something else
    assert answer.value.status == 304
    page.evaluate("document.querySelector('#queue li').remove()")  # whatever happened to the page, it is whole again
    decide.claim(world.desk, tasks[7].id, 0, world.user("admin"))
    expect(rows).to_have_count(12)


def test_news_moves_nothing_that_somebody_points_at(enter: Open, world: World) -> None:
    """A tab that moves when its count comes, or a row that is another one a moment later, is pressed by mistake."""
    talks = [world.talk("please call me", phone=f"+171855501{n}") for n in range(10, 19)]
    tasks = [world.prepare("message", held, {"message": "please call me"}, heard[0]) for held, heard in talks]
    page = enter("/console/done", viewport={"width": 390, "height": 700})
    page.add_init_script(_SHIFTS)
    page.goto(page.url.replace("/done", ""))
    expect(page.locator("#waiting")).to_have_text("9")
    place = "document.getElementById('row-%s').getBoundingClientRect().top"
    page.locator(f"#row-{tasks[4].id}").hover()
    before = page.evaluate(place % tasks[4].id)
    held, heard = world.talk("crushing chest pain", phone="+17185550134")
    urgent = world.prepare("urgent", held, {"category": "chest_pain", "words": "chest pain"}, heard[0],
                           priority="stat", because="chest_pain", words="chest pain")  # fmt: skip
    expect(page.locator(f"#row-{urgent.id}")).to_be_attached()
    expect(page.locator("#waiting")).to_have_text("10")
    assert abs(page.evaluate(place % tasks[4].id) - before) < 2
    assert page.evaluate("window.shifts") == []
    decide.close(world.desk, tasks[4].id, 0, world.user("admin"))  # the very one: what comes there was not meant
    expect(page.locator(f"#queue .section:not(.done) #row-{tasks[4].id}")).to_have_count(0)
    assert page.evaluate("moved > 0")
    page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")  # the next row is there
    for when, led in (("performance.now() + 60_000", "/console$"), ("-Infinity", "/console/tasks/")):
        page.evaluate(f"moved = {when}")
        page.mouse.down()
        page.mouse.up()
        expect(page).to_have_url(re.compile(led))


def test_what_comes_pushes_nothing_by_a_jump_and_an_alarm_stays_from_page_to_page(enter: Open, world: World) -> None:
    held, heard = world.talk("please call me", phone="+17185550111")
    waits = world.prepare("message", held, {"message": "please call me"}, heard[0])
    page = enter("/console/done")
    page.add_init_script(_SHIFTS)
    page.goto(page.url.replace("/done", ""))
    row = page.locator(f"#row-{waits.id}")
    before = row.bounding_box()
    held, heard = world.talk("crushing chest pain", phone="+17185550134")
    urgent = world.prepare("urgent", held, {"category": "chest_pain", "words": "chest pain"}, heard[0],
                           priority="stat", because="chest_pain", words="chest pain")  # fmt: skip
    expect(page.locator(f"#row-{urgent.id}")).to_be_visible()
    page.wait_for_timeout(300)
    assert row.bounding_box()["y"] > before["y"] + 40  # type: ignore[index]  # it was pushed down, sliding
    assert page.evaluate("window.shifts") == []
    expect(page.locator("#alarm")).to_be_hidden()  # the row is before their eyes
    for path in ("/console/calendar", "/console/patients"):
        page.goto(page.url.partition("/console")[0] + path)
        expect(page.locator("#alarm")).to_contain_text(f"New urgent request #{urgent.number}")
    page.get_by_role("button", name="Dismiss").click()
    page.reload()
    expect(page).to_have_title(re.compile(r"^\(Urgent: 1\) "))
    expect(page.locator("#alarm")).to_be_hidden()


def test_promise_18_an_open_card_says_at_once_that_a_colleague_decided(enter: Open, world: World) -> None:
    first, _ = bookings(world)
    page = enter(f"/console/tasks/{first.id}")
    page.keyboard.press("d")
    page.locator("#words").fill("Half a sentence")
    decide.confirm(world.desk, first.id, 0, world.user("admin"))
    expect(page.locator("#stale")).to_contain_text("Tom Becker: confirmed. Nothing is left to do.")
    expect(page.locator("#words")).to_have_value("Half a sentence")


def test_a_reply_goes_with_enter_and_arrives_in_the_thread(enter: Open, world: World) -> None:
    held, _ = world.talk("can I talk to someone?")
    page = enter(f"/console/conversations/{held.id}")
    text = page.get_by_label(re.compile("Reply as Rosa"))
    text.fill("Hello")
    expect(page.locator("#counter")).to_have_text("5 of 2000")
    text.press("Shift+Enter")
    text.press_sequentially("How can I help?")
    text.press("Enter")
    expect(page.locator(".line.out .bubble").last).to_have_text("Hello\nHow can I help?")
    expect(page.get_by_role("button", name="Give back to the desk")).to_be_visible()
    assert world.said(held.id)[-1] == "Hello\nHow can I help?"
    expect(page.get_by_label(re.compile("Reply as Rosa"))).to_have_value("")
    desk_handoff.note(world.desk, held.id, world.user("admin"), "Knows him well.")
    expect(page.locator(".line.note .bubble")).to_have_text("Knows him well.")
    hand_over.put_back(world.desk, held.id, "no answer for 15 min")
    expect(page.get_by_label(re.compile("Reply as Rosa"))).to_have_accessible_name(re.compile("takes the conversation"))
    page.get_by_label(re.compile("Reply as Rosa")).fill("I was")
    desk_handoff.take(world.desk, held.id, world.user("admin"))
    expect(page.locator(".holder")).to_contain_text("With Tom Becker")
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)
    expect(page.get_by_label(re.compile("Reply as Rosa"))).to_have_value("I was")  # what is typed stays


def test_enter_in_a_field_never_decides(enter: Open, world: World) -> None:
    first, _ = bookings(world)
    page = enter(f"/console/tasks/{first.id}?act=change")
    page.locator('[data-act="change"] .slot input').first.focus()
    page.keyboard.press("Enter")
    page.locator('input[name="patient"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.url.endswith("act=change")
    bare = enter(f"/console/tasks/{first.id}", java_script_enabled=False)
    bare.locator('input[name="patient"]').first.press("Enter")
    expect(bare.get_by_text("Nothing was decided.")).to_be_visible()
    assert world.task(first.id).status == "requested"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_fits_its_screen_and_names_its_parts(enter: Open, world: World, scheme: str, width: int) -> None:
    first, second = bookings(world)
    page = enter(role="admin", color_scheme=scheme, viewport={"width": width, "height": 780})
    base = page.url.split("/console")[0]
    paths = [
        "/console", f"/console/tasks/{first.id}?act=offer", f"/console/tasks/{second.id}?act=decline", "/console/done",
        "/console/audit", "/console/conversations", f"/console/conversations/{first.conversation}",
    ]  # fmt: skip
    for path in paths:
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        nameless = page.evaluate(
            """[...document.querySelectorAll("a, button, input:not([type=hidden]), textarea, summary")]
               .filter((e) => e.offsetParent && !e.labels?.length && !`${e.textContent}${e.ariaLabel || ""}`.trim())
               .map((e) => e.outerHTML)"""
        )
        assert nameless == [], path
        assert page.locator("h1").count() == 1


def test_without_scripts_a_booking_is_still_confirmed(enter: Open, world: World) -> None:
    first, _ = bookings(world)
    page = enter(f"/console/tasks/{first.id}", java_script_enabled=False)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".toast")).to_contain_text("The patient is told:")
    assert world.task(first.id).status == "completed"
