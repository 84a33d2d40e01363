"""Turns through the signed SMS webhook to their committed outbox rows, durable on SQLite, in a server of its own."""

import asyncio
import base64
import hashlib
import hmac
import os
import sqlite3
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.wire import Wire, cpu_seconds, free_port, quantile, resident_mb, served

SID, TOKEN, NUMBER = "AC" + "0" * 32, "b" * 32, "+17185550100"
SCRIPT = ("I need an appointment for a checkup", "next Tuesday", "1", "Maria Lopez 3/12/1980", "never mind")
TURNS_EACH = 50


class Desk:
    """The server under load, seen through its webhook and its database."""

    def __init__(self, port: int, database: Path) -> None:
        self.port, self.url = port, f"http://127.0.0.1:{port}/twilio/sms"
        self._database = database
        self.waiting: dict[str, asyncio.Future[float]] = {}
        self._seen: dict[str, str] = {}
        self.count = 0

    async def say(self, wire: Wire, sender: str, text: str) -> float:
        """Seconds from the first byte of the webhook to the committed outbox row."""
        self.count += 1
        form = {
            "MessageSid": f"SM{self.count:032x}", "AccountSid": SID, "From": sender, "To": NUMBER, "Body": text,
            "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01",
        }  # fmt: skip
        signed = self.url + "".join(k + form[k] for k in sorted(form))
        signature = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
        done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.waiting[sender] = done
        began = time.perf_counter()
        status = await wire.post("/twilio/sms", urlencode(form).encode(), headers)
        assert status == 200, status
        return await done - began

    def watch(self, loop: asyncio.AbstractEventLoop, over: threading.Event) -> None:
        """Learns of new outbox rows within some 0.3 ms, in a thread: an event loop sleeps for whole milliseconds."""
        db, last, seen = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True), "", 0
        while not over.wait(0.0002):
            if (now := db.execute("PRAGMA data_version").fetchone()[0]) == seen:
                continue
            seen = now
            for id, conversation in db.execute("select id, conversation from outbox where id > ? order by id", (last,)):
                last = id
                loop.call_soon_threadsafe(self._told, conversation, time.perf_counter())

    def _told(self, conversation: str, at: float) -> None:
        sender = self._seen.get(conversation)
        if sender is None:  # the first answer of a conversation: its opener talks alone
            sender = next(iter(self.waiting))
            self._seen[conversation] = sender
        future = self.waiting.pop(sender, None)
        if future is not None:
            future.set_result(at)


def measure() -> dict[str, Any]:
    """Alone at 20 messages a second, then 32 conversations at once as fast as they go."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "frontdesk.db"
        env = {
            "FRONTDESK_DATABASE_URL": f"sqlite:///{database}", "FRONTDESK_VAR": folder, "FRONTDESK_PORT": str(port),
            "FRONTDESK_PUBLIC_URL": f"http://127.0.0.1:{port}", "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_URL": "http://127.0.0.1:9", "FRONTDESK_SENDERS": "0",
        }  # fmt: skip
        command = ["-m", "agent.cli", "serve"]
        with served(command, port, env, "/readyz") as (_, first):
            pass
        with served(command, port, env, "/readyz") as (process, second):
            started = resident_mb(process.pid)
            found = asyncio.run(_load(port, database, process.pid))
            found |= {
                "first_start_seconds": round(first, 2), "second_start_seconds": round(second, 2),
                "resident_mb_at_start": started, "resident_mb_after": resident_mb(process.pid),
                "database_kb_per_turn": round(os.path.getsize(database) / 1024 / found["turns"], 2),
            }  # fmt: skip
    return found


async def _load(port: int, database: Path, pid: int) -> dict[str, Any]:
    desk = Desk(port, database)
    over = threading.Event()
    threading.Thread(target=desk.watch, args=(asyncio.get_running_loop(), over), daemon=True).start()
    wires = [Wire(port) for _ in range(32)]
    senders = [f"+1212555{i:04d}" for i in range(32)]
    for wire, sender in zip(wires, senders, strict=True):  # one after the other: each learns its conversation
        await desk.say(wire, sender, "hello")
    alone: list[float] = []
    for i in range(200):
        began = time.perf_counter()
        alone.append(await desk.say(wires[0], senders[0], SCRIPT[i % len(SCRIPT)]))
        await asyncio.sleep(max(0.0, 0.05 - (time.perf_counter() - began)))
    busy: dict[str, list[float]] = defaultdict(list)

    async def talk(at: int) -> None:
        for i in range(TURNS_EACH):
            busy[senders[at]].append(await desk.say(wires[at], senders[at], SCRIPT[i % len(SCRIPT)]))

    began, spent = time.perf_counter(), cpu_seconds(pid)
    await asyncio.gather(*(talk(i) for i in range(32)))
    lasted = time.perf_counter() - began
    spent = cpu_seconds(pid) - spent
    over.set()
    every = [x for row in busy.values() for x in row]
    return {
        "turns": 32 + len(alone) + len(every),
        "p50_ms_at_20_per_second": round(quantile(alone, 0.5) * 1000, 1),
        "p99_ms_at_20_per_second": round(quantile(alone, 0.99) * 1000, 1),
        "turns_per_second_32": round(len(every) / lasted, 1),
        "cpu_ms_per_turn_32": round(spent / len(every) * 1000, 2),
        "p50_ms_32_at_once": round(quantile(every, 0.5) * 1000, 1),
        "p99_ms_32_at_once": round(quantile(every, 0.99) * 1000, 1),
    }
