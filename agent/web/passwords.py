"""Passwords by argon2id; slow on purpose, so a few at a time."""

from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash

LEAST = 12  # characters of a password
_HASHER = PasswordHash.recommended()
_FEW = BoundedSemaphore(2)  # each takes 64 MiB and 0.15 s


def hash_password(password: str) -> str:
    with _FEW:
        return _HASHER.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Takes as long for an unknown person as for a known one."""
    with _FEW:
        nobody = _nobody()  # made once, whoever comes first
        right = _HASHER.verify(password[:256], stored or nobody)
    return right and stored is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
