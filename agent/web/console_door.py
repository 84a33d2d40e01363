"""The console's door: who comes in, what is shown to them and what when they may not; every console room uses it."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from fastapi.templating import Jinja2Templates

from agent.adapters.pace import Pace
from agent.demo.seed import sign_ins
from agent.desk.desk import Desk
from agent.desk.once import Answered, Asked, InFlight, Once, OtherRequest, once
from agent.desk.wrongs import KINDS
from agent.model.fault import Busy
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.brake import slow_down
from agent.web.console_board import Board, Draw
from agent.web.console_deeds import BECAUSE
from agent.web.console_rights import may_audit, opens
from agent.web.console_says import PRIORITIES, SCRIPT, role
from agent.web.console_tongue import (
    Tongue,
    decimal,
    each,
    guess,
    language,
    not_done,
    number,
    percent,
    said,
    speak,
    tr,
)
from agent.web.console_words import CHANNELS, STATUS, WHY_NOT
from agent.web.keys import FIELD, BadKey, key_of, pack, unpack
from agent.web.lanes import CONSOLES, Lane
from agent.web.oidc import Provider
from agent.web.signin import FORM_BYTES, Forbidden, Form, Sessions, Signed, SignInNeeded, TooMany, check_csrf, form_of

SIGN_IN = "/console/sign-in"
_STATIC = Path(__file__).parent / "pages" / "static"
_READ_AGAIN = timedelta(minutes=15)
_LIVE = "x-live"  # a page that refreshes itself
_PATIENCE = 5.0  # seconds in which a form sent twice waits for its first answer
_AT_IT = N_(
    "This step was sent a moment ago and is still being carried out. Nothing is done twice; look again in a moment."
)
_USED = N_("Not done: this page was used for another step already. Open it again and repeat the step.")


class NotThere(Exception):
    """No such thing in this clinic."""


class Deed:
    """A step that a person takes, to have one effect however often it is sent."""

    def __init__(self, kept: Once) -> None:
        self._kept = kept

    def desk(self, answer: Response) -> Desk:
        """A desk whose next change is committed together with this answer to the person, or not at all."""
        return self._kept.desk(pack(answer))


Fulfil = Callable[[Request, Signed, Form, Deed], Response]


class Door:
    """Opens the console's rooms to the right people. Routes call `page`, `read` and `write`."""

    def __init__(self, desk: Desk, templates: Jinja2Templates, pace: Pace) -> None:
        self.desk, self.templates, self.sessions = desk, templates, Sessions(desk, pace)
        self.provider = Provider(desk.settings) if desk.settings.oidc_issuer else None
        self._accounts = sign_ins() if desk.settings.demo else ()
        self.lane = Lane(CONSOLES)
        self.board = Board(desk, self.rows, self.lane)
        self._read: dict[tuple[str, str], Any] = {}
        self.admin_comes: Callable[[], None] = lambda: None
        self.leaving: Callable[[], bool] = lambda: False  # this process is asked to stop
        self._stamp = max(int(path.stat().st_mtime) for path in _STATIC.glob("*.[cj]s*"))

    def router(self) -> APIRouter:
        """A router whose refusals are console pages."""
        door = self

        class Room(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
                return partial(_kept, door, super().get_route_handler())

        return APIRouter(route_class=Room, include_in_schema=False)

    def signed(self, request: Request) -> Signed:
        """Who is here; raises SignInNeeded, Forbidden where the role has no business, and TooMany when this session
        asks too often."""
        found = self.sessions.find(self.sessions.token_of(request), passive=_LIVE in request.headers)
        if found is None:
            raise SignInNeeded
        self.sessions.slow_down(found)
        self.hears(request, found)
        if not opens(found.user, request.method, request.url.path):
            raise Forbidden("This is not for the role “%(role)s”.", role=role(found.user.role))
        return found

    async def write(
        self, request: Request, fulfil: Fulfil, *, keyed: bool = True, most: int = FORM_BYTES, fields: int = 200,
        read: Callable[[Request], Awaitable[Form]] | None = None,
    ) -> Response:  # fmt: skip
        """A POST: signed in, with the session's CSRF token, then `fulfil` in a thread, once for each Idempotency-Key
        of this person. Not `keyed`: what changes nothing, or what cannot be done twice. `most`: bytes of the form;
        `read`: how else the form is read than from an urlencoded body."""
        signed = await to_thread.run_sync(self.signed, request)
        form = await (read(request) if read else form_of(request, most, fields))
        check_csrf(signed, request.headers, form)
        return await to_thread.run_sync(self._once, request, signed, form, fulfil, keyed)

    def _once(self, request: Request, signed: Signed, form: Form, fulfil: Fulfil, keyed: bool) -> Response:
        self.hears(request, signed)
        fresh: list[Response] = []
        fault: list[Exception] = []

        def act(kept: Once) -> Answered:
            try:
                answer = fulfil(request, signed, form, Deed(kept))
            except (Forbidden, NotThere, SignInNeeded, Busy):
                raise
            except Exception as failed:
                fault.append(failed)
                answer = Response("something went wrong on our side", 500, media_type="text/plain")
            fresh.append(answer)
            return Answered(pack(answer), kept=answer.status_code != 503)

        try:
            asked = self._asked(request, signed, form) if keyed else None
            answer, again = once(self.desk, asked, act)
        except BadKey as bad:
            return self.problem(request, signed, 400, tr("Not done"), not_done(bad))
        except OtherRequest:
            return self.problem(request, signed, 422, tr("Not done"), tr(_USED))
        except InFlight:
            waits = self.problem(request, signed, 409, tr("Still being done"), tr(_AT_IT))
            waits.headers["Retry-After"] = "1"
            return waits
        if fault:
            raise fault[0]
        return unpack(answer) if again else fresh[0]

    def _asked(self, request: Request, signed: Signed, form: Form) -> Asked | None:
        key = key_of(request.headers, form.get(FIELD))
        if key is None:
            return None
        body = repr((request.url.path, request.url.query, form.but("csrf", FIELD))).encode()
        waits = _PATIENCE if form.get(FIELD) else 0.0
        return Asked(f"staff:{signed.user.id}", key, body, waits)

    def page(
        self, request: Request, name: str, signed: Signed | None, status: int = 200, /, **values: Any
    ) -> Response:  # fmt: skip
        """A console page or a fragment of one."""
        tongue = self.hears(request, signed)
        standing = {
            "clinic": self.desk.clinic, "signed": signed, "me": signed.user if signed else None,
            "csrf": signed.csrf if signed else "", "new_key": _new_key, "stamp": self._stamp,
            "STATUS": each(STATUS), "CHANNELS": each(CHANNELS), "WHY_NOT": each(WHY_NOT), "SCRIPT": each(SCRIPT),
            "MEANT": {name: tr(row.describe) for name, row in self.desk.content.intents.items()},
            "opens": lambda path: bool(signed and opens(signed.user, "GET", path)), "here": request.url.path,
            "WRONG_KINDS": each(KINDS), "BECAUSE": each(BECAUSE), "PRIORITIES": each(PRIORITIES), "role": role,
            "tongue": tongue, "language": self.language, "number": number, "percent": percent, "decimal": decimal,
            "may_audit": bool(signed and may_audit(signed.user)), "sends_stopped": bool(signed and self._stopped()),
            "publish_missed": bool(signed and signed.user.role == "admin" and self._missed()),
        }  # fmt: skip
        return self.templates.TemplateResponse(request, f"console/{name}", {**standing, **values}, status_code=status)

    def rows(self) -> Draw:
        """The macro that writes a row of the queue, in the language of the moment."""
        words: dict[str, Any] = {"CHANNELS": each(CHANNELS), "STATUS": each(STATUS), "PRIORITIES": each(PRIORITIES)}
        words["language"] = cache(self.language)
        module: Any = self.templates.get_template("console/_queue_row.html").make_module(words)
        return cast(Draw, module.row_of)

    def sign_in_page(
        self, request: Request, onward: str = "/console", problem: str = "", status: int = 200, email: str = ""
    ) -> Response:  # fmt: skip
        """The door itself, with what went wrong."""
        counts = self.sessions.passwords()
        elsewhere = self.desk.settings.oidc_name if self.provider else ""
        return self.page(
            request, "signin.html", None, status, next=onward, accounts=self._accounts if counts else (),
            problem=problem, email=email, elsewhere=elsewhere, passwords=counts,
            idle=self.desk.settings.session_idle_minutes, arrived=request.query_params,
        )  # fmt: skip

    def let_in(self, answer: Response, token: str) -> None:
        """The session's cookie; where an admin comes, their rooms are told."""
        self.sessions.give(answer, token)
        found = self.sessions.find(token)
        if found is not None and found.user.role == "admin":
            self.admin_comes()

    def language(self, tag: str) -> str:
        """A patient's language by its name."""
        known = self.desk.content.languages.get(tag)
        return language(tag, known.english if known else "")

    def hears(self, request: Request, signed: Signed | None) -> Tongue:
        """From here on in the person's own language, or as their browser asks."""
        chosen = signed.user.language if signed else ""
        return speak(chosen or guess(request.headers.get("accept-language", "")), self.desk.clinic.country)

    def _stopped(self) -> bool:
        """Is sending stopped? Every page says so."""
        try:
            with self.desk.store.begin(write=False) as tx:
                return tx.sends.halted() is not None
        except Busy:
            return False

    def _missed(self) -> bool:
        """Is there something that was to be published at a time, and was not? Admins see it on every page."""
        try:
            with self.desk.store.begin(write=False) as tx:
                newest = next(iter(tx.content.proposals(self.desk.clinic.id, 1)), None)
        except Busy:
            return False
        return newest is not None and newest.state == "checked" and bool(newest.refused)

    def problem(self, request: Request, signed: Signed | None, status: int, title: str, text: str) -> Response:
        if _LIVE in request.headers:
            return Response(text, status, media_type="text/plain")
        return self.page(request, "problem.html", signed, status, title=title, text=text)

    def noted(self, signed: Signed, tag: str, subject: str) -> bool:
        """This read is on record already, so recently that a page which refreshes itself adds nothing."""
        known = self._read.get((signed.key, f"{tag}|{subject}"))
        return known is not None and self.desk.clock() - known < _READ_AGAIN

    def note_read(self, tx: Tx, signed: Signed, tag: str, subject: str, *, again: bool = False) -> None:
        """One audit row for a chart read; a page that refreshes itself (`again`) is the same read for a while."""
        now, key = self.desk.clock(), (signed.key, f"{tag}|{subject}")
        if again and self.noted(signed, tag, subject):
            return
        if len(self._read) > 5000:
            self._read.clear()
        self._read[key] = now
        self.desk.record(tx, f"staff:{signed.user.id}", tag, subject, now)


def _new_key() -> str:
    return secrets.token_urlsafe(18)


async def _kept(door: Door, handle: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    try:
        return await handle(request)
    except SignInNeeded:
        return _to_sign_in(door, request)
    except TooMany as much:  # no page: it would cost what is being limited
        return slow_down(much.wait)
    except (Forbidden, NotThere, Busy) as fault:
        found = await to_thread.run_sync(_anybody, door, request)
        return await to_thread.run_sync(_refuse, door, request, found, fault)


def _anybody(door: Door, request: Request) -> Signed | None:
    try:
        return door.sessions.find(door.sessions.token_of(request), passive=_LIVE in request.headers)
    except (SignInNeeded, Busy):
        return None


def _refuse(door: Door, request: Request, signed: Signed | None, fault: Exception) -> Response:
    door.hears(request, signed)
    if isinstance(fault, Forbidden):
        return door.problem(request, signed, 403, tr("Not for your role"), said(fault))
    if isinstance(fault, NotThere):
        return door.problem(request, signed, 404, tr("Not here"), tr("There is nothing at this address."))
    busy = tr("The desk is busy just now. Nothing was changed; try again.")
    return door.problem(request, signed, 503, tr("Busy"), busy)


def _to_sign_in(door: Door, request: Request) -> Response:
    if _LIVE in request.headers:
        return Response("signed out", 401, media_type="text/plain")
    onward = request.url.path if request.method == "GET" else "/console"
    asks = ["over=yes"] * bool(door.sessions.token_of(request)) + [f"next={onward}"] * (onward != "/console")
    gone = RedirectResponse(f"{SIGN_IN}?{'&'.join(asks)}".rstrip("?"), 303)
    if door.sessions.token_of(request):
        door.sessions.take_back(gone)
    return gone


__all__ = ["SIGN_IN", "Deed", "Door", "NotThere"]
