"""Slows down one source that asks too much, before any route is reached; a signed webhook is never slowed down."""

from limits import RateLimitItemPerSecond
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.adapters.pace import Pace
from agent.web.peers import caller_of

SLOW_DOWN = "Too many requests at once. Please wait a moment."
_WINDOW = 3  # seconds
_FREE = ("/twilio/", "/healthz")  # webhooks prove themselves first; a probe must see a flooded process as alive


class Brake:
    """At most `most` requests of one source in three seconds, by this process's count; 0: no limit."""

    def __init__(self, app: ASGIApp, *, pace: Pace, most: int, trusted_proxies: str = "") -> None:
        self._app, self._pace, self._proxies = app, pace, trusted_proxies
        self._limit = RateLimitItemPerSecond(most, _WINDOW, "source") if most else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait = self._wait(scope)
        if not wait:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1013})
        else:
            await slow_down(wait)(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        if self._limit is None or scope["type"] == "lifespan" or scope["path"].startswith(_FREE):
            return 0.0
        return self._pace.here(self._limit, caller_of(HTTPConnection(scope), self._proxies))


def slow_down(wait: float) -> PlainTextResponse:
    """429 with the seconds to wait."""
    return PlainTextResponse(SLOW_DOWN, 429, {"Retry-After": str(int(wait) + 1)})
