"""One small picture of each page of the console, with something on it, and the page that shows them all."""

import re
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.console_doors import fill_in
from tests.browser.console_pages import everything, visitor
from tests.web.console_desk import Clock
from tests.web.console_served import served

_WIDTH, _HEIGHT, _MOST = 1120, 720, 1100  # of the window, and of a long page
_COLOURS = 32
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_TOKEN = re.compile(r"(?:(?<=/join/)|(?<=^/visit/))[\w-]+")


def every_page(browser: Browser, folder: Path, into: Path) -> list[str]:
    """The names of the pictures, in the order of the addresses."""
    into.mkdir(exist_ok=True)
    with served(folder, Clock()) as (world, base):
        named: dict[str, str] = {}
        for role, addresses in everything(world):
            page = visitor(browser, base, "light", _WIDTH, role)
            page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
            for address in addresses:
                name = _name(address, named)
                page.goto(base + address)
                fill_in(page, address)
                if role:
                    page.locator("#waiting").filter(has_text=re.compile(r"\d")).wait_for()
                if page.locator("#alarm").is_visible():
                    page.get_by_role("button", name="Dismiss").click()  # it lies over every page until then
                named[name] = _plain(address, "…")
                _small(page.screenshot(full_page=True), into / f"{name}.png")
            page.context.close()
    lines = ["# Every page of the console", "", "Remade by `make pictures`. Everybody in them is made up.", ""]
    lines += [f"`{address}`\n\n![{address}]({name}.png)\n" for name, address in named.items()]
    (into / "README.md").write_text("\n".join(lines), "utf-8")
    return list(named)


def _plain(address: str, instead: str) -> str:
    """Without what is another one each time."""
    return _TOKEN.sub(instead, _ID.sub(instead, address))


def _name(address: str, taken: dict[str, str]) -> str:
    plain = _plain(address, "one").strip("/").replace("?", "-").replace("=", "-").replace("&", "-").replace("/", "-")
    name = plain.replace("console-", "", 1) if plain.startswith("console-") else plain
    return name if name not in taken else f"{name}-{sum(n.startswith(name) for n in taken) + 1}"


def _small(content: bytes, path: Path) -> None:
    picture = Image.open(BytesIO(content)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, _MOST)))
    few = picture.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
