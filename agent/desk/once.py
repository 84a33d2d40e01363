"""One effect and one answer for each key: the answer is committed with the effect that it tells of."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from agent.desk.desk import Desk
from agent.model.fault import Busy, Conflict
from agent.ports import Store, Tx
from agent.ports.keys import Begun, Grip

LEASE_SECONDS = 60.0  # longer than any request; after it a repeat may carry out what a dead process began
_LOOK_AGAIN = 0.1  # seconds


class OtherRequest(Exception):
    """This key stands for a request with another body."""


class InFlight(Exception):
    """The first request with this key is still being carried out."""


@dataclass(frozen=True)
class Asked:
    """A request that carries a key. `caller`: who may use it again; `body`: all that tells two requests apart.
    `patience`: seconds to wait for a first one that is in flight."""

    caller: str
    key: str
    body: bytes
    patience: float = 0.0


class Once:
    """What is to have one effect. Give the answer before the effect: both are committed together."""

    def __init__(self, desk: Desk, grip: Grip | None) -> None:
        self._desk, self._grip = desk, grip

    def desk(self, answer: bytes) -> Desk:
        """A desk whose next change is committed together with this answer, or not at all."""
        if self._grip is None:
            return self._desk
        return replace(self._desk, store=_Answering(self._desk.store, self._grip, answer))

    def keep(self, tx: Tx, answer: bytes) -> None:
        """The same in a transaction at hand. Raises Conflict when another has taken over."""
        if self._grip is not None:
            tx.keys.finish(self._grip, answer)


class _Answering:
    """A store whose first change also writes the answer."""

    def __init__(self, store: Store, grip: Grip, answer: bytes) -> None:
        self._store, self._grip, self._answer = store, grip, answer
        self._kept = False

    @contextmanager
    def begin(self, *, write: bool = True, durable: bool = True) -> Iterator[Tx]:
        last = write and not self._kept
        with self._store.begin(write=write, durable=durable or last) as tx:
            yield tx
            if last:
                tx.keys.finish(self._grip, self._answer)
        self._kept = self._kept or last

    def close(self) -> None:
        return

    def scrub(self) -> None:
        self._store.scrub()


@dataclass(frozen=True)
class Answered:
    """`kept`: False for an answer that says to try again, since nothing was done."""

    answer: bytes
    kept: bool = True


def once(desk: Desk, asked: Asked | None, act: Callable[[Once], Answered]) -> tuple[bytes, bool]:
    """(the answer, whether it is an earlier one). `act` runs at most once for each key of a caller and day; what it
    raises leaves the key unused. Raises OtherRequest, InFlight, Busy."""
    if asked is None:
        return act(Once(desk, None)).answer, False
    begun = _begin(desk, asked)
    if begun.grip is None:
        return begun.answer, True
    try:
        done = act(Once(desk, begun.grip))
    except BaseException:
        _settle(desk, begun.grip, None)
        raise
    _settle(desk, begun.grip, done.answer if done.kept else None)
    return done.answer, False


def _begin(desk: Desk, asked: Asked) -> Begun:
    until = time.monotonic() + asked.patience
    while True:
        with desk.store.begin() as tx:
            begun = tx.keys.begin(asked.caller, asked.key, asked.body, desk.clock(), LEASE_SECONDS)
        if begun.state == "other":
            raise OtherRequest
        if begun.state != "running":
            return begun
        if time.monotonic() >= until:
            raise InFlight
        time.sleep(_LOOK_AGAIN)


def _settle(desk: Desk, grip: Grip, answer: bytes | None) -> None:
    """Keeps an answer that no effect has brought along, or gives the key up; nothing where it is answered already."""
    with suppress(Conflict, Busy), desk.store.begin() as tx:
        if answer is None:
            tx.keys.drop(grip)
        else:
            tx.keys.finish(grip, answer)
