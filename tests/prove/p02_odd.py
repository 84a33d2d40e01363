"""Promise 2: a bad header or body is refused in one plain line; nothing crashes, nothing hangs."""

import random
import socket
from collections import Counter
from urllib.parse import urlencode

from tests.desk.world import pairs_of, sid_of
from tests.prove.asking import Asker
from tests.prove.ground import Ground
from tests.standin.hooks import PUBLIC, TOKEN, Pairs, sign
from tests.web.console_served import served
from tests.web.outside import Outside

PROMISE = "A bad header or body is refused, not a crash"
SIZE = "10,000 broken posts to both webhooks, signed and unsigned; a header of 1 MB and half a request over a socket"
FORM = "application/x-www-form-urlencoded"
KINDS = (FORM, FORM + "; charset=x", "application/json", "multipart/form-data; boundary=x", "", "text/plain", "é")


def broken(dice: random.Random, right: Pairs, path: str) -> tuple[str, bytes, list[tuple[str, str]]]:
    """One post that no sound peer would send; sometimes with a signature that is right for its form."""
    pairs = list(right)
    for _ in range(dice.randrange(4)):
        name = dice.choice(["Body", "From", "To", "MessageSid", "NumMedia", "MediaUrl0", "AccountSid", "X" * 70, ""])
        pairs.insert(dice.randrange(len(pairs)), (name, _junk(dice)))
    body = urlencode(pairs, errors="surrogatepass").encode()
    if dice.random() < 0.3:
        body = dice.randbytes(dice.choice([0, 1, 50, 3000, 300_000]))
    signature = dice.choice([sign(TOKEN, PUBLIC + path, _clean(pairs)), "", "A" * 28, "é" * 28, "A" * 1_000_000])
    headers = [("Content-Type", dice.choice(KINDS)), ("X-Twilio-Signature", signature)]
    if dice.random() < 0.2:
        headers.append(("X-Twilio-Signature", signature))
    if dice.random() < 0.2:
        headers.append(("X-Twilio-Webhooks-Signature-Settings", _junk(dice)[:80].replace("\n", "")))
    if dice.random() < 0.2:
        headers.append(("Host", dice.choice(["desk.example:99999", "[::1", "", "a" * 300])))
    return path + dice.choice(["", "", "?row=%00", "?bodySHA256=0", "?a=%", "?" + "x" * 3000]), body, headers


def _junk(dice: random.Random) -> str:
    return dice.choice(
        ["", "\x00", "é" * 90, "-1", "9" * 400, "\u202e", "<b>", "{0.__class__}", "a\r\nb", "\U0001f600" * 30]
    )


def _clean(pairs: Pairs) -> Pairs:
    return [(n, v.encode("utf-8", "replace").decode()) for n, v in pairs]


def batter(count: int, dice: random.Random) -> Counter[int]:
    """Statuses of so many broken posts. Raises AssertionError for a 500, a fault or a hang."""
    world = Outside()
    statuses: Counter[int] = Counter()
    with Asker(world.client().app) as caller:
        for number in range(count):
            path = dice.choice(["/twilio/sms", "/twilio/sms/status"])
            url, body, headers = broken(dice, pairs_of(world, "hello", sid_of(number)), path)
            answer = caller.ask("POST", url, body, headers, peer=f"2001:db8:{number % 9999}::1")
            statuses[answer.status] += 1
    assert world.faults == []
    assert max(statuses) < 500, statuses
    assert set(statuses) & {403}
    world.close()
    return statuses


def over_the_wire(port: int) -> list[str]:
    """The status lines (or silence) that raw nonsense gets; the server then still answers."""
    heard = []
    for raw in (
        b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            wire.settimeout(10)
            try:
                wire.sendall(raw)
                heard.append(wire.recv(200).decode("latin-1").partition("\r\n")[0])
            except OSError:
                heard.append("closed")
    assert heard[-1].endswith("200 OK"), heard
    assert not [line for line in heard if " 500 " in line or " 200 " in line][:-1], heard
    return heard


def prove(ground: Ground) -> str:
    statuses = batter(10_000, ground.random())
    with served(ground.folder()) as (_, base):
        heard = over_the_wire(int(base.rpartition(":")[2]))
    return f"statuses {dict(sorted(statuses.items()))}; over the wire {heard}"
