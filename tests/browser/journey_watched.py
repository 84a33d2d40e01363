"""The whole journey with a browser beside it: the patient's telephone, the form's page and the console, as seen."""

from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from agent.demo.photo import card
from agent.journey.place import Place, people
from agent.journey.story import NUMBER, Step, Story

SLOW = 30_000  # ms; a busy machine
PHONE = {"width": 390, "height": 780}
DESK = {"width": 900, "height": 780}
Shot = Callable[[Page, str], None]


def watched(browser: Browser, at: Place, shot: Shot) -> Iterator[Step]:
    """The steps of the story; `shot` is shown each page that somebody sees, with what happens there."""
    story = Story(at, lambda base, path, born: _filled_in(browser, f"{base}{path}", born, shot))
    looks = {1: ("front-desk", "Staff see what was prepared"), 5: ("front-desk", "The form, with the card"),
             10: ("nurse", "A nurse, at once")}  # fmt: skip
    texts = {1: "A first visit, asked for by text", 3: "The questions, offered", 4: "A photo of the card",
             7: "Reminded, confirmed with 1", 9: "Day 3: fever and redness"}  # fmt: skip
    for number, step in enumerate(story.steps(), 1):
        if number in texts:
            _telephone(browser, at, step, lambda page, n=number: shot(page, texts[n]))  # type: ignore[misc]
        if number in looks:
            role, title = looks[number]
            _console(browser, at, role, story.task, step, lambda page, t=title: shot(page, t))  # type: ignore[misc]
        yield step


def _open(browser: Browser, url: str, size: dict[str, int]) -> Page:
    page = browser.new_context(viewport=size, timezone_id="America/New_York").new_page()  # type: ignore[arg-type]
    page.goto(url)
    return page


def _telephone(browser: Browser, at: Place, step: Step, shot: Callable[[Page], None]) -> None:
    """What stands on the patient's handset now."""
    page = _open(browser, f"{at.base}/phone", PHONE)
    page.locator("#number").select_option("")
    page.locator("#typed").fill(NUMBER)
    page.locator("#another button").click()
    last = step.heard[-1].replace("\n", " ")[:30]
    expect(page.locator("#thread")).to_contain_text(last, timeout=SLOW)
    page.locator("main.phone").scroll_into_view_if_needed()
    shot(page)
    page.context.close()


def _console(browser: Browser, at: Place, role: str, task: str, step: Step, shot: Callable[[Page], None]) -> None:
    """A task as that member of staff opens it."""
    who = next(u for u in people() if u.role == role)
    page = _open(browser, f"{at.base}/console", DESK)
    page.get_by_label("mail").fill(who.email)
    page.get_by_label("assword").fill(who.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_visible(timeout=SLOW)
    page.wait_for_load_state()
    page.goto(f"{at.base}/console/tasks/{task}")
    expect(page.get_by_role("main")).to_contain_text("Nadège", timeout=SLOW)
    photo = page.get_by_alt_text("Photo from the patient")
    if photo.count():
        photo.first.scroll_into_view_if_needed()
        page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth)", timeout=SLOW)
    shot(page)
    page.context.close()
    assert step.title


def _filled_in(browser: Browser, url: str, born: str, shot: Shot) -> int:
    """The form's page, on a telephone: the card's back side is put beside its front, the rest is passed over."""
    page = _open(browser, url, PHONE)
    page.locator("#dob").fill(born)
    page.locator("button.main").click()
    count = 0
    while page.locator("form[action^='/form/']").count() and count < 60:
        back = page.locator("input[type=file][name='0:insurance.card.back']")
        if back.count() and not page.get_by_text("✓").nth(1).is_visible():
            back.set_input_files({"name": "back.jpg", "mimeType": "image/jpeg", "buffer": card()})
            back.scroll_into_view_if_needed()
            shot(page, "The rest on the form's page")
        page.locator("button.main").click()
        page.wait_for_load_state()
        count += 1
    page.context.close()
    return count


def strip(shots: list[tuple[str, bytes]], path: Path, height: int = 520, columns: int = 5) -> None:
    """The pictures with their titles as one, in the order in which they were taken."""
    from io import BytesIO

    from PIL import Image, ImageDraw

    small = []
    for title, content in shots:
        picture = Image.open(BytesIO(content)).convert("RGB")
        small.append((title, picture.resize((round(picture.width * height / picture.height), height))))
    gap, head = 24, 40
    rows = [small[i : i + columns] for i in range(0, len(small), columns)]
    width = max(sum(p.width + gap for _, p in row) for row in rows) + gap
    whole = Image.new("RGB", (width, len(rows) * (height + head + gap) + gap), "#faf7f1")
    pen = ImageDraw.Draw(whole)
    for at, row in enumerate(rows):
        x, y = gap, gap + at * (height + head + gap)
        for n, (title, picture) in enumerate(row, at * columns + 1):
            pen.text((x, y), f"{n}. {title}", "#1d2a2b", font_size=18)
            pen.rectangle((x - 1, y + head - 1, x + picture.width, y + head + height), outline="#8d9a97")
            whole.paste(picture, (x, y + head))
            x += picture.width + gap
    whole.save(path, optimize=True)
