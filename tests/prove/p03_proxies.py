"""Promise 3: the desk works behind proxies, and what an untrusted peer says about itself counts for nothing."""

import random
from dataclasses import replace

from channels.signature import verified
from tests.prove.ground import Ground
from tests.standin.hooks import TEXT, TOKEN, hook

PROMISE = "Works behind proxies; forged forwarding is useless"
SIZE = "20,000 requests through one or two hops, trusted or not, with comma lists and spoofed hosts"
TRUSTED = ("10.0.0.2", "10.1.0.0/16")
PEERS = {"10.0.0.2": True, "10.1.7.9": True, "10.0.0.3": False, "203.0.113.9": False, "": False, "junk": False}


def hops(count: int, dice: random.Random) -> tuple[int, int]:
    """(let in, kept out) of so many requests, each as it must be. Raises AssertionError."""
    let_in = 0
    for _ in range(count):
        peer = dice.choice(list(PEERS))
        signed_host = dice.choice(["tunnel.example", "tunnel.example:8443"])
        outer, inner = dice.choice([signed_host, "evil.example", "desk.example"]), dice.choice(["", "inner.local"])
        scheme = dice.choice(["https", "http", "ftp", ""])
        headers = {
            "x-forwarded-proto": ", ".join(filter(None, [scheme, dice.choice(["", "http"])])) if scheme else "",
            "x-forwarded-host": ", ".join(filter(None, [outer, inner])),
        }
        given = hook(TEXT, signed_url=f"https://{signed_host}/twilio/sms", headers=headers)
        asked = replace(given, peer=peer, url="http://10.9.9.9:8000/twilio/sms")
        right = PEERS[peer] and outer == signed_host and scheme == "https"
        assert verified(asked, (TOKEN,), "https://desk.example", TRUSTED) is right, (peer, headers)
        let_in += right
    return let_in, count - let_in


def prove(ground: Ground) -> str:
    let_in, out = hops(20_000, ground.random())
    assert let_in > 500
    return f"{let_in} through a trusted proxy were let in, {out} others kept out"
