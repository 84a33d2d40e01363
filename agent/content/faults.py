"""A defect of the content, said in one line that names file, line, what is wrong and how to fix it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One defect. `line` counts from 1; 0 when the file as a whole is meant."""

    file: str
    line: int
    what: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what}. {self.fix}"


class ContentFault(Exception):
    """The content cannot go into service; `faults` says why, one line each."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(f) for f in faults))
        self.faults = faults


def relative(root: Path, path: Path) -> str:
    """The file as an admin knows it."""
    try:
        return str(path.relative_to(root))
    except ValueError:
        return path.name
