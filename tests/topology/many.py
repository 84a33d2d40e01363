"""PostgreSQL, Redis, web processes, Celery workers and Twilio's stand-in, each a process or a thread on a free port."""

import base64
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from agent.adapters.store import migrate
from agent.settings import ROOT
from tests.children import bound
from tests.live import CLINIC
from tests.ports import free_port
from tests.postgres import fresh_database, running_postgres
from tests.redis_server import running_redis
from tests.served import environment
from tests.standin import TwilioStandIn, served
from tests.standin.hooks import ACCOUNT, TOKEN
from tests.stores import DATA_KEY, SECRET
from tests.topology.balance import Balancer

# as PostgreSQL ships; the tests run it with less memory
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=200", "shared_buffers=128MB")


@dataclass
class Member:
    """One process of ours: `web-1`, `worker-1` …; its log lies beside the others."""

    name: str
    words: tuple[str, ...]
    env: dict[str, str]
    log: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            command = [sys.executable, "-m", "agent.cli", *self.words]
            self.process = subprocess.Popen(
                bound(command), cwd=ROOT, env=self.env, stdout=out, stderr=out, start_new_session=True
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask(self) -> None:
        """SIGTERM: finish what is in hand and end."""
        if self.process is not None and self.alive:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9 of the process and of all its children."""
        if self.process is not None:
            try:
                signal_group(self.process.pid, signal.SIGKILL)
            finally:
                self.process.wait(10)

    def end(self, seconds: float = 20.0) -> None:
        """SIGTERM, and after `seconds` kill -9."""
        self.ask()
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()


def signal_group(pid: int, number: int) -> None:
    """Signals a session that we started; one that has ended is fine."""
    with suppress(ProcessLookupError):
        os.killpg(pid, number)


@dataclass
class Many:
    """What runs. `base` is the balancer's address, the one that patients, staff and Twilio use."""

    base: str
    database: str
    redis_port: int
    webs: list[Member]
    workers: list[Member]
    twilio: TwilioStandIn
    balancer: Balancer
    redis: ExitStack = field(default_factory=ExitStack)

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.redis_port}/0"

    def start_redis(self) -> None:
        self.redis.enter_context(running_redis(self.redis_port))

    def stop_redis(self) -> None:
        """Stopped, and everything in it gone."""
        self.redis.close()

    def ready(self, count: int | None = None, seconds: float = 600.0) -> None:
        """Waits until so many web processes (default: all) are ready. The limit is for a machine that has no time for
        us: a process that ended is told of at once, with its last words."""
        most = len(self.webs) if count is None else count
        began = time.monotonic()
        while len(self.balancer.ready) < most:
            ended = [web for web in self.webs if not web.alive]
            if len(self.webs) - len(ended) < most:
                told = ended[0].log.read_text()[-1000:] if ended[0].log.exists() else ""
                raise AssertionError(f"{ended[0].name} ended before it was ready:\n{told}")
            assert time.monotonic() - began < seconds, (
                f"{most} web processes were never ready at once in {seconds:.0f} s"
            )
            time.sleep(0.05)

    def roll(self) -> list[bool]:
        """Restarts every web process and every worker, one after the other; for each web process whether it was
        seen to be not ready while it still answered."""
        first = [self._roll_web(web) for web in self.webs]
        for worker in self.workers:
            worker.end(30)
            worker.start()
        return first

    def _roll_web(self, web: Member) -> bool:
        web.ask()
        began, answered_503 = time.monotonic(), False
        while web.alive and time.monotonic() - began < 30:
            answered_503 = answered_503 or _status(web.port) == 503
            time.sleep(0.1)
        web.kill()
        web.start()
        began = time.monotonic()
        while web.port not in self.balancer.ready:
            assert time.monotonic() - began < 90, f"{web.name} never came back:\n{web.log.read_text()[-1000:]}"
            time.sleep(0.05)
        return answered_503


def _status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
    except OSError:
        return 0


@contextmanager
def many(
    folder: Path, *, webs: int = 2, workers: int = 1, concurrency: int = 2, database: str | None = None,
    postgres: tuple[str, ...] = DURABLE, start: bool = True, **settings: str,
) -> Iterator[Many]:  # fmt: skip
    """The topology in a folder of its own; `database` is a migrated PostgreSQL, or one is started. `settings` are
    environment variables of every process of ours. Everything is stopped at the end."""
    with ExitStack() as stack:
        if database is None:
            database = stack.enter_context(fresh_database(stack.enter_context(running_postgres(*postgres))))
            migrate(database)
        ports, front, redis_port = [free_port() for _ in range(webs)], free_port(), free_port()
        base = f"http://127.0.0.1:{front}"
        twilio = TwilioStandIn(ACCOUNT, TOKEN, CLINIC.numbers[0], f"{base}/twilio/sms", pace=0.05)
        api = stack.enter_context(served(twilio.app))
        env = environment(
            folder, FRONTDESK_DATABASE_URL=database, FRONTDESK_REDIS_URL=f"redis://127.0.0.1:{redis_port}/0",
            FRONTDESK_PUBLIC_URL=base, TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN, TWILIO_API_URL=api,
            FRONTDESK_DATA_KEY=base64.b64encode(DATA_KEY).decode(), FRONTDESK_SECRET_KEY=SECRET.decode(),
            PYTHONPATH=str(ROOT), **settings,
        )  # fmt: skip
        balancer = Balancer(front, ports)
        stack.callback(balancer.stop)
        balancer.start()
        run = Many(
            base, database, redis_port,
            [Member(f"web-{n}", ("serve", "--port", str(port)), env, folder / f"web-{n}.log", port)
             for n, port in enumerate(ports, 1)],
            [Member(f"worker-{n}", ("worker", "--concurrency", str(concurrency), *(["--no-beat"] if n > 1 else [])),
                    env, folder / f"worker-{n}.log") for n in range(1, workers + 1)],
            twilio, balancer, stack.enter_context(ExitStack()),
        )  # fmt: skip
        stack.callback(_end, run)
        run.start_redis()
        if start:
            for member in (*run.webs, *run.workers):
                member.start()
            run.ready()
        yield run


def _end(run: Many) -> None:
    for member in (*run.webs, *run.workers):
        member.kill()
