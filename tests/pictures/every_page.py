"""One small picture of each page of the console, with something on it, and the page that shows them all."""

import re
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.console_pages import pages, sign_in
from tests.web.console_desk import EMAIL, PASSWORD, Clock
from tests.web.console_served import served

_WIDTH, _HEIGHT, _MOST = 1120, 720, 1100  # of the window, and of a long page
_COLOURS = 32
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_MORE = ("/console/notes", "/console/instructions/new")  # for clinicians


def every_page(browser: Browser, folder: Path, into: Path) -> list[str]:
    """The names of the pictures, in the order of the addresses."""
    into.mkdir(exist_ok=True)
    with served(folder, Clock()) as (world, base):
        page = sign_in(browser, base, "light", _WIDTH)
        page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
        named: dict[str, str] = {}
        for address in (*pages(world), *_MORE):
            name = _name(address, named)
            if address in _MORE:
                _as_clinician(page, base)
            page.goto(base + address)
            page.locator("#waiting").filter(has_text=re.compile(r"\d")).wait_for()
            named[name] = _ID.sub("…", address)
            _small(page.screenshot(full_page=True), into / f"{name}.png")
        page.context.close()
    lines = ["# Every page of the console", "", "Remade by `make pictures`. Everybody in them is made up.", ""]
    lines += [f"`{address}`\n\n![{address}]({name}.png)\n" for name, address in named.items()]
    (into / "README.md").write_text("\n".join(lines), "utf-8")
    return list(named)


def _as_clinician(page: Page, base: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{base}/console/sign-in")
    page.get_by_label("E-mail").fill(EMAIL["clinician"])
    page.get_by_label("Password").fill(PASSWORD["clinician"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console")


def _name(address: str, taken: dict[str, str]) -> str:
    plain = _ID.sub("one", address).strip("/").replace("?", "-").replace("=", "-").replace("&", "-").replace("/", "-")
    name = plain.replace("console-", "", 1) if plain.startswith("console-") else plain
    return name if name not in taken else f"{name}-{sum(n.startswith(name) for n in taken) + 1}"


def _small(content: bytes, path: Path) -> None:
    picture = Image.open(BytesIO(content)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, _MOST)))
    few = picture.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
