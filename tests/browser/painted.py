"""First paint, weight and layout shift of every page of the console, as Chromium itself tells them.

`python -m tests.browser.painted` prints the figures of docs/measurements.md. Each page is opened twice in a browser of
its own: with nothing kept (cold) and as staff open it, with the style sheet and script kept (warm). Then requests and
messages come in while it is open and nobody touches it.
"""

import sys
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page

from tests.browser.console_pages import everything, visitor
from tests.browser.measured import measured
from tests.web.console_desk import World

WATCH = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((e) => e.hadRecentInput || window.shifts.push(e.value)))
  .observe({ type: "layout-shift", buffered: true });
"""
_PAINT = """() => new Promise((done) => {
  const told = () => performance.getEntriesByName("first-contentful-paint")[0];
  if (told()) return done(told().startTime);
  new PerformanceObserver((_, me) => told() && (me.disconnect(), done(told().startTime))).observe({ type: "paint" });
})"""
_WEIGHT = "() => performance.getEntries().reduce((all, e) => all + (e.encodedBodySize || 0), 0)"
_SHIFTED = "() => window.shifts.reduce((all, x) => all + x, 0)"
_NEWS = 3  # requests that come while a page is open
_DRAWN = 1500  # ms in which what came is drawn


@dataclass(frozen=True)
class Painted:
    """Milliseconds to the first contentful paint, bytes with all that the page loads, compressed, and layout shift."""

    address: str
    cold: float
    warm: float
    bytes: int
    shifted: float


def measure(browser: Browser, world: World, base: str, every: int = 1) -> list[Painted]:
    """Each page, or one in so many."""
    found = list[Painted]()
    for role, addresses in everything(world):
        page = visitor(browser, base, "light", 1280, role)
        page.add_init_script(WATCH)
        for address in addresses[::every]:
            found.append(_one(page, world, base + address, role))
        page.context.close()
    return found


def _one(page: Page, world: World, url: str, role: str) -> Painted:
    quiet = page.context.new_cdp_session(page)
    quiet.send("Network.clearBrowserCache")
    page.goto(url)
    cold = float(page.evaluate(_PAINT))
    weight = int(page.evaluate(_WEIGHT))
    page.goto(url)
    warm = float(page.evaluate(_PAINT))
    if role:
        _news(world)
        page.wait_for_timeout(_DRAWN)
    return Painted(url.partition("//")[2].partition("/")[2], cold, warm, weight, float(page.evaluate(_SHIFTED)))


def _news(world: World) -> None:
    """What comes in a busy minute: a message, a booking, an alarm."""
    held, heard = world.talk("please call me")
    world.prepare("message", held, {"message": "please call me"}, heard[0])
    held, heard = world.talk("crushing chest pain")
    given = {"category": "chest_pain", "words": "crushing chest pain"}
    world.prepare("urgent", held, given, heard[0], priority="stat", because="chest_pain", words="chest pain")


def main() -> int:
    with measured() as (browser, world, base):
        found = measure(browser, world, base)
    for each in sorted(found, key=lambda p: -p.warm):
        print(f"{each.warm:6.0f} ms {each.cold:6.0f} ms {each.bytes / 1000:6.1f} kB {each.shifted:.4f}  {each.address}")
    for name, values in (("warm ms", [p.warm for p in found]), ("cold ms", [p.cold for p in found]),
                         ("kB", [p.bytes / 1000 for p in found]), ("shift", [p.shifted for p in found])):  # fmt: skip
        print(f"{name:<8} median {median(values):8.3f}  most {max(values):8.3f}")
    print(f"{len(found)} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
