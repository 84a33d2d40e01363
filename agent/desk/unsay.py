"""Takes back what is about to be said of a visit, before the visit changes: afterwards nothing of the kind is sent."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from agent.desk.desk import Desk
from agent.model.fault import Busy
from agent.ports import Tx

P = ParamSpec("P")
R = TypeVar("R")
FRESH = timedelta(seconds=2)  # after this a claimed text is no longer handed over, but checked anew
_HANDED_OVER = FRESH + timedelta(seconds=1)
_PATIENCE = 5.0  # seconds
_LOOK_AGAIN = 0.02  # seconds
_BROKEN_OFF = 3.0  # seconds within which a deadlock is found; who waits longer waits for a lock or a server


class BeingSaid(Busy):
    """A text about this visit is being handed to the provider this moment: decide again when that is done."""


def unsay(desk: Desk, tx: Tx, row: str, why: str) -> None:
    """Void what waits to be said of this row, in the transaction that changes it, once the change is written there.
    Raises BeingSaid while such a text is being handed over."""
    tx.outbox.void(None, row, why)
    if tx.sends.in_hand(row, desk.clock() - _HANDED_OVER):
        raise BeingSaid("a text about this visit is being sent this moment")


def undisturbed(decide: Callable[Concatenate[Desk, P], R]) -> Callable[Concatenate[Desk, P], R]:
    """A decision that waits, outside any transaction, until no text about its visit is being handed over; the one that
    PostgreSQL has broken off, so that two do not wait for each other for ever, is tried once more."""

    @wraps(decide)
    def waiting(desk: Desk, /, *args: P.args, **more: P.kwargs) -> R:
        began, broken = time.monotonic(), False
        until = began + _PATIENCE
        while True:
            try:
                return decide(desk, *args, **more)
            except BeingSaid:
                if time.monotonic() > until:
                    raise
                time.sleep(_LOOK_AGAIN)
            except Busy:
                if broken or time.monotonic() - began > _BROKEN_OFF:  # the database is away
                    raise
                broken = True

    return waiting
