"""Ten public visits drafted, flagged, reviewed and signed in Chromium, with pictures: `python -m tests.walks.ten_visits
FOLDER`. One more draft has a wrong dose and an invented medicine planted in it, and leaves a named allergy out; the
demo's visit of a knee has both errors too, and `notes.png` shows it with the sources of the dose lit.

Whoever sees the pages decides by a file: `--decide FILE` holds JSON {title: {"reject": [words of sentences]}}; what is
not named there is accepted one by one. Without it every flagged sentence is rejected.

`--pace N` reads at N words a minute: before it signs, the desk's clock is moved on by the time that every sentence,
flag and passage would take, and by two seconds for each key. The page's timers say what such a reader takes."""

import argparse
import json
import re
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from agent.desk.documents import Visit, draft_next, hand_in
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.measure.notes import planted
from agent.model.document import Document
from agent.model.note import Draft, Utterance
from agent.ports.notes import Asked
from tests.documents.knee_visit import ROOT
from tests.web.console_desk import EMAIL, PASSWORD, World, jon
from tests.web.console_served import served, utc_now

COUNT = 10
KEY = 2.0  # seconds from a decision to its key
PLANTED = "Planted errors"
_KNEE = "Keep taking the Tylenol, 1000 m"
_TALK = (
    ("Doctor", "Hello, what brings you in today?"),
    ("Patient", "My right knee has hurt for two weeks, since I fell on the stairs."),
    ("Doctor", "Are you allergic to any medicines?"),
    ("Patient", "Yes, I am allergic to penicillin, I get hives."),
    ("Doctor", "Any fever?"),
    ("Patient", "No."),
    (
        "Doctor",
        "There is swelling of the right knee. I think this is a strain. Take ibuprofen 400 mg three times a day.",
    ),
    ("Doctor", "Come back in two weeks, or call us if it gets worse."),
    ("Patient", "Sounds good."),
)


class Clock:
    """The desk's time, moved on by what reading takes."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class Planting(EmbeddedWriter):
    """Drafts; of the visit above and the demo's knee it changes the dose, invents a medicine and drops the allergy."""

    def draft(self, asked: Asked) -> Draft:
        good = super().draft(asked)
        told = [u.text for u in asked.dialogue]
        if _TALK[1][1] not in told and not any(_KNEE in text for text in told):
            return good
        kept = [s for s in good.sentences if "allerg" not in s.text.casefold()]
        doses = (("400 mg", "800 mg"), ("1000 mg", "2000 mg"))
        changed = [s.model_copy(update={"text": s.text.replace(*next((d for d in doses if d[0] in s.text), doses[0]))})
                   for s in kept]  # fmt: skip
        changed.append(changed[-1].model_copy(update={"text": "Start warfarin 5 mg daily."}))
        return good.model_copy(update={"sentences": tuple(changed), "note": "\n".join(s.text for s in changed)})


