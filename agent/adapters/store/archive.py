"""The file of a back-up: a line that says what it is, the rows as compressed JSON lines, a line with the checksum."""

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from agent.model.fault import Refused

FORMAT = 1
NO_KEYS = "none; without the FRONTDESK_DATA_KEY and FRONTDESK_SECRET_KEY of its desk this file cannot be read"
_FIRST_LINE = 4096  # bytes
_PIECE = 1 << 20
_SUM = 64  # hexadecimal digits of SHA-256, after a line feed


@dataclass(frozen=True)
class About:
    """The first line: who wrote the file, when (UTC), from what kind of database, at which schema; `content` is the
    revision that the newest turn or deed was done with."""

    version: str
    schema: str
    content: str
    at: str
    database: str
    keys: str = NO_KEYS
    frontdesk_backup: int = FORMAT


class _Summed:
    """A file that is summed while it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sum = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sum.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def written(path: Path, about: About) -> Iterator[gzip.GzipFile]:
    """A stream for JSON lines. The file appears whole under its name, readable by us alone, or not at all. Raises
    Refused where there is such a file already, OSError where it cannot be written."""
    if path.exists():
        raise Refused(f"{path} exists already")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            summed = _Summed(file)
            summed.write(json.dumps(asdict(about)).encode() + b"\n")
            with gzip.GzipFile(fileobj=summed, mode="wb", compresslevel=1, mtime=0) as rows:
                yield rows
            file.write(b"\n" + summed.sum.hexdigest().encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # never over another file
    except FileExistsError:
        raise Refused(f"{path} exists already") from None
    finally:
        draft.unlink(missing_ok=True)


def about(path: Path) -> About:
    """The first line of a file whose checksum is right. Raises Refused for any other file, OSError if unreadable."""
    with path.open("rb") as file:
        line = file.readline(_FIRST_LINE)
        try:
            said = json.loads(line)
            format = said.pop("frontdesk_backup")
            found = About(**said, frontdesk_backup=format)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(f"{path} is not a back-up of Frontdesk") from None
        if format != FORMAT:
            raise Refused(f"{path} has format {format}; this program reads {FORMAT}")
        file.seek(0)
        if not _sound(file, path.stat().st_size):
            raise Refused(f"{path} is damaged: its checksum does not fit")
    return found


def _sound(file: IO[bytes], size: int) -> bool:
    left, total = size - _SUM - 1, hashlib.sha256()
    while left > 0 and (piece := file.read(min(_PIECE, left))):
        total.update(piece)
        left -= len(piece)
    return file.read(_SUM + 2) == b"\n" + total.hexdigest().encode()


def lines(path: Path) -> Iterator[Any]:
    """The JSON lines, read as they are asked for."""
    with path.open("rb") as file:
        file.readline(_FIRST_LINE)
        start, size = file.tell(), path.stat().st_size
        with gzip.GzipFile(fileobj=_Part(file, size - start - _SUM - 1)) as rows:  # type: ignore[call-overload]
            for line in rows:
                yield json.loads(line)


class _Part:
    """So many bytes of a file from where it stands."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        self._file, self._left = file, left

    def read(self, most: int = -1) -> bytes:
        data = self._file.read(self._left if most < 0 else min(most, self._left))
        self._left -= len(data)
        return data


def told(kind: str, value: Any) -> Any:
    """A column's value as JSON: `t` a moment, `b` a truth, `x` bytes, `v` anything else."""
    if value is None or kind == "v":
        return value
    if kind == "x":
        return base64.b64encode(bytes(value)).decode()
    if kind == "b":
        return bool(value)
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()


def untold(kind: str, value: Any, postgres: bool) -> Any:
    """The value as the database's own driver takes it."""
    if value is None or kind == "v":
        return value
    if kind == "x":
        return base64.b64decode(value)
    if kind == "b":
        return value if postgres else int(value)
    moment = datetime.fromisoformat(value)
    return moment if postgres else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
