"""Promise 55: a flood hurts only the flooder; everybody else is served, and what Twilio signed is never put off."""

import asyncio
import contextlib
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.prove.ground import Ground
from tests.standin.hooks import ACCOUNT, TOKEN, sign
from tests.web.console_served import served

PROMISE = "Floods hurt only the flooder"
SIZE = "one source at 500 requests a second and 50 other people for 20 s, with signed webhooks between"
FLOOD = ("/chat", "/console/sign-in", "/openapi.json", "/twilio/sms", "/metrics", "/console")


async def _ask(port: int, source: str, path: str, body: bytes = b"", *headers: str) -> tuple[int, float]:
    """(status, seconds); 0 where the connection was not answered."""
    began = time.monotonic()
    method = "POST" if body else "GET"
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"X-Forwarded-For: {source}", "Connection: close"]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", *headers]
    status = 0
    with contextlib.suppress(OSError, ValueError, IndexError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            status = int((await reader.readline()).split()[1])
            await reader.read()
        finally:
            writer.close()
    return status, time.monotonic() - began


async def _flood(port: int, rate: int, until: float) -> Counter[int]:
    """One source, whether or not it is answered; never more than 400 requests at a time."""
    statuses: Counter[int] = Counter()
    open_now: set[asyncio.Task[None]] = set()

    async def one(path: str) -> None:
        status, _ = await _ask(
            port, "6.6.6.6", path, b"Body=x" if "twilio" in path else b"", "X-Twilio-Signature: AAAA"
        )
        statuses[status] += 1

    began, sent = time.monotonic(), 0
    while time.monotonic() < until:
        while sent < (time.monotonic() - began) * rate and len(open_now) < 400:
            task = asyncio.create_task(one(FLOOD[sent % len(FLOOD)]))
            open_now.add(task)
            task.add_done_callback(open_now.discard)
            sent += 1
        await asyncio.sleep(0.01)
    await asyncio.gather(*open_now)
    return statuses


async def _person(port: int, number: int, until: float) -> list[tuple[int, float]]:
    """Opens the clinic's page and its parts, again and again, as somebody reading does."""
    seen = []
    await asyncio.sleep(number * 0.05)
    while time.monotonic() < until:
        for path in ("/chat?lang=es", "/static/chat.css", "/widget.js", "/widget/strings/es.json"):
            seen.append(await _ask(port, f"10.20.{number}.1", path))
        await asyncio.sleep(2.0)
    return seen


async def _twilio(port: int, base: str, until: float) -> list[tuple[int, float]]:
    """Signed status reports, from the flooder's own address: not even that may put them off."""
    seen, number = [], 0
    while time.monotonic() < until:
        number += 1
        pairs = [("AccountSid", ACCOUNT), ("MessageSid", f"SM{number:032x}"), ("MessageStatus", "delivered")]
        url = f"{base}/twilio/sms/status"
        signature = f"X-Twilio-Signature: {sign(TOKEN, url, pairs)}"
        seen.append(await _ask(port, "6.6.6.6", "/twilio/sms/status", urlencode(pairs).encode(), signature))
        await asyncio.sleep(0.1)
    return seen


def flood(folder: Path, seconds: float, rate: int = 500, people: int = 50, most: float = 2.0) -> dict[str, Any]:
    """What everybody saw. Raises AssertionError where somebody other than the flooder was hurt, or waited longer than
    `most` seconds (p95)."""
    twilio = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN}
    with served(folder, trusted_proxies="127.0.0.1", **twilio) as (_, base):
        port = int(base.rpartition(":")[2])

        async def all_at_once() -> tuple[Counter[int], list[tuple[int, float]], list[tuple[int, float]]]:
            until = time.monotonic() + seconds
            flooding = asyncio.create_task(_flood(port, rate, until))
            signed = asyncio.create_task(_twilio(port, base, until))
            seen = await asyncio.gather(*(_person(port, n, until) for n in range(people)))
            return await flooding, [each for person in seen for each in person], await signed

        flooded, seen, signed = asyncio.run(all_at_once())
    slow = statistics.quantiles([s for _, s in seen], n=20)[-1] if len(seen) > 1 else 0.0
    assert {status for status, _ in seen} == {200}, Counter(status for status, _ in seen)
    assert slow < most, f"p95 {slow:.2f} s"
    assert {status for status, _ in signed} == {200}, Counter(status for status, _ in signed)
    assert flooded[429] > sum(flooded.values()) / 4, flooded
    assert not [status for status in flooded if status >= 500], flooded
    return {"flood": dict(flooded), "asked": len(seen), "p95": slow, "signed": len(signed)}


def prove(ground: Ground) -> str:
    found = flood(ground.folder(), 20)
    return (
        f"flooder {found['flood']}; {found['asked']} requests of others all 200, p95 {found['p95'] * 1000:.0f} ms; "
        f"{found['signed']} signed webhooks all 200"
    )
