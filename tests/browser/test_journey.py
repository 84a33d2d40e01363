"""The whole slice, as a newcomer walks it: text and chat, a change of mind, an alarm, staff decide, patients hear."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.running import Running, running_demo

SLOW = 15_000  # ms; a busy machine


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_demo(tmp_path_factory.mktemp("journey")) as running:
        yield running
        for context in browser.contexts:  # or the desk would wait for the pages that are open
            context.close()


@pytest.fixture(scope="module")
def faults() -> list[str]:
    return []


def page(browser: Browser, url: str, faults: list[str]) -> Page:
    fresh = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    fresh.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    fresh.on("pageerror", lambda e: faults.append(str(e)))
    fresh.goto(url)
    return fresh


class Phone:
    """A patient's handset at /phone."""

    def __init__(self, at: Page, owner: str) -> None:
        options = at.locator("select").first.locator("option").all()
        label = next(t for t in (o.inner_text() for o in options) if owner in t)
        at.locator("select").first.select_option(label=label)
        self.box, self.log = at.get_by_role("textbox", name="Text message"), at.get_by_role("log")

    def text(self, words: str, answer: str) -> None:
        self.box.fill(words)
        self.box.press("Enter")
        expect(self.log).to_contain_text(answer, timeout=SLOW)


class Chat:
    """The widget on the clinic's page."""

    def __init__(self, at: Page) -> None:
        self.widget = at.locator("frontdesk-chat")
        self.widget.get_by_role("button").first.click()
        self.box = self.widget.get_by_role("textbox")
        self.log: Locator = self.widget.get_by_role("log")
        expect(self.log).to_contain_text("automated assistant", timeout=SLOW)

    def say(self, words: str, answer: str) -> None:
        self.box.fill(words)
        self.box.press("Enter")
        expect(self.log).to_contain_text(answer, timeout=SLOW)


