"""A visit reviewed in a real browser by keyboard: sources lit, planted errors caught, one edited, and signed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from agent.desk.documents import Visit, draft_next, hand_in
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.model.note import Draft, Utterance
from agent.ports.notes import Asked
from tests.documents.knee_visit import ROOT, talk
from tests.web.console_desk import EMAIL, PASSWORD, World, jon
from tests.web.console_served import served
from tests.web.test_console_notes import Wrong, document


class Forgets(EmbeddedWriter):
    """Drafts, and leaves every allergy out."""

    def draft(self, asked: Asked) -> Draft:
        good = super().draft(asked)
        kept = tuple(s for s in good.sentences if "allerg" not in s.text.casefold())
        return good.model_copy(update={"sentences": kept, "note": "\n".join(s.text for s in kept)})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    with served(Path(tmp_path_factory.mktemp("notes"))) as (world, base):
        world.desk.writer, world.desk.verifier = Wrong(ROOT), verify
        while draft_next(world.desk):
            pass
        yield world, base


def test_a_visit_is_flagged_edited_and_signed_by_keyboard(browser: Browser, place: tuple[World, str]) -> None:
    world, base = place
    wrong: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(8000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(f"{base}/console/sign-in?next=/console/notes")
    page.get_by_label("E-mail").fill(EMAIL["clinician"])
    page.get_by_label("Password").fill(PASSWORD["clinician"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name=re.compile("Jon Smith")).click()
    planted = page.locator(".claim.red", has_text="2000 mg")
    expect(planted).to_contain_text("dose", ignore_case=True)
    expect(page.locator(".claim.red", has_text="Start warfarin")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Sign as"))).to_be_disabled()

    planted.focus()
    expect(page.locator(".turns mark").first).to_be_visible()  # its source is lit beside it
    page.keyboard.press("e")
    box = planted.locator("textarea")
    box.fill("Keep taking the Tylenol, 1000 mg 3 times a day.")
    page.keyboard.press("Enter")
    expect(page.locator(".claim ins", has_text="1000 mg")).to_be_visible()
    for _ in range(20):
        left = page.locator(".claim.red:not(.decided), .claim.amber:not(.decided):not(.missing)")
        if not left.count():
            break
        before = page.locator("#left").inner_text()
        left.first.focus()
        page.keyboard.press("r")
        page.keyboard.press("1")
        expect(page.locator("#left")).not_to_have_text(before)
    expect(page.locator("#left")).to_have_text("0")
    missing = page.locator(".missing").count()
    if missing:
        page.locator(".missing").first.focus()
        page.keyboard.press("1")
        expect(page.locator(".missing.decided")).to_have_count(1)
        expect(page.locator(".whole")).to_contain_text("ADDED IN REVIEW")

    page.get_by_role("button", name=re.compile("^Sign as")).click()  # without the attestation
    expect(page.locator("p.problem[role=alert]")).to_contain_text("tick the attestation")
    page.get_by_label(re.compile("I have read")).check()
    page.get_by_role("button", name=re.compile("^Sign as")).click()
    expect(page.get_by_role("heading", name=re.compile("^Signed by Dr. Amara Okafor"))).to_be_visible()
    expect(page.locator(".whole")).not_to_contain_text("warfarin")
    expect(page.locator(".whole")).to_contain_text("1000 mg 3 times a day")
    assert document(world).state == "signed"
    assert "422" in " ".join(wrong) or not wrong
    assert [w for w in wrong if "422" not in w] == []
    page.close()


VOICES = """
window.said = [];
const voice = { lang: "en-US", name: "Here", localService: LOCAL };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [voice], speak: (u) => window.said.push(u.text), cancel: () => {}, addEventListener: () => {},
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_nothing_is_read_aloud_unless_asked_and_never_by_a_voice_from_elsewhere(
    browser: Browser, place: tuple[World, str]
) -> None:
    world, base = place
    for local in ("true", "false"):
        page = browser.new_page()
        page.add_init_script(VOICES.replace("LOCAL", local))
        page.goto(f"{base}/console/sign-in?next=/console/notes/{document(world, 'Dorothy Wilson').id}")
        page.get_by_label("E-mail").fill(EMAIL["clinician"])
        page.get_by_label("Password").fill(PASSWORD["clinician"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        claims = page.locator("[data-claim]")
        claims.first.focus()
        assert page.evaluate("window.said") == []
        switch = page.get_by_role("button", name="Read aloud")
        if local == "false":
            expect(switch).to_have_count(0)
        else:
            expect(switch).to_have_attribute("aria-pressed", "false")
            switch.click()
            expect(switch).to_have_attribute("aria-pressed", "true")
            claims.nth(1).focus()
            words = claims.nth(1).locator(".sentence [dir]").first.inner_text()
            assert words in page.evaluate("window.said")[-1]
            count = len(page.evaluate("window.said"))
            switch.click()
            claims.nth(0).focus()
            assert len(page.evaluate("window.said")) == count
        page.close()


def test_the_page_fits_a_phone(browser: Browser, place: tuple[World, str]) -> None:
    world, base = place
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.goto(f"{base}/console/sign-in?next=/console/notes/{document(world, 'Dorothy Wilson').id}")
    page.get_by_label("E-mail").fill(EMAIL["clinician"])
    page.get_by_label("Password").fill(PASSWORD["clinician"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("Dorothy Wilson"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_words_to_add_are_seen_whole(browser: Browser, place: tuple[World, str]) -> None:
    world, base = place
    said = "Yes, I am allergic to penicillin, I get hives all over my arms and then my throat feels tight for an hour."
    lines = (("Doctor", "Any allergies?"), ("Patient", said), ("Doctor", "Take ibuprofen 400 mg twice a day."))
    talk_of = tuple(Utterance(speaker=who, text=text) for who, text in lines)
    visit = Visit(patient=jon(world).id, title="Hives", dialogue=talk_of, consent=True)
    world.desk.writer = Forgets(ROOT)
    made = hand_in(world.desk, visit, "system")
    while draft_next(world.desk):
        pass
    world.desk.writer = Wrong(ROOT)
    for width in (360, 1280):
        page = browser.new_page(viewport={"width": width, "height": 780})
        page.goto(f"{base}/console/sign-in?next=/console/notes/{made.id}")
        page.get_by_label("E-mail").fill(EMAIL["clinician"])
        page.get_by_label("Password").fill(PASSWORD["clinician"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        box = page.locator(".missing textarea").first
        expect(box).to_have_value(re.compile("for an hour"))
        assert box.evaluate("box => box.scrollHeight <= box.clientHeight"), width
        page.close()


def test_a_summary_in_arabic_keeps_its_english_sentences_the_right_way_round(
    browser: Browser, place: tuple[World, str]
) -> None:
    """A full stop stands at the end of an English line, though the titles are read from the right."""
    world, base = place
    patient = document(world).patient
    asked = Visit(patient=patient, kind="after_visit_summary", dialogue=talk(), consent=True, language="ar")
    held = hand_in(world.desk, asked, "system")
    while draft_next(world.desk):
        pass
    page = browser.new_page(viewport={"width": 820, "height": 1180})
    page.goto(f"{base}/console/sign-in?next=/console/notes/{held.id}")
    page.get_by_label("E-mail").fill(EMAIL["clinician"])
    page.get_by_label("Password").fill(PASSWORD["clinician"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".whole")).to_contain_text("Your lungs are clear.")
    first, last = page.locator(".whole").evaluate(
        """of => { const node = of.firstChild, at = node.data.indexOf("Your lungs are clear.");
          return [at, at + 20].map(n => { const range = document.createRange();
            range.setStart(node, n); range.setEnd(node, n + 1); return range.getBoundingClientRect().left; }) }"""
    )
    assert first < last
    page.close()
