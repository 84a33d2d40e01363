"""The chat widget in a real Chromium: any language, screen, pair of eyes, keyboard, website; and hostile words."""

import gzip
import re

import pytest
from playwright.sync_api import Page, expect

from agent.model.message import Button
from channels import chat
from tests.browser.fake_chat_server import WIDGET, Desk, strings_of
from tests.browser.widget_page import EN, ES, Visit, launcher, lines, mine, write

ARABIC = {
    **EN, "dir": "rtl", "open": "تحدث معنا", "assistant": "مساعد آلي", "person": "التحدث مع شخص", "write": "اكتب رسالة",
}  # fmt: skip
YES_NO = (Button(label="Yes, please", payload="affirm"), Button(label="Another time", payload="deny"))


def test_the_keyboard_opens_writes_and_closes(visit: Visit, desk: Desk) -> None:
    page = visit(opened=False)
    launcher(page).focus()
    page.keyboard.press("Enter")
    field = page.locator("frontdesk-chat textarea")
    expect(field).to_be_focused()
    expect(lines(page).first).to_be_visible()
    page.keyboard.type("one")
    low = field.bounding_box()["height"]  # type: ignore[index]
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    assert field.bounding_box()["height"] > low  # type: ignore[index]
    page.keyboard.press("Enter")
    expect(mine(page, "one")).to_contain_text("Sent")
    assert desk.received[0]["text"] == "one\ntwo"
    page.keyboard.press("Escape")
    expect(page.locator("frontdesk-chat .panel")).to_be_hidden()
    expect(launcher(page)).to_be_focused()
    page.get_by_role("button", name=EN["open"]).first.click()  # the page's own button
    expect(field).to_be_focused()


def test_an_enter_that_ends_a_composition_does_not_send(visit: Visit, desk: Desk) -> None:
    page = visit()
    field = page.locator("frontdesk-chat textarea")
    field.fill("にほん")
    for how in ("{isComposing: true}", "{keyCode: 229}"):
        field.evaluate(
            f"el => el.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, ...{how}}}))"
        )
    expect(field).to_have_value("にほん")
    assert page.locator("frontdesk-chat .m.mine").count() == 0


def test_a_long_message_is_counted_and_not_cut(visit: Visit, desk: Desk) -> None:
    page = visit()
    field, counter = page.locator("frontdesk-chat textarea"), page.locator("frontdesk-chat .counter")
    field.fill("x" * 1700)
    expect(counter).to_be_hidden()
    field.fill("😀" * 1990)
    expect(counter).to_have_text("10 characters left")
    field.fill("x" * 2003)
    expect(counter).to_have_text("3 characters too many")
    expect(page.get_by_role("button", name=EN["send"])).to_be_disabled()
    page.keyboard.press("Enter")
    expect(field).to_have_value("x" * 2003)
    assert desk.received == []


