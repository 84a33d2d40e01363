"""Fifty calls at once: from the caller's last word to the first word of the answer, over the relay's own protocol."""

import asyncio
import contextlib
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_hooks import Hooks
from tests.bench.turns import NUMBER, SID, TOKEN
from tests.bench.wire import cpu_seconds, free_port, quantile, resident_mb, served
from tests.served import environment

SCRIPT = ("I need an appointment for a checkup", "next Tuesday", "the first one", "what are your hours", "never mind")
CALLS = 50
SECONDS = 40.0
THINKS = (2.5, 6.5)  # seconds that a caller takes to speak again
_GIVES_UP = 10.0


def measure() -> dict[str, Any]:
    """A server of its own on SQLite; the callers are one process beside it."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        base = f"http://127.0.0.1:{port}"
        env = environment(
            Path(folder) / "var", FRONTDESK_PORT=str(port), FRONTDESK_PUBLIC_URL=base, TWILIO_ACCOUNT_SID=SID,
            TWILIO_AUTH_TOKEN=TOKEN, TWILIO_API_URL="http://127.0.0.1:9", FRONTDESK_VOICE_SILENCE_SECONDS="60",
        )  # fmt: skip
        with served(["-m", "agent.cli", "serve"], port, env, "/readyz") as (process, _):
            found = asyncio.run(calls(base, process.pid))
            found["resident_mb_after"] = resident_mb(process.pid)
    return found


async def calls(base: str, pid: int, how_many: int = CALLS, seconds: float = SECONDS) -> dict[str, Any]:
    """Latencies of all answers of calls that begin within five seconds of one another."""
    hooks, waits, silences, rng = Hooks(TOKEN), list[float](), 0, random.Random(1)
    began, spent = time.monotonic(), cpu_seconds(pid)

    async def one(n: int) -> None:
        nonlocal silences
        await asyncio.sleep(rng.uniform(0, 5))
        url = f"{base}/twilio/voice"
        call = SimulatedCall(SID, TOKEN, f"+1212555{n:04d}", NUMBER, url, f"{url}/status", hooks, 0.01)
        going, at = asyncio.create_task(call.run()), 0
        await call.spoke.wait()
        while time.monotonic() - began < seconds and not going.done():
            await asyncio.sleep(rng.uniform(*THINKS))
            call.spoke.clear()
            seen, asked = len(call.said), time.monotonic()
            await call.say(SCRIPT[at % len(SCRIPT)])
            at += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(call.spoke.wait(), _GIVES_UP)
            if len(call.said) > seen:
                waits.append(call.said[seen].at - asked)
            else:
                silences += 1
        await call.hang_up()
        await going

    await asyncio.gather(*(one(n) for n in range(how_many)))
    spent = cpu_seconds(pid) - spent
    await hooks.close()
    return {
        "calls": how_many,
        "answers": len(waits),
        "silences": silences,
        "first_word_ms_p50": round(quantile(waits, 0.5) * 1000, 1),
        "first_word_ms_p99": round(quantile(waits, 0.99) * 1000, 1),
        "first_word_ms_max": round(max(waits, default=0.0) * 1000, 1),
        "cpu_ms_per_answer": round(spent / max(len(waits), 1) * 1000, 1),
    }
