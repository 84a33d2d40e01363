"""Keeps the content in service: the newest good one, and the older ones that open conversations still follow."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from agent.content.faults import ContentFault, Fault
from agent.content.load import content_files, read_content
from agent.content.sources import Reading
from agent.model.content import Content

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
    ) -> None:
        """Raises ContentFault when there is no good content to begin with. `kept`: how many older contents stay.

        `prove` looks for defects that only the rooms above can see (the composition root passes it)."""
        self._root, self._actions, self._prove, self._kept = root, actions, prove, kept
        self._lock = threading.Lock()
        self._stamp = stamp_of(self._root)
        self._faults: list[Fault] = []
        content, faults = self._read()
        if content is None:
            raise ContentFault(faults)
        self._current = content
        self._older: OrderedDict[str, Content] = OrderedDict({content.revision: content})

    @property
    def current(self) -> Content:
        """The newest good content."""
        return self._current

    @property
    def faults(self) -> list[Fault]:
        """Why the files as they now stand are not in service; empty when they are."""
        return list(self._faults)

    def at(self, revision: str | None) -> Content:
        """The content of that revision while it is kept, else the current one: a conversation keeps the revision it
        began with until its flow ends."""
        return self._older.get(revision or "", self._current)

    def reload(self) -> list[Fault]:
        """Read the files anew. Empty: they are in service now. Otherwise every defect, and nothing has changed."""
        with self._lock:
            stamp = stamp_of(self._root)
            content, faults = self._read()
            self._stamp, self._faults = stamp, faults
            if content is not None and content.revision != self._current.revision:
                kept = OrderedDict(self._older)
                kept[content.revision] = content
                kept.move_to_end(content.revision)
                while len(kept) > self._kept + 1:
                    kept.popitem(last=False)
                self._older, self._current = kept, content
            return list(faults)

    def watch(self) -> list[Fault] | None:
        """None when no file has changed since it was last looked at (names, sizes and times only: some milliseconds);
        otherwise what `reload` answers."""
        return None if stamp_of(self._root) == self._stamp else self.reload()

    def _read(self) -> tuple[Content | None, list[Fault]]:
        try:
            reading = read_content(self._root, self._actions, thorough=True)
            faults = list(reading.faults)
            if not faults and self._prove is not None:
                faults = [f for f in self._prove(reading) if not f.notice]
        except OSError as e:  # a file vanished between being listed and being read
            name = Path(str(e.filename)).name if e.filename else "content"
            faults = [Fault(name, 0, "the file went away while it was read", "Save it again.")]
        return (None if faults else reading.content), faults


def stamp_of(root: Path) -> Stamp:
    """Names, times and sizes of the content files: equal while nobody has edited anything."""
    found: list[tuple[str, int, int]] = []
    for path in content_files(root):
        try:
            about = path.stat()
        except OSError:
            continue
        found.append((str(path), about.st_mtime_ns, about.st_size))
    return tuple(found)
