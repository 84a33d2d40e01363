"""A morning replayed while one person works the queue in Chromium, with the keyboard alone and at a person's pace.

`python -m tests.browser.morning_worked` starts a demo, runs `frontdesk rehearse morning` beside it and prints what
docs/measurements.md says. `MINUTES`, `CONVERSATIONS` and `SEED` of the environment change the morning. Nobody real
reads: whoever works here waits for as long as a practised reader would need for what the card shows anew, and a moment
before each key. A second page stays open at the queue, untouched, and says what the live updates moved in it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Error, Page, sync_playwright

from agent.demo.seed import sign_ins
from agent.settings import ROOT
from tests.browser.conftest import CHROMIUM
from tests.browser.keystrokes import COUNT
from tests.browser.painted import WATCH
from tests.children import bound
from tests.running import running_demo

MINUTES = float(os.environ.get("MINUTES", "10"))
CONVERSATIONS = int(os.environ.get("CONVERSATIONS", "200"))
SEED = int(os.environ.get("SEED", "5"))
WORDS = 5.0  # a second, which is 300 a minute: somebody who reads such cards all day
KEY = 0.25  # seconds before a key is pressed
NOTICE = 0.8  # seconds until somebody sees that another page is there
CALLS = "Thank you. We will call you today."
_READ = """() => {
  const text = (what) => document.querySelector(what)?.innerText || "";
  const told = "[data-act=confirm] .told ";
  return [text("#h-prepared + dl"), text(told + ".gloss") || text(told + ".told-text"), text("fieldset.people")]
    .join(" ").split(/\\s+/).filter(Boolean).length;
}"""
_MOVED = "[window.shifts.length, window.shifts.reduce((a, x) => a + x, 0), Math.max(0, ...window.shifts)]"


@dataclass
class Worked:
    """`bookings`: keys, seconds in all and seconds of the machine for each booking confirmed; `did`: decisions by key;
    `waited`: seconds of the machine from a decision to the next page."""

    bookings: list[tuple[int, float, float]] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    clicks: int = 0

    def lines(self) -> list[str]:
        keys, seconds, machine = ([b[n] for b in self.bookings] for n in range(3))
        found = [f"decisions {dict(self.did)}, clicks {self.clicks}, refused {len(self.refused)} {set(self.refused)}"]
        if self.bookings:
            found.append(
                f"bookings confirmed {len(keys)}: keys {sum(keys) / len(keys):.1f} (most {max(keys)}), seconds "
                f"{median(seconds):.1f} (median), {max(seconds):.1f} (most), of the machine {median(machine):.2f}"
            )
        if self.waited:
            worst = max(self.waited)
            found.append(f"the next page after a decision: {median(self.waited):.2f} s (median), {worst:.2f} s (most)")
        return found


@dataclass
class Hands:
    """One person at one page."""

    page: Page
    worked: Worked = field(default_factory=Worked)
    pressed: int = 0
    busy: float = 0.0  # seconds in which this person read or reached for a key

    def rest(self, seconds: float) -> None:
        self.busy += seconds
        self.page.wait_for_timeout(seconds * 1000)

    def press(self, key: str) -> None:
        self.rest(KEY)
        self.page.keyboard.press(key)
        self.pressed += 1

    def leave(self, key: str) -> None:
        """A key that leads to another page."""
        before = self.page.evaluate("performance.timeOrigin")
        self.press(key)
        began = time.perf_counter()
        self.page.wait_for_function("before => performance.timeOrigin !== before", arg=before)
        self.page.wait_for_load_state("domcontentloaded")
        self.worked.waited.append(time.perf_counter() - began)

    def until(self, end: float) -> None:
        """Works the queue until then, the topmost request that one may decide first."""
        while time.monotonic() < end:
            try:
                self.step()
            except Error as fault:
                self.worked.refused.append(str(fault).partition("\n")[0])
                self.page.goto(self.page.url.split("/console")[0] + "/console")

    def step(self) -> None:
        if self.page.locator("#decide").count():
            self.decide()
        elif self.page.locator("#queue").count() == 0:
            self.leave("q")
        elif not self.open_next():
            self.page.wait_for_timeout(500)

    def open_next(self) -> bool:
        """Down the queue to the first request that one may decide; False, and back at its top, where there is none."""
        self.rest(NOTICE)
        for _ in range(self.page.locator("#queue .row").count()):
            self.press("j")
            mine = "r => r.matches('.row:not(.other)') && !r.closest('.done, .hold')"
            if self.page.evaluate(f"({mine})(document.activeElement)"):
                self.leave("Enter")
                return True
        self.leave("q")
        return False

    def decide(self) -> None:
        page, began = self.page, time.perf_counter()
        keys, busy = self.pressed, self.busy
        self.rest(NOTICE + page.evaluate(_READ) / WORDS)
        booking = page.locator("h1 .kind.booking").count() > 0
        people = page.locator("#decide .people input")
        if people.count() and not page.locator("#decide .people input:checked").count():
            self.press(str(people.count()))  # nobody is chosen who is not sure: a new patient
        act = self.act()
        {"c": self.confirm, "o": self.offer, "x": self.close}[act]()
        problem = page.locator("main > .card > p.problem:not([hidden])")
        if problem.count():
            self.worked.refused.append(problem.first.inner_text())
            return self.leave("q")
        self.worked.did[act] += 1
        lasted = time.perf_counter() - began
        if booking and act == "c":
            self.worked.bookings.append((self.pressed - keys, lasted, lasted - (self.busy - busy)))
        return None

    def act(self) -> str:
        confirm = self.page.locator("#decide [data-act=confirm]")
        if confirm.count() and not confirm.locator(".problem").count():
            return "c"
        return "o" if self.page.locator("#decide [data-act=offer] .slot input").count() else "x"

    def confirm(self) -> None:
        self.leave("c")

    def offer(self) -> None:
        self.press("o")
        self.press("Space")
        self.rest(NOTICE)
        self.leave("Control+Enter")

    def close(self) -> None:
        self.press("x")
        self.page.keyboard.type(CALLS, delay=60)
        self.leave("Control+Enter")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as running, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        at_work, beside = _enter(browser, running.base, 0), _enter(browser, running.base, 2)
        beside.evaluate("window.shifts.length = 0")
        hands, now = Hands(at_work), time.monotonic()
        with _rehearsal(running.base, running.env) as rehearsal:
            hands.until(now + MINUTES * 60)
            left = beside.locator("#queue .section:not(.done) .row").count()
            moved = beside.evaluate(_MOVED)
            told, _ = rehearsal.communicate(timeout=300)
        hands.worked.clicks = int(at_work.evaluate("sessionStorage['pointerdown'] || 0"))
        counted = int(at_work.evaluate("sessionStorage['keydown'] || 0"))
        browser.close()
    print(told, *hands.worked.lines(), sep="\n")
    print(f"keys as the page counted them {counted}, still open {left}")
    print(f"an untouched queue: {moved[0]} shifts, {moved[1]:.3f} in all, {moved[2]:.4f} the largest")
    return 0


@contextmanager
def _rehearsal(base: str, env: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "agent.cli", "rehearse", "morning", "--url", base, "--seed", str(SEED),
               "--conversations", str(CONVERSATIONS), "--minutes", str(MINUTES)]  # fmt: skip
    with subprocess.Popen(bound(command), env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _enter(browser: Browser, base: str, who: int) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(COUNT + WATCH)
    page.set_default_timeout(20_000)
    page.goto(f"{base}/console/sign-in")
    page.get_by_label("E-mail").fill(sign_ins()[who].email)
    page.get_by_label("Password").fill(sign_ins()[who].password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console")
    page.evaluate("sessionStorage.removeItem('keydown'); sessionStorage.removeItem('pointerdown')")
    return page


if __name__ == "__main__":
    sys.exit(main())
