"""The files of the three data folders as they were read: data, lines and the defects of their form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from agent.content.faults import ContentFault, Fault, relative
from agent.content.read_po import Book, parse_po, read_po
from agent.content.read_yaml import Document, parse_document, read_document
from agent.model.content import Content

FOLDERS = ("intents", "workflows", "locales")


@dataclass
class Sources:
    """Everything read from `root`, by name relative to it. `edited`: texts that stand for files, or beside them;
    `like`: an earlier reading, of which what has not changed since is taken as it is."""

    root: Path
    edited: Mapping[str, str] = field(default_factory=dict)
    like: "Sources | None" = None
    documents: dict[str, Document] = field(default_factory=dict)
    flows: dict[str, str] = field(default_factory=dict)  # flow id -> file
    books: dict[str, Book] = field(default_factory=dict)  # language -> messages
    faults: list[Fault] = field(default_factory=list)
    stamps: dict[str, Any] = field(default_factory=dict)  # of each file as it was read

    def table(self, name: str) -> Document | None:
        """A file that must be a table of keys and values; None, with a fault noted, where it is not."""
        if name not in self.documents:
            found = self._read(name, read_document, parse_document, lambda like: like.documents.get(name))
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
        if tag not in self.books and self.has(name):
            found = self._read(name, read_po, parse_po, lambda like: like.books.get(tag))
            if found is not None:
                self.books[tag] = found
        return self.books.get(tag)

    def flow(self, id: str) -> Document:
        """The file of a flow."""
        return self.documents[self.flows[id]]

    def names(self, pattern: str) -> list[str]:
        """Files below the root, in order."""
        there = {relative(self.root, p) for p in self.root.glob(pattern)}
        return sorted(there | {name for name in self.edited if PurePosixPath(name).match(pattern)})

    def has(self, name: str) -> bool:
        """Is there such a file, or a text in its place?"""
        return name in self.edited or (self.root / name).exists()

    def forget_earlier(self) -> "Sources":
        """This reading without the one that it was taken from, which may go."""
        self.like = None
        return self

    def _read(
        self, name: str, read: Callable[[Path, str], Any], parse: Callable[[str, str], Any],
        known: Callable[["Sources"], Any],
    ) -> Any:  # fmt: skip
        stamp = self.stamps[name] = self._stamp(name)
        if self.like is not None and stamp is not None and self.like.stamps.get(name) == stamp:
            found = known(self.like)
            if found is not None:
                return found
        try:
            return parse(self.edited[name], name) if name in self.edited else read(self.root / name, name)
        except ContentFault as e:
            self.faults += e.faults
            return None

    def _stamp(self, name: str) -> Any:
        if name in self.edited:
            return self.edited[name]
        try:
            about = (self.root / name).stat()
        except OSError:
            return None
        return (str(self.root), about.st_mtime_ns, about.st_size)


@dataclass(frozen=True)
class Reading:
    """What was read: the content, every defect, what somebody should look at, and whether the content is `whole`:
    every file reads and every flow can run, so that the rooms above may be built from it."""

    content: Content
    sources: Sources
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...] = ()
    whole: bool = True