def visits() -> list[tuple[str, tuple[Utterance, ...]]]:
    """Ten of the visits that nothing was trained on, whole consultations of two corpora."""
    found: dict[str, tuple[Utterance, ...]] = {}
    for case in planted():
        if case.kind == "control" and case.corpus != "mts-dialog" and len(case.dialogue) > 20:
            found.setdefault(case.id.removesuffix("/control"), tuple(u for u in case.dialogue if u.text.strip()))
    some = [
        [row for row in found.items() if ("primock" in row[0]) == primock][: COUNT // 2] for primock in (True, False)
    ]
    return [*some[0], *some[1]]


def documents(world: World) -> list[Document]:
    with world.desk.store.begin(write=False) as tx:
        return [d for d in tx.documents.of_patient(jon(world).id) if d.title.startswith(("Visit ", PLANTED))]


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/console/sign-in?next=/console/notes")
    page.get_by_label("E-mail").fill(EMAIL["clinician"])
    page.get_by_label("Password").fill(PASSWORD["clinician"])
    page.get_by_role("button", name="Sign in", exact=True).click()


def review(
    page: Page, base: str, document: Document, wanted: dict[str, Any] | None, folder: Path, clock: Clock, pace: int
) -> dict[str, Any]:
    """Opens it, decides each sentence that must be decided by one key, reads the whole, signs."""
    page.goto(f"{base}/console/notes/{document.id}")
    name = re.sub(r"[^a-z0-9]+", "-", document.title.lower())
    shown = page.locator("[data-claim]:has(.flag)").evaluate_all(
        "rows => rows.map(r => r.querySelector('.sentence').innerText + ' | ' + "
        "[...r.querySelectorAll('.flag')].map(f => f.innerText).join(' | '))"
    )
    missed = page.locator(".missing .sentence").all_inner_texts()
    page.screenshot(path=folder / f"{name}.png", full_page=document.title == PLANTED)
    asked = page.locator("section[aria-labelledby=r-asked] [data-claim]:not(.decided)")
    accepted = rejected = 0
    while asked.count():
        before, words = page.locator("#left").inner_text(), asked.first.locator(".sentence").inner_text()
        asked.first.focus()
        if wanted is None or any(part in words for part in wanted.get("reject", [])):
            page.keyboard.press("r")
            page.keyboard.press("1")
            rejected += 1
        else:
            page.keyboard.press("a")
            accepted += 1
        expect(page.locator("#left")).not_to_have_text(before)
    if document.title == PLANTED:
        missing = page.locator(".missing").first
        missing.focus()
        page.keyboard.press("1")
        expect(page.locator(".missing.decided")).to_have_count(1)
    read = sum(len(text.split()) for text in page.locator("[data-claim], .missing").all_inner_texts())
    if pace:
        clock.ahead += timedelta(seconds=60 * read / pace + KEY * (accepted + rejected + 2))
    page.get_by_label(re.compile("I have read")).check()
    page.get_by_role("button", name=re.compile("^Sign as")).click()
    expect(page.get_by_role("heading", name=re.compile("^Signed by"))).to_be_visible()
    page.screenshot(path=folder / f"{name}-signed.png")
    return {"title": document.title, "flags": shown, "missing": missed, "accepted": accepted,
            "rejected": rejected, "words": read}  # fmt: skip


def lit(page: Page, base: str, folder: Path) -> None:
    """A picture of the knee's review with the planted dose in focus."""
    page.goto(f"{base}/console/notes")
    page.get_by_role("link", name=re.compile("Left knee after a fall")).click()
    planted = page.locator(".claim.red", has_text="2000 mg")
    planted.focus()
    expect(page.locator(".turns mark").first).to_be_visible()
    page.screenshot(path=folder / "notes.png")


def main() -> None:
    """Prints one JSON line for each document, and the page's own times at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--decide", type=Path)
    parser.add_argument("--pace", type=int, default=0, metavar="WORDS")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = json.loads(given.decide.read_text(encoding="utf-8")) if given.decide else {}
    clock = Clock()
    with (
        tempfile.TemporaryDirectory() as place,
        served(Path(place), clock) as (world, base),
        sync_playwright() as play,
    ):
        world.desk.writer, world.desk.verifier = Planting(ROOT), verify
        rows = [(f"Visit {n} {id}", talk) for n, (id, talk) in enumerate(visits(), 1)]
        rows.append((PLANTED, tuple(Utterance(speaker=s, text=t) for s, t in _TALK)))
        for title, talk in rows:
            visit = Visit(patient=jon(world).id, title=title, dialogue=talk, consent=True)
            hand_in(world.desk, visit, "system")
        start = time.process_time()
        while draft_next(world.desk):
            pass
        drafting = time.process_time() - start
        browser = play.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        sign_in(page, base)
        for document in documents(world):
            told = review(
                page, base, document, wanted.get(document.title) if wanted else None, given.folder, clock, given.pace
            )
            print(json.dumps(told, ensure_ascii=False), flush=True)
        lit(page, base, given.folder)
        done = documents(world)
        seconds = [d.seconds_to_sign for d in done if d.seconds_to_sign is not None]
        edits = [d.edit_distance for d in done if d.edit_distance is not None]
        print(json.dumps({"signed": len(seconds), "seconds": seconds, "median": median(seconds), "edits": edits,
                          "drafting_cpu": round(drafting, 2)}))  # fmt: skip
        browser.close()


if __name__ == "__main__":
    main()
