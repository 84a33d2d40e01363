"""A defect of the content, said in one line that names file, line, what is wrong and how to fix it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One defect. `line` counts from 1; 0 when the file as a whole is meant. `notice`: it may go into service so,
    but somebody should look."""

    file: str
    line: int
    what: str
    fix: str
    notice: bool = False

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what.rstrip('.')}. {self.fix}"


class ContentFault(Exception):
    """The content cannot go into service; `faults` says why, one line each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


def relative(root: Path, path: Path) -> str:
    """The file as an admin knows it, with forward slashes."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.name


def instead_of(word: str, known: Iterable[str]) -> str:
    """How to mend a name that nobody knows: the nearest known one, or all of them."""
    names = sorted(known)
    near = get_close_matches(str(word), names, n=1, cutoff=0.65)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Use one of: {', '.join(names)}." if names else "Delete it."
