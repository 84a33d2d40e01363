"""A key for each patient and each conversation, wrapped by the master key; what a key seals is the rooms' to say."""

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, CursorResult, bindparam, delete, select

from agent.adapters.store.tables import data_keys, upsert
from agent.adapters.vault import KEY_BYTES, Tampered, Vault, WrongKey, blind
from agent.ports import Clock

KEPT_SECONDS = 300.0  # a key destroyed by another process is gone from this one's memory by then
MOST = 20_000  # unwrapped keys remembered in one process, about 200 bytes each
DESK = "desk"  # owns what belongs to nobody in particular
INDEX = "index"  # not a sealing key: the key of the blind indexes
Run = Callable[..., CursorResult[Any]]  # of a statement and what is given
_VERSION = b"\x02"
_ID_BYTES = 8
_NONCE_BYTES = 12
_PREFIX = len(_VERSION) + _ID_BYTES

_c = data_keys.c
_OF = select(_c.id, _c.wrapped).where(_c.owner == bindparam("of"))
_GET = select(_c.id, _c.owner, _c.wrapped).where(_c.id == bindparam("id"))
_SOME = select(_c.id, _c.owner, _c.wrapped).where(_c.id.in_(bindparam("ids", expanding=True)))
_ADD = upsert(data_keys).on_conflict_do_nothing(index_elements=["owner"]).returning(_c.id)
_DESTROY = delete(data_keys).where(_c.owner.in_(bindparam("owners", expanding=True)))


def of_patient(patient: str) -> str:
    return f"patient:{patient}"


def of_conversation(conversation: str | None) -> str:
    return f"conversation:{conversation}" if conversation else DESK


class Ring:
    """The unwrapped keys that this process remembers, for a while and up to a bound. Safe to share between threads:
    each step is one operation on a dict. `latest`: by name of a list of tasks, these as they were read last, sealed
    body beside value, so that a body that has not changed is not opened again; a row that is gone from the database
    is gone here with the next look, and all of them once a key is forgotten."""

    def __init__(self, vault: Vault, index: bytes) -> None:
        self.vault = vault
        self.index = index
        self._keys: dict[str, tuple[bytes, float]] = {}
        self._owners: dict[str, tuple[str, float]] = {}
        self.latest: dict[str, dict[str, tuple[bytes, Any]]] = {}

    def blind(self, purpose: str, value: str) -> str:
        return blind(self.index, purpose, value)

    def key(self, id: str) -> bytes | None:
        key, until = self._keys.get(id, (None, 0.0))
        return key if until > time.monotonic() else None

    def id_of(self, owner: str) -> str | None:
        id, until = self._owners.get(owner, (None, 0.0))
        return id if until > time.monotonic() else None

    def learn(self, id: str, owner: str, key: bytes) -> None:
        until = time.monotonic() + KEPT_SECONDS
        self._keys.pop(id, None)  # learned again: the last in line
        self._owners.pop(owner, None)
        _sweep(self._keys)
        _sweep(self._owners)
        self._keys[id] = key, until
        self._owners[owner] = id, until

    def forget(self, owner: str) -> None:
        self.latest.clear()
        id, _ = self._owners.pop(owner, (None, 0.0))
        if id is not None:
            self._keys.pop(id, None)


def _sweep(kept: dict[str, tuple[Any, float]]) -> None:
    """Those learned first go once their time is over, or to make room."""
    now = time.monotonic()
    with contextlib.suppress(RuntimeError, StopIteration, KeyError):  # another thread learns or sweeps as well
        while len(kept) >= MOST or kept[next(iter(kept))][1] <= now:
            kept.pop(next(iter(kept)))


