"""The files of the three data folders as they were read: data, lines and the defects of their form."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from agent.content.faults import ContentFault, Fault, relative
from agent.content.read_po import Book, parse_po, read_po
from agent.content.read_yaml import Document, parse_document, read_document
from agent.model.content import Content

FOLDERS = ("intents", "workflows", "locales")
_TABLES = tuple(f"{folder}/{below}.yaml" for folder in FOLDERS for below in ("*", "*/*"))
_BOOKS = "locales/*/LC_MESSAGES/messages.po"


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
        if tag not in self.books:
            found = self._read(name, read_po, parse_po, lambda like: like.books.get(tag)) if self.has(name) else None
            if found is None:
                return None
            self.books[tag] = found
        return self.books[tag]

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
        if self.like is not None and stamp is not None:
            found = known(self.like)  # first of all: it may be opened for this
            if found is not None and self.like.stamps.get(name) == stamp:
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


@dataclass
class Unopened(Sources):
    """Files that were found in order before, whose content is at hand: each is read when it is first asked for."""

    def __post_init__(self) -> None:
        self.documents = _Opened(lambda name: self.table(name) if self.has(name) else None)
        self.books = _Opened(self.book)

    def open_all(self, after_each: Callable[[float], None]) -> None:
        """Whatever was not asked for yet; `after_each` file it is told how many seconds that took."""
        tables: list[tuple[dict[str, Any], str]] = [
            (self.documents, name) for pattern in _TABLES for name in self.names(pattern)
        ]
        books = [(self.books, PurePosixPath(name).parts[1]) for name in self.names(_BOOKS)]
        for shelf, name in (*tables, *books):
            began = time.perf_counter()
            shelf.get(name)
            after_each(time.perf_counter() - began)


class _Opened(dict[str, Any]):
    """By name, read when it is asked for."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, name: str) -> Any:
        if (found := self._read(name)) is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


@dataclass(frozen=True)
class Reading:
    """What was read: the content, every defect, what somebody should look at, and whether the content is `whole`:
    every file reads and every flow can run, so that the rooms above may be built from it."""

    content: Content
    sources: Sources
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...] = ()
    whole: bool = True
