"""A desk that can be called: it is served on loopback, and Twilio's stand-in makes the calls, by Twilio's protocols."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import uvicorn

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_standin import TwilioStandIn
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.message import Line
from agent.model.task import Task
from agent.web.app import create_app
from channels.twilio_rest import TwilioRest
from channels.twilio_tapes import TwilioTapes
from tests.desk.world import MONDAY, Clock, World
from tests.ports import free_port
from tests.standin import served
from tests.standin.hooks import ACCOUNT, TOKEN

T = TypeVar("T")
CALLER = "+12125550177"
SATURDAY_NIGHT = datetime.fromisoformat("2026-03-07T23:00:00-05:00")
QUIET = 0.12  # seconds without a word after which the desk has said what it had to say


class Runs(Protocol):
    """The loop on which the other end of a call lives."""

    def run(self, deed: Coroutine[Any, Any, T], seconds: float = 30) -> T: ...


@dataclass
class Caller:
    """One call, for a test that waits for each answer."""

    call: SimulatedCall
    exchange: "Runs"
    heard: int = 0  # so much of what was said has been looked at

    def say(self, text: str, *, last: bool = True) -> list[str]:
        return self._then(self.call.say(text, last=last))

    def press(self, digit: str) -> list[str]:
        return self._then(self.call.press(digit))

    def cut(self, heard: str, milliseconds: int | str = 460) -> None:
        self.exchange.run(self.call.cut(heard, milliseconds))

    def wait(self) -> list[str]:
        """What is said next without the caller's doing."""
        return self._then(None)

    def call_says(self, text: str) -> None:
        """Into a recording: nobody answers."""
        self.exchange.run(self.call.say(text))

    def hang_up(self) -> None:
        self.exchange.run(self.call.hang_up())
        self.over()

    def drop(self) -> list[str]:
        """The relay's socket is lost."""
        return self._then(self.call.relays[-1].drop())

    def over(self) -> None:
        _until(lambda: self.call.finished)

    def until(self, state: str) -> None:
        _until(lambda: self.call.state == state)

    def until_said(self, words: str) -> bool:
        _until(lambda: any(words in s for s in self.said), 20)
        return True

    @property
    def said(self) -> list[str]:
        return [x.text for x in self.call.said]

    def _then(self, deed: Coroutine[Any, Any, Any] | None) -> list[str]:
        before = self.heard
        if deed is not None:
            before = len(self.call.said)
            self.exchange.run(deed)
        _until(lambda: len(self.call.said) > before or self.call.state in ("ended", "person"))
        seen = -1
        while seen != len(self.call.said):
            seen = len(self.call.said)
            time.sleep(QUIET)
        self.heard = seen
        return self.said[before:seen]


class Telephone:
    """The desk, and Twilio beside it on a loop of its own."""

    def __init__(self, world: World, twilio: TwilioStandIn, loop: asyncio.AbstractEventLoop) -> None:
        self.world, self.twilio, self._loop = world, twilio, loop
        self.calls: list[SimulatedCall] = []
        self.numbers = 0
        self.draining: list[bool] = []  # not empty: the process is about to end
        self.strict = True  # Twilio's own log has to stay empty

    def run(self, deed: Coroutine[Any, Any, T], seconds: float = 30) -> T:
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result(seconds)

    def ring(self, number: str = CALLER, *, pace: float = 0.02, staff: bool | None = False) -> Caller:
        """Somebody calls; whether anybody of the staff comes to the telephone is said beforehand."""

        async def dial() -> SimulatedCall:
            call = self.twilio.dial(number, pace=pace)
            call.staff_answers = staff
            return call

        caller = Caller(self.run(dial()), self)
        self.calls.append(caller.call)
        return caller

    def answered(self, number: str = CALLER, **how: Any) -> Caller:
        """The greeting is heard out."""
        caller = self.ring(number, **how)
        caller.wait()
        return caller

    def someone(self, **how: Any) -> tuple[Caller, str]:
        """A caller whom nobody knows, greeted; and their number."""
        self.numbers += 1
        number = f"+1212556{self.numbers:04d}"
        return self.answered(number, **how), number

    def again(self, call: SimulatedCall, path: str = "/gather", step: str = "?step=5") -> str:
        """The last webhook of that kind once more, as after a lost answer; what came back."""
        url = f"{self.twilio.voice_url}{path}{step}"
        sent = next((d.params for d in reversed(self.twilio.hooks.log) if d.url == url), None)
        assert sent is not None, url
        return self.run(self.twilio.hooks.post(url, sent, "again")).body

    def recent(self) -> list[tuple[Conversation, datetime]]:
        with self.world.desk.store.begin(write=False) as tx:
            return tx.conversations.recent(self.world.clinic.id)

    def conversation(self, number: str = CALLER) -> Conversation:
        with self.world.desk.store.begin(write=False) as tx:
            found = tx.conversations.by_address(self.world.clinic.id, Address(channel="voice", value=number))
        assert found is not None
        return found

    def tasks(self, number: str = CALLER) -> list[Task]:
        held = self.conversation(number)
        with self.world.desk.store.begin(write=False) as tx:
            return tx.tasks.of(held.id)

    def thread(self, number: str = CALLER) -> list[Line]:
        held = self.conversation(number)
        with self.world.desk.store.begin(write=False) as tx:
            return tx.conversations.thread(held.id, limit=1000)


@contextmanager
def telephone(
    url: str = "sqlite://", now: datetime = MONDAY, *, rest: bool = False, **settings: Any
) -> Iterator[Telephone]:  # fmt: skip
    """`rest`: the desk can also ask Twilio to ring somebody, or to lead a call elsewhere. At the end nothing
    may have gone wrong that Twilio, or the desk itself, would have in its log."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    world = World(url, clock=Clock(now), public_url=base, **settings)
    twilio = TwilioStandIn(ACCOUNT, TOKEN, world.clinic.numbers[0], "", voice_url=f"{base}/twilio/voice")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    world.desk.dialler = None
    try:
        draining: list[bool] = []
        with served(create_app(world.desk, loops=False, draining=draining), port), _asked(world, twilio, loop, rest):
            line = Telephone(world, twilio, loop)
            line.draining = draining
            yield line
            for call in line.calls:
                line.run(call.hang_up())
            for call in line.calls:
                _until(lambda call=call: call.finished)
            logged = [e for call in line.calls for e in call.errors] if line.strict else []
            assert logged == [], f"Twilio would log {logged[:3]}"
            assert world.faults == [], f"faults of ours: {[repr(f) for f in world.faults[:3]]}"
    finally:
        asyncio.run_coroutine_threadsafe(twilio.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
        world.close()


@contextmanager
def _asked(world: World, twilio: TwilioStandIn, loop: asyncio.AbstractEventLoop, rest: bool) -> Iterator[None]:
    """Twilio's REST API, on the loop on which its calls live."""
    if not rest:
        yield
        return
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(twilio.app, port=port, log_level="error", lifespan="off"))
    serving = asyncio.run_coroutine_threadsafe(server.serve(), loop)
    _until(lambda: server.started)
    api = f"http://127.0.0.1:{port}"
    with (
        closing(TwilioRest(ACCOUNT, TOKEN, api, read_seconds=1.0)) as dialler,
        closing(TwilioTapes(ACCOUNT, TOKEN, api, seconds=2.0)) as tapes,
    ):
        world.desk.dialler, world.desk.tapes = dialler, tapes
        try:
            yield
        finally:
            world.desk.dialler = None
            server.should_exit = True
            serving.result(10)


def _until(true: Any, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)
