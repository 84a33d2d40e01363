"""Takes edited content into service while the desk runs; faulty edits are told in one line each and change nothing."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from agent.actions import ACTIONS
from agent.content import ContentFault, Fault
from agent.content.service import ContentService, stamp_of
from agent.desk.desk import Desk
from agent.house import model_of
from agent.learning import ears_for, gate_for
from agent.proof import prove

EVERY = 2.0  # seconds between looks; a look at unchanged files takes some milliseconds


def tell(fault: Fault) -> None:
    """On standard error: file, line, what, how to fix."""
    print(fault, file=sys.stderr, flush=True)  # noqa: T201 - for the person who edits, not for the log


class Renewal:
    """Watches the content files of one desk. Open conversations keep the revision they began with."""

    def __init__(self, desk: Desk, root: Path, say: Callable[[Fault], None] = tell) -> None:
        self._desk, self._root, self._say = desk, root, say
        self._service: ContentService | None = None
        self._stamp = stamp_of(root)
        self._told: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="content", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def look(self) -> bool:
        """One look; True when another content went into service. Nothing is read before something has changed."""
        if self._service is None:
            stamp = stamp_of(self._root)
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            try:
                self._service = ContentService(
                    self._root, frozenset(ACTIONS), prove=lambda reading: prove(reading, self._desk.clinic)
                )
            except ContentFault as broken:  # the desk goes on with what it started with
                self._tell(broken.faults)
                return False
            return self._take()
        faults = self._service.watch()
        if faults:
            self._tell(faults)
        return faults is not None and not faults and self._take()

    def _take(self) -> bool:
        service, desk = self._service, self._desk
        assert service is not None
        fresh = service.current
        begun = {desk.content.revision: desk.content}
        desk.older = lambda revision: begun.get(revision) or service.at(revision)
        if fresh.revision == desk.content.revision:
            return False
        ears = ears_for(fresh, desk.clinic, desk.settings.var / "models")  # trains where sentences changed
        gate = gate_for(fresh, desk.settings.var / "models")
        desk.content, desk.ears, desk.gate, desk.model = fresh, ears, gate, model_of(desk.settings, fresh)
        self._told = []
        return True

    def _tell(self, faults: list[Fault]) -> None:
        lines = [str(f) for f in faults]
        if lines != self._told:
            self._told = lines
            for fault in faults:
                self._say(fault)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.look()
            except Exception as fault:  # watching must outlive any single file
                self._desk.on_fault(fault)
