"""Texts as Twilio would post them, so many a second, each tried again at another process when one does not answer."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.wire import Wire, quantile
from tests.live import CLINIC
from tests.standin.hooks import ACCOUNT, TOKEN
from tests.topology.many import Many

TRIES = 6  # as the address ends in `#rc=5&rp=all`
TIMEOUT = 15.0  # seconds that Twilio waits for an answer
HOURS = ("what are your hours?",)


@dataclass
class Sent:
    """What became of the texts of a load. `acknowledged` holds (sid, sender) of each that was answered 200."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    refused: int = 0  # never acknowledged in all tries
    again: int = 0  # tries after the first
    seconds: list[float] = field(default_factory=list)  # from the moment it was due to its acknowledgement
    statuses: dict[int, int] = field(default_factory=dict)

    def at(self, q: float) -> float:
        """The q-quantile of the seconds to an acknowledgement."""
        return quantile(self.seconds, q)

    def __str__(self) -> str:
        return (
            f"{len(self.acknowledged)} acknowledged, {self.refused} refused, {self.again} tried again; "
            f"p50 {self.at(0.5) * 1000:.0f} ms, p99 {self.at(0.99) * 1000:.0f} ms, longest {self.at(1.0) * 1000:.0f} ms"
        )


class Load:
    """An open loop: texts are due at a fixed rate, however slowly they are answered."""

    def __init__(self, run: Many, *, rate: float, seconds: float, people: int, first: int = 0,
                 texts: tuple[str, ...] = HOURS) -> None:  # fmt: skip
        """`people` send in turns, each the `texts` in order; numbers of people and texts count from `first`."""
        self._run, self._rate, self._count = run, rate, round(rate * seconds)
        self._people, self._texts, self._first = people, texts, first
        self._idle: dict[int, list[Wire]] = {web.port: [] for web in run.webs}
        self.sent, self._enough = Sent(), False

    def stop(self) -> None:
        """Nothing more is begun; from any thread."""
        self._enough = True

    def send(self) -> Sent:
        """Sends everything; returns when the last text was answered or given up."""
        asyncio.run(self._all())
        return self.sent

    async def _all(self) -> None:
        began = time.perf_counter()
        under_way: set[asyncio.Task[None]] = set()
        for n in range(self._count):
            due = began + n / self._rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if self._enough:
                break
            task = asyncio.create_task(self._one(n, due))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        while under_way:
            await asyncio.gather(*under_way)
        for wire in (wire for wires in self._idle.values() for wire in wires):
            await wire.close()

    async def _one(self, n: int, due: float) -> None:
        sender = f"+1646{self._first + n % self._people:07d}"
        sid = f"SM{self._first + n:032x}"
        body, headers = text(self._run.base, sid, sender, self._texts[n // self._people % len(self._texts)])
        passed: frozenset[int] = frozenset()
        for again in range(TRIES):
            self.sent.again += again > 0
            port = self._run.balancer.pick(passed)
            if port is None:  # everybody was tried, or nobody is there at this moment
                passed = frozenset()
                await asyncio.sleep(0.2)
                continue
            status = await self._post(port, body, headers)
            self.sent.statuses[status] = self.sent.statuses.get(status, 0) + 1
            if status == 200:
                self.sent.seconds.append(time.perf_counter() - due)
                self.sent.acknowledged.append((sid, sender))
                return
            passed |= {port}
        self.sent.refused += 1

    async def _post(self, port: int, body: bytes, headers: dict[str, str]) -> int:
        """The status; 0 when there was no answer."""
        wire = self._idle[port].pop() if self._idle[port] else Wire(port)
        try:
            async with asyncio.timeout(TIMEOUT):
                status = await wire.post("/twilio/sms", body, headers)
        except (OSError, EOFError, TimeoutError, ValueError, IndexError):
            await wire.close()
            return 0
        self._idle[port].append(wire)
        return status


@contextmanager
def under(load: Load) -> Iterator[Sent]:
    """The load goes on in a thread while the block runs, and is over when the block has ended."""
    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(load.send)
        try:
            yield load.sent
        finally:
            load.stop()
            sending.result()


def text(base: str, sid: str, sender: str, words: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a signed webhook."""
    form = {
        "MessageSid": sid, "AccountSid": ACCOUNT, "From": sender, "To": CLINIC.numbers[0], "Body": words,
        "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    signed = f"{base}/twilio/sms" + "".join(k + form[k] for k in sorted(form))
    signature = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
    return urlencode(form).encode(), headers
