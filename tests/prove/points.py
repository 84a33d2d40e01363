"""A store, a bus and an application that tell each step before and after it: where a proof makes things fail."""

import os
import random
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from agent.model.note import Draft
from agent.ports import Bus, Store
from agent.ports.notes import Asked, NoteWriter

At = Callable[[str], None]


class Plan:
    """What happens at which step, as an order says: `die` or `stop` at the n-th, `stall` by chance for `seconds`.
    The name of the step at which something happened is added to the file `notes` first."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._die, self._stop = order.get("die", 0), order.get("stop", 0)
        self._chance, self._seconds = order.get("chance", 0.0), order.get("seconds", 0.0)
        self._notes = order.get("notes")
        self._random, self._lock, self._count = random.Random(order.get("seed", 0)), threading.Lock(), 0

    def at(self, step: str) -> None:
        with self._lock:
            self._count += 1
            count, stalls = self._count, self._random.random() < self._chance
        if count == self._die:
            self._note(step)
            os.kill(os.getpid(), signal.SIGKILL)
        if count == self._stop:
            self._note(step)
            os.kill(os.getpid(), signal.SIGSTOP)
        if stalls:
            self._note(step)
            time.sleep(self._seconds)

    def _note(self, step: str) -> None:
        if self._notes:
            with Path(self._notes).open("a") as notes:
                notes.write(f"{os.getpid()} {step}\n")


class PointedStore:
    """Every call to a room, and each beginning and commit, is a step."""

    def __init__(self, store: Store, at: At) -> None:
        self.store, self._at = store, at

    def begin(self, *, write: bool = True, durable: bool = True) -> AbstractContextManager[Any]:
        return self._pointed(write, durable)

    @contextmanager
    def _pointed(self, write: bool, durable: bool) -> Iterator[Any]:
        self._at("begin:before")
        with self.store.begin(write=write, durable=durable) as tx:
            yield _PointedTx(tx, self._at)
            self._at("commit:before")
        self._at("commit:after")

    def close(self) -> None:
        self.store.close()


class _PointedTx:
    def __init__(self, tx: Any, at: At) -> None:
        self._tx, self._at = tx, at

    def __getattr__(self, room: str) -> Any:
        return _PointedRoom(room, getattr(self._tx, room), self._at)


class _PointedRoom:
    def __init__(self, name: str, room: Any, at: At) -> None:
        self._name, self._room, self._at = name, room, at

    def __getattr__(self, deed: str) -> Any:
        real = getattr(self._room, deed)

        def call(*given: Any, **named: Any) -> Any:
            self._at(f"{self._name}.{deed}:before")
            done = real(*given, **named)
            self._at(f"{self._name}.{deed}:after")
            return done

        return call


class PointedBus:
    """Ringing is a step."""

    def __init__(self, bus: Bus, at: At) -> None:
        self._bus, self._at = bus, at

    def ring(self, topic: str, what: str = "") -> None:
        self._at("ring:before")
        self._bus.ring(topic, what)

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:
        return self._bus.listen(topic, hear)


class PointedWriter:
    """Drafting is a step before and after."""

    def __init__(self, writer: NoteWriter, at: At) -> None:
        self._writer, self._at = writer, at
        self.name = writer.name

    def draft(self, asked: Asked) -> Draft:
        self._at("draft:before")
        made = self._writer.draft(asked)
        self._at("draft:after")
        return made


class PointedApp:
    """The answer to a request is a step."""

    def __init__(self, app: Any, at: At) -> None:
        self._app, self._at = app, at

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Any, send: Callable[[Any], Awaitable[None]]
    ) -> None:
        async def sent(message: MutableMapping[str, Any]) -> None:
            self._at(f"{message['type']}:before")
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)
