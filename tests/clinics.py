"""The clinic of a file, read once for all tests that only look at it: reading costs more than the rest of a desk."""

from functools import cache
from pathlib import Path

from agent.adapters.clinic_file import load_clinic
from agent.model.clinic import Clinic


def clinic_of(path: Path) -> Clinic:
    """As `load_clinic`; a file that has changed since is read again."""
    seen = path.stat()
    return _read(path, seen.st_mtime_ns, seen.st_size)


@cache
def _read(path: Path, _changed: int, _size: int) -> Clinic:
    return load_clinic(path)
