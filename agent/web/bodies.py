"""Reads the body of a request: never more bytes than asked for, never for longer than a slow phone needs."""

import asyncio

from starlette.requests import ClientDisconnect, Request

SECONDS = 15.0  # Twilio itself gives up by then


class TooLarge(Exception):
    """More than this route takes."""


class TooSlow(Exception):
    """Not whole in time, or the caller went away."""


async def body_of(request: Request, most: int, seconds: float = SECONDS) -> bytes:
    """The whole body, at most `most` bytes; refused unread where its length is announced. Raises TooLarge, TooSlow."""
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced[:19]) > most:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise TooLarge
    except (TimeoutError, ClientDisconnect):
        raise TooSlow from None
    return bytes(body)
