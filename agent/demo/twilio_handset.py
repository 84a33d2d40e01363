"""The hands on the simulated telephones: a page's socket makes one call, and hears and does what a caller would.

From the page: `{"t":"say","text"}`, `{"t":"hear","text"}` (a sentence that is not over), `{"t":"key","digit"}`,
`{"t":"cut","heard"}` (spoken over the desk), `{"t":"hangup"}`; at the clinic's own telephone `{"t":"staff","key"}` with
"answer", a digit or "hangup". To the page: `state`, `say`, `whisper` and, at the end, `over` with Twilio's errors.
"""

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_outbound import OutboundCall

if TYPE_CHECKING:
    from agent.demo.twilio_exchange import Exchange

_MOST_TEXT = 2_000


async def handset_call(exchange: "Exchange", ws: WebSocket) -> None:
    """One call from the page, until it is over or the page is gone."""
    await ws.accept()
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    call = exchange.dial(ws.path_params["number"], told.put_nowait, paged=True)
    writer = asyncio.create_task(_write(ws, call, told))
    try:
        while True:
            await _do(call, await ws.receive_text())
    except (WebSocketDisconnect, RuntimeError, KeyError):
        return  # the page is gone, or says something that is no text
    finally:
        await call.hang_up()
        writer.cancel()


async def handset_line(exchange: "Exchange", ws: WebSocket) -> None:
    """A telephone that can be rung, for as long as the page is there: one call of the clinic at a time, which the page
    takes, or lets a machine or a screening service take, with `{"t":"pick","how":"answer" | "machine" | "screen"}`, or
    does not ("no"); then as in a call of its own."""
    await ws.accept()
    number, told = ws.path_params["number"], asyncio.Queue[dict[str, Any]]()
    now: list[OutboundCall] = []

    def ring(call: OutboundCall) -> None:
        if any(not c.finished for c in now) and call.hand is not None:
            call.hand.put_nowait("no")
            return
        now[:], call.tell = [call], told.put_nowait

    exchange.lines[number] = ring
    writer = asyncio.create_task(_write_on(ws, now, told))
    try:
        while True:
            raw = await ws.receive_text()
            if now:
                await _do(now[-1], raw)
    except (WebSocketDisconnect, RuntimeError, KeyError):
        return
    finally:
        if exchange.lines.get(number) is ring:
            del exchange.lines[number]
        for call in now:
            await call.hang_up()
        writer.cancel()


async def _write_on(ws: WebSocket, now: "list[OutboundCall]", told: "asyncio.Queue[dict[str, Any]]") -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            what = await told.get()
            await ws.send_text(json.dumps(what, ensure_ascii=False))
            if what == {"t": "state", "state": "ended"}:
                await ws.send_text(json.dumps({"t": "over", "errors": now[-1].errors}))


async def _write(ws: WebSocket, call: SimulatedCall, told: "asyncio.Queue[dict[str, Any]]") -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            what = await told.get()
            await ws.send_text(json.dumps(what, ensure_ascii=False))
            if what == {"t": "state", "state": "ended"}:
                await ws.send_text(json.dumps({"t": "over", "errors": call.errors}))
                await ws.close()
                return


async def _do(call: SimulatedCall, raw: str) -> None:
    try:
        asked = json.loads(raw)
        kind = asked["t"]
    except (ValueError, KeyError, TypeError):
        return
    match kind:
        case "say" | "hear":
            await call.say(str(asked.get("text", ""))[:_MOST_TEXT], last=kind == "say")
        case "key":
            await call.press(str(asked.get("digit", ""))[:1])
        case "cut":
            await call.cut(str(asked.get("heard", ""))[:_MOST_TEXT])
        case "pick":
            if isinstance(call, OutboundCall) and call.hand is not None:
                call.hand.put_nowait(str(asked.get("how", ""))[:10])
        case "staff":
            call.staff(str(asked.get("key", ""))[:10])
        case "hangup":
            await call.hang_up()
