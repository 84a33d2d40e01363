"""Keeps the content in service: the newest good one, and the older ones that open conversations still follow."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from pathlib import Path

from agent.content.faults import ContentFault, Fault
from agent.content.items import written
from agent.content.load import SUFFIXES, read_content, revision_of
from agent.content.sources import FOLDERS, Reading
from agent.model.content import Content
from agent.model.edit import Items

KEPT = 8  # older contents in memory
Stamp = tuple[tuple[str, int, int], ...]


class ContentService:
    """`current` is always a checked content. A faulty edit is refused whole and the last good one stays in service.

    Shared between threads: whoever calls `reload` or `watch`, readers of `current` and `at` never wait for it.
    """

    def __init__(
        self,
        root: Path,
        actions: frozenset[str] = frozenset(),
        *,
        prove: Callable[[Reading], list[Fault]] | None = None,
        kept: int = KEPT,
        items: Items | None = None,
        proven: Collection[str] = (),
        begins: Content | None = None,
    ) -> None:
        """Raises ContentFault when there is no good content to begin with. `kept`: how many older contents stay.
        `begins`: just this content, found in order before, so that nothing is read until something changes.

        `prove` looks for defects that only the rooms above can see (the composition root passes it). `items`: what was
        published over the files; `proven`: revisions that were looked at thoroughly when they were published."""
        self._root, self._actions, self._prove, self._kept = root, actions, prove, kept
        self._items, self._proven = dict(items or {}), set(proven)
        self._lock = threading.Lock()
        self._stamp = stamp_of(self._root)
        self._faults: list[Fault] = []
        self._reading: Reading | None = None
        content, faults = self._read() if begins is None else (begins, [])
        if content is None:
            raise ContentFault(faults)
        self._current = content
        self._older: OrderedDict[str, Content] = OrderedDict({content.revision: content})

    @property
    def current(self) -> Content:
        """The newest good content."""
        return self._current

    @property
    def read(self) -> bool:
        """Are the files at hand as they were read, so that a reload parses only what has changed?"""
        return self._reading is not None

    @property
    def faults(self) -> list[Fault]:
        """Why the files as they now stand are not in service; empty when they are."""
        return list(self._faults)

    def at(self, revision: str | None) -> Content:
        """The content of that revision while it is kept, else the current one: a conversation keeps the revision it
        began with until its flow ends."""
        return self._older.get(revision or "", self._current)

    def read_ahead(self) -> None:
        """What a reload will compare with is at hand before one comes."""
        with self._lock:
            if self._reading is None:
                self._read()

    def keep(self, content: Content) -> None:
        """Another content that open conversations follow."""
        with self._lock:
            self._hold(content)

    def reload(self, items: Items | None = None, proven: Collection[str] = ()) -> list[Fault]:
        """Read the files anew, with these items over them (None: those of before). Empty: they are in service now.
        Otherwise every defect, and nothing has changed."""
        with self._lock:
            stamp = stamp_of(self._root)
            before = self._items
            self._items = dict(items) if items is not None else before
            self._proven |= set(proven)
            content, faults = self._read()
            self._stamp, self._faults = stamp, faults
            if content is None:
                self._items = before
            elif content.revision != self._current.revision:
                self._hold(content)
                self._current = content
            return list(faults)

    def watch(self) -> list[Fault] | None:
        """None when no file has changed since it was last looked at (names, sizes and times only: some milliseconds);
        otherwise what `reload` answers."""
        return None if stamp_of(self._root) == self._stamp else self.reload()

    def _hold(self, content: Content) -> None:
        kept = OrderedDict(self._older)
        kept[content.revision] = content
        kept.move_to_end(content.revision)
        while len(kept) > self._kept + 1:
            kept.popitem(last=False)
        self._older = kept

    def _read(self) -> tuple[Content | None, list[Fault]]:
        try:
            edited = written(self._root, self._items)
            known = revision_of(self._root, edited) in self._proven
            reading = read_content(self._root, self._actions, thorough=not known, edited=edited, like=self._reading)
            faults = list(reading.faults)
            if not faults:
                self._reading = reading
                if self._prove is not None and not known:
                    faults = [f for f in self._prove(reading) if not f.notice]
        except ContentFault as e:
            return None, list(e.faults)
        except OSError as e:  # a file vanished between being listed and being read
            name = Path(str(e.filename)).name if e.filename else "content"
            return None, [Fault(name, 0, "the file went away while it was read", "Save it again.")]
        return (None if faults else reading.content), faults


def stamp_of(root: Path) -> Stamp:
    """Names, times and sizes of the content files: equal while nobody has edited anything. Looked at twice a second
    while patients are served, so by the cheapest walk there is."""
    found: list[tuple[str, int, int]] = []
    waiting = [str(root / folder) for folder in FOLDERS]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.name.endswith(SUFFIXES):
                        about = entry.stat()
                        found.append((entry.path, about.st_mtime_ns, about.st_size))
        except OSError:  # it went away between two looks: the next one says so
            continue
    return tuple(sorted(found))
