"""The floor: a bare FastAPI route with one durable insert, under the same load."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.wire import Wire, free_port, quantile, served

_APP = """
import os, sqlite3, sys, threading
import uvicorn
from fastapi import FastAPI, Request, Response
db = sqlite3.connect(sys.argv[1], check_same_thread=False, isolation_level=None)
db.execute("pragma journal_mode=wal"); db.execute("pragma synchronous=full")
db.execute("create table if not exists row (id integer primary key, body blob)")
lock, app = threading.Lock(), FastAPI()
def insert(body):
    with lock:
        db.execute("insert into row (body) values (?)", (body,))
@app.get("/ready")
def ready():
    return "ok"
@app.post("/row")
async def row(request: Request):
    from anyio import to_thread
    await to_thread.run_sync(insert, await request.body())
    return Response("ok")
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False)
"""


def measure() -> dict[str, Any]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "floor.py"
        script.write_text(_APP)
        with served([str(script), f"{folder}/floor.db", str(port)], port, {}, "/ready"):
            return asyncio.run(_load(port))


async def _load(port: int) -> dict[str, Any]:
    wires = [Wire(port) for _ in range(32)]
    taken: list[float] = []

    async def post(wire: Wire) -> None:
        began = time.perf_counter()
        await wire.post("/row", b"x" * 300, {"content-type": "text/plain"})
        taken.append(time.perf_counter() - began)

    await asyncio.gather(*(post(w) for w in wires))
    alone: list[float] = []
    for _ in range(200):
        taken.clear()
        await post(wires[0])
        alone += taken
        await asyncio.sleep(0.02)
    taken.clear()

    async def many(wire: Wire) -> None:
        for _ in range(60):
            await post(wire)

    began = time.perf_counter()
    await asyncio.gather(*(many(w) for w in wires))
    lasted = time.perf_counter() - began
    return {
        "p50_ms_alone": round(quantile(alone, 0.5) * 1000, 2),
        "routes_per_second_32": round(32 * 60 / lasted, 1),
        "p50_ms_32_at_once": round(quantile(taken, 0.5) * 1000, 1),
    }