class Keys:
    """The keys as one transaction sees them, which asks with `run`. A key that it makes is remembered by others only
    after the commit."""

    def __init__(self, run: Run, ring: Ring, clock: Clock) -> None:
        self._run, self._ring, self._clock = run, ring, clock
        self._made: dict[str, tuple[str, bytes]] = {}
        self._destroyed: set[str] = set()

    def seal(self, owner: str, table: str, column: str, row: str, plain: bytes) -> bytes:
        """Version (1 byte), key id (8), nonce (12), ciphertext with tag, bound to `table|column|row`."""
        id, key = self._of(owner)
        nonce = os.urandom(_NONCE_BYTES)
        text = AESGCM(key).encrypt(nonce, plain, f"{table}|{column}|{row}".encode())
        return _VERSION + bytes.fromhex(id) + nonce + text

    def open(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """Raises Tampered for what was not sealed for this very place, or whose key is destroyed."""
        if sealed[:1] != _VERSION:
            return self._ring.vault.open(table, column, row, sealed)
        key = self._key(sealed[1:_PREFIX].hex())
        if key is None:
            raise Tampered(table, row, f"the key of {column} is unknown or destroyed")
        nonce, text = sealed[_PREFIX : _PREFIX + _NONCE_BYTES], sealed[_PREFIX + _NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, text, f"{table}|{column}|{row}".encode())
        except (InvalidTag, ValueError) as fault:
            raise Tampered(table, row, f"{column} does not open") from fault

    def warm(self, sealed: Iterable[bytes | None]) -> None:
        """Fetches the keys of many values with one statement."""
        asked = {s[1:_PREFIX].hex() for s in sealed if s and s[:1] == _VERSION}
        ids = sorted(id for id in asked if self._ring.key(id) is None)
        for at in range(0, len(ids) if len(ids) > 1 else 0, 500):
            for row in self._run(_SOME, {"ids": ids[at : at + 500]}).all():
                self._unwrapped(row.id, row.owner, row.wrapped)

    def destroy(self, owners: Iterable[str]) -> int:
        """What these keys have sealed can never be read again, also not in a copy that has no keys of its own."""
        gone = sorted(owners)
        self._destroyed |= set(gone)
        for owner in gone:
            self._made.pop(owner, None)
            self._ring.forget(owner)
        return self._run(_DESTROY, {"owners": gone}).rowcount if gone else 0

    def committed(self) -> None:
        """Called by the unit after the commit."""
        for owner, (id, key) in self._made.items():
            self._ring.learn(id, owner, key)
        for owner in self._destroyed:
            self._ring.forget(owner)

    def _of(self, owner: str) -> tuple[str, bytes]:
        id = self._ring.id_of(owner)
        key = id and self._ring.key(id)
        if id and key:
            return id, key
        if owner in self._made:
            return self._made[owner]
        row = self._run(_OF, {"of": owner}).first()
        if row is None:
            row = self._make(owner)
            if row is None:
                return self._made[owner]
        return row.id, self._unwrapped(row.id, owner, row.wrapped)

    def _make(self, owner: str) -> Any:
        """None when it was made here; the row of another process that was faster, else."""
        id, key = os.urandom(_ID_BYTES).hex(), os.urandom(KEY_BYTES)
        wrapped = self._ring.vault.wrap(id, owner, key)
        given = {"id": id, "owner": owner, "wrapped": wrapped, "made_at": self._clock()}
        if self._run(_ADD, given).first() is None:
            return self._run(_OF, {"of": owner}).one()
        self._made[owner] = id, key
        return None

    def _key(self, id: str) -> bytes | None:
        key = self._ring.key(id)
        if key is not None:
            return key
        own = next((key for made, key in self._made.values() if made == id), None)
        if own is not None:
            return own
        row = self._run(_GET, {"id": id}).first()
        return self._unwrapped(row.id, row.owner, row.wrapped) if row else None

    def _unwrapped(self, id: str, owner: str, wrapped: bytes) -> bytes:
        key = self._ring.vault.unwrap(id, owner, wrapped)
        self._ring.learn(id, owner, key)
        return key


def find_ring(connection: Connection, vault: Vault) -> Ring | None:
    """The ring of a database, None of one that has none yet. Raises WrongKey when the master key is not its own."""
    row = connection.execute(_OF, {"of": INDEX}).first()
    if row is None:
        return None
    try:
        return Ring(vault, vault.unwrap(row.id, INDEX, row.wrapped))
    except Tampered:
        raise WrongKey("the data key is not the one that this database was sealed with") from None


def make_ring(connection: Connection, vault: Vault, clock: Clock) -> Ring:
    """The blind indexes get a key of their own: the one that they were made with. Another process may be faster."""
    id = os.urandom(_ID_BYTES).hex()
    wrapped = vault.wrap(id, INDEX, vault.index_key)
    connection.execute(_ADD, {"id": id, "owner": INDEX, "wrapped": wrapped, "made_at": clock()})
    ring = find_ring(connection, vault)
    assert ring is not None
    return ring
