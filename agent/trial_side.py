"""Hears messages with a draft, in a process of its own that lets the desk go first; trains what is new in the draft
meanwhile. `python -m agent.trial_side FD` talks JSON over that file descriptor and ends with whoever started it."""

import os
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from agent.actions import ACTIONS
from agent.adapters.clinic_edits import edited_clinic
from agent.adapters.clinic_file import ClinicFileError
from agent.content import ContentFault, Reading, read_content
from agent.content.items import languages_of, written
from agent.dialogue.gate import SafetyGate
from agent.dialogue.safety import route, weighed
from agent.learning import ears_for, gate_for
from agent.measure.hearing import NOW
from agent.model.clinic import Clinic
from agent.model.edit import Items
from agent.model.fault import Refused
from agent.model.trial import TrialAnswer, TrialAsk, TriedHearing, Wanted
from agent.understand.hear import Ears

IDLE = 600.0  # seconds without a question, after which the process ends
_KEPT = 3  # drafts that are kept heard
_MODELS = 8  # models of unsaved sentences on the disk
_MOST_FAULTS = 8


@dataclass
class Draft:
    """A draft on its way: `gate` and `ears` when it was read, `learned` when its sentences were."""

    wanted: Wanted
    began: float = field(default_factory=time.monotonic)
    clinic: Clinic | None = None
    gate: SafetyGate | None = None
    ears: Ears | None = None
    learned: bool = False
    faults: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        before, after = self.wanted.before, self.wanted.after
        changed = {k for k in {*before, *after} if before.get(k) != after.get(k)}
        return languages_of({k: {} for k in changed if not k.startswith("clinic/")})

    def answer(self, ask: TrialAsk) -> TrialAnswer:
        told = TrialAnswer(id=ask.id, state="reading", languages=self.languages,
                           seconds=round(time.monotonic() - self.began, 1))  # fmt: skip
        if self.faults:
            return told.model_copy(update={"state": "faulty", "faults": self.faults})
        if self.ears is None or self.gate is None or self.clinic is None:
            return told
        heard = heard_as(ask.text, ask.now, self.ears, self.gate, self.clinic) if ask.text else None
        return told.model_copy(update={"state": "ready" if self.learned else "learning", "heard": heard})


def heard_as(text: str, now: datetime, ears: Ears, gate: SafetyGate, clinic: Clinic) -> TriedHearing:
    """What is heard in one message, and where it would go. `now`: the clinic's wall clock."""
    said = ears.hear(text, now=now)
    tag = said.lang if said.lang != "und" else clinic.default_language
    finding = weighed(gate, text, tag, heard=said, again=ears.weighed)
    return TriedHearing(said=said.model_copy(update={"commands": ()}), finding=finding, route=route(finding, said))


class Beside:
    """Prepares the newest draft that is wanted in a thread of its own, and answers at once how far it is."""

    def __init__(self) -> None:
        self._drafts: OrderedDict[str, Draft] = OrderedDict()
        self._next: Draft | None = None
        self._wake = threading.Event()
        self._published: tuple[Items, Reading, Ears] | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def answer(self, ask: TrialAsk) -> TrialAnswer:
        draft = self._drafts.get(ask.key)
        if draft is None and ask.wanted is not None:
            draft = self._drafts[ask.key] = Draft(ask.wanted)
        if draft is None:
            return TrialAnswer(id=ask.id, state="away")
        if not draft.learned and not draft.faults:
            self._next = draft
            self._wake.set()
        self._drafts.move_to_end(ask.key)
        while len(self._drafts) > _KEPT:
            self._drafts.popitem(last=False)
        return draft.answer(ask)

    def _work(self) -> None:
        while self._wake.wait():
            self._wake.clear()
            draft = self._next
            if draft is None or draft.learned or draft.faults:
                continue
            try:
                self._prepare(draft)
            except ContentFault as broken:
                draft.faults = tuple(str(f) for f in broken.faults[:_MOST_FAULTS])
            except ClinicFileError as wrong:
                draft.faults = tuple(wrong.lines[:_MOST_FAULTS])
            except (Refused, OSError, ValueError, RuntimeError) as failed:
                draft.faults = (f"The draft cannot be heard: {failed}",)

    def _prepare(self, draft: Draft) -> None:
        """First what needs no training, then the whole."""
        wanted, models = draft.wanted, draft.wanted.var / "models"
        before, heard_now = self._as_published(wanted)
        edited = written(wanted.content, wanted.after)
        reading = read_content(wanted.content, frozenset(ACTIONS), edited=edited, like=before)
        faults = [str(f) for f in reading.faults if not f.notice]
        if faults:
            draft.faults = tuple(faults[:_MOST_FAULTS])
            return
        draft.clinic = edited_clinic(wanted.clinic, _facts(wanted.after))
        cache = _apart(wanted.var) if wanted.unsaved else models
        draft.gate = gate_for(reading.content, cache)
        draft.ears = heard_now.retold(reading.content, draft.clinic)
        ears = ears_for(reading.content, draft.clinic, cache)
        for tag in draft.languages:
            ears.hear("ok", now=NOW, lang=tag)  # read from its file before somebody waits for it
        draft.ears, draft.learned = ears, True

    def _as_published(self, wanted: Wanted) -> tuple[Reading, Ears]:
        kept = self._published
        like = kept[1] if kept is not None else None
        if kept is not None and kept[0] == wanted.before:
            fresh = read_content(wanted.content, frozenset(ACTIONS), edited=written(wanted.content, kept[0]), like=like)
            if fresh.content.revision == kept[1].content.revision:
                return kept[1], kept[2]
        edited = written(wanted.content, wanted.before)
        reading = read_content(wanted.content, frozenset(ACTIONS), edited=edited, like=like)
        clinic = edited_clinic(wanted.clinic, _facts(wanted.before))
        self._published = wanted.before, reading, ears_for(reading.content, clinic, wanted.var / "models")
        return self._published[1:]


def _facts(items: Items) -> Items:
    return {key: item for key, item in items.items() if key.startswith("clinic/")}


def _apart(var: Path) -> Path:
    """A folder for models of sentences that nobody has saved: what is published is linked into it, and only the newest
    of its own stay."""
    folder = var / "trials"
    folder.mkdir(parents=True, exist_ok=True)
    for file in (var / "models").resolve().glob("*.*"):
        link = folder / file.name
        if not link.exists() and not link.is_symlink():
            link.symlink_to(file)
    own = sorted((f for f in folder.glob("*-*") if not f.is_symlink()), key=lambda f: f.stat().st_mtime)
    for file in own[:-_MODELS]:
        file.unlink(missing_ok=True)
    return folder


def main() -> None:
    """Questions until whoever asks is gone or silent."""
    os.nice(10)  # patients come first
    beside = Beside()
    with Connection(int(sys.argv[1])) as line:
        try:
            while line.poll(IDLE):
                ask = TrialAsk.model_validate_json(line.recv_bytes())
                line.send_bytes(beside.answer(ask).model_dump_json().encode())
        except (EOFError, OSError):
            return


if __name__ == "__main__":
    main()
