"""Promise 57, what people write: hostile words in every place where a patient or a colleague can leave some, and every
page of the console and of the clinic that shows them, opened in Chromium."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from agent.actions.openings import opening_dict
from agent.desk import handoff, wrongs
from agent.desk.documents import draft_next
from agent.desk.hand_over import hand_over
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.model.document import Problem
from agent.model.patient import Patient, StaffUser
from tests.browser import console_pages
from tests.browser.conftest import CHROMIUM
from tests.documents.knee_visit import ROOT
from tests.prove.ground import Ground
from tests.web.console_desk import Clock, World
from tests.web.console_served import served

PROMISE = "Nothing that anybody wrote acts on a page or breaks it"
HOSTILE = (
    "<img data-planted src=x onerror=planted()>", "<script data-planted>planted()</script>",
    "</textarea></option></title><svg data-planted onload=planted()>",
    "\" data-planted onfocus=planted() autofocus x=\"",
    "' onmouseover='planted()", "javascript:planted()", "{{ 7 * 7 }}{% raw %}{{ cycler.__init__ }}",
    "${7*7}#{7*7}<%= 7 %>",
    "%(name)s %s %d {0} {name}", "</script><!--<script data-planted>", "\u202egnp.exe\u2066\u2067 right to left",
    "<base data-planted href=//elsewhere.example><meta data-planted http-equiv=refresh content=0;url=/x>",
    "&lt;img data-planted&gt;&#x27;&quot;", "]]><![CDATA[<b data-planted>",
    "<style data-planted>*{display:none}</style>",
    "Zalgo" + "\u0301" * 60, "\u200f\u200e\u2028\u2029\ufeff", "W" * 10_000,
)  # fmt: skip
SIZE = f"{len(HOSTILE)} hostile strings of up to 10,000 characters, 20 pages each, by turns at 1280 and 390 px"
_OVERRIDES = r"""() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), left = [];
  for (let node; (node = walk.nextNode());) {
    const text = node.data, open = (text.match(/[\u202a\u202b\u202d\u202e\u2066-\u2068]/g) || []).length;
    if (open > (text.match(/[\u202c\u2069]/g) || []).length) left.push(node.parentElement.outerHTML.slice(0, 120));
  }
  return left;
}"""


@dataclass
class Seen:
    pages: int = 0
    wrong: list[str] = field(default_factory=list)


def plant(world: World, words: str) -> list[str]:
    """Leaves the words wherever somebody can, and returns the addresses of the pages that show them. What a length of
    ours bounds is cut to that length, as the console does."""
    desk = world.desk
    short, longer = words[:120], words[:2000]
    admin, front = world.user("admin"), world.user("front-desk")
    clinic = desk.clinic
    desk.clinic = clinic.model_copy(update={
        "name": short, "locations": tuple(p.model_copy(update={"name": short}) for p in clinic.locations),
        "providers": tuple(p.model_copy(update={"name": short}) for p in clinic.providers),
    })  # fmt: skip
    with desk.store.begin() as tx:
        for user in (admin, front, world.user("clinician")):
            tx.staff.save(user.model_copy(update={"name": short}))
        tx.staff.add(
            StaffUser(id=desk.new_id(), clinic=clinic.id, name=short, email=f"{desk.new_id()}@x", role="nurse")
        )
        patient = Patient(
            id=desk.new_id(), clinic=clinic.id, name=short, dob=date(1985, 3, 14), phones=("+17185550133",)
        )
        tx.patients.add(patient)
    admin, front = world.user("admin"), world.user("front-desk")
    held, heard = world.talk(longer, name=short)
    opening = world.opening()
    with desk.store.begin() as tx:
        row = desk.calendar.hold(tx, opening, id=desk.new_id(), patient=patient.id, conversation=held.id, replaces=None,
                                 now=world.clock())  # fmt: skip
    asked = {"name": short, "reason": longer, "dob": "1985-03-14", "message": longer, "insurance": short,
             "relation": short, "opening": opening_dict(desk.clinic, opening)}  # fmt: skip
    quoted = {"reason": heard[0].text} if heard[0].text.strip() else {}
    task = world.prepare("booking", held, asked, heard[0], ("reason",), appointment=row.id, **quoted)
    alarm = world.prepare("urgent", held, {"category": short, "class": short, "words": longer}, priority="stat",
                          because=short)  # fmt: skip
    hand_over(desk, alarm.id, 0, admin, front.id, None, words[:500] if words.strip() else "x")
    handoff.reply(desk, held.id, admin, longer if longer.strip() else "x")
    handoff.note(desk, held.id, admin, longer)
    wrong = wrongs.report(desk, admin, "/console", "other", words[:1000], held.id)
    wrongs.answer(desk, admin, wrong.id, "in-work", words[:1000])
    return ["/console", f"/console/tasks/{task.id}", f"/console/tasks/{alarm.id}", f"/console/conversations/{held.id}",
            "/console/conversations", "/console/wrongs", f"/console/patients/{patient.id}", "/console/people",
            "/console/calendar?day=2026-03-10", "/console/calendar?provider=okafor&day=2026-03-10", "/console/account",
            "/console/done", "/console/hearing", "/console/sends", "/console/reports", "/console/audit", "/chat",
            "/phone", *_documents(world, words)]  # fmt: skip


def _documents(world: World, words: str) -> list[str]:
    """A document whose every word is theirs; its page is a clinician's."""
    desk = world.desk
    desk.writer, desk.verifier = EmbeddedWriter(ROOT), verify
    assert draft_next(desk)
    with desk.store.begin() as tx:
        doc = tx.documents.by_state(desk.clinic.id, ("drafted",))[0]
        assert doc.draft is not None
        said = tuple(s.model_copy(update={"text": words[:2000]}) for s in doc.draft.sentences[:4])
        heard = tuple(u.model_copy(update={"text": words[:2000], "speaker": words[:40]}) for u in doc.dialogue[:8])
        told = Problem(why="missing", words=words[:1000], by="nobody", at=world.clock())
        tx.documents.save(doc.model_copy(update={
            "title": words[:120], "patient_name": words[:120], "dialogue": heard, "problems": (told,),
            "draft": doc.draft.model_copy(update={"sentences": said, "note": words[:2000]}), "check": None,
        }))  # fmt: skip
    return ["/console/notes", f"/console/notes/{doc.id}"]


