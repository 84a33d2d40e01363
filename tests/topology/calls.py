"""Callers who go on while everything is restarted: each books by voice, calls again with another number, and so on."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_standin import TwilioStandIn
from tests.live import CLINIC
from tests.standin.hooks import ACCOUNT, TOKEN
from tests.topology.many import Many

ANSWERS = (  # what is asked -> what a caller says to it; to anything else, that they have said what they wanted
    ("How can I help", "I'd like an appointment, my knee hurts"),
    ("Which day", "next Tuesday"),
    ("times open", "one"),
    ("full name", "Ana Torres, March 3 1980"),
    ("date of birth", "March 3 1980"),
    ("Shall I ask our staff", "no"),
)
MOST = 14  # times that a caller speaks in one call
SILENCE = 20.0  # seconds after which a caller thinks that nobody is there
_THINKS, _LISTENS = 0.8, 0.2  # seconds before an answer, and whether more is said
_ENDS = 30.0  # seconds in which a call is over that its caller has put down
_LONGEST = (MOST + 1) * (SILENCE + _THINKS + _LISTENS) + _ENDS  # seconds of a call nobody thinks silent


@dataclass
class Called:
    """What became of the calls."""

    over: int = 0  # said everything, and heard an answer each time
    resumed: int = 0  # lost its socket, or was moved, and went on
    moved: int = 0  # of those without a word
    wrong: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)  # seconds for an answer

    def __str__(self) -> str:
        longest = max(self.waited, default=0.0)
        return (
            f"{self.over} calls to their end, {self.resumed} of them taken up by another process ({self.moved} without "
            f"a word); the longest answer took {longest:.1f} s"
        )


class Callers:
    """So many people on the telephone at once, each in a loop of its own."""

    def __init__(self, run: Many, people: int) -> None:
        base = run.base
        self._twilio = TwilioStandIn(ACCOUNT, TOKEN, CLINIC.numbers[0], "", voice_url=f"{base}/twilio/voice")
        self._people, self._enough, self.called = people, False, Called()
        self._up: dict[str, SimulatedCall] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Every call that is up comes to its end."""
        self._enough = True
        self._thread.join(_LONGEST)
        assert not self._thread.is_alive(), f"a caller never came to an end: {[_where(c) for c in self._up.values()]}"

    def _run(self) -> None:
        self._loop.run_until_complete(self._all())
        self._loop.close()

    async def _all(self) -> None:
        await asyncio.gather(*(self._calls_on(n) for n in range(self._people)))
        await self._twilio.close()

    async def _calls_on(self, who: int) -> None:
        await asyncio.sleep(who * 0.1)
        turn = 0
        while not self._enough:
            await self._one(f"+1718{who:03d}{turn:04d}")
            turn += 1

    async def _one(self, number: str) -> None:
        call = self._twilio.dial(number, pace=0.05)
        call.staff_answers = False
        self._up[number] = call
        try:
            heard = await self._answered(call, 0)
            for _ in range(MOST):
                if "Goodbye" in heard or call.state == "ended":
                    break
                await asyncio.sleep(_THINKS)
                heard = await self._says(call, _reply(heard)) or heard
        except TimeoutError:
            self.called.wrong.append(f"{number}: {SILENCE:.0f} s of silence after {call.said[-1:]}")
        await call.hang_up()
        try:
            async with asyncio.timeout(_ENDS):
                while not call.finished:
                    call.spoke.clear()
                    await call.spoke.wait()
        except TimeoutError:
            self.called.wrong.append(f"{number}: put down, and never over: {_where(call)}")
        del self._up[number]
        self._count(call, number)

    async def _says(self, call: SimulatedCall, words: str) -> str:
        """What is said to it; a caller in the room where staff are rung presses the key that leads out of it."""
        before = len(call.said)
        while not call.relays or not call.relays[-1].open:
            if call.state == "ended":
                return ""
            if call.star is not None and "star key" in call.said[-1].text:
                await call.press("*")
            await asyncio.sleep(0.05)
        if len(call.said) > before:
            return " ".join(x.text for x in call.said[before:])  # the desk went on meanwhile
        await call.say(words)
        return await self._answered(call, before)

    async def _answered(self, call: SimulatedCall, before: int) -> str:
        began = time.monotonic()
        while len(call.said) == before and call.state != "ended":
            if time.monotonic() - began > SILENCE:
                raise TimeoutError
            await asyncio.sleep(0.02)
        self.called.waited.append(time.monotonic() - began)
        await asyncio.sleep(_LISTENS)
        return " ".join(x.text for x in call.said[before:])

    def _count(self, call: SimulatedCall, number: str) -> None:
        told = self.called
        told.wrong += [f"{number}: Twilio would log {e}" for e in call.errors[:1]]
        if not call.said or not call.said[-1].text.startswith("Goodbye"):
            told.wrong.append(f"{number}: the last words were {[x.text[:80] for x in call.said[-9:]]}")
        told.over += 1
        moves = sum('"move"' in (r.handoff or "") for r in call.relays)
        told.resumed += len(call.relays) > 1
        told.moved += len(call.relays) > 1 and moves == len(call.relays) - 1


def _reply(heard: str) -> str:
    """To the question that was put last."""
    last = max(ANSWERS, key=lambda each: heard.rfind(each[0]))
    return last[1] if last[0] in heard else "goodbye"


def _where(call: SimulatedCall) -> str:
    """What a call that does not end is at."""
    relays = ["open" if r.open else r.handoff or "lost" for r in call.relays]
    return f"{call.number} {call.state}, sockets {relays}, last words {[x.text[:60] for x in call.said[-6:]]}"


@contextmanager
def calling(run: Many, people: int) -> Iterator[Called]:
    """The calls go on while the block runs, and are over when it has ended."""
    callers = Callers(run, people)
    callers.start()
    try:
        yield callers.called
    finally:
        callers.stop()


def held_twice(run: Many) -> list[str]:
    """Turns that were taken twice for one thing said, and calls that were begun twice."""
    with psycopg.connect(run.database) as db:
        rows = db.execute("select data from audit where tag in ('turn:decided', 'call:began')").fetchall()
    seen = Counter(json.loads(data).get("inbound") or json.loads(data).get("call") for (data,) in rows)
    return [f"{id}: {count} times" for id, count in seen.items() if count > 1]
