"""The simulated phone in a real Chromium: a person can text, read, and make things go wrong."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from channels.splitting import MAX_UNITS, segments
from channels.twilio_rest import TwilioRest
from tests.standin import TwilioStandIn, closing, served
from tests.standin.hooks import ACCOUNT, NUMBER, PATIENT, TOKEN

PAGES = Path(__file__).parents[2] / "agent" / "web" / "pages"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'"
OTHER = "+15550123999"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


@dataclass
class Phone:
    page: Page
    twilio: TwilioStandIn
    rest: TwilioRest

    def say(self, words: str) -> None:
        self.page.get_by_label("Text message").fill(words)
        self.page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def phone() -> Iterator[Phone]:
    """One page for all tests; it fails them when the page raised an error or broke its own policy."""
    twilio, wrong = TwilioStandIn(ACCOUNT, TOKEN, NUMBER, "", pace=0.01), list[str]()
    template = Environment(loader=FileSystemLoader(PAGES), autoescape=True).get_template("phone.html")

    async def show(_: Request) -> Response:
        numbers = [{"number": PATIENT, "label": "Ana <b>Rivera</b>"}]
        html = template.render(numbers=numbers, clinic_name="Okafor Family Clinic")
        return HTMLResponse(html, headers={"content-security-policy": POLICY})

    async def hear(_: Request) -> Response:
        return Response("<Response/>")

    async def lead(_: Request) -> Response:
        said = "<Say>Please call us back.</Say>"
        return Response(f"<Response><Gather input='speech' timeout='30'>{said}</Gather></Response>")

    routes = [Route("/phone", show), Route("/twilio/sms", hear, methods=["POST"])]
    routes += [Route("/twilio/voice", lead, methods=["POST"]), Route("/twilio/over", hear, methods=["POST"])]
    mounts = [Mount("/standin", twilio.app), Mount("/static", StaticFiles(directory=PAGES / "static"))]
    with ExitStack() as stack:
        url = stack.enter_context(served(Starlette(routes=[*routes, *mounts], lifespan=closing(twilio))))
        twilio.webhook_url = f"{url}/twilio/sms"
        rest = TwilioRest(ACCOUNT, TOKEN, f"{url}/standin")
        stack.callback(rest.close)
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        stack.callback(browser.close)
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(f"{url}/phone")
        twilio.voice_url = f"{url}/twilio/voice"
        yield Phone(page, twilio, rest)
        assert wrong == []


def test_a_person_texts_and_reads_the_answer(phone: Phone) -> None:
    phone.say("¿Puede verme <b>alguien</b> el lunes?")
    mine = phone.page.locator(".bubble.mine")
    expect(mine.locator("p")).to_have_text("¿Puede verme <b>alguien</b> el lunes?")
    expect(mine.locator("small")).to_contain_text("Delivered")
    phone.rest.send(PATIENT, NUMBER, "مرحبا، موعدك يوم الاثنين.", None)
    theirs = phone.page.locator(".bubble:not(.mine)")
    expect(theirs.locator("p")).to_have_attribute("dir", "auto")
    expect(theirs.locator("p")).to_have_css("direction", "rtl")
    expect(phone.page.get_by_role("log", name="Conversation")).to_contain_text("موعدك")
    expect(phone.page.get_by_label("Text message")).to_be_focused()


def test_the_screen_of_a_small_phone_holds_everything(phone: Phone) -> None:
    wide, high = phone.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert wide <= 320
    assert high <= 640
    expect(phone.page.get_by_role("button", name="Send")).to_be_in_viewport()


def test_promise_28_the_page_counts_segments_as_the_desk_does(phone: Phone) -> None:
    box = phone.page.get_by_label("Text message")
    for text in (
        "a",
        "a" * 160,
        "a" * 161,
        "€" * 81,
        "ñ" * 307,
        "á" + "a" * 70,
        "🙂" * 36,
        "a" * 152 + "€" * 80,
        "Ü§" * 80,
    ):
        box.fill(text[:MAX_UNITS])
        count = segments(text)
        expect(phone.page.locator("#count")).to_contain_text(f"{count} segment{'' if count == 1 else 's'} ·")
    box.fill("")


def test_another_number_has_a_thread_of_its_own_and_stop_shows(phone: Phone) -> None:
    phone.page.get_by_label("Whose phone").select_option("")
    phone.page.get_by_label("Number, with + and country code").fill(OTHER)
    phone.page.get_by_role("button", name="Use").click()
    expect(phone.page.locator(".bubble")).to_have_count(0)
    phone.say("STOP")
    expect(phone.page.get_by_text("STOP is on")).to_be_visible()
    assert phone.twilio.opted_out == {OTHER}
    phone.page.get_by_label("Whose phone").select_option(PATIENT)
    expect(phone.page.locator(".bubble")).to_have_count(2)


def test_a_fault_is_asked_for_and_said(phone: Phone) -> None:
    phone.page.get_by_text("Make something go wrong").click()
    phone.page.get_by_role("button", name="Too many requests (429)").click()
    expect(phone.page.get_by_text("Waiting to go wrong: 1 fault")).to_be_visible()
    assert [fault.kind for fault in phone.twilio.faults] == ["429"]


@pytest.mark.parametrize(
    ("how", "by"), [("Answer", "human"), ("Let voicemail answer", "machine_end_beep"), ("Decline", None)]
)
def test_the_clinic_rings_the_phone_and_whoever_holds_it_says_who_answers(
    phone: Phone, how: str, by: str | None
) -> None:
    phone.rest.dial(PATIENT, NUMBER, phone.twilio.voice_url, phone.twilio.voice_url, 25, listen=True)
    call = phone.page.get_by_role("region", name="Call")
    expect(call.get_by_text("The clinic is calling…")).to_be_visible()
    call.get_by_role("button", name=how, exact=True).click()
    if by is not None:
        expect(call.get_by_text("Please call us back.")).to_be_visible()
        assert phone.twilio.hooks.log[-1].params["AnsweredBy"] == by
        call.get_by_role("button", name="Hang up").click()
    expect(call.get_by_text("Call ended")).to_be_visible()
    status = phone.rest.placed(PATIENT, NUMBER, phone.twilio.now())[0].status
    assert status == ("completed" if by else "busy")
    call.get_by_role("button", name="Close").click()
