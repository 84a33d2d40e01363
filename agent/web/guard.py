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
    "Cross-Origin-Resource-Policy": "same-origin",  # the widget's own files say otherwise
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src {}; "
    "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNED = ("/twilio/", "/rasa/")  # machine callers, each with its own proof
_ELSEWHERE = ("/chat/photo",)  # the widget's, from pages of other sites; the route itself looks at the origin
_PROBES = ("/healthz", "/readyz", "/metrics")  # called by address, from inside
_PRIVATE = ("/console", "/admin", "/chat/", "/phone", "/standin", "/twilio", "/rasa", "/form/", "/document/", "/visit/")


class Guard:
    """Refuses writes that another site's page started; adds the security headers; a fault that no route caught is
    answered with a bare 500 and logged by its type alone, since a traceback may hold what a patient wrote.
    `public` is our address; with https it adds HSTS. `hosts`: the names under which browsers may call (another page's
    name made to point here is none of them); None: any. `leaving`: this process is about to stop, and no connection
    is kept for a next request."""

    def __init__(
        self, app: ASGIApp, *, public: str, on_fault: Callable[[Exception], None] = lambda _: None,
        hosts: frozenset[str] | None = None, leaving: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._app, self._on_fault, self._hosts, self._leaving = app, on_fault, hosts, leaving
        ours = urlsplit(public)
        self._https = ours.scheme == "https"
        socket = f"{'wss' if self._https else 'ws'}://{ours.netloc}"  # older browsers: 'self' is no socket
        self._headers = {**_HEADERS, "Content-Security-Policy": _POLICY.format(f"'self' {socket}")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            if not self._ours(Headers(scope=scope)):
                await send({"type": "websocket.close", "code": 1008})
                return
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

        if not path.startswith((*_SIGNED, *_PROBES)) and not self._ours(headers):
            await PlainTextResponse("the demo answers to localhost only", 421)(scope, receive, guarded)
            return
        if (
            scope["method"] not in _SAFE
            and not path.startswith(_SIGNED)
            and path not in _ELSEWHERE
            and not same_site(headers)
        ):
            await PlainTextResponse("cross-site request refused", 403)(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception as fault:
            self._failed(fault, scope)
            if not started:
                await PlainTextResponse("something went wrong on our side", 500)(scope, receive, guarded)

    def _ours(self, headers: Headers) -> bool:
        try:
            return self._hosts is None or urlsplit("//" + headers.get("host", "")).hostname in self._hosts
        except ValueError:
            return False

    def _add(self, out: MutableHeaders, path: str) -> None:
        for name, value in self._headers.items():
            out.setdefault(name, value)
        if self._https:
            out.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if path.startswith(_PRIVATE):
            out["Cache-Control"] = "no-store"
        if self._leaving():  # the next request on it would meet a process that is gone
            out["Connection"] = "close"

    def _failed(self, fault: Exception, scope: Scope) -> None:
        self._on_fault(fault)
        cause = getattr(fault, "orig", None)  # the database's own name for it
        code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
        get_logger().error("request_failed", kind=scope["type"], fault=type(fault).__name__, code=code)


def same_site(headers: Headers) -> bool:
    """As browsers tell it: Sec-Fetch-Site, else Origin against Host; no browser headers at all is no browser."""
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    return is_from(origin, headers.get("host", ""))


def is_from(origin: str, host: str) -> bool:
    """Whether a page of that origin came from this host and port; never raises."""
    try:
        return bool(origin) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
