"""Who works here, for admins: roles, locations, absence, sessions, invitations; and the door of the invited."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk.desk import Desk
from agent.desk.hand_over import come_back, go_away
from agent.model.fault import Refused
from agent.model.patient import StaffUser
from agent.model.staff import Invitation
from agent.web.console_door import SIGN_IN, Deed, Door, NotThere
from agent.web.console_rights import ROLES
from agent.web.console_tongue import not_done, number, tr
from agent.web.console_words import at, staff_voice
from agent.web.passwords import LEAST, hash_password
from agent.web.signin import Form, Signed, form_of

INVITED = timedelta(days=3)


def routes(door: Door) -> APIRouter:
    """`/console/people`, and `/console/join/{token}` for those who are not in yet."""
    router, desk = door.router(), door.desk

    @router.get("/console/people")
    def people(request: Request) -> Response:
        return _show(door, request, door.signed(request))

    @router.post("/console/people/invite")
    async def invite(request: Request) -> Response:
        return await door.write(request, lambda r, s, f, d: _invite(door, r, s, f, d))

    @router.post("/console/people/{id}/{act}")
    async def act(request: Request, id: str, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, (id, act)))

    @router.get("/console/join/{token}")
    def ask(request: Request, token: str) -> Response:
        with desk.store.begin(write=False) as tx:
            found = _waiting(desk, tx.invitations.get(_hash(token)))
        return door.page(
            request, "join.html", None, invited=found, problem="", least=LEAST, passwords=door.sessions.passwords()
        )

    @router.post("/console/join/{token}")
    async def join(request: Request, token: str) -> Response:
        form = await form_of(request)
        return await to_thread.run_sync(_join, door, request, form, token)

    return router


def _show(
    door: Door, request: Request, signed: Signed, problem: str = "", status: int = 200, **more: Any
) -> Response:  # fmt: skip
    desk = door.desk
    voice = staff_voice(desk, desk.clock())
    with desk.store.begin(write=False) as tx:
        users = tx.staff.all(desk.clinic.id)
        sessions = {u.id: tx.staff.sessions_of(u.id) for u in users}
    return door.page(
        request, "people.html", signed, status, users=users, sessions=sessions, problem=problem, ROLES=ROLES,
        at=lambda when: at(voice, when), places=desk.clinic.locations, **more,
    )  # fmt: skip


def _invite(door: Door, request: Request, signed: Signed, form: Form, deed: Deed) -> Response:
    """The link is shown once, to hand over in person or by a way that the clinic trusts; only its hash is kept."""
    desk, token = door.desk, secrets.token_urlsafe(32)
    link = f"{desk.settings.public_url.rstrip('/')}/console/join/{token}"
    shown = _show(door, request, signed, link=link, invited=form.get("email").strip().lower())
    try:
        email, name = form.get("email").strip().lower()[:254], " ".join(form.get("name").split())[:120]
        role, places = _role(form), _places(desk, form)
        if "@" not in email or not name:
            raise Refused("give a name and an e-mail address")
        now = desk.clock()
        with deed.desk(shown).store.begin() as tx:
            if tx.staff.by_email(email) is not None:
                raise Refused("somebody has this e-mail address already")
            tx.invitations.add(_hash(token), Invitation(clinic=desk.clinic.id, name=name, email=email, role=role,
                               locations=places, by=signed.user.id, expires_at=now + INVITED))  # fmt: skip
            desk.record(tx, f"staff:{signed.user.id}", "staff:invited", "invitation", now, data={"role": role})
    except Refused as refused:
        return _show(door, request, signed, not_done(refused), 422)
    return shown


def _act(
    door: Door, request: Request, signed: Signed, form: Form, deed: Deed, which: tuple[str, str]
) -> Response:  # fmt: skip
    id, act = which
    done = RedirectResponse("/console/people", 303)
    desk = door.desk
    with desk.store.begin(write=False) as tx:
        person = tx.staff.get(id)
    acts: dict[str, Callable[[Desk], object]] = {
        "save": lambda d: _save(d, signed, form, id), "away": lambda d: go_away(d, signed.user, id),
        "back": lambda d: come_back(d, signed.user, id), "sign-out": lambda d: _sign_out(d, signed, id),
        "disable": lambda d: _able(d, signed, id, disabled=True),
        "enable": lambda d: _able(d, signed, id, disabled=False),
        "unlink": lambda d: _change(d, signed, id, "staff:unlinked", oidc=""),
    }  # fmt: skip
    if person is None or person.clinic != desk.clinic.id or act not in acts:
        raise NotThere
    try:
        acts[act](deed.desk(done))
    except Refused as refused:
        return _show(door, request, signed, not_done(refused), 422)
    desk.bus.ring(f"console:{desk.clinic.id}")  # open pages look whether they may still be
    return done


def _save(desk: Desk, signed: Signed, form: Form, id: str) -> None:
    role, places = _role(form), _places(desk, form)
    if id == signed.user.id and role != "admin":
        raise Refused("you cannot take the role “admin” from yourself")
    _change(desk, signed, id, "staff:changed", role=role, locations=places)


def _able(desk: Desk, signed: Signed, id: str, *, disabled: bool) -> None:
    if id == signed.user.id:
        raise Refused("you cannot disable yourself")
    _change(desk, signed, id, "staff:disabled" if disabled else "staff:enabled", disabled=disabled)


def _change(desk: Desk, signed: Signed, id: str, tag: str, **fields: Any) -> None:
    """Whoever is disabled is signed out in the same breath; their work goes back to the queue with the next round."""
    with desk.store.begin() as tx:
        user = tx.staff.get(id)
        assert user is not None
        tx.staff.save(user.model_copy(update=fields))
        if fields.get("disabled"):
            tx.staff.close_sessions_of(id)
        desk.record(tx, f"staff:{signed.user.id}", tag, id, desk.clock(), fields=tuple(fields))


def _sign_out(desk: Desk, signed: Signed, id: str) -> None:
    with desk.store.begin() as tx:
        tx.staff.close_sessions_of(id)
        desk.record(tx, f"staff:{signed.user.id}", "session:revoked", id, desk.clock())


def _join(door: Door, request: Request, form: Form, token: str) -> Response:
    desk, now = door.desk, door.desk.clock()
    with desk.store.begin(write=False) as tx:
        found = _waiting(desk, tx.invitations.get(_hash(token)))
    if found is None:
        return door.page(request, "join.html", None, 404, invited=None, problem="", least=LEAST)
    needed, password = door.sessions.passwords(), form.get("password")
    if needed and len(password) < LEAST:
        problem = tr("At least %(least)s characters.", least=number(LEAST))
        return door.page(request, "join.html", None, 422, invited=found, problem=problem, least=LEAST, passwords=True)
    hashed = hash_password(password[:256]) if needed else ""
    with desk.store.begin() as tx:
        taken = tx.invitations.take(_hash(token))
        if taken is None or tx.staff.by_email(taken.email) is not None:
            return door.page(request, "join.html", None, 404, invited=None, problem="", least=LEAST)
        user = StaffUser(id=desk.new_id(), clinic=taken.clinic, name=taken.name, email=taken.email, role=taken.role,
                         locations=taken.locations, password_hash=hashed)  # fmt: skip
        tx.staff.add(user)
        desk.record(tx, f"staff:{user.id}", "staff:joined", user.id, now, data={"by": taken.by})
    return RedirectResponse(f"{SIGN_IN}?joined=yes", 303)


def _waiting(desk: Desk, found: Invitation | None) -> Invitation | None:
    return found if found and found.clinic == desk.clinic.id and found.expires_at > desk.clock() else None


def _role(form: Form) -> str:
    if form.get("role") not in ROLES:
        raise Refused("choose a role")
    return form.get("role")


def _places(desk: Desk, form: Form) -> tuple[str, ...]:
    """All of them is the same as none: no bound."""
    known = [p.id for p in desk.clinic.locations]
    chosen = tuple(p for p in known if p in form.all("location"))
    return () if len(chosen) == len(known) else chosen


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
