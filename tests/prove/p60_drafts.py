"""The worker that drafts a visit is killed at each of its steps, and paused at each; what hands visits in, likewise."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from agent.adapters.ids import new_ids
from agent.demo.seed import patients
from agent.desk.documents import Visit
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.house import utc_now
from agent.model.document import Document
from agent.model.note import Utterance
from agent.ports import Store
from agent.ports.notes import Asked
from tests import shared
from tests.documents.knee_visit import ROOT, talk
from tests.prove.ground import Ground
from tests.prove.load import opened
from tests.prove.nursery import Nursery, alive, nursery, stopped

PROMISE = "A visit is drafted once, whatever befalls the worker"
SIZE = (
    "kill -9 at every step of handing a visit in and of drafting it, SIGSTOP past the lease at every step of drafting, "
    "on SQLite and on PostgreSQL"
)
LEASE = 0.5  # seconds; two minutes in service
_PATIENCE = 60.0
Befalls = Callable[[int], bool]


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return "; ".join(
            f"{name}: {Drafts(nursed, url, ground.folder()).all(range(1, 200))}"
            for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres()))
        )


class Drafts:
    """Visits of one patient, each handed in and drafted by processes to which something happens."""

    def __init__(self, nursed: Nursery, url: str, folder: Path) -> None:
        self._nursed, self._url, self._notes = nursed, url, folder / "notes"
        self._store: Store = opened(url)
        self._patient = patients(shared.clinic(), new_ids(utc_now))[0]
        with self._store.begin() as tx:
            tx.patients.add(self._patient)
        self._visits = 0

    def all(self, steps: Iterable[int]) -> str:
        """At each of the steps that there are; what was done, in words."""
        steps = list(steps)
        done = {
            "killed while handing in": _each(steps, self._hand_in_killed),
            "while drafting": _each(steps, self._draft_killed),
            "paused": _each(steps, self._draft_paused),
        }
        every = self._documents()
        assert len(every) == self._visits, f"{self._visits} visits, {len(every)} documents"
        spoiled = [d.id for d in every if d.state != "drafted" or not _as_undisturbed(d)]
        assert not spoiled, f"{len(spoiled)} documents are not as undisturbed, first {spoiled[0]}"
        told = self._told()
        assert told == {d.id: 1 for d in every}, "a draft was kept twice, or never"
        self._store.close()
        named = {line.split()[1] for line in self._notes.read_text().splitlines()}
        counts = ", ".join(f"{n} {what}" for what, n in done.items())
        return f"{counts}, at {len(named)} different steps; {len(every)} visits, each one draft"

    def _hand_in_killed(self, step: int) -> bool:
        visit = self._visit()
        child = self._start("hand_in", visit=visit, die=step)
        self._ended(child)
        self._ended(self._start("hand_in", visit=visit))
        self._drafted()
        return self._befell(child)

    def _draft_killed(self, step: int) -> bool:
        self._ended(self._start("hand_in", visit=self._visit()))
        child = self._start("draft", die=step)
        self._ended(child)
        self._drafted()
        return self._befell(child)

    def _draft_paused(self, step: int) -> bool:
        """A worker that stops in the middle of its transaction holds a lock for which the rival waits."""
        self._ended(self._start("hand_in", visit=self._visit()))
        child = self._start("draft", stop=step)
        _until(lambda: not alive(child) or _held(child))
        befell = self._befell(child)
        if befell:
            time.sleep(LEASE)
            rival = self._start("draft")
            time.sleep(LEASE)
            os.kill(child, signal.SIGCONT)
            _until(lambda: not self._waiting())
            time.sleep(0.1)  # the paused one finds out
            self._nursed.kill(child, rival)
        return befell

    def _drafted(self) -> None:
        """By a worker to which nothing happens, as soon as the lease of a dead one has run out."""
        if self._waiting():
            self._ended(self._start("draft"))

    def _start(self, do: str, **order: Any) -> int:
        return self._nursed.start(do, self._url, lease=LEASE, notes=str(self._notes), **order)

    def _ended(self, child: int) -> None:
        _until(lambda: not alive(child))

    def _befell(self, child: int) -> bool:
        lines = self._notes.read_text().splitlines() if self._notes.exists() else []
        return any(line.split()[0] == str(child) for line in lines)

    def _visit(self) -> dict[str, Any]:
        """Another one: in another room."""
        self._visits += 1
        turns = (*talk(), Utterance(speaker="Nurse", text=f"That was room {self._visits}."))
        return Visit(patient=self._patient.id, dialogue=turns, consent=True).model_dump(mode="json")

    def _documents(self) -> list[Document]:
        with self._store.begin(write=False) as tx:
            return tx.documents.of_patient(self._patient.id)

    def _waiting(self) -> bool:
        return any(d.state == "waiting" for d in self._documents())

    def _told(self) -> Counter[str]:
        """How often the trail says of each document that it was drafted."""
        with self._store.begin(write=False) as tx:
            return Counter(str(row.subject) for row in tx.audit.tail(10_000) if row.tag == "document:drafted")


def _each(steps: Iterable[int], befalls: Befalls) -> int:
    """How many of the steps there were: the first at which nothing befell is after the end."""
    done = 0
    for step in steps:
        if not befalls(step):
            break
        done += 1
    return done


def _as_undisturbed(document: Document) -> bool:
    known = {"name": (document.patient_name, *document.patient_name.split())}
    asked = Asked(kind=document.kind, dialogue=document.dialogue, language=document.language, known=known)
    draft = EmbeddedWriter(ROOT).draft(asked)
    return document.draft == draft and document.check == verify(document.dialogue, draft.note)


def _held(child: int) -> bool:
    try:
        return stopped(child)
    except FileNotFoundError:
        return False


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not done():
        assert time.monotonic() < deadline, "it never came to its end"
        time.sleep(0.005)
