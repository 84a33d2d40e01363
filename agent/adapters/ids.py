"""Time-ordered identifiers (ULID: 48 bits of milliseconds, 80 random ones); nothing else is named here."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from agent.ports import Clock, NewId

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_RANDOM_BITS = 80


def new_ids(clock: Clock, entropy: Callable[[int], bytes] = secrets.token_bytes) -> NewId:
    """A maker of 26-character ids: each greater than the last one of this process, even when the clock steps back."""
    lock = Lock()
    last = 0

    def new_id() -> str:
        nonlocal last
        drawn = int(clock().timestamp() * 1000) << _RANDOM_BITS | int.from_bytes(entropy(_RANDOM_BITS // 8), "big")
        with lock:
            # same or earlier millisecond: count on from the last one, by a random stride so that ids are not guessable
            if drawn >> _RANDOM_BITS <= last >> _RANDOM_BITS:
                drawn = last + 1 + int.from_bytes(entropy(4), "big")
            last = drawn
        return _spell(drawn)

    return new_id


def earlier(id: str, by: timedelta) -> str:
    """The least id that could have been made that much before `id`; empty for anything that is no id of ours."""
    made = _milliseconds(id)
    if made is None:
        return ""
    return _spell(max(made - int(by.total_seconds() * 1000), 0) << _RANDOM_BITS)


def made_at(id: str) -> datetime | None:
    """When `id` was made (UTC, to the millisecond); None for anything that is no id of ours."""
    made = _milliseconds(id)
    return None if made is None else datetime.fromtimestamp(made / 1000, UTC)


def _milliseconds(id: str) -> int | None:
    if len(id) != 26 or not set(id) <= set(_ALPHABET):
        return None
    made = 0
    for letter in id[:10]:
        made = made << 5 | _ALPHABET.index(letter)
    return made


def first_id(at: datetime) -> str:
    """No id made at that moment or later is less."""
    return _spell(int(at.timestamp() * 1000) << _RANDOM_BITS)


def _spell(number: int) -> str:
    return "".join(_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10))
