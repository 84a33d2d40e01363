"""The story of one patient, step by step; each step is told, and a step that does not come about ends it loudly."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from agent.desk import instructions
from agent.desk.approving import approve
from agent.desk.decide import confirm
from agent.journey.page import filled_in
from agent.journey.place import Place, card, links
from agent.model.calendar import Appointment
from agent.model.instructions import CheckInRule, SheetText
from agent.model.message import Outbound
from agent.model.task import Task

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 in Brooklyn
NUMBER = "+17185550177"
NAME, BORN, BIRTH = "Nadège Pierre", "1991-08-19", "19 out 1991"
_FIRST = "Bonjou, mwen bezwen yon randevou nouvo pasyan lendi 9 mas nan maten"
_ANSWERS = {
    "visit-reason.what": "doulè nan do", "visit-reason.since": "depi de semèn", "demographics.sex": "fi",
    "insurance.have": "wi", "insurance.payer": "Harbor Health",
}  # fmt: skip
_SKIP, _LATER, _WORSE = "sote", "pita", "depi yè swa m gen lafyèv epi kote a wouj"
_SHEET = SheetText(
    title="Apre yon ti moso po", about=("byopsi",), origin="machine",
    body="[benyen, dlo, mouye, pansman]\nKenbe pansman an sèk pandan 24 èdtan. Apre sa ou ka pran yon beny.\n\n"
    "[! lafyèv, wouj, cho, anfle, pi]\nRele nou menm jou a si ou gen lafyèv oswa si wouj la ap gaye.",
)  # fmt: skip


_STEP = timedelta(minutes=30)


class Missing(Exception):
    """A step of the story did not come about."""


@dataclass
class Step:
    """What happened: `said` by the patient, `heard` on the handset, `seen` by staff or on the page."""

    title: str
    at: datetime
    said: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


class Story:
    """The steps in order: `for step in Story(at).steps()`. Raises Missing. `fill`: the form's page filled in and handed
    in, given base, path and date of birth; how many pages that took."""

    def __init__(self, at: Place, fill: Callable[[str, str, str], int] = filled_in) -> None:
        self._at, self._fill = at, fill
        self._step = Step("", at.now())
        self.form = ""  # the path of the page, once it was sent
        self.task = ""  # the one that staff look at in this step

    def steps(self) -> Iterator[Step]:
        deeds: Sequence[tuple[str, Callable[[], None]]] = (
            ("A text for a new patient's visit, in Haitian Creole", self._asks),
            ("Staff confirm the visit", self._booked),
            ("The clinic's questions are offered, here or on a page", self._offered),
            ("Answered by text, with a photo of the insurance card", self._by_text),
            ("The rest on the page", self._on_the_page),
            ("Staff approve the form, the card beside it", self._approved),
            ("A reminder two days before, confirmed with 1", self._reminded),
            ("The visit; a clinician approves what to do at home", self._comes),
            ("Asked on day 3: fever and redness", self._day_three),
            ("A nurse has it, with the patient's own words", self._nurse),
        )
        for title, deed in deeds:
            self._step = Step(title, self._at.now())
            deed()
            self._step.at = self._at.now()
            yield self._step

    # --- the deeds

    def _asks(self) -> None:
        self._say(_FIRST)
        for _ in range(8):
            asked = self._at.talk().frames[-1].asked if self._at.talk().frames else None
            if asked is None:
                break
            self._say({"name": f"{NAME}, {BIRTH}", "dob": BIRTH, "opening": "1", "reason": "doulè nan do",
                       "confirmed": "wi"}.get(asked, "1"))  # fmt: skip
        self._need("the desk speaks Haitian Creole", self._at.talk().locale == "ht")
        task = self._task("booking")
        self._see(f"#{task.number} booking, held: {task.proposal['opening']['local'][:16]}")
        self._need("it is a new patient's visit", task.proposal["opening"]["visit_type"] == "new_patient")
        self.task = task.id

    def _booked(self) -> None:
        task = self._task("booking")
        by = self._at.person("front-desk")
        confirm(self._at.desk, task.id, task.version, by)
        self._at.pass_time(timedelta(seconds=self._at.desk.settings.undo_seconds))
        self._hear(self._at.tick(), "decision.booked")
        self._see(f"{by.name} confirmed #{task.number}")

    def _offered(self) -> None:
        self._at.pass_time(timedelta(seconds=5))
        heard = self._at.tick()
        self._hear(heard, "form.offer")
        found = links(heard)
        self._need("the offer has a link", found)
        self.form = found[-1]

    def _by_text(self) -> None:
        self._at.pass_time(timedelta(hours=1))
        self._hear(self._say("1"), "form.ask")
        for _ in range(60):
            link = self._asked()
            if link == "insurance.card.front":
                break
            self._need("the questions come to the card", link)
            self._say(_ANSWERS.get(link, _SKIP))
        self._need("the card is asked for", self._asked() == "insurance.card.front")
        self._say("men li", card())
        with self._at.desk.store.begin(write=False) as tx:
            row = tx.forms.of_patient(self._visit().patient or "")[-1]
            photos = [(p, tx.photos.content(p.id)) for p in tx.photos.of_form(row.id)]
        self._need(
            "the photo is kept, sealed and bare", [p.state for p, c in photos if c and b"Exif" not in c] == ["kept"]
        )
        self._see(f"the photo is kept: {photos[0][0].width} by {photos[0][0].height}, nothing but the picture")
        self._hear(self._say(_LATER), "form.paused")

    def _on_the_page(self) -> None:
        count = self._fill(self._at.base, self.form, BORN)
        self._at.tick()
        task = self._task("intake")
        self._see(f"{count} pages sent; #{task.number} intake")
        self.task = task.id

    def _approved(self) -> None:
        task = self._task("intake")
        by = self._at.person("front-desk")
        done = approve(self._at.desk, task.id, task.version, by)
        made = done.result["resources"]
        self._need("the card's insurer is among what goes to the record", "Coverage" in made)
        self._see(f"{by.name} approved it: {', '.join(made)}")
        self._at.pass_time(timedelta(seconds=self._at.desk.settings.undo_seconds))
        self._hear(self._at.tick(), "form.checked")

    def _reminded(self) -> None:
        self._at.until(self._visit().start - timedelta(days=2))
        self._waits("reminder.ask")
        self._hear(self._say("1"), "reminder.noted")
        with self._at.desk.store.begin(write=False) as tx:
            said = tx.reminders.said_yes([self._visit().id])
        self._need("the yes is written down", said == {self._visit().id})

    def _comes(self) -> None:
        visit = self._visit()
        self._waits("reminder.soon")
        self._at.until(visit.end + timedelta(minutes=10))
        nurse, clinician = self._at.person("nurse"), self._at.person("clinician")
        rules = [CheckInRule(day=3, must_answer=True)]
        sheet = instructions.begin(self._at.desk, nurse, {"ht": _SHEET}, rules, appointment=visit.id)
        instructions.approve(self._at.desk, sheet.id, 1, clinician)
        self._see(f"{nurse.name} wrote it, {clinician.name} approved it")
        self._at.tick()

    def _day_three(self) -> None:
        self._waits("checkin.ask")
        days = (self._at.now().date() - self._visit().start.date()).days
        self._need("it is the third day", days == 3)
        self._need("she is answered", self._say(_WORSE))

    def _nurse(self) -> None:
        task = next((t for t in self._at.tasks() if t.role == "nurse"), None)
        if task is None:
            raise self._missing("a nurse has a task")
        self._need("at once", task.priority in ("urgent", "asap", "stat"))
        self._need(
            "with her own words", _WORSE in (str(task.proposal.get("message")), *(e.quote for e in task.evidence))
        )
        self._need("beside what the clinician approved", "lafyèv" in str(task.proposal.get("nearest", "")))
        self._see(f"#{task.number} for {task.role}, {task.priority}: “{_WORSE}”")
        self._see(f"beside it: {task.proposal['nearest']}")
        self.task = task.id

    # --- the means

    def _say(self, words: str, photo: bytes | None = None) -> list[Outbound]:
        self._step.said.append(words + (" [photo]" if photo else ""))
        heard = self._at.text(words, photo)
        self._step.heard += [m.text for m in heard]
        return heard

    def _hear(self, heard: list[Outbound], key: str) -> None:
        told = [m.text for m in heard]
        self._step.heard += [t for t in told if t not in self._step.heard]
        keys = [k for m in heard for k in m.keys]
        self._need(f"{key} (heard: {', '.join(keys) or 'nothing'})", any(k.startswith(key) for k in keys))

    def _waits(self, key: str) -> None:
        """Time passes by half hours, four days at most, until something is heard."""
        heard: list[Outbound] = []
        for _ in range(4 * 48):
            heard = self._at.tick()
            if heard:
                break
            self._at.pass_time(_STEP)
        self._hear(heard, key)

    def _see(self, line: str) -> None:
        self._step.seen.append(line)

    def _need(self, what: str, true: object) -> None:
        if not true:
            raise self._missing(what)

    def _missing(self, what: str) -> Missing:
        last = "; ".join(re.sub(r"\s+", " ", t) for t in self._step.heard[-2:])
        return Missing(f"“{self._step.title}”: missing: {what}. Last heard: {last or 'nothing'}")

    def _task(self, kind: str) -> Task:
        found = next((t for t in self._at.tasks() if t.kind == kind), None)
        if found is None:
            raise self._missing(f"a task of kind {kind}")
        return found

    def _asked(self) -> str:
        """The question of the form that stands open."""
        frames = self._at.talk().frames
        held = frames[-1].slots.get("item") if frames and frames[-1].flow == "form" else None
        return str(held.value["link"]) if held is not None else ""

    def _visit(self) -> Appointment:
        with self._at.desk.store.begin(write=False) as tx:
            known = tx.patients.by_phone(self._at.desk.clinic.id, NUMBER)
            found = [v for p in known for v in tx.appointments.all_of(p.id)]
        if not found:
            raise self._missing("a visit on file")
        return max(found, key=lambda v: v.start)


__all__ = ["MONDAY", "NUMBER", "Missing", "Step", "Story"]
