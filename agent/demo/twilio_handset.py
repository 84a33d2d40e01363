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

if TYPE_CHECKING:
    from agent.demo.twilio_exchange import Exchange

_MOST_TEXT = 2_000


async def handset_call(exchange: "Exchange", ws: WebSocket) -> None:
    """One call from the page, until it is over or the page is gone."""
    await ws.accept()
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    call = exchange.dial(ws.path_params["number"], told.put_nowait)
    writer = asyncio.create_task(_write(ws, call, told))
    try:
        while True:
            await _do(call, await ws.receive_text())
    except (WebSocketDisconnect, RuntimeError, KeyError):
        return  # the page is gone, or says something that is no text
    finally:
        await call.hang_up()
        writer.cancel()


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
        case "staff":
            call.staff(str(asked.get("key", ""))[:10])
        case "hangup":
            await call.hang_up()
