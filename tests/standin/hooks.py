"""Webhooks as Twilio would send them, for tests; signed here by hand, not by the code under test."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

from agent.ports import Hook
from channels.signature import Trust

ACCOUNT = "AC" + "0" * 32
TOKEN = "primary-token-of-the-clinic"
PUBLIC = "https://desk.example"
NUMBER = "+15550100001"
PATIENT = "+15550123456"
SID = "SM" + "a1b2c3d4" * 4
TRUST = Trust(ACCOUNT, (TOKEN,), PUBLIC)

Pairs = list[tuple[str, str]]

TEXT: Pairs = [
    ("ToCountry", "US"), ("ToState", ""), ("SmsMessageSid", SID), ("NumMedia", "0"), ("ToCity", ""),
    ("FromZip", ""), ("SmsSid", SID), ("FromState", ""), ("SmsStatus", "received"), ("FromCity", ""),
    ("Body", "I need someone to look at my knee on Monday"), ("FromCountry", "US"), ("To", NUMBER), ("ToZip", ""),
    ("NumSegments", "1"), ("MessageSid", SID), ("AccountSid", ACCOUNT), ("From", PATIENT), ("ApiVersion", "2010-04-01"),
]  # fmt: skip


def sign(token: str, url: str, pairs: Pairs, digest: str = "sha1") -> str:
    """Twilio's signature: the address, then each name with each of its different values, both sorted."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), getattr(hashlib, digest)).digest()).decode()


def hook(
    pairs: Pairs,
    path: str = "/twilio/sms",
    *,
    token: str = TOKEN,
    signature: str | None = None,
    signed_url: str | None = None,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    peer: str = "127.0.0.1",
    host: str = "http://127.0.0.1:8000",
) -> Hook:
    """A signed form post as the server behind the public address sees it."""
    right = sign(token, signed_url or PUBLIC + path, pairs) if signature is None else signature
    return Hook(
        method="POST",
        url=host + path,
        headers={"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "x-twilio-signature": right}
        | (headers or {}),
        body=urlencode(pairs).encode() if body is None else body,
        peer=peer,
    )


def changed(pairs: Pairs, **values: str | None) -> Pairs:
    """The pairs with some values replaced, added, or (None) left out."""
    kept = [(name, values.get(name, value)) for name, value in pairs]
    added = [(name, value) for name, value in values.items() if name not in dict(pairs)]
    return [(name, value) for name, value in kept + added if value is not None]
