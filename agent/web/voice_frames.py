"""The frames of a relay's socket as they arrive: the setup first, then each; what is malformed is counted."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from fastapi import WebSocket, WebSocketDisconnect

from channels import voice_relay as words

_SETUP = 10.0  # seconds in which Twilio says whose call this is
_CROSSING = 2.0  # seconds until a socket that was told to end is closed
_TWICE = 0.25  # the same words again this soon, and nothing said between, are one frame delivered twice


async def setup(ws: WebSocket) -> words.Setup | None:
    """Whose call it is; None from a socket that does not say so."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(_SETUP):
            for _ in range(words.MOST_MALFORMED):
                with contextlib.suppress(words.BadFrame):
                    frame = words.decode(await _raw(ws))
                    if isinstance(frame, words.Setup):
                        return frame
    return None


async def read(ws: WebSocket, put: Callable[[words.Frame | None], Awaitable[None]], spoke: Callable[[], float]) -> None:
    """Gives every frame to `put`, and None at the end: of the socket, or of ten malformed frames in a row. `spoke`:
    when we last said something, by the loop's clock."""
    loop, bad, at = asyncio.get_running_loop(), 0, 0.0
    last: words.Frame | None = None
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while bad < words.MOST_MALFORMED:
            try:
                frame = words.decode(await _raw(ws))
            except words.BadFrame:
                bad += 1
                continue
            bad, now = 0, loop.time()
            twice = isinstance(frame, words.Prompt) and frame == last and now - at < _TWICE and spoke() < at
            last, at = frame, now
            if frame is not None and not twice:
                await put(frame)
        await ws.close(1007)
    await put(None)


async def crossed(get: Callable[[], Awaitable[object]]) -> tuple[str, str, str]:
    """What was said, was begun to be said and was pressed before the other end knew that the session is over; until
    the socket is closed."""
    held = begun = keys = ""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CROSSING):
            while (what := await get()) is not None:
                match what:
                    case words.Prompt(last=True):
                        held, begun = f"{held} {what.voice_prompt}".strip(), ""
                    case words.Prompt():
                        begun = what.voice_prompt
                    case words.Dtmf():
                        keys += what.digit
    return held, begun, keys


async def _raw(ws: WebSocket) -> str | bytes:
    message = await ws.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect
    raw: str | bytes = message.get("text") or message.get("bytes") or ""
    return raw
