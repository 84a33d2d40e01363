"""A person's own page: where they are signed in, absence, the second factor, the password, and breaking the glass."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk.desk import Desk
from agent.desk.hand_over import come_back, go_away
from agent.desk.planted import COUNTED, own
from agent.model.fault import Conflict, Refused
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_rights import WORKS
from agent.web.console_says import role
from agent.web.console_tongue import not_done, tongues
from agent.web.console_words import at, staff_voice
from agent.web.passwords import LEAST, hash_password, is_password
from agent.web.second_factor import new_secret, picture_of, step_of
from agent.web.signin import Forbidden, Form, Signed

GLASS = timedelta(minutes=60)
_LEAST_REASON = 10  # characters


def routes(door: Door) -> APIRouter:
    """`/console/account`."""
    router = door.router()

    @router.get("/console/account")
    def account(request: Request) -> Response:
        return show(door, request, door.signed(request))

    @router.post("/console/account/{act}")
    async def act(request: Request, act: str) -> Response:
        return await door.write(request, lambda r, s, f, d: _act(door, r, s, f, d, act))

    return router


def show(
    door: Door, request: Request, signed: Signed, problem: str = "", status: int = 200, **more: Any
) -> Response:  # fmt: skip
    desk = door.desk
    voice = staff_voice(desk, desk.clock())
    with desk.store.begin(write=False) as tx:
        sessions = tx.staff.sessions_of(signed.user.id)
        me = tx.staff.get(signed.user.id)
        planted = own(desk, tx, signed.user.id)
    places = [p for p in desk.clinic.locations if me is not None and p.id in me.locations]
    return door.page(
        request, "account.html", signed, status, sessions=sessions, problem=problem, places=places,
        at=lambda when: at(voice, when), works=signed.user.role in WORKS, least=LEAST,
        planted=planted, rate=desk.clinic.planted_errors, counted=COUNTED.days,
        choices={tag: desk.content.languages[tag].name for tag in tongues() if tag in desk.content.languages}, **more,
    )  # fmt: skip


def _act(door: Door, request: Request, signed: Signed, form: Form, deed: Deed, act: str) -> Response:
    done = RedirectResponse("/console/account", 303)
    acts: dict[str, Callable[[Desk, Signed, Form], None]] = {
        "away": _away, "back": lambda d, s, _: come_back(d, s.user, s.user.id), "revoke": _revoke,
        "language": _language, "second-factor": _enrol, "second-factor-off": _unenrol, "password": _password,
        "glass": _glass, "glass-off": _glass_off,
    }  # fmt: skip
    if act == "second-factor-new":
        secret = new_secret()
        picture = picture_of(secret, signed.user.email, door.desk.clinic.name)
        return show(door, request, signed, secret=secret, picture=picture)
    if act not in acts:
        raise NotThere
    if act in ("away", "back") and signed.user.role not in WORKS:
        raise Forbidden("The role “%(role)s” has no work to give back.", role=role(signed.user.role))
    try:
        acts[act](deed.desk(done), signed, form)
    except (Refused, Conflict) as refused:
        secret = form.get("secret") if act == "second-factor" else ""
        more = {"secret": secret, "picture": picture_of(secret, signed.user.email, door.desk.clinic.name)} if secret \
            else {}  # fmt: skip
        return show(door, request, signed, not_done(refused), 422, **more)
    door.desk.bus.ring(f"console:{door.desk.clinic.id}")  # open pages look whether they may still be
    return done


def _away(desk: Desk, signed: Signed, _: Form) -> None:
    go_away(desk, signed.user, signed.user.id)


def _revoke(desk: Desk, signed: Signed, form: Form) -> None:
    """One of one's own sessions, or all the others."""
    with desk.store.begin() as tx:
        mine = {s.key for s in tx.staff.sessions_of(signed.user.id)}
        chosen = mine - {signed.key} if form.get("key") == "others" else mine & {form.get("key")}
        for key in chosen:
            tx.staff.close_session(key)
        if chosen:
            desk.record(tx, f"staff:{signed.user.id}", "session:revoked", signed.user.id, desk.clock(),
                        data={"count": len(chosen)})  # fmt: skip


def _language(desk: Desk, signed: Signed, form: Form) -> None:
    """Theirs from the next page on; empty: as the browser asks."""
    chosen = form.get("language")
    if chosen not in ("", *tongues()):
        raise Refused("choose a language")
    with desk.store.begin() as tx:
        user = tx.staff.get(signed.user.id)
        assert user is not None
        tx.staff.save(user.model_copy(update={"language": chosen}))
        desk.record(tx, f"staff:{user.id}", "staff:language", user.id, desk.clock(), data={"language": chosen})


def _enrol(desk: Desk, signed: Signed, form: Form) -> None:
    secret, now = form.get("secret"), desk.clock()
    if not (secret.isascii() and secret.isalnum() and len(secret) == 32):
        raise Refused("begin again")
    step = step_of(secret, form.get("code"), now)
    if step is None:
        raise Refused("this code is not right; wait for the next one")
    with desk.store.begin() as tx:
        user = tx.staff.get(signed.user.id)
        assert user is not None
        tx.staff.save(user.model_copy(update={"totp": secret}))
        tx.staff.use_step(user.id, step)
        desk.record(tx, f"staff:{user.id}", "staff:second-factor-on", user.id, now)


def _unenrol(desk: Desk, signed: Signed, form: Form) -> None:
    _sure(desk, signed, form)
    with desk.store.begin() as tx:
        user = tx.staff.get(signed.user.id)
        assert user is not None
        tx.staff.save(user.model_copy(update={"totp": ""}))
        desk.record(tx, f"staff:{user.id}", "staff:second-factor-off", user.id, desk.clock())


def _password(desk: Desk, signed: Signed, form: Form) -> None:
    """A new password; everybody else who is signed in with the old one is signed out."""
    _sure(desk, signed, form)
    fresh = form.get("fresh")
    if len(fresh) < LEAST:
        raise Refused("at least %(least)s characters", least=LEAST)
    hashed = hash_password(fresh[:256])
    with desk.store.begin() as tx:
        user = tx.staff.get(signed.user.id)
        assert user is not None
        tx.staff.save(user.model_copy(update={"password_hash": hashed}))
        for session in tx.staff.sessions_of(user.id):
            if session.key != signed.key:
                tx.staff.close_session(session.key)
        desk.record(tx, f"staff:{user.id}", "staff:password-changed", user.id, desk.clock())


def _glass(desk: Desk, signed: Signed, form: Form) -> None:
    """Every location for an hour, for a reason that stands in the audit trail."""
    why, now = " ".join(form.get("why").split()), desk.clock()
    if len(why) < _LEAST_REASON:
        raise Refused("say why in a few words: it is kept in the audit trail")
    with desk.store.begin() as tx:
        tx.staff.break_glass(signed.key, now + GLASS)
        desk.record(tx, f"staff:{signed.user.id}", "glass:broken", signed.user.id, now, why=why[:300])


def _glass_off(desk: Desk, signed: Signed, _: Form) -> None:
    with desk.store.begin() as tx:
        tx.staff.break_glass(signed.key, None)
        desk.record(tx, f"staff:{signed.user.id}", "glass:closed", signed.user.id, desk.clock())


def _sure(desk: Desk, signed: Signed, form: Form) -> None:
    """Still the same person? Their password says so."""
    with desk.store.begin(write=False) as tx:
        user = tx.staff.get(signed.user.id)
    if user is None or not is_password(form.get("password"), user.password_hash or None):
        raise Refused("this is not your password")
