"""Many real processes, started quickly: one process learns to hear once, and forks a child for each order it is given.

Children are killed, stopped and resumed by their ids. `Nursery` is the driver's side; run as a module it is the other.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from agent.adapters.bus_local import LocalBus
from agent.adapters.ids import new_ids
from agent.desk import documents
from agent.desk.desk import Desk
from agent.desk.turn import work
from agent.documents.embedded import EmbeddedWriter
from agent.house import channels_of, open_desk
from agent.logs import quiet_logs
from agent.model.fault import Busy
from agent.ports.missed import ChannelLog
from agent.settings import ROOT, Settings
from agent.web import loops
from agent.web.app import create_app
from tests.children import bind, bound
from tests.prove.points import Plan, PointedApp, PointedBus, PointedStore, PointedWriter
from tests.standin.hooks import ACCOUNT, PUBLIC, TOKEN
from tests.stores import open_test_store


class Nursery:
    """Starts children; every one that still lives is killed at the end."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process, self._lock, self._born = process, threading.Lock(), set[int]()

    def start(self, do: str, url: str, **order: Any) -> int:
        """The id of a process that does `serve` (with `port`) or `work` on the store at `url`. See `_desk` for
        `settings`, `days` and `twilio`, `_serve` for `tokens` and `sweep` (seconds), `Plan` for what befalls it."""
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps({"do": do, "url": url, **order}) + "\n")
            self._process.stdin.flush()
            child = int(self._process.stdout.readline())
            self._born.add(child)
        return child

    def kill(self, *children: int) -> None:
        """kill -9, seen to be gone."""
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            while alive(child):
                time.sleep(0.002)
            self._born.discard(child)

    def clear(self) -> None:
        """Kill every child that still lives."""
        self.kill(*list(self._born))

    def close(self) -> None:
        self.clear()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.kill()
        self._process.wait(20)
        self._process.stdout.close()


def alive(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    return True


def stopped(child: int) -> bool:
    """Whether it is held by SIGSTOP. Raises FileNotFoundError when it is gone."""
    return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """Ready when it leaves here."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FRONTDESK_", "TWILIO_"))}
    with (folder / "nursery.log").open("wb") as log:
        process = subprocess.Popen(
            bound([sys.executable, "-m", "tests.prove.nursery"]), cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        made = Nursery(process)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", (folder / "nursery.log").read_text()[-2000:]
            yield made
        finally:
            made.close()


def _desk(base: Desk, order: dict[str, Any], plan: Plan) -> Desk:
    """`settings` replace the desk's own; `days` sets its clock forward; `twilio` is where the REST API is."""
    days = timedelta(days=order.get("days", 0))
    base.clock = lambda: datetime.now(UTC) + days
    base.new_id = new_ids(base.clock)
    base.settings = base.settings.model_copy(
        update={"twilio_api_url": order.get("twilio", ""), **order.get("settings", {})}
    )
    base.store = PointedStore(open_test_store(order["url"], base.new_id), plan.at)
    base.bus = PointedBus(LocalBus(), plan.at)
    if order.get("twilio"):
        base.channels = channels_of(base.settings)
        base.logs = tuple(c for c in base.channels.values() if isinstance(c, ChannelLog))
    return base


def _serve(base: Desk, app: Any, order: dict[str, Any]) -> None:
    plan = Plan(order)
    desk = _desk(base, order, plan)
    if "tokens" in order:
        until = datetime.fromisoformat(order["old_until"]) if order.get("old_until") else None
        tokens = {"twilio_auth_token": SecretStr(order["tokens"]), "twilio_old_token_until": until}
        desk.settings = desk.settings.model_copy(update=tokens)
        app = create_app(desk, loops=False)
    if order.get("turns", 1):
        loops.SWEEP = order.get("sweep", loops.SWEEP)
        loops.Loops(desk, turns=order.get("turns", 1), senders=order.get("senders", 0)).start()
    uvicorn.run(PointedApp(app, plan.at), host="127.0.0.1", port=order["port"], log_config=None, lifespan="off")


def _work(base: Desk, _: Any, order: dict[str, Any]) -> None:
    desk = _desk(base, order, Plan(order))
    while True:
        try:
            if not work(desk):
                time.sleep(0.02)
        except Busy:
            time.sleep(0.05)


def _hand_in(base: Desk, _: Any, order: dict[str, Any]) -> None:
    documents.hand_in(_desk(base, order, Plan(order)), documents.Visit.model_validate(order["visit"]), "system")


def _draft(base: Desk, _: Any, order: dict[str, Any]) -> None:
    """Drafts one visit, as soon as there is one under nobody's lease."""
    plan = Plan(order)
    desk = _desk(base, order, plan)
    documents.LEASE_SECONDS = order["lease"]
    desk.writer = PointedWriter(EmbeddedWriter(ROOT), plan.at)
    while True:
        try:
            if documents.draft_next(desk):
                return
            time.sleep(0.02)
        except Busy:
            time.sleep(0.05)


DEEDS: dict[str, Callable[[Desk, Any, dict[str, Any]], None]] = {
    "serve": _serve, "work": _work, "hand_in": _hand_in, "draft": _draft,
}  # fmt: skip


def main() -> None:
    quiet_logs()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are gone at once
    settings = Settings(
        public_url=PUBLIC, twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, catch_up_seconds=1.0, senders=0
    )  # type: ignore[call-arg]
    base = open_desk(
        settings, store=open_test_store("sqlite://", new_ids(lambda: datetime.now(UTC))), bus=LocalBus(), channels={}
    )
    base.store.close()
    app = create_app(base, loops=False)
    ours = os.getpid()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            bind(ours)
            sys.stdin.close()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                DEEDS[order["do"]](base, app, order)
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
