"""The master key: it wraps the keys that seal what patients say, opens what was sealed before they had any, and
blind indexes find rows again; no table knows how any of it works."""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from agent.model.fault import Spoiled

KEY_BYTES = 32
_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_PREFIX = len(_VERSION) + _ID_BYTES


class Tampered(Spoiled):
    """A ciphertext that was changed, moved to another row or column, or sealed with a key that we do not have."""


class WrongKey(ValueError):
    """The data key is not the one that this database was sealed with."""


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"frontdesk/" + purpose).derive(key)


class Vault:
    """AES-256-GCM under a key derived from `data_key`; older keys can still be read, never written.

    A sealed value is: version (1 byte), key id (4), nonce (12), ciphertext with tag. The associated data is
    `table|column|row id`, so that a value copied to another place does not open.
    """

    def __init__(self, data_key: bytes, older: Sequence[bytes] = ()) -> None:
        """Raises ValueError when a key is not 32 bytes long."""
        keys = (data_key, *older)
        if any(len(k) != KEY_BYTES for k in keys):
            raise ValueError(f"a data key has {KEY_BYTES} bytes")
        self._ciphers = {_derive(k, b"key id")[:_ID_BYTES]: AESGCM(_derive(k, b"seal")) for k in keys}
        current = _derive(data_key, b"key id")[:_ID_BYTES]
        self.prefix = _VERSION + current  # of everything that the current key seals
        self._cipher = self._ciphers[current]
        self.index_key = _derive(keys[-1], b"blind index")  # of a database that keeps none of its own yet

    @classmethod
    def from_base64(cls, text: str) -> "Vault":
        """One key in base64, or several after commas: the first seals, the others are only read with."""
        first, *older = parse_keys(text)
        return cls(first, older)

    def seal(self, table: str, column: str, row: str, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return self.prefix + nonce + self._cipher.encrypt(nonce, plain, f"{table}|{column}|{row}".encode())

    def open(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """Raises Tampered for anything but what `seal` made for this very place."""
        cipher = self._ciphers.get(sealed[len(_VERSION) : _PREFIX])
        if sealed[: len(_VERSION)] != _VERSION or cipher is None:
            raise Tampered(table, row, f"{column} was sealed with an unknown key")
        nonce, text = sealed[_PREFIX : _PREFIX + _NONCE_BYTES], sealed[_PREFIX + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, text, f"{table}|{column}|{row}".encode())
        except (InvalidTag, ValueError) as fault:
            raise Tampered(table, row, f"{column} does not open") from fault

    def wrap(self, id: str, owner: str, key: bytes) -> bytes:
        """The key of an owner as it may stand in the database; another owner's row does not open it."""
        return self.seal("data_keys", "wrapped", f"{id}|{owner}", key)

    def unwrap(self, id: str, owner: str, wrapped: bytes) -> bytes:
        """Raises Tampered for anything but what `wrap` made for this id and owner."""
        return self.open("data_keys", "wrapped", f"{id}|{owner}", wrapped)


def blind(key: bytes, purpose: str, value: str) -> str:
    """A keyed fingerprint, equal for equal values of one purpose; tells nothing about the value."""
    return hmac.new(key, f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()


def parse_keys(text: str) -> list[bytes]:
    """Comma-separated base64 keys as bytes. Raises ValueError (never quoting the key) when one is not 32 bytes."""
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()]
    except binascii.Error:
        raise ValueError("a data key is 32 bytes in base64") from None
    if not keys or any(len(k) != KEY_BYTES for k in keys):
        raise ValueError("a data key is 32 bytes in base64")
    return keys
