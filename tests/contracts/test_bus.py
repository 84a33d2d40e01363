"""What every bus promises, on the one within a process and on Redis: rings reach all, and are never an error."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from agent.adapters.bell_celery import CeleryBell, celery_app
from agent.adapters.bus_local import LocalBus
from agent.adapters.bus_redis import RedisBus
from agent.adapters.ringer import Ringer
from agent.ports import Bus
from tests.ports import free_port
from tests.redis_server import running_redis


def heard_in(got: list[str], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while not got and time.monotonic() < until:
        time.sleep(0.01)
    return bool(got)


@pytest.fixture(params=["local", "redis", "redis away"])
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Bus, Bus]]:
    """A ringer and a listener: in two processes where the bus reaches that far."""
    if request.param == "local":
        bus = LocalBus()
        yield bus, bus
        return
    url = request.getfixturevalue("redis_url") if request.param == "redis" else f"redis://127.0.0.1:{free_port()}/0"
    one, other = RedisBus(url), RedisBus(url)
    if request.param == "redis":
        assert one.ready(5)
        assert other.ready(5)
    yield (one, other) if request.param == "redis" else (one, one)
    one.close()
    other.close()


def test_a_ring_reaches_every_listener_of_its_topic_and_no_other(pair: tuple[Bus, Bus]) -> None:
    ringer, listener = pair
    got: list[str] = []
    more: list[str] = []
    other: list[str] = []
    for topic, ear in (("inbox", got), ("inbox", more), ("outbox", other)):
        listener.listen(topic, ear.append)
    ringer.ring("inbox", "A1")
    assert heard_in(got)
    assert heard_in(more)
    assert (got, more, other) == (["A1"], ["A1"], [])


def test_who_stopped_listening_hears_nothing(pair: tuple[Bus, Bus]) -> None:
    ringer, listener = pair
    got: list[str] = []
    last: list[str] = []
    stop = listener.listen("inbox", got.append)
    stop()
    stop()
    listener.listen("inbox", last.append)
    ringer.ring("inbox", "A1")
    assert heard_in(last)
    assert got == []


def test_a_listener_that_fails_harms_neither_the_ringer_nor_the_others(pair: tuple[Bus, Bus]) -> None:
    ringer, listener = pair

    def fail(_: str) -> None:
        raise RuntimeError("the page has gone")

    got: list[str] = []
    listener.listen("inbox", fail)
    listener.listen("inbox", got.append)
    ringer.ring("inbox", "A1")
    assert heard_in(got)


def test_a_redis_that_is_away_costs_the_ringer_no_time() -> None:
    bus = RedisBus(f"redis://127.0.0.1:{free_port()}/0")
    bell = CeleryBell(bus, celery_app(f"redis://127.0.0.1:{free_port()}/0"))
    began = time.monotonic()
    for number in range(200):
        bell.ring("inbox", str(number))
    assert time.monotonic() - began < 0.5
    bus.close()


def test_a_redis_that_comes_back_is_heard_again() -> None:
    port = free_port()
    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        first.enter_context(running_redis(port))
        one, other = (RedisBus(f"redis://127.0.0.1:{port}/0") for _ in range(2))
        assert other.ready(5)
        first.close()
        stack.enter_context(running_redis(port))
        got: list[str] = []
        other.listen("inbox", got.append)
        until = time.monotonic() + 15
        while not got and time.monotonic() < until:
            one.ring("inbox", "A1")
            time.sleep(0.1)
        assert got
        one.close()
        other.close()


def test_equal_rings_that_wait_count_as_one_and_a_failure_drops_what_waits() -> None:
    got: list[tuple[str, str]] = []
    fail = [True]

    def deliver(topic: str, what: str) -> None:
        if fail[0]:
            raise OSError("away")
        got.append((topic, what))

    ringer = Ringer("test", deliver)
    ringer.ring("inbox", "lost")
    time.sleep(0.05)
    fail[0] = False
    for _ in range(50):
        ringer.ring("inbox", "A1")
    assert ringer.flush(5)
    assert got == [("inbox", "A1")]
    ringer.close()
    ringer.ring("inbox", "after the end")
    assert got == [("inbox", "A1")]


def test_a_bell_sends_tasks_without_data() -> None:
    sent: list[tuple[str, dict[str, object]]] = []

    class App:
        def send_task(self, name: str, **options: object) -> None:
            sent.append((name, options))

    bell = CeleryBell(LocalBus(), App())  # type: ignore[arg-type]
    rung: list[str] = []
    bell.listen("inbox", rung.append)
    ring: Callable[[str, str], None] = bell.ring
    ring("inbox", "conversation-1")
    ring("thread:conversation-1", "x")
    assert bell.flush(5)
    assert rung == ["conversation-1"]
    assert [name for name, _ in sent] == ["frontdesk.turns"]
    assert "conversation" not in str(sent)
