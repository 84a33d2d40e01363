"""Keys and seconds per confirmed booking, from the open queue to the decision on record, in Chromium.

`python -m tests.browser.keystrokes` prints the table of docs/measurements.md. Keys and clicks are counted by the page
itself as the browser delivers them; seconds are the machine's alone: nobody reads in them.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Browser, Page

from agent.model.task import Task
from tests.browser.measured import measured
from tests.web.console_desk import EMAIL, PASSWORD, World

COUNT = """
for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, (e) => {
  if (!e.isTrusted || ["Control", "Shift", "Alt"].includes(e.key)) return;
  sessionStorage[kind] = 1 + Number(sessionStorage[kind] || 0);
}, true);
"""
ROW = 10  # bookings one after the other


@dataclass(frozen=True)
class Found:
    """`keys` and `clicks` of a person, and the machine's `seconds`, for `decisions` decisions."""

    what: str
    decisions: int
    keys: int
    clicks: int
    seconds: float

    def row(self) -> str:
        each = self.keys / self.decisions
        return f"| {self.what} | {each:.1f} | {self.clicks} | {self.seconds / self.decisions:.2f} s |"


def measure(browser: Browser, world: World, base: str) -> list[Found]:
    """Each way of confirming a booking once. Raises AssertionError where a decision is not on record."""
    page = _sign_in(browser, base)
    found = [
        _one(page, world, base, "as prepared", world.booking(), ["j", "Enter", "c"]),
        _one(page, world, base, "two people may be meant: choose one", _twins(world), ["j", "Enter", "1", "c"]),
        _one(page, world, base, "another time, with the reason", world.booking(on=date(2026, 3, 11)),
             ["j", "Enter", "e", "Space", "1", "Control+Enter"]),
    ]  # fmt: skip
    tasks = [world.booking(on=date(2026, 3, 12 + n // 5)) for n in range(ROW)]
    found.append(_row(page, world, base, tasks))
    page.context.close()
    return found


def _one(page: Page, world: World, base: str, what: str, task: Task, keys: list[str]) -> Found:
    return _counted(page, base, what, [task], keys, lambda: world.task(task.id).status == "completed")


def _row(page: Page, world: World, base: str, tasks: list[Task]) -> Found:
    """After a decision the next request is there by itself."""
    keys = ["j", "Enter", *["c"] * len(tasks)]
    done: Callable[[], bool] = lambda: all(world.task(t.id).status == "completed" for t in tasks)  # noqa: E731
    return _counted(page, base, f"{len(tasks)} in a row, as prepared", tasks, keys, done)


def _counted(
    page: Page, base: str, what: str, tasks: list[Task], keys: list[str], done: Callable[[], bool]
) -> Found:  # fmt: skip
    page.goto(f"{base}/console")
    page.evaluate("sessionStorage.removeItem('keydown'); sessionStorage.removeItem('pointerdown')")
    page.locator(f"#row-{tasks[0].id}").wait_for()
    began = time.perf_counter()
    for key in keys:
        if key in ("c", "e", "1", "Control+Enter") and page.locator("#decide").count() == 0:
            page.locator("#decide").wait_for()
        before = page.url
        page.keyboard.press(key)
        if key in ("Enter", "c", "Control+Enter"):  # these lead to another page
            page.wait_for_url(lambda url, before=before: url.partition("?")[0] != before.partition("?")[0])
            page.wait_for_load_state()
    lasted = time.perf_counter() - began
    assert done(), what
    pressed, clicked = (int(page.evaluate(f"sessionStorage['{k}'] || 0")) for k in ("keydown", "pointerdown"))
    return Found(what, len(tasks), pressed, clicked, lasted)


def _twins(world: World) -> Task:
    """Asked for from a number that a mother and her son share, with a name that is neither's."""
    return world.booking(text="Hernández here, my knee hurts", name="Hernández", dob="1990-01-01", on=date(2026, 3, 10),
                         phone="+17185550132", quotes={"reason": "knee"})  # fmt: skip


def _sign_in(browser: Browser, base: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(COUNT)
    page.set_default_timeout(20_000)
    page.goto(f"{base}/console/sign-in")
    page.get_by_label("E-mail").fill(EMAIL["front-desk"])
    page.get_by_label("Password").fill(PASSWORD["front-desk"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console")
    return page


def main() -> int:
    with measured() as (browser, world, base):
        print("| a booking confirmed | keys | clicks | seconds of the machine |\n|---|---|---|---|")
        for found in measure(browser, world, base):
            print(found.row())
    return 0


if __name__ == "__main__":
    sys.exit(main())