def visit(browser: Browser, folder: Path, words: str, width: int) -> Seen:
    """Plants one string in a clinic of its own and opens its pages."""
    seen = Seen()
    with served(folder, Clock()) as (world, base):
        addresses = plant(world, words)
        for role, ours in (("admin", [a for a in addresses if "/notes" not in a]),
                           ("clinician", [a for a in addresses if "/notes" in a])):  # fmt: skip
            page = _enter(browser, world, base, role, width, seen)
            for address in ours:
                _look(page, base, address, seen)
            page.context.close()
    return seen


def _enter(browser: Browser, world: World, base: str, role: str, width: int, seen: Seen) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.set_default_timeout(30_000)
    page.on("dialog", lambda box: (seen.wrong.append(f"dialog {box.message}"), box.dismiss()))
    page.on("pageerror", lambda error: seen.wrong.append(f"{page.url}: {error}"))
    page.on("console", lambda said: seen.wrong.append(f"{page.url}: {said.text}") if _is_csp(said.text) else None)
    page.add_init_script("window.planted = () => { window.hit = true; };")
    token = world.browser(role).cookies["frontdesk"]
    page.context.add_cookies([{"name": "frontdesk", "value": token, "url": base}])
    return page


def _is_csp(text: str) -> bool:
    return "Security Policy" in text or "Refused to" in text


def _look(page: Page, base: str, address: str, seen: Seen) -> None:
    answer: Any = page.goto(base + address)
    seen.pages += 1
    facts = {
        "status": answer.status == 200, "nothing ran": not page.evaluate("window.hit"),
        "nothing was planted": page.locator("[data-planted], base").count() == 0,
        "it is still there": page.url.startswith(base + address.partition("?")[0]),
        "no template ran": "49" not in page.evaluate("document.title"),
        "it does not scroll sideways": page.evaluate(console_pages._SIDEWAYS),
        "the page is not hidden": page.evaluate("getComputedStyle(document.body).display") != "none",
    }  # fmt: skip
    page.evaluate(console_pages._UNFOLD.format("details"))
    facts["unfolded, too"] = not page.evaluate("window.hit") and page.locator("[data-planted]").count() == 0
    left = page.evaluate(_OVERRIDES) if address.startswith("/console") else []
    seen.wrong += [f"{address}: not so: {what}" for what, so in facts.items() if not so]
    seen.wrong += [f"{address}: writes backwards on: {html}" for html in left]


def inert(folders: list[Path], cases: list[tuple[str, int]]) -> str:
    """Each (string, width of the window) in a clinic of its own. Raises AssertionError with what was not inert."""
    pages, wrong = 0, list[str]()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        for (words, width), folder in zip(cases, folders, strict=True):
            found = visit(browser, folder, words, width)
            pages += found.pages
            wrong += [f"{words[:30]!r} at {width}: {w}" for w in found.wrong]
        browser.close()
    assert wrong == [], "\n".join(wrong)
    return f"{pages} pages with {len(cases)} hostile strings: nothing ran, no violation of the policy, none broken"


def prove(ground: Ground) -> str:
    cases = [(words, (1280, 390)[n % 2]) for n, words in enumerate(HOSTILE)] + [(HOSTILE[-1], 1280)]
    return inert([ground.folder() for _ in cases], cases)
