"""Takes edited content into service while the desk runs; faulty edits are told in one line each and change nothing."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from agent.actions import ACTIONS
from agent.content import ContentFault, Fault
from agent.content.service import ContentService, Stamp, stamp_of
from agent.desk.desk import Desk
from agent.house import model_of
from agent.learning import ears_for, gate_for
from agent.model.content import Content
from agent.proof import prove

EVERY = 2.0  # seconds between looks; a look at unchanged files takes some milliseconds
AGAIN = 1.0  # seconds before a revision that nobody here knows is looked for again


def tell(fault: Fault) -> None:
    """On standard error: file, line, what, how to fix."""
    print(fault, file=sys.stderr, flush=True)  # noqa: T201 - for the person who edits, not for the log


class Renewal:
    """Watches the content files of one desk. Open conversations keep the revision they began with."""

    def __init__(self, desk: Desk, root: Path, say: Callable[[Fault], None] = tell, since: Stamp | None = None) -> None:
        """`since`: the stamp of the files before the desk read them, so that no edit falls in between."""
        self._desk, self._root, self._say, self._began = desk, root, say, desk.content
        self._service: ContentService | None = None
        self._stamp = stamp_of(root) if since is None else since
        self._told: list[str] = []
        self._stop, self._looking, self._looked = threading.Event(), threading.Lock(), 0.0
        desk.older = self.at
        self._thread = threading.Thread(target=self._run, name="content", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def at(self, revision: str) -> Content:
        """The content of that revision while it is kept, else the one in service. A revision never seen here may be
        the work of another process that has looked sooner: then this one looks as well, once a second at most."""
        if not self._knows(revision) and time.monotonic() - self._looked > AGAIN:
            self._looked = time.monotonic()
            self.look()
        current = self._desk.content
        if self._service is None or revision == current.revision:
            return current
        return self._began if revision == self._began.revision else self._service.at(revision)

    def _knows(self, revision: str) -> bool:
        if revision in (self._began.revision, self._desk.content.revision):
            return True
        return self._service is not None and self._service.at(revision).revision == revision

    def look(self) -> bool:
        """One look; True when another content went into service. Nothing is read before something has changed."""
        with self._looking:
            return self._look()

    def _look(self) -> bool:
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
