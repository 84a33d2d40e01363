"""How often one caller may come: counted here, shared through Redis, and never a reason to be away."""

import time
from typing import Any

import pytest
import redis
from limits import parse
from redis.exceptions import ConnectionError as Away

from agent.adapters.pace import AWAY_SECONDS, Pace, Recent, source_of
from tests.ports import free_port

THREE = parse("3/minute")


class Clock:
    now = time.time()

    def __call__(self) -> float:
        return self.now


def test_promise_55_the_fourth_hit_waits_and_nobody_else_does() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    assert [pace.hit(THREE, "a") for _ in range(5)] == [0, 0, 0, 60, 60]
    assert pace.hit(THREE, "b") == 0
    clock.now += 61
    assert pace.hit(THREE, "a") == 0
    for _ in range(4):
        pace.hit(THREE, "c")
    pace.forget(THREE, "c")
    assert pace.hit(THREE, "c") == 0


def test_promise_55_a_hundred_thousand_addresses_do_not_fill_the_memory() -> None:
    counts = Recent(most=1000)
    for number in range(100_000):
        counts.incr(f"caller-{number}", 60)
    assert counts.reset() == 1000
    counts.incr("flooder", 60)
    for number in range(5000):
        counts.incr(f"caller-{number}", 60)
        assert counts.incr("flooder", 60) == number + 2  # who keeps coming is never forgotten


def test_promise_55_whose_time_is_over_is_not_remembered() -> None:
    clock = Clock()
    counts = Recent(clock)
    for number in range(1000):
        counts.incr(f"caller-{number}", 60)
        clock.now += 1
    assert counts.get("caller-999") == 1
    assert counts.reset() <= 62


async def test_promise_55_two_processes_count_together_and_redis_knows_no_address(redis_url: str) -> None:
    one, other = Pace(redis_url, b"secret"), Pace(redis_url, b"secret")
    waits = [await pace.ahit(THREE, "203.0.113.9") for pace in (one, other, one, other)]
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] <= 61
    with redis.Redis.from_url(redis_url) as client:
        known = client.keys()
    assert known
    assert not [key for key in known if b"203.0.113.9" in key]
    one.forget(THREE, "203.0.113.9")
    assert other.hit(THREE, "203.0.113.9") == 0


def test_promise_55_without_redis_each_process_counts_alone_and_nobody_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    pace = Pace(f"redis://127.0.0.1:{free_port()}", clock=clock)
    asked: list[float] = []
    real = pace._all

    def counted() -> Any:
        asked.append(clock.now)
        return real()

    monkeypatch.setattr(pace, "_all", counted)
    assert [pace.hit(THREE, "a") for _ in range(4)] == [0, 0, 0, 60]
    assert len(asked) == 1  # then left alone for a while
    clock.now += AWAY_SECONDS
    assert pace.hit(THREE, "b") == 0
    assert len(asked) == 2
    with pytest.raises(Away):
        real().storage.incr("x", 1)


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_subscriber_is_one_source(peer: str, counted: str) -> None:
    assert source_of(peer) == counted
