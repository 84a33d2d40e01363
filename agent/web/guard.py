"""Headers for every answer, and the refusal of cross-site writes; who may do what is for the routes."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNED = ("/twilio/", "/rasa/", "/standin/")  # machine callers, each with its own proof


class Guard:
    """Refuses writes that another site's page started; adds the security headers. `https` adds HSTS."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app, self._https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, path = Headers(scope=scope), scope["path"]
        if scope["method"] not in _SAFE and not path.startswith(_SIGNED) and not same_site(headers):
            await PlainTextResponse("cross-site request refused", 403)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
                if self._https:
                    out.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
                if path.startswith(("/console", "/admin", "/chat/", "/phone")):
                    out["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, guarded)


def same_site(headers: Headers) -> bool:
    """As browsers tell it: Sec-Fetch-Site, else Origin against Host; no browser headers at all is no browser."""
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
