"""Texts as Twilio posts them, many at once, over real connections."""

import asyncio
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from agent.adapters.ids import new_ids
from agent.house import utc_now
from agent.ports import Store
from tests import shared
from tests.bench.wire import Wire
from tests.standin.hooks import ACCOUNT, PUBLIC, TOKEN, sign
from tests.stores import open_test_store

NUMBER = shared.clinic().numbers[0]


@dataclass(frozen=True)
class Post:
    """A captured request: played again, it is the same byte for byte."""

    sid: str
    body: bytes
    headers: tuple[tuple[str, str], ...]

    def again(self, token: str) -> "Post":
        """Another delivery of the same message, with an idempotency token of its own."""
        return Post(self.sid, self.body, (*self.headers, ("i-twilio-idempotency-token", token)))


def text(number: int, who: int, words: str = "what are your hours?", token: str = TOKEN, url: str = PUBLIC) -> Post:
    """Message `number` of person `who`, signed."""
    sid = f"SM{number:032x}"
    pairs = [
        ("MessageSid", sid), ("SmsSid", sid), ("AccountSid", ACCOUNT), ("From", sender(who)), ("To", NUMBER),
        ("Body", words), ("NumMedia", "0"),
    ]  # fmt: skip
    signed = sign(token, f"{url}/twilio/sms", pairs)
    kind = "application/x-www-form-urlencoded"
    return Post(sid, urlencode(pairs).encode(), (("content-type", kind), ("x-twilio-signature", signed)))


def sender(who: int) -> str:
    return f"+1212{5550000 + who:07d}"


def deliver(posts: Sequence[Post], ports: Sequence[int], connections: int = 4) -> list[int]:
    """The status of each post, 0 where there was no answer; spread over the ports, several at a time in each."""
    return asyncio.run(_deliver(posts, ports, connections))


async def _deliver(posts: Sequence[Post], ports: Sequence[int], connections: int) -> list[int]:
    answers = [0] * len(posts)
    waiting = iter(range(len(posts)))

    async def hand(port: int) -> None:
        wire = Wire(port)
        for at in waiting:
            try:
                async with asyncio.timeout(30):
                    answers[at] = await wire.post("/twilio/sms", posts[at].body, dict(posts[at].headers))
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                await wire.close()
        await wire.close()

    await asyncio.gather(*(hand(port) for port in ports for _ in range(connections)))
    return answers


def until_listening(ports: Iterable[int], seconds: float = 120.0) -> None:
    """Waits until each port takes connections."""
    deadline = time.monotonic() + seconds
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.005)


def opened(url: str) -> Store:
    return open_test_store(url, new_ids(utc_now))


def until_quiet(store: Store, seconds: float = 280.0, *, sends: bool = False) -> None:
    """Waits until every message has had its turn; with `sends`, until every answer is out."""
    deadline = time.monotonic() + seconds
    while True:
        with store.begin(write=False) as tx:
            left = tx.inbox.waiting() + (tx.outbox.waiting() if sends else 0)
        if not left:
            return
        assert time.monotonic() < deadline, f"{left} messages still wait"
        time.sleep(0.05)