def test_what_helps_a_screen_reader_is_there(visit: Visit, desk: Desk) -> None:
    page = visit()
    log = page.get_by_role("log", name=EN["messages"])
    expect(log).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("dialog", name="Cedar Clinic")).to_be_visible()
    desk.say("¿Le viene bien el lunes?", lang="es")
    bubble = lines(page).last.locator(".b")
    expect(bubble).to_have_attribute("lang", "es")
    write(page, "sí")
    expect(mine(page, "sí").locator(".b")).to_have_attribute("dir", "auto")
    desk.say("Call 911 now.", lang="en", urgent=True)
    alert = page.get_by_role("alert")
    expect(alert).to_have_attribute("aria-live", "assertive")
    expect(alert).to_contain_text(EN["urgent"])  # in words and with a sign, not by colour alone
    expect(alert.locator("svg")).to_be_visible()
    expect(alert.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    desk.send(chat.typing(True))
    expect(page.locator("frontdesk-chat .writes")).to_have_text(EN["desk_typing"])
    desk.say("Noted.", lang="en")
    expect(page.locator("frontdesk-chat .writes")).to_be_empty()


def test_the_chrome_follows_the_language_of_the_desk(visit: Visit, desk: Desk) -> None:
    page = visit()
    desk.say("Claro que sí.", lang="es")
    expect(page.locator("frontdesk-chat .who")).to_have_text(ES["assistant"])
    expect(page.get_by_role("button", name=ES["person"])).to_be_visible()
    desk.say("Natuurlijk.", lang="nl")  # no texts in Dutch here: stays as it is
    expect(lines(page)).to_have_count(3)
    expect(page.locator("frontdesk-chat .who")).to_have_text(ES["assistant"])


def test_spanish_visitors_get_a_spanish_page_and_widget(visit: Visit, desk: Desk) -> None:
    page = visit("/chat?lang=es")
    expect(page.get_by_role("heading", level=1)).to_contain_text("¿En qué podemos ayudarle?")
    expect(page.locator("frontdesk-chat .who")).to_have_text(ES["assistant"])
    assert desk.hellos[0]["lang"] == "es"
    expect(page.get_by_text("8:00\u00a0a.m. a 12:00\u00a0p.m.").first).to_be_attached()


def test_the_page_tells_where_when_and_how_to_call(visit: Visit) -> None:
    page = visit(opened=False)
    expect(page).to_have_title("Cedar Clinic")
    card = page.get_by_role("article").nth(1)
    expect(card).to_contain_text("9 Lakeside Avenue")
    expect(card.get_by_role("row")).to_have_text(
        [
            re.compile(r"Monday to Friday\s+8:00\sAM to 12:00\sPM\s+1:00\sPM to 5:30\sPM"),
            re.compile(r"Saturday\s+9:00\sAM to 1:00\sPM"),
            re.compile(r"Sunday\s+Closed"),
        ]
    )
    expect(page.locator("main").get_by_role("link", name="Call")).to_have_attribute("href", "tel:+15550100123")
    expect(page.get_by_text("In an emergency, call 911.")).to_be_visible()


def test_another_language_is_data_only_and_arabic_runs_from_the_right(visit: Visit, desk: Desk) -> None:
    desk.strings["ar"] = ARABIC
    page = visit("/elsewhere", viewport={"width": 1280, "height": 800})
    box = page.locator("frontdesk-chat .panel").bounding_box()
    assert box is not None
    assert box["x"] < 40
    expect(lines(page).first.locator(".b")).to_have_attribute("dir", "rtl")
    expect(page.locator("frontdesk-chat .who")).to_have_text(ARABIC["assistant"])
    write(page, "أريد موعدًا")
    ours, theirs = mine(page, "أريد").locator(".b").bounding_box(), lines(page).first.locator(".b").bounding_box()
    assert ours is not None
    assert theirs is not None
    assert ours["x"] < theirs["x"]


def test_another_website_can_carry_the_chat_with_one_tag(visit: Visit, desk: Desk, served: tuple[Desk, str]) -> None:
    site = served[1].replace("127.0.0.1", "localhost")  # another origin
    page = visit(f"/elsewhere?lang=es-MX&direction=ltr&extra=data-open&desk_at={served[1]}", base=site, opened=False)
    expect(lines(page).first).to_contain_text("asistente automático")
    expect(page.locator("frontdesk-chat .who")).to_have_text(ES["assistant"])
    expect(page.locator("frontdesk-chat textarea")).not_to_be_focused()
    write(page, "Hola")
    expect(mine(page, "Hola")).to_contain_text(ES["sent"])
    assert desk.hellos[0]["lang"] == "es-MX"


def sideways(page: Page) -> list[str]:
    """What sticks out of the window to the side, on the page or in the panel."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const root = document.querySelector("frontdesk-chat").shadowRoot;
          const all = [document.documentElement, ...root.querySelectorAll(".panel, .log, header, form")];
          return all.filter((el) => el.scrollWidth > el.clientWidth + 1).map((el) => el.className || el.tagName);
        }"""
    )


@pytest.mark.parametrize(
    ("path", "width", "height"), [("/chat", 320, 568), ("/chat?lang=es", 320, 256), ("/elsewhere", 320, 568)]
)
def test_a_narrow_or_enlarged_window_never_scrolls_sideways(
    visit: Visit, desk: Desk, path: str, width: int, height: int
) -> None:
    desk.strings["ar"] = ARABIC
    page = visit(path, viewport={"width": width, "height": height})
    desk.say("Donaudampfschifffahrtsgesellschaft" * 4, lang="de", buttons=(Button(label="W" * 60, payload="x"),))
    write(page, "x" * 300)
    desk.say("Call 911 now", lang="en", urgent=True)
    expect(page.get_by_role("alert")).to_be_visible()
    assert sideways(page) == []
    box = page.locator("frontdesk-chat .panel").bounding_box()
    assert (box["x"], box["width"]) == (0, width)  # type: ignore[index]
    for room in ("textarea", ".send"):
        expect(page.locator(f"frontdesk-chat {room}")).to_be_in_viewport(ratio=1)


