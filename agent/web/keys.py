"""The Idempotency-Key header: read from a request, and answers packed so that they can be given again."""

import json
import re
import zlib
from collections.abc import Mapping

from fastapi import Response

from agent.model.wording import Sayable

HEADER, FIELD = "idempotency-key", "idempotency_key"
REPLAYED = "Idempotency-Replayed"
_SHAPE = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT = ("content-type", "location", "www-authenticate")


class BadKey(Sayable):
    """The key is not one that can be kept."""


def key_of(headers: Mapping[str, str], field: str = "") -> str | None:
    """The request's key, the header's before the form's; with or without the quotes of a structured header."""
    given = headers.get(HEADER, field or None)
    if given is None:
        return None
    key = given.strip()
    if len(key) > 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _SHAPE.fullmatch(key):
        raise BadKey("an Idempotency-Key is 1 to 255 visible ASCII characters")
    return key


def pack(response: Response) -> bytes:
    """Status, the headers that matter, and the body."""
    headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    return zlib.compress(json.dumps([response.status_code, headers]).encode() + b"\n" + bytes(response.body))


def unpack(answer: bytes) -> Response:
    head, _, body = zlib.decompress(answer).partition(b"\n")
    status, headers = json.loads(head)
    return Response(body, status, {**headers, REPLAYED: "true"})
