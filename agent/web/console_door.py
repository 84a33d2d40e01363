"""The console's door: who comes in, what is shown to them and what when they may not; every console room uses it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from fastapi.templating import Jinja2Templates

from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.model.fault import Busy
from agent.ports import Tx
from agent.web.brake import slow_down
from agent.web.console_rights import may_audit
from agent.web.console_words import CHANNELS, STATUS, WHY_NOT
from agent.web.signin import Forbidden, Form, Sessions, Signed, SignInNeeded, TooMany, check_csrf, form_of

SIGN_IN = "/console/sign-in"
_STATIC = Path(__file__).parent / "pages" / "static"
_READ_AGAIN = timedelta(minutes=15)
_LIVE = "x-live"  # a page that refreshes itself


class NotThere(Exception):
    """No such thing in this clinic."""


Fulfil = Callable[[Request, Signed, Form], Response]


class Door:
    """Opens the console's rooms to the right people. Routes call `page`, `read` and `write`."""

    def __init__(self, desk: Desk, templates: Jinja2Templates, pace: Pace) -> None:
        self.desk, self.templates, self.sessions = desk, templates, Sessions(desk, pace)
        self._read: dict[tuple[str, str], Any] = {}
        self._stamp = max(int((_STATIC / f"console.{kind}").stat().st_mtime) for kind in ("css", "js"))

    def router(self) -> APIRouter:
        """A router whose refusals are console pages."""
        door = self

        class Room(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
                return partial(_kept, door, super().get_route_handler())

        return APIRouter(route_class=Room, include_in_schema=False)

    def signed(self, request: Request) -> Signed:
        """Who is here; raises SignInNeeded, and TooMany when this session asks too often."""
        found = self.sessions.find(self.sessions.token_of(request), passive=_LIVE in request.headers)
        if found is None:
            raise SignInNeeded
        self.sessions.slow_down(found)
        return found

    async def write(self, request: Request, fulfil: Fulfil) -> Response:
        """A POST: signed in, with the session's CSRF token, then `fulfil` in a thread."""
        signed = await to_thread.run_sync(self.signed, request)
        form = await form_of(request)
        check_csrf(signed, request.headers, form)
        return await to_thread.run_sync(fulfil, request, signed, form)

    def page(
        self, request: Request, name: str, signed: Signed | None, status: int = 200, **values: Any
    ) -> Response:  # fmt: skip
        """A console page or a fragment of one."""
        standing = {
            "clinic": self.desk.clinic, "signed": signed, "me": signed.user if signed else None,
            "csrf": signed.csrf if signed else "", "stamp": self._stamp, "STATUS": STATUS, "CHANNELS": CHANNELS,
            "WHY_NOT": WHY_NOT, "languages": self.desk.content.languages, "here": request.url.path,
            "MEANT": {name: row.describe for name, row in self.desk.content.intents.items()},
            "may_audit": bool(signed and may_audit(signed.user)),
        }  # fmt: skip
        return self.templates.TemplateResponse(request, f"console/{name}", {**standing, **values}, status_code=status)

    def problem(self, request: Request, signed: Signed | None, status: int, title: str, text: str) -> Response:
        if _LIVE in request.headers:
            return Response(text, status, media_type="text/plain")
        return self.page(request, "problem.html", signed, status, title=title, text=text)

    def note_read(self, tx: Tx, signed: Signed, tag: str, subject: str, *, again: bool = False) -> None:
        """One audit row for a chart read; a page that refreshes itself (`again`) is the same read for a while."""
        now, key = self.desk.clock(), (signed.key, f"{tag}|{subject}")
        known = self._read.get(key)
        if again and known is not None and now - known < _READ_AGAIN:
            return
        if len(self._read) > 5000:
            self._read.clear()
        self._read[key] = now
        self.desk.record(tx, f"staff:{signed.user.id}", tag, subject, now)


async def _kept(door: Door, handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    try:
        return await handle(request)
    except SignInNeeded:
        return _to_sign_in(door, request)
    except TooMany as much:  # no page: it would cost what is being limited
        return slow_down(much.wait)
    except (Forbidden, NotThere, Busy) as fault:
        kind = type(fault)
        found = await to_thread.run_sync(_anybody, door, request)
        return await to_thread.run_sync(_refuse, door, request, found, kind, str(fault))


def _anybody(door: Door, request: Request) -> Signed | None:
    try:
        return door.signed(request)
    except (SignInNeeded, TooMany, Busy):
        return None


def _refuse(door: Door, request: Request, signed: Signed | None, kind: type[Exception], why: str) -> Response:
    if issubclass(kind, Forbidden):
        return door.problem(request, signed, 403, "Not for your role", why)
    if issubclass(kind, NotThere):
        return door.problem(request, signed, 404, "Not here", "There is nothing at this address.")
    return door.problem(request, signed, 503, "Busy", "The desk is busy just now. Nothing was changed; try again.")


def _to_sign_in(door: Door, request: Request) -> Response:
    if _LIVE in request.headers:
        return Response("signed out", 401, media_type="text/plain")
    onward = request.url.path if request.method == "GET" else "/console"
    gone = RedirectResponse(f"{SIGN_IN}?next={onward}" if onward != "/console" else SIGN_IN, 303)
    if door.sessions.token_of(request):
        door.sessions.take_back(gone)
    return gone


__all__ = ["SIGN_IN", "Door", "NotThere"]
