"""Takes edited content into service while the desk runs: edited files, and what admins publish; faulty edits are told
in one line each and change nothing."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from agent.actions import ACTIONS
from agent.adapters.clinic_edits import edited_clinic
from agent.adapters.clinic_file import ClinicFileError
from agent.content import ContentFault, Fault, Reading
from agent.content.check_packs import laxer
from agent.content.items import file_of, place, written
from agent.content.kept import Published
from agent.content.load import read_content, revision_of
from agent.content.service import ContentService, Stamp, stamp_of
from agent.desk.desk import Desk
from agent.house import move_into
from agent.language_model import model_of
from agent.learning import ears_for, gate_for
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.edit import Items, Revision
from agent.model.fault import Busy
from agent.proof import prove
from agent.short_turns import short_turns

EVERY = 0.5  # seconds between looks, should a bell be missed; a look at nothing new takes some milliseconds
AGAIN = 1.0  # seconds before a revision that nobody here knows is looked for again
TOPIC = "content"
_ACTIONS = frozenset(ACTIONS)
_TO_COME = ("waiting", "checking", "checked")  # a proposal that may be published soon
_FORMER = 3  # published revisions whose open conversations a new process takes up in their own wording


def tell(fault: Fault) -> None:
    """On standard error: file, line, what, how to fix."""
    print(fault, file=sys.stderr, flush=True)  # noqa: T201 - for the person who edits, not for the log


class Renewal:
    """Watches the content files and the published revisions of one desk. Open conversations keep the revision they
    began with."""

    def __init__(
        self, desk: Desk, root: Path, say: Callable[[Fault], None] = tell, since: Stamp | None = None,
        kept: Published | None = None,
    ) -> None:  # fmt: skip
        """`since`: the stamp of the files before the desk read them, so that no edit falls in between; `kept`: where
        what was published is kept whole, so that a start need not read it anew."""
        self._desk, self._root, self._say, self._began = desk, root, say, desk.content
        self._service: ContentService | None = None
        self._kept = kept
        self._stamp = stamp_of(root) if since is None else since
        self._number, self._facts, self._expected = 0, dict[str, object](), False
        self._told: list[str] = []
        self._stop, self._wake, self._seen = threading.Event(), threading.Event(), threading.Event()
        self._looking, self._looked = threading.Lock(), 0.0
        self._deaf: Callable[[], None] = lambda: None
        desk.older = self.at
        self._thread = threading.Thread(target=self._run, name="content", daemon=True)

    def start(self) -> None:
        """What was published is in service when this returns; then a thread goes on watching."""
        self._try()
        self._deaf = self._desk.bus.listen(TOPIC, lambda _: self._wake.set())
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._deaf()
        if self._thread.ident is not None:
            self._thread.join(10)

    def at(self, revision: str) -> Content:
        """The content of that revision while it is kept, else the one in service. A revision never seen here may be
        the work of another process that has looked sooner: then this one looks as well, once a second at most."""
        if not self._knows(revision) and time.monotonic() - self._looked > AGAIN:
            self._looked = time.monotonic()
            if self._thread.is_alive():  # it looks for us: we may be amid a transaction of our own
                self._seen.clear()
                self._wake.set()
                self._seen.wait(AGAIN)
            else:
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
        """One look; True when something else went into service. Nothing is read before something has changed."""
        with self._looking:
            return self._look()

    def prepare(self) -> None:
        """Reads the files beforehand, so that what is published then is taken up at once."""
        with self._looking, short_turns():
            if stamp_of(self._root) != self._stamp:
                return
            if self._service is None:
                self._service = self._begun({}, (self._began.revision,))
            else:
                self._service.read_ahead()

    def _look(self) -> bool:
        published = self._published()
        stamp = stamp_of(self._root)
        if stamp == self._stamp and published is None:
            return False
        with short_turns():
            return self._read(published, stamp)

    def _read(self, published: Revision | None, stamp: Stamp) -> bool:
        if published is not None:
            self._number = published.number
        items = published.items if published is not None else None
        proven = (published.content,) if published is not None else ()
        if self._service is None:
            self._stamp = stamp
            self._service = self._begun(items or {}, proven)
            if self._service is None:  # the desk goes on with what it started with
                return False
            self._remember(self._service)
            return self._take(items) and self._keep(proven)
        if stamp != self._stamp or items is not None:
            self._stamp = stamp
            faults = self._service.reload(items, proven)
            if faults:
                self._tell(faults)
                return False
        return self._take(items) and self._keep(proven)

    def _published(self) -> Revision | None:
        """The newest revision when it is not the one in service here."""
        desk = self._desk
        try:
            with desk.store.begin(write=False) as tx:
                head = tx.content.head(desk.clinic.id)
                newest = next(iter(tx.content.proposals(desk.clinic.id, 1)), None)
                self._expected = newest is not None and newest.state in _TO_COME
                return tx.content.revision(desk.clinic.id, head) if head != self._number else None
        except Busy:
            return None

    def _begun(self, items: Items, proven: tuple[str, ...]) -> ContentService | None:
        """What was published may not fit newer files: then it serves without the files that are at fault."""
        given: Items | None = items
        while given is not None:
            begins = self._found(given) if given else None
            try:
                return ContentService(
                    self._root, _ACTIONS, prove=self._prove, items=given, proven=proven, begins=begins
                )  # fmt: skip
            except ContentFault as broken:
                self._tell(broken.faults)
                faulty = {fault.file for fault in broken.faults}
            fitting = {key: item for key, item in given.items() if file_of(place(key)) not in faulty}
            given = fitting if len(fitting) < len(given) else None
        return None

    def _found(self, items: Items) -> Content | None:
        """The files with these items over them, where they were found in order and kept."""
        if self._kept is None:
            return None
        try:
            return self._kept.find(revision_of(self._root, written(self._root, items)), _ACTIONS)
        except (ContentFault, OSError):
            return None

    def _keep(self, published: tuple[str, ...]) -> bool:
        """What was published, and is in service now, is kept for the next start where it was read in this one."""
        content = self._desk.content
        if self._kept and self._service and self._service.read and content.revision in published:
            self._kept.keep(content, _ACTIONS)
        return True

    def _prove(self, reading: Reading) -> list[Fault]:
        """What serves already as it is need not be built again."""
        return prove(reading, self._desk.clinic, replace(reading, content=self._desk.content))

    def _remember(self, service: ContentService) -> None:
        """Former revisions, for conversations that were open when this process started."""
        desk = self._desk
        with desk.store.begin(write=False) as tx:
            former = tx.content.revisions(desk.clinic.id, _FORMER + 1)[1:]
        for revision in former:
            if (found := self._former(revision)) is not None:
                service.keep(found)

    def _former(self, revision: Revision) -> Content | None:
        """Read only where it comes out as it was: the files may be newer."""
        if self._kept is not None and (kept := self._kept.find(revision.content, _ACTIONS)) is not None:
            return kept
        try:
            edited = written(self._root, revision.items)
            if revision_of(self._root, edited) != revision.content:
                return None
            found = read_content(self._root, _ACTIONS, edited=edited)
        except (ContentFault, OSError):
            return None
        return None if found.faults else found.content

    def _take(self, items: Items | None) -> bool:
        service, desk = self._service, self._desk
        assert service is not None
        fresh, clinic = service.current, self._clinic(items)
        if fresh.revision == desk.content.revision and clinic is desk.clinic:
            return False
        models = desk.settings.var / "models"
        same = desk.ears is not None and desk.ears.hears(fresh)
        ears = desk.ears.retold(fresh, clinic) if same else ears_for(fresh, clinic, models)  # trains what changed
        quiet = desk.gate is not None and desk.content.rows.get("safety") == fresh.rows.get("safety")
        gate = desk.gate if quiet else gate_for(fresh, models)
        if clinic is not desk.clinic:
            move_into(desk, clinic)
        desk.content, desk.ears, desk.gate, desk.model = fresh, ears, gate, model_of(desk.settings, fresh)
        self._told = []
        return True

    def _clinic(self, items: Items | None) -> Clinic:
        """The clinic with the published facts; the same object while none of them has changed."""
        if items is None:
            return self._desk.clinic
        facts = {key: item for key, item in items.items() if key.startswith("clinic/")}
        if facts == self._facts:
            return self._desk.clinic
        try:
            clinic = edited_clinic(self._desk.settings.clinic_file, facts)
        except ClinicFileError as wrong:
            self._tell([Fault(self._desk.settings.clinic_file.name, 0, line, "Edit it.") for line in wrong.lines])
            return self._desk.clinic
        if lines := laxer(clinic, self._service.current if self._service else self._desk.content):
            self._tell([Fault(self._desk.settings.clinic_file.name, 0, line, "Edit it.") for line in lines])
            return self._desk.clinic
        self._facts = dict(facts)
        return clinic

    def _tell(self, faults: list[Fault]) -> None:
        lines = [str(f) for f in faults]
        if lines != self._told:
            self._told = lines
            for fault in faults:
                self._say(fault)

    def _try(self) -> None:
        try:
            self.look()
        except Busy:
            return
        except Exception as fault:  # watching must outlive any single file
            self._desk.on_fault(fault)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(EVERY)
            self._wake.clear()
            if not self._stop.is_set():
                self._try()
                if self._expected and not (self._service and self._service.read):  # a publish will follow
                    self.prepare()
            self._seen.set()
