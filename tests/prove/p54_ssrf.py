"""Promise 54: nothing that somebody sends makes the desk connect anywhere but to Twilio."""

import random
import ssl
from typing import Any

import httpcore2

from agent.model.fault import Busy, Refused
from channels.twilio_media import API, HOSTS, TwilioMedia, is_public
from tests.prove.ground import Ground

PROMISE = "The desk fetches from Twilio and from nowhere else"
SIZE = "20,000 addresses, redirects and names that lead inside"
ACCOUNT = "AC" + "0" * 32
GOOD = f"https://{API}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'a' * 32}/Media/ME{'b' * 32}"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
INSIDE = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "169.254.169.254", "2852039166", "10.0.0.1",
    "192.168.1.1", "172.16.0.1", "100.64.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[fd00:ec2::254]", "[fe80::1]",
    "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "localhost", "metadata.google.internal", "evil.example",
)  # fmt: skip
SHAPES = (
    "https://{}/x.png", "http://{}/x.png", "https://{}:443/x.png", "https://api.twilio.com@{}/x.png", "//{}/x.png",
    "https://{}#api.twilio.com", "https://{}\\@api.twilio.com/x", "https://api.twilio.com.{}/x", "ftp://{}/x",
    "https://api.twilio.com:80@{}/", "https://{}?api.twilio.com/", "gopher://{}/x", "HTTPS://{}/x",
)  # fmt: skip
FIXED = (
    "", "file:///etc/passwd", "data:image/png;base64,AAAA", "https://", "https://[", "https://api.twilio.com",
    "https://api.twilio.com:8443/x", "http://api.twilio.com/x", "https://user:pass@api.twilio.com/x",
    "https://api.twilio.com./x", "https://API.TWILIO.COM/x", "https://api.twilio.com/\r\nHost: evil.example",
    GOOD.replace(ACCOUNT, "AC" + "1" * 32), GOOD + "/../../../Messages.json", GOOD + "?x=1", GOOD + ".json",
    GOOD + "%2f..",
    GOOD.replace("api.twilio.com", "api.twilio.com\u3002evil.example"), GOOD.replace("https", "http"),
)  # fmt: skip
PRIVATE = ("127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1", "fd00::1", "64:ff9b::a00:1",
           "100.64.0.1", "0.0.0.0", "224.0.0.1", "not an address")  # fmt: skip
PUBLIC = ("54.1.2.3", "2600:1f18::1")
TRUST = ssl.create_default_context()  # slow to make


class Wires(httpcore2.MockBackend):
    """Says where it was asked to connect, and answers each connection with the next of the given answers."""

    def __init__(self, *answers: bytes) -> None:
        super().__init__([])
        self._answers = list(answers)
        self.to: list[str] = []

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore2.NetworkStream:
        self.to.append(f"{host}|{port}")
        return httpcore2.MockStream([self._answers.pop(0)])


def reply(status: int, kind: str = "image/png", body: bytes = PNG, **more: str) -> bytes:
    headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    headers |= {n.title(): v for n, v in more.items()}
    head = "".join(f"{n}: {v}\r\n" for n, v in headers.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1", "replace") + body


def media(wires: Wires, *answers: str, **more: Any) -> TwilioMedia:
    """`answers`: where Twilio's names lead."""
    names = list(answers or PUBLIC[:1])
    return TwilioMedia(ACCOUNT, "token", resolve=lambda _: names, backend=wires, trust=TRUST, **more)


def _fails(fetching: TwilioMedia, url: str) -> None:
    try:
        fetching.fetch(url)
    except (Refused, Busy):
        return
    raise AssertionError(f"fetched {url}")


def address(dice: random.Random) -> None:
    """An address in a message that is not Twilio's: no connection at all."""
    wires = Wires()
    _fails(media(wires), dice.choice((dice.choice(SHAPES).format(dice.choice(INSIDE)), dice.choice(FIXED))))
    assert wires.to == []


def redirect(dice: random.Random) -> None:
    """Twilio's answer leads elsewhere: one connection to Twilio, none beyond."""
    there = (
        dice.choice((dice.choice(SHAPES).format(dice.choice(INSIDE)), *FIXED[:9])).replace("\r", "").replace("\n", "")
    )
    if not there.isascii() or there.startswith("data:") or there in ("", "https://", "https://api.twilio.com"):
        there = "https://evil.example/"
    wires = Wires(reply(dice.choice((301, 302, 303, 307, 308)), body=b"", location=there))
    _fails(media(wires), GOOD)
    assert wires.to == [f"{PUBLIC[0]}|443"], (there, wires.to)


def rebind(dice: random.Random) -> None:
    """Twilio's name leads inside, at once or together with a good address: no connection."""
    found = [dice.choice(PRIVATE), *dice.sample(PUBLIC, dice.randrange(3))]
    dice.shuffle(found)
    wires = Wires()
    _fails(media(wires, *found), GOOD)
    assert wires.to == []


def attack(count: int, dice: random.Random) -> int:
    """Connections to anywhere but a public address of Twilio's name, of so many tries."""
    for _ in range(count):
        dice.choice((address, address, redirect, rebind))(dice)
    turning = iter((["54.1.2.3"], ["127.0.0.1"], ["127.0.0.1"]))  # good when checked, bad a moment later
    wires = Wires(reply(200))
    found = TwilioMedia(ACCOUNT, "token", resolve=lambda _: next(turning), backend=wires, trust=TRUST).fetch(GOOD)
    assert (found.kind, wires.to) == ("image/png", ["54.1.2.3|443"])
    wires = Wires(reply(307, body=b"", location="https://mms.twiliocdn.com/a/b?Expires=1"), reply(200))
    assert media(wires).fetch(GOOD).content == PNG
    assert len(wires.to) == 2
    assert all(is_public(to.partition("|")[0]) for to in wires.to)
    assert "evil.example" not in HOSTS
    return 0


def prove(ground: Ground) -> str:
    return f"{attack(20_000, ground.random())} connections elsewhere; the one good picture, and one by redirect, came"
