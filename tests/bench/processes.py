"""Sustained turns: one process on SQLite against four on PostgreSQL, both durable, on the same cores, in one run; and
beside them four processes that share nothing, each with a SQLite of its own: more than those do no database gives."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from agent.adapters.store import migrate
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.model.address import Address
from agent.model.message import Inbound
from tests.bench.taker import desk_at
from tests.bench.turns import SCRIPT
from tests.bench.wire import cpu_seconds
from tests.children import bound
from tests.postgres import fresh_database, running_postgres
from tests.topology.many import DURABLE

TEXTS, PEOPLE, ROUNDS, PROCESSES = 2000, 50, 3, 4


class Takers:
    """Processes over one database."""

    def __init__(self, url: str, count: int) -> None:
        self.desk, self._count, self._filled = desk_at(url), count, 0
        command = [sys.executable, "-m", "tests.bench.taker", url]
        self._processes = [
            subprocess.Popen(bound(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(count)
        ]
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"

    def round(self, texts: int) -> tuple[float, float]:
        """(turns a second, CPU seconds of our processes for a turn)."""
        return together([self], texts)

    def fill(self, texts: int) -> None:
        fill(self.desk, texts, self._filled)
        self._filled += texts

    def go(self) -> None:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()

    def done(self) -> float:
        """CPU seconds that they spent."""
        spent = 0.0
        for process in self._processes:
            assert process.stdout is not None
            spent += float(process.stdout.readline()) / 1000
            assert process.stdout.readline() == "ready\n"
        return spent

    def close(self) -> None:
        for process in self._processes:
            process.communicate()
        self.desk.store.close()


def together(several: list[Takers], texts: int) -> tuple[float, float]:
    """A round of each at once: (turns a second in all, CPU seconds of our processes for a turn)."""
    for each in several:
        each.fill(texts)
    began = time.perf_counter()
    for each in several:
        each.go()
    spent = sum(each.done() for each in several)
    taken = texts * len(several)
    return taken / (time.perf_counter() - began), spent / taken


@contextmanager
def takers(url: str, count: int) -> Iterator[Takers]:
    made = Takers(url, count)
    try:
        yield made
    finally:
        made.close()


def fill(desk: Desk, texts: int, first: int) -> None:
    """Texts of some people, as the webhook would store them."""
    for n in range(first, first + texts):
        sender = Address(channel="sms", value=f"+1646555{n % PEOPLE:04d}")
        said = SCRIPT[n // PEOPLE % len(SCRIPT)]
        receive(
            desk,
            Inbound(
                id=desk.new_id(), clinic=desk.clinic.id, channel="sms", provider_id=f"SM{n:032x}", sender=sender,
                recipient=desk.clinic.numbers[0], kind="text", text=said, received_at=desk.clock(),
            ),
        )  # fmt: skip


def postmaster(url: str) -> int:
    """The process that all others of this server are children of."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert found is not None
        return _parent(int(found[0]))


def server_cpu(master: int) -> float:
    """CPU seconds so far of this server's processes that live now."""
    total = cpu_seconds(master)
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and _parent(int(entry.name)) == master:
                total += cpu_seconds(int(entry.name))
        except OSError:
            continue
    return total


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def measure(texts: int = TEXTS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Rounds in turns, so that a busy machine is as busy for one as for the other; medians."""
    one: list[tuple[float, float]] = []
    four: list[tuple[float, float]] = []
    apart: list[tuple[float, float]] = []
    server: list[float] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        sqlite = f"sqlite:///{folder}/desk.db"
        postgres = stack.enter_context(fresh_database(stack.enter_context(running_postgres(*DURABLE))))
        migrate(postgres)
        master = postmaster(postgres)
        alone, many = stack.enter_context(takers(sqlite, 1)), stack.enter_context(takers(postgres, PROCESSES))
        lone = [stack.enter_context(takers(f"sqlite:///{folder}/{n}.db", 1)) for n in range(PROCESSES)]
        alone.round(PEOPLE * 10), many.round(PEOPLE * 10), together(lone, PEOPLE * 10)
        for _ in range(rounds):
            one.append(alone.round(texts))
            before = server_cpu(master)
            four.append(many.round(texts))
            server.append((server_cpu(master) - before) / texts)
            apart.append(together(lone, texts // 2))
    slow, quick = statistics.median(r for r, _ in one), statistics.median(r for r, _ in four)
    spent_one, spent_four = statistics.median(c for _, c in one), statistics.median(c for _, c in four)
    unshared = statistics.median(r for r, _ in apart)
    spent_server = statistics.median(server)
    return {
        "sqlite_1_process_turns_per_second": round(slow, 1),
        "postgres_4_processes_turns_per_second": round(quick, 1),
        "ratio": round(quick / slow, 2),
        "ratio_if_nothing_were_shared": round(unshared / slow, 2),
        "sqlite_cpu_ms_per_turn": round(spent_one * 1000, 2),
        "postgres_cpu_ms_per_turn": round(spent_four * 1000, 2),
        "postgres_server_cpu_ms_per_turn": round(spent_server * 1000, 2),
    }
