"""Headers for every answer, the refusal of cross-site writes, and the last net under every route."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNED = ("/twilio/", "/rasa/")  # machine callers, each with its own proof
_PRIVATE = ("/console", "/admin", "/chat/", "/phone", "/standin")


class Guard:
    """Refuses writes that another site's page started; adds the security headers; a fault that no route caught is
    answered with a bare 500 and logged by its type alone, since a traceback may hold what a patient wrote.
    `https` adds HSTS."""

    def __init__(self, app: ASGIApp, *, https: bool, on_fault: Callable[[Exception], None] = lambda _: None) -> None:
        self._app, self._https, self._on_fault = app, https, on_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            try:
                await self._app(scope, receive, send)
            except Exception as fault:
                self._failed(fault, scope)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add(MutableHeaders(scope=message), path)
            await send(message)

        if scope["method"] not in _SAFE and not path.startswith(_SIGNED) and not same_site(headers):
            await PlainTextResponse("cross-site request refused", 403)(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception as fault:
            self._failed(fault, scope)
            if not started:
                await PlainTextResponse("something went wrong on our side", 500)(scope, receive, guarded)

    def _add(self, out: MutableHeaders, path: str) -> None:
        for name, value in _HEADERS.items():
            out.setdefault(name, value)
        if self._https:
            out.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if path.startswith(_PRIVATE):
            out["Cache-Control"] = "no-store"

    def _failed(self, fault: Exception, scope: Scope) -> None:
        self._on_fault(fault)
        get_logger().error("request_failed", kind=scope["type"], fault=type(fault).__name__)


def same_site(headers: Headers) -> bool:
    """As browsers tell it: Sec-Fetch-Site, else Origin against Host; no browser headers at all is no browser."""
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
