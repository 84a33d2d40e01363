"""Idempotency keys as a port: one effect and one answer for each key of each caller, for a day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True)
class Grip:
    """The right to carry out what a key stands for. `fence` rises when another takes over after the lease."""

    row: str
    fence: int


@dataclass(frozen=True)
class Begun:
    """`new`: carry it out under `grip`. `done`: `answer` is what was answered. `other`: the key stands for another
    request. `running`: somebody is at it, and their lease has not ended."""

    state: Literal["new", "done", "other", "running"]
    grip: Grip | None = None
    answer: bytes = b""


class IdempotencyKeys(Protocol):
    """Keys and requests are kept as keyed hashes only, answers sealed."""

    def begin(self, caller: str, key: str, request: bytes, now: datetime, lease_seconds: float) -> Begun:
        """To be committed before the work begins, so that others see it running."""

    def finish(self, grip: Grip, answer: bytes) -> None:
        """In the transaction of the effect: both are committed, or neither. Raises Conflict when it is no longer
        ours to do, or is answered."""

    def drop(self, grip: Grip) -> None:
        """Nothing was done: the next one with this key begins anew."""

    def sweep(self, now: datetime) -> int:
        """Forgets keys older than a day; returns how many."""
