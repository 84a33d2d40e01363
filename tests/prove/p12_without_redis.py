"""Promise 12: Redis flushed, slow or stopped means slower, never wrong."""

import time

import redis

from tests.prove.ground import Ground
from tests.topology import Many, many
from tests.topology.history import History, check, settle
from tests.topology.load import Load, under

PROMISE = "Redis loss is slower, not wrong"
RATE, PART, AWAY = 20, 8.0, 10.0
SIZE = (
    f"{RATE} texts a second; FLUSHALL, then 5 s of silence, then stopped for {AWAY:.0f} s; 2 web processes, 2 workers"
)
WITHIN = 60.0  # seconds after its return until every answer is sent


def lose(run: Many, rate: float, part: float, silent: float, away: float) -> tuple[History, float]:
    """Load while Redis is flushed, silent and stopped, each after `part` seconds; the history, and the seconds from
    its return until nothing waits. Raises AssertionError where the promise is broken."""
    with under(Load(run, rate=rate, seconds=600, people=500)) as sent:
        time.sleep(part)
        with redis.Redis.from_url(run.redis_url) as client:
            client.flushall()
            time.sleep(part)
            client.execute_command("CLIENT", "PAUSE", round(silent * 1000), "ALL")
        time.sleep(silent + part)
        run.stop_redis()
        time.sleep(away)
        run.start_redis()
        back = time.monotonic()
        time.sleep(part)
    settle(run, WITHIN - (time.monotonic() - back))
    took = time.monotonic() - back
    found = check(run, sent)
    assert not found.wrong, str(found)
    assert not sent.refused, f"{sent.refused} texts were refused while Redis was away ({sent})"
    assert found.acknowledged == found.turns, str(found)
    return found, took


def prove(ground: Ground) -> str:
    with many(ground.folder(), webs=2, workers=2, concurrency=1) as run:
        found, took = lose(run, RATE, PART, 5.0, AWAY)
        return f"{found}; all sent {took:.0f} s after its return, the last texts having come {PART:.0f} s after it"