def test_full_screen_keeps_the_focus_inside(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 700})
    expect(page.get_by_role("dialog")).to_have_attribute("aria-modal", "true")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "frontdesk-chat"


EVIL = (
    '<img src=x onerror="window.hit=1"><script>window.hit=2</script> javascript:window.hit=3 http://plain.example '
    'https://ok.example/a"onmouseover="window.hit=4 <svg/onload=window.hit=5> tel:123&lt;'
)


def test_markup_in_a_message_is_only_text(visit: Visit, desk: Desk) -> None:
    page = visit()
    write(page, EVIL)
    expect(mine(page, "onerror")).to_contain_text("Sent")
    desk.name = EVIL
    desk.say(EVIL, lang="en", author="staff:1", buttons=(Button(label=EVIL, payload="x"),))
    desk.send(chat.mode("staff", EVIL))
    expect(lines(page).last.locator(".b")).to_have_text(EVIL.replace("tel:", ""))
    assert mine(page, "onerror").locator(".b").inner_text() == EVIL
    assert page.evaluate("window.hit") is None
    root = page.locator("frontdesk-chat .log")
    assert root.locator("img, script, [onerror], [onmouseover]").count() == 0
    assert root.locator(".m.mine a").count() == 0
    hrefs = lines(page).last.locator("a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert hrefs == ["https://ok.example/a", "tel:123"]


CONTRASTS = """(names) => {
  const root = document.querySelector("frontdesk-chat").shadowRoot;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (el) => {
    const color = rgba(getComputedStyle(el).backgroundColor);
    return color[3] === 255 ? color : behind(el.parentElement);
  };
  return names.map((name) => {
    const el = root.querySelector(name);
    const pair = [light(rgba(getComputedStyle(el).color)), light(behind(el))].sort((x, y) => y - x);
    return [name, (pair[0] + 0.05) / (pair[1] + 0.05)];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read_and_targets_hit_in_light_and_dark(visit: Visit, desk: Desk, scheme: str) -> None:
    page = visit(color_scheme=scheme, reduced_motion="reduce")
    write(page, "Hello")
    expect(mine(page, "Hello")).to_contain_text("Sent")
    desk.say("See https://clinic.example/x", lang="en")
    desk.say("Call 911", lang="en", urgent=True)
    desk.say("Now?", lang="en", buttons=YES_NO)
    desk.send(chat.typing(True))
    desk.send(chat.photo(True))
    desk.send(chat.error("busy"))
    page.locator("frontdesk-chat textarea").fill("x" * 2010)
    expect(page.locator("frontdesk-chat .bar")).to_have_text(EN["busy"])
    names = "h2|.who|.pill|a.pill|.by|.m:not(.mine) .b|.mine .b|.b a|.urgent .b|.urgent .by|.meta|.choices button"
    names += "|.writes|.bar|.counter|textarea|.close"
    assert {name: ratio for name, ratio in page.evaluate(CONTRASTS, names.split("|")) if ratio < 4.5} == {}
    small = (
        page.locator("frontdesk-chat .panel")
        .locator("button, a.pill, textarea")
        .evaluate_all(
            "all => all.map((el) => el.getBoundingClientRect()).filter((r) => r.width < 44 || r.height < 44).length"
        )
    )
    assert small == 0
    assert page.locator("frontdesk-chat .dots i").first.evaluate("el => getComputedStyle(el).animationName") == "none"


def test_every_language_of_the_widget_has_every_text() -> None:
    files = sorted((WIDGET / "strings").glob("*.json"))
    assert {"en", "es"} <= {path.stem for path in files}
    for path in files:
        texts = strings_of(path.stem)
        assert list(texts) == list(EN), path.name
        assert texts["dir"] == chat.direction(path.stem)
        for key, text in texts.items():
            assert text.strip(), (path.name, key)
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", EN[key])), (path.name, key)


def test_the_widget_uses_only_texts_that_exist_and_no_text_as_markup() -> None:
    source = (WIDGET / "widget.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", source)
    assert set(re.findall(r'this\.t\("(\w+)"', source)) <= set(EN)


def test_the_widget_is_small() -> None:
    assert len(gzip.compress((WIDGET / "widget.js").read_bytes())) < 25_000
