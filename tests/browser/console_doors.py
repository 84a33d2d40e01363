"""The pages that nobody has to be signed in for, and those of people who are no admins, each with something on it."""

import re
from functools import cache

from playwright.sync_api import Page

from agent.desk.documents import draft_next
from agent.dialogue.gate import SafetyGate
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from tests import shared
from tests.desk.bulked import YEAR, on_file, visits
from tests.documents.knee_visit import ROOT
from tests.web.console_desk import MONDAY, World, csrf_of, decide, jon

_BODY = "[shower, bath]\nYou may shower after two days.\n\n[! fever]\nCall us the same day."


@cache
def _gate() -> SafetyGate:
    return shared.gate("en", "es")


def outside(world: World) -> list[str]:
    """Sign-in, an invitation, and a patient's own link to a visit."""
    admin = world.admin()
    given = {"csrf": csrf_of(admin), "name": "Nia Cole", "email": "nia@clinic.example", "role": "front-desk"}
    join = admin.post("/console/people/invite", data=given).text.split("/console/join/", 1)[1].split('"', 1)[0]
    task = world.booking(phone="+17185550177")
    decide(world.browser("front-desk"), task, "confirm", patient=jon(world).id)
    visit = re.findall(r"/visit/[\w-]+", " ".join(world.said(task.conversation)))[-1]
    return ["/console/sign-in", f"/console/join/{join}", visit]


def bulk(world: World) -> str:
    """A recall in two languages that waits for a second person."""
    world.desk.gate = _gate()
    for n in range(3):
        who = on_file(world.desk, f"+1718555{7000 + n}", f"Ana{n} Torres", "es" if n else "en")
        visits(world.desk, who, MONDAY - YEAR, lane=n)
    desk = world.browser("front-desk")
    given = {"csrf": csrf_of(desk), "kind": "recall", "visit_type": "physical", "months": "12"}
    given |= {"line_es": "Ahora estamos en la calle Mayor 5."}
    return str(desk.post("/console/bulk/new", data=given).headers["location"])


def clinical(world: World) -> list[str]:
    """What clinicians have beside the rest: notes, a search of a record, a visit to hand in, instructions."""
    world.desk.writer, world.desk.verifier = EmbeddedWriter(ROOT), verify
    while draft_next(world.desk):
        pass
    clinician, him = world.browser("clinician"), jon(world)
    sheet = {"csrf": csrf_of(clinician), "language": "en", "title_en": "After a wart is removed", "about_en": "wart",
             "body_en": _BODY, "day": ["2"], "clock": ["09:30"], "must": ["yes"], "visit_type": "procedure",
             "version": "0"}  # fmt: skip
    clinician.post("/console/instructions/new/save", data=sheet)
    with world.desk.store.begin(write=False) as tx:
        drafted = tx.documents.by_state(world.desk.clinic.id, ("drafted",))
        mine = next(d for d in drafted if d.patient_name == him.name)
        written = next(s for s in tx.instructions.all(world.desk.clinic.id) if s.state == "draft")
    return [
        "/console/notes", f"/console/notes/{mine.id}", f"/console/search/{him.id}", f"/console/visits/{him.id}",
        "/console/instructions/new", f"/console/instructions/{written.id}",
    ]  # fmt: skip


def fill_in(page: Page, address: str) -> None:
    """A search shows what is found only to whoever has asked."""
    if address.startswith("/console/search/"):
        page.locator("#q").fill("knee")
        page.locator("#q").press("Enter")
        page.locator(".passage").first.wait_for()