def test_a_patient_books_staff_confirm_one_and_change_the_other_and_both_hear(
    browser: Browser, running: Running, faults: list[str]
) -> None:
    phone = Phone(page(browser, f"{running.base}/phone", faults), "Guadalupe")
    phone.text("Hola, quiero una cita con la Dra. Okafor para un chequeo", "día")
    phone.text("lo antes posible", "Responda")
    phone.text("1", "nombre completo")
    phone.text("Guadalupe Hernández", "fecha de nacimiento")
    phone.text("12 de diciembre de 1979", "Responda 1")
    phone.text("sí", "olicitud")

    chat = Chat(page(browser, f"{running.base}/chat", faults))
    chat.say("I'd like a dental cleaning as soon as possible", "Other times")
    chat.say("where can I park?", "garage next door")
    chat.say("actually, later than that: in two weeks", "Other times")
    chat.say("I have chest pain and my arm is numb", "911")
    chat.say("1", "full name")
    chat.say("Alan Turing 6/23/1975", "phone number")
    chat.say("(212) 555-0177", "Shall I ask our staff")
    chat.say("yes", "Request #")

    console = page(browser, f"{running.base}/console", faults)
    console.get_by_label("mail").fill("front@demo.clinic")
    console.get_by_label("assword").fill("front-desk-demo")
    console.keyboard.press("Enter")
    expect(console.get_by_text("chest pain").first).to_be_visible(timeout=SLOW)

    console.get_by_text("Guadalupe Hernández").first.click()
    expect(console.get_by_text("In the patient's words")).to_be_visible(timeout=SLOW)
    expect(console.locator("mark").first).to_be_visible()
    console.keyboard.press("c")
    expect(phone.log).to_contain_text("Confirmado por Rosa Delgado", timeout=SLOW)

    console.goto(f"{running.base}/console")
    console.get_by_text("Alan Turing").first.click()
    console.locator("details[data-act=change] > summary").click()
    if console.get_by_label("New patient").count():  # asked only where somebody on file is like them
        console.get_by_label("New patient").check()
    console.locator("details[data-act=change] input[type=radio]:visible").first.check()
    console.get_by_role("button", name="Book this time and tell the patient").click()
    expect(chat.log).to_contain_text("booked a different time", timeout=SLOW)

    verified = running.frontdesk("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert "unaltered" in verified.stdout
    assert faults == []


def test_staff_take_over_a_chat_answer_and_give_it_back(browser: Browser, running: Running, faults: list[str]) -> None:
    chat = Chat(page(browser, f"{running.base}/chat", faults))
    chat.say("can I talk to a person please", "a person")
    console = page(browser, f"{running.base}/console", faults)
    console.get_by_label("mail").fill("front@demo.clinic")
    console.get_by_label("assword").fill("front-desk-demo")
    console.keyboard.press("Enter")
    console.get_by_role("link", name="Conversations").click()
    console.locator("a[href*='/console/conversations/']").first.click()
    console.get_by_role("button", name="Take over").click()
    expect(chat.log).to_contain_text("Rosa Delgado", timeout=SLOW)
    reply = console.get_by_role("textbox", name="Reply")
    reply.press_sequentially("Hello, this is Rosa.")
    expect(chat.widget.get_by_text("Rosa Delgado is writing…")).to_be_visible(timeout=SLOW)
    reply.fill("Hello, this is Rosa. How can I help?")
    reply.press("Enter")
    expect(chat.log).to_contain_text("this is Rosa", timeout=SLOW)
    expect(chat.widget.get_by_text("Rosa Delgado is writing…")).to_have_count(0, timeout=SLOW)
    expect(console.locator(".line.out").last).to_contain_text("read", timeout=SLOW)
    chat.box.press_sequentially("do you take", delay=400)  # whoever goes on says so again, every three seconds
    expect(console.get_by_text("The patient is writing…")).to_be_visible(timeout=SLOW)
    before = chat.log.inner_text().count("utomated assistant")
    chat.box.fill("do you take Aetna?")
    chat.box.press("Enter")
    expect(console.get_by_text("do you take Aetna?").first).to_be_visible(timeout=SLOW)
    assert chat.log.inner_text().count("utomated assistant") == before  # the desk is silent
    console.get_by_role("button", name="Give back").click()
    expect(chat.log).to_contain_text("back with the automated assistant", timeout=SLOW)
    assert faults == []


def test_the_demo_prints_its_pages_and_sign_ins(running: Running) -> None:
    said = Path(running.log).read_text()
    for shown in ("/phone", "/chat", "/console", "front@demo.clinic"):
        assert shown in said


def test_a_call_on_the_phone_is_taken_over_in_the_console_and_answered_at_the_clinics_telephone(
    browser: Browser, running: Running, faults: list[str]
) -> None:
    phone = page(browser, f"{running.base}/phone", faults)
    phone.get_by_role("button", name="Call the clinic").click()
    log = phone.locator("#call-log")
    expect(log).to_contain_text("I'm an automated assistant", timeout=SLOW)
    phone.get_by_label("What you say").fill("I need an appointment, my knee hurts")
    phone.get_by_label("What you say").press("Enter")
    expect(log).to_contain_text("Which day", timeout=SLOW)
    phone.get_by_text("Keypad").click()
    phone.get_by_role("button", name="*", exact=True).click()
    expect(log.get_by_text("Which day")).to_have_count(2, timeout=SLOW)

    console = page(browser, f"{running.base}/console", faults)
    console.get_by_label("mail").fill("front@demo.clinic")
    console.get_by_label("assword").fill("front-desk-demo")
    console.keyboard.press("Enter")
    console.get_by_role("link", name="Conversations").click()
    console.locator("a[href*='/console/conversations/']").first.click()
    expect(console.get_by_text("Phone call", exact=True)).to_be_visible()
    expect(console.locator("#main")).to_contain_text("my knee hurts")
    console.locator("#take").click()

    expect(phone.locator("#call-state")).to_have_text("Ringing the clinic’s staff…", timeout=SLOW)
    phone.get_by_role("button", name="Answer it").click()
    expect(phone.locator("#desk-said")).to_contain_text("speaks English", timeout=SLOW)
    phone.get_by_role("button", name="Press 1 to take the call").click()
    expect(phone.locator("#call-state")).to_have_text("With a person", timeout=SLOW)
    phone.get_by_role("button", name="Hang up").click()
    expect(phone.locator("#call-state")).to_have_text("Call ended", timeout=SLOW)
