"""Signing in by the organisation's own accounts: to the provider and back, for people whom the desk knows already."""

import base64
import hashlib
import json
from dataclasses import asdict

from anyio import to_thread
from cryptography.fernet import Fernet, InvalidToken
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk.desk import Desk
from agent.house import keys_of
from agent.model.fault import Busy, Conflict
from agent.model.wording import N_
from agent.web.console_door import SIGN_IN, Door, NotThere
from agent.web.console_tongue import tr
from agent.web.oidc import STALE, NotIdentified, Pending, Provider
from agent.web.peers import caller_of
from agent.web.signin import NotKnown, TooMany, form_of

START = "/console/oidc/start"
_MINUTES = 10  # in which a sign-in that was begun must come back
_SLOW = N_("Too many tries. Wait a few minutes, then try again.")
_BUSY = N_("The desk is busy just now; try again.")
_STOPPED = N_("The sign-in was not completed at the sign-in service.")


def routes(door: Door) -> APIRouter:
    """`/console/oidc/…`; nothing is there where no provider is configured."""
    router, desk = door.router(), door.desk
    provider = door.provider
    keep = _Kept(desk, secure=door.sessions.secure)

    def here() -> Provider:
        if provider is None:
            raise NotThere
        return provider

    @router.get(START)
    def start(request: Request, next: str = "") -> Response:
        try:
            address, pending = here().begin(inside(next))
        except NotIdentified as no:
            return _refused(door, request, _why(no.why), 503)
        gone = RedirectResponse(address, 303)
        keep.give(gone, pending)
        return gone

    @router.get("/console/oidc/back")
    def back(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
        """Only shows a button that the page presses by itself: a session is opened by a POST of our own page."""
        here()
        if error or not code or not state:
            return _refused(door, request, tr(_STOPPED), 401)
        return door.page(request, "oidc.html", None, code=code[:2000], state=state[:200])

    @router.post("/console/oidc/enter")
    async def enter(request: Request) -> Response:
        here()
        form = await form_of(request)
        return await to_thread.run_sync(_enter, request, form.get("code"), form.get("state"))

    def _enter(request: Request, code: str, state: str) -> Response:
        door.hears(request, None)
        pending = keep.find(request)
        if pending is None or state != pending.state:
            return _refused(door, request, _why(STALE), 401)
        peer = caller_of(request, desk.settings.trusted_proxies)
        try:
            door.sessions.count(peer)
            who = here().finish(code, pending)
            former, about = door.sessions.token_of(request), request.headers.get("user-agent", "")
            token = door.sessions.admit(who.subject, who.email, former, about=about)
        except TooMany as much:
            slow = _refused(door, request, tr(_SLOW), 429)
            slow.headers["Retry-After"] = str(int(much.wait) + 1)
            return slow
        except NotKnown as no:
            return _refused(door, request, tr(no.why), 403)
        except (NotIdentified, Conflict) as no:  # a conflict: the same account, linked this very moment
            return _refused(door, request, _why(no.why if isinstance(no, NotIdentified) else STALE), 401)
        except Busy:
            return _refused(door, request, tr(_BUSY), 503)
        answer = RedirectResponse(pending.onward, 303)
        keep.take_back(answer)
        door.let_in(answer, token)
        return answer

    @router.get("/console/oidc/out")
    def out(_: Request) -> Response:
        """On from here to the provider's own way of signing out; ours is over already."""
        base = desk.settings.public_url.rstrip("/")
        return RedirectResponse(here().farewell(f"{base}{SIGN_IN}") or SIGN_IN, 303)

    return router


def inside(onward: str) -> str:
    """Where to go after signing in: a page of the console or of the admins, whatever the address says."""
    ours = onward.startswith(("/console", "/admin")) and onward.isprintable()
    safe = ours and "//" not in onward and "\\" not in onward
    return onward if safe and not onward.startswith((SIGN_IN, "/console/oidc")) else "/console"


def _why(why: str) -> str:
    return tr("Not signed in: %(why)s.", why=tr(why))


def _refused(door: Door, request: Request, why: str, status: int) -> Response:
    return door.sign_in_page(request, problem=why, status=status)


class _Kept:
    """What a sign-in must find again, sealed in a cookie of the browser that began it, for a few minutes."""

    def __init__(self, desk: Desk, *, secure: bool) -> None:
        secret = hashlib.sha256(b"oidc|" + keys_of(desk.settings)[1]).digest()
        self._box = Fernet(base64.urlsafe_b64encode(secret))
        self._secure, self._name = secure, "__Host-frontdesk-oidc" if secure else "frontdesk-oidc"

    def give(self, response: Response, pending: Pending) -> None:
        sealed = self._box.encrypt(json.dumps(asdict(pending)).encode()).decode()
        response.set_cookie(
            self._name, sealed, max_age=_MINUTES * 60, path="/", httponly=True, secure=self._secure, samesite="lax"
        )

    def find(self, request: Request) -> Pending | None:
        try:
            opened = self._box.decrypt(request.cookies.get(self._name, ""), ttl=_MINUTES * 60)
            return Pending(**json.loads(opened))
        except (InvalidToken, ValueError, TypeError):
            return None

    def take_back(self, response: Response) -> None:
        response.delete_cookie(self._name, path="/", httponly=True, secure=self._secure, samesite="lax")


__all__ = ["START", "inside", "routes"]
