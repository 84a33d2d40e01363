"""What makes tests quick and changes nothing that they prove: no wait for a disk, quick hashes, no route read twice."""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import routing
from fastapi.dependencies.models import Dependant
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from agent.web import passwords

SLOW = passwords._HASHER  # what the desk hashes passwords with
_QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))

SHM = "/dev/shm"
ROOM = 4 * 1024**3  # bytes that must be free there
_read = routing.get_dependant
_known: dict[tuple[Any, ...], Dependant] = {}


def quicken() -> None:
    passwords._HASHER = _QUICK
    routing.get_dependant = _dependant
    if "TMPDIR" not in os.environ and os.access(SHM, os.W_OK) and shutil.disk_usage(SHM).free > ROOM:
        os.environ["TMPDIR"] = SHM  # of what we start, too
        tempfile.tempdir = None


def _dependant(*, path: str, call: Callable[..., Any], **more: Any) -> Dependant:
    """What FastAPI finds out of a function's signature. Each desk has functions of its own, of the same code."""
    code = getattr(call, "__code__", None)
    if code is None or getattr(call, "__wrapped__", None) is not None:
        return _read(path=path, call=call, **more)
    about = (call.__defaults__, call.__kwdefaults__, call.__annotations__)  # type: ignore[attr-defined]
    key = (path, code, repr(about), repr(more))
    if key not in _known:
        _known[key] = replace(_read(path=path, call=call, **more), call=None)
    return replace(_known[key], call=call, dependencies=list(_known[key].dependencies))
