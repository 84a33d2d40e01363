"""The files of the three data folders as they were read: data, lines and the defects of their form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.content.faults import ContentFault, Fault, relative
from agent.content.read_po import Book, read_po
from agent.content.read_yaml import Document, read_document
from agent.model.content import Content

FOLDERS = ("intents", "workflows", "locales")


@dataclass
class Sources:
    """Everything read from `root`, by name relative to it."""

    root: Path
    documents: dict[str, Document] = field(default_factory=dict)
    flows: dict[str, str] = field(default_factory=dict)  # flow id -> file
    books: dict[str, Book] = field(default_factory=dict)  # language -> messages
    faults: list[Fault] = field(default_factory=list)

    def table(self, name: str) -> Document | None:
        """A file that must be a table of keys and values; None, with a fault noted, where it is not."""
        if name not in self.documents:
            found = self._read(name, read_document)
            if found is not None and not isinstance(found.data, dict):
                self.faults.append(Fault(name, 1, "this file must be a table of keys and values", "Write `key: …`."))
                found = None
            if found is None:
                return None
            self.documents[name] = found
        return self.documents[name]

    def book(self, tag: str) -> Book | None:
        """The messages of a language; None where there are none."""
        name = f"locales/{tag}/LC_MESSAGES/messages.po"
        if tag not in self.books and (self.root / name).exists():
            found = self._read(name, read_po)
            if found is not None:
                self.books[tag] = found
        return self.books.get(tag)

    def flow(self, id: str) -> Document:
        """The file of a flow."""
        return self.documents[self.flows[id]]

    def names(self, pattern: str) -> list[str]:
        """Files below the root, in order."""
        return [relative(self.root, p) for p in sorted(self.root.glob(pattern))]

    def _read(self, name: str, read: Callable[[Path, str], Any]) -> Any:
        try:
            return read(self.root / name, name)
        except ContentFault as e:
            self.faults += e.faults
            return None


@dataclass(frozen=True)
class Reading:
    """What was read: the content, every defect, what somebody should look at, and whether the content is `whole`:
    every file reads and every flow can run, so that the rooms above may be built from it."""

    content: Content
    sources: Sources
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...] = ()
    whole: bool = True
