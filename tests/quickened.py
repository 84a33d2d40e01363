"""What makes tests quick and changes nothing that they prove: no wait for a disk, quick hashes, no route read twice, no
database in memory made from its script again."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import FunctionType
from typing import Any

from fastapi import routing
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from agent.adapters import store
from agent.adapters.store.engine import make_engine
from agent.web import passwords

SLOW = passwords._HASHER  # what the desk hashes passwords with
_QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))

SHM = "/dev/shm"
ROOM = 4 * 1024**3  # bytes that must be free there
_create = store.create_in_memory
_build = routing._populate_api_route_state
_built: dict[tuple[Any, ...], dict[str, Any]] = {}


def quicken() -> None:
    passwords._HASHER = _QUICK
    routing._populate_api_route_state = _route
    store.create_in_memory = _in_memory
    if "TMPDIR" not in os.environ and os.access(SHM, os.W_OK) and shutil.disk_usage(SHM).free > ROOM:
        os.environ["TMPDIR"] = SHM  # of what we start, too
        tempfile.tempdir = None


def _route(route: Any, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
    """What FastAPI finds out of a function's signature and of what is said of its route. Each desk has functions of its
    own, of the same code."""
    provider = more.pop("dependency_overrides_provider")
    key = _key(path, endpoint, more)
    if key is None:
        return _build(route, path, endpoint, dependency_overrides_provider=provider, **more)
    if key not in _built:
        given = set(vars(route))
        _build(route, path, endpoint, **more)
        _built[key] = {name: value for name, value in vars(route).items() if name not in given}
        _built[key]["dependant"] = _of(route.dependant, None)
    vars(route).update(_built[key])
    route.endpoint, route.dependency_overrides_provider = endpoint, provider
    route.dependant = _of(route.dependant, endpoint)
    return None


def _of(dependant: Dependant, call: Callable[..., Any] | None) -> Dependant:
    return replace(dependant, call=call, dependencies=list(dependant.dependencies))


def _key(path: str, endpoint: Callable[..., Any], more: dict[str, Any]) -> tuple[Any, ...] | None:
    """What two routes have in common that differ in the function alone; None where that cannot be told."""
    if not isinstance(endpoint, FunctionType) or hasattr(endpoint, "__wrapped__"):
        return None
    about = (
        endpoint.__name__,
        endpoint.__doc__,
        endpoint.__defaults__,
        endpoint.__kwdefaults__,
        endpoint.__annotations__,
    )
    said = [_said(value) for value in more.values()]
    return (
        None if any(each is NotImplemented for each in said) else (path, endpoint.__code__, repr(about), *more, *said)
    )


def _said(value: Any) -> Any:
    if isinstance(value, DefaultPlaceholder):
        return DefaultPlaceholder, value.value
    if isinstance(value, list | set | dict):
        plain = all(isinstance(each, str | int) for each in value) and not (isinstance(value, dict) and value)
        return (type(value), tuple(value)) if plain else NotImplemented
    return value


@cache
def _made() -> sqlite3.Connection:
    """Every table, once; a database in memory is a copy of its pages."""
    engine = make_engine("sqlite://")
    _create(engine)
    made: Any = sqlite3.connect(":memory:", check_same_thread=False)
    with engine.connect() as connection:
        kept: Any = connection.connection.dbapi_connection
        kept.backup(made)
    engine.dispose()
    return made  # type: ignore[no-any-return]


def _in_memory(engine: Engine) -> None:
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        _made().backup(raw)
