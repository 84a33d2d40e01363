"""What an admin's change would be: the published content with the draft over it, read and checked as it would be at a
publish, without any of it going into service."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from agent.actions import ACTIONS
from agent.adapters.clinic_edits import edited_clinic, standing_fact
from agent.adapters.clinic_file import ClinicFileError
from agent.content import ContentFault, Fault, Reading
from agent.content.check_corpus import check_corpus
from agent.content.check_honest import check_honest
from agent.content.check_packs import laxer
from agent.content.items import Place, file_of, place, standing, written
from agent.content.load import read_content, revision_of
from agent.content.service import Stamp, stamp_of
from agent.content.sources import Sources, Unopened
from agent.desk.desk import Desk
from agent.dialogue.gate import SafetyGate
from agent.dialogue.gate_core import silenced
from agent.learning import gate_beside
from agent.model.clinic import Clinic
from agent.model.edit import Edit, Item, Items
from agent.proof import prove
from agent.short_turns import short_turns
from agent.text_lengths import too_long

_ACTIONS = frozenset(ACTIONS)
_FOLDERS = 2  # whose files are kept as they were read; a desk has one
_SOON = 5.0  # seconds after an admin has signed in
_TAKEN_UP = 5.0  # seconds in which what was published serves, or is read here
_GLANCE = 0.02
_REST = 3.0  # times as long as it reads ahead does it leave the processor to others


@dataclass(frozen=True)
class Shelf:
    """What is published: revision `number`, its items, and the whole as it was read."""

    number: int
    items: Items
    reading: Reading
    clinic: Clinic
    conflicts: tuple[str, ...] = ()


class Workbench:
    """One for each desk. Shared between threads. The files as they were read last are kept for all of this process."""

    _lock: ClassVar = threading.Lock()
    _read: ClassVar[OrderedDict[Path, tuple[Stamp, Reading]]] = OrderedDict()

    def __init__(self, desk: Desk) -> None:
        self._desk, self._root = desk, desk.settings.content
        self._shelf: tuple[Stamp, Shelf] | None = None
        self._ahead: threading.Thread | None = None
        self._making = threading.Lock()

    @property
    def root(self) -> Path:
        return self._root

    def read_ahead(self) -> None:
        """Every file, one after the other in a thread of its own that leaves most of the time to others: the first save
        takes a second or two less. What is wrong with them the page says."""

        def read() -> None:
            time.sleep(_SOON)  # who has just signed in has the first page first
            with suppress(ContentFault, OSError):
                sources = self.shelf().reading.sources
                if isinstance(sources, Unopened):
                    sources.open_all(lambda took: time.sleep(_REST * took))

        if self._ahead is None:
            self._ahead = threading.Thread(target=read, name="read-ahead", daemon=True)
            self._ahead.start()

    @short_turns()
    def files(self) -> Reading:
        """The files alone. Raises ContentFault where they cannot be read."""
        stamp, kept = stamp_of(self._root), self._read
        with self._lock:
            known = kept.get(self._root)
            if known is None or known[0] != stamp:
                made = self._serving({}) or read_content(self._root, _ACTIONS, like=known[1] if known else None)
                known = kept[self._root] = (stamp, made)
                if len(kept) > _FOLDERS:
                    kept.popitem(last=False)
            return known[1]

    def _serving(self, edited: Mapping[str, str]) -> Reading | None:
        """The files with these texts over them where just that serves: it was read and checked, so that a page need not
        wait until all of it has been read again. Each file is read when it is asked for."""
        serves = self._desk.content
        if revision_of(self._root, edited) != serves.revision:
            return None
        return Reading(serves, Unopened(self._root, edited), ())

    def _taken_up(self, items: Items) -> Reading | None:
        """What was published a moment ago is just being read to be served: it is not read a second time beside that.
        None where it does not come to serve."""
        edited, desk, until = written(self._root, items), self._desk, time.monotonic() + _TAKEN_UP
        awaited = revision_of(self._root, edited)
        while desk.content.revision != awaited and desk.older is not None and time.monotonic() < until:
            desk.older(awaited)  # the reading is woken, and waited for
            time.sleep(_GLANCE)
        serves = desk.content
        return Reading(serves, Unopened(self._root, edited), ()) if serves.revision == awaited else None

    def shelf(self) -> Shelf:
        """What is published now. Raises ContentFault where the files cannot be read, Busy."""
        desk, stamp = self._desk, stamp_of(self._root)
        with desk.store.begin(write=False) as tx:
            number = tx.content.head(desk.clinic.id)
            if (known := self._known(stamp, number)) is not None:
                return known
            revision = tx.content.revision(desk.clinic.id, number) if number else None
        with self._making:  # whoever comes meanwhile waits for it instead of making another beside it
            if (known := self._known(stamp, number)) is not None:
                return known
            items = revision.items if revision is not None else {}
            reading = (self._taken_up(items) or self.read(items)) if items else self.files()
            made = Shelf(number, items, reading, self.clinic(items), tuple(self._conflicts(items)))
            self._shelf = (stamp, made)
            return made

    def _known(self, stamp: Stamp, number: int) -> Shelf | None:
        """As it was made last, where nothing has changed since."""
        last = self._shelf
        return last[1] if last is not None and last[0] == stamp and last[1].number == number else None

    @short_turns()
    def read(self, items: Items) -> Reading:
        """The files with these items over them. Raises ContentFault for a file that cannot be laid over."""
        return read_content(self._root, _ACTIONS, edited=written(self._root, items), like=self.files())

    def hashes(self, items: Items) -> tuple[str, str]:
        """(content, base): the revisions of the whole with and without these items."""
        return revision_of(self._root, written(self._root, items)), revision_of(self._root)

    def clinic(self, items: Items) -> Clinic:
        """Raises ClinicFileError with one line for each mistake."""
        facts = {key: item for key, item in items.items() if key.startswith("clinic/")}
        return edited_clinic(self._desk.settings.clinic_file, facts) if facts else self._plain_clinic()

    def _plain_clinic(self) -> Clinic:
        with self._desk.store.begin(write=False) as tx:
            edited = tx.content.head(self._desk.clinic.id) > 0
        return edited_clinic(self._desk.settings.clinic_file, {}) if edited else self._desk.clinic

    def published(self, key: str) -> Item | None:
        """What stands at the key now. Raises Refused for what is no key."""
        at, shelf = place(key), self.shelf()
        return standing_fact(shelf.clinic, key) if at.kind == "clinic" else self.stood(shelf.reading, at)

    @staticmethod
    def stood(reading: Reading, at: Place) -> Item | None:
        """What stands there in that reading, with the English that a message was made from."""
        found = standing(reading.content, at)
        if found is not None and at.kind == "message" and (book := reading.sources.books.get(at.lang)):
            found["source"] = book.sources.get(at.name, "")
            if note := book.notes.get(at.name):
                found["note"] = note
        return found

    def drafted(self, edits: Iterable[Edit]) -> Items:
        """The published items with the draft over them."""
        return {**self.shelf().items, **{e.key: e.value for e in edits}}

    # -- checks --------------------------------------------------------------------------------------------------

    @short_turns()
    def faults_at(self, key: str, value: Item, beside: Items | None = None) -> list[str]:
        """Why this value may not stand there, in whole sentences for whoever typed it; empty when it may. The rest is
        taken as it is published, of the clinic's facts with what lies `beside` it. Some 0.3 s."""
        at, shelf = place(key), self.shelf()
        items = {**shelf.items, key: value}
        if at.kind == "clinic":
            return self.clinic_faults({**shelf.items, **(beside or {}), key: value})
        try:
            reading = read_content(self._root, _ACTIONS, edited=written(self._root, items), like=shelf.reading)
        except ContentFault as broken:
            return [said_of(f, at) for f in broken.faults]
        faults = list(reading.faults)
        if at.kind == "language":  # whatever stands in its way
            return list(dict.fromkeys(str(f) for f in faults if not f.notice))
        if reading.whole:
            faults += self.deeper(reading, at, shelf.clinic)
        mine = [f for f in faults if f.file == file_of(at) and (at.kind != "message" or _is_of(f, at.name))]
        return list(dict.fromkeys(said_of(f, at) for f in mine if not f.notice))

    def deeper(self, reading: Reading, at: Place, clinic: Clinic) -> list[Fault]:
        """What the thorough checks say of this one place; nothing of a language that is still being prepared."""
        content = reading.content
        if at.lang not in content.live:
            return []
        if at.kind == "message":
            return check_honest(content, reading.sources, at.lang) + too_long(reading, clinic, at.lang)
        if at.kind == "intent":
            rows = {kind: {at.lang: content.rows[kind].get(at.lang, {})} for kind in ("corpus", "tests")
                    if at.lang in content.rows.get(kind, {})}  # fmt: skip
            return check_corpus(replace(content, rows=rows), reading.sources)
        row = content.rows["safety"][at.lang]
        name = f"intents/{at.lang}/_added.yaml"
        try:
            lines = silenced(at.lang, row, self._gate(at.lang, row))
        except ValueError as wrong:
            lines = [str(wrong)]
        return [Fault(name, 0, line, "Write it otherwise.") for line in lines]

    def _gate(self, lang: str, row: Mapping[str, Any]) -> SafetyGate:
        """Raises ValueError for a phrase that cannot be."""
        shelf = self.shelf().reading
        own = shelf.sources.documents[f"intents/{lang}/_safety.yaml"].data
        return gate_beside(lang, row, (shelf.content.rows["safety"][lang], own), self._desk.settings.var / "models")

    def clinic_faults(self, items: Items) -> list[str]:
        """Why the clinic's facts may not be so."""
        try:
            return laxer(self.clinic(items), self.files().content)
        except ClinicFileError as wrong:
            return [line.partition(": ")[2] or line for line in wrong.lines]

    @short_turns()
    def faults(self, items: Items) -> list[str]:
        """Everything that a publish of these items would be refused for; as thorough as `frontdesk check`
        in what differs from what serves, a second or two."""
        found = self.clinic_faults(items)
        if found:
            return found
        try:
            serving = self.shelf().reading
            reading = read_content(
                self._root, _ACTIONS, thorough=True, edited=written(self._root, items), like=serving, serving=serving
            )
        except ContentFault as broken:
            return [str(f) for f in broken.faults]
        faults = [f for f in reading.faults if not f.notice]
        if not faults:
            faults = [f for f in prove(reading, self.clinic(items), serving) if not f.notice]
        return [str(f) for f in faults]

    def _conflicts(self, items: Items) -> Iterable[str]:
        """Published items whose place in the files is gone: they serve no more, and somebody should know."""
        if not items:
            return
        files = Sources(self._root)
        english, intents = files.book("en"), files.table("intents/intents.yaml")
        for key in items:
            at = place(key)
            if at.kind == "message" and at.name.split("@")[0] not in (english.messages if english else {}):
                yield key
            if at.kind == "intent" and at.name not in (intents.data if intents else {}):
                yield key


def _is_of(fault: Fault, name: str) -> bool:
    return fault.what.startswith(f"{name}: ")


def said_of(fault: Fault, at: Place) -> str:
    """The defect without file and line, which its reader does not see."""
    what = fault.what.removeprefix(f"{at.name}: ").rstrip(".")
    return f"{what[:1].upper()}{what[1:]}. {fault.fix}"
