"""Kills and stops at random while texts come in, and says in a line each what was done."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import redis

from tests.topology.many import Many


def troubles(run: Many) -> dict[str, Callable[[random.Random], str]]:
    """What may happen to the topology; each puts right again what it broke, and says what it was."""

    def web(chance: random.Random) -> str:
        if len(run.balancer.ready) < len(run.webs):
            return ""  # one at a time: somebody must answer Twilio
        victim = chance.choice(run.webs)
        victim.kill()
        victim.start()
        return f"kill -9 {victim.name}, started again"

    def worker(chance: random.Random) -> str:
        victim = chance.choice(run.workers)
        victim.kill()
        victim.start()
        return f"kill -9 {victim.name} and its children, started again"

    def child(chance: random.Random) -> str:
        pids = [pid for w in run.workers if w.process for pid in children(w.process.pid)]
        if not pids:
            return ""
        with suppress(ProcessLookupError):
            os.kill(chance.choice(pids), signal.SIGKILL)
        return "kill -9 one child of a worker"

    def flush(_: random.Random) -> str:
        with redis.Redis.from_url(run.redis_url) as client:
            client.flushall()
        return "FLUSHALL on Redis"

    def silence(_: random.Random) -> str:
        with redis.Redis.from_url(run.redis_url) as client:
            client.execute_command("CLIENT", "PAUSE", "2000", "ALL")
        return "Redis answers nobody for 2 s"

    def stop(chance: random.Random) -> str:
        seconds = chance.uniform(1, 4)
        run.stop_redis()
        time.sleep(seconds)
        run.start_redis()
        return f"Redis stopped for {seconds:.0f} s, and came back empty"

    return {"web": web, "worker": worker, "child": child, "flush": flush, "silence": silence, "stop": stop}


def make_trouble(run: Many, chance: random.Random, seconds: float, pause: float = 3.0) -> Iterator[str]:
    """For so long, one trouble after the other with a pause of about `pause` seconds between."""
    until, ways = time.monotonic() + seconds, list(troubles(run).values())
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.5, 1.5) * pause)
        if said := chance.choice(ways)(chance):
            yield said


def children(pid: int) -> list[int]:
    """The processes that this one has started and that still live."""
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
