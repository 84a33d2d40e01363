"""Sending, as staff see and stop it: one button that anybody may press, and one that an admin presses to go on."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent.desk.halt import start, stop
from agent.web.console_door import Deed, Door, NotThere
from agent.web.console_rights import may_resume
from agent.web.console_tongue import tr
from agent.web.console_words import at, staff_voice
from agent.web.signin import Forbidden, Form, Signed


def routes(door: Door) -> APIRouter:
    """`/console/sends`."""
    router = door.router()

    @router.get("/console/sends")
    def sends(request: Request) -> Response:
        return _show(door, request, door.signed(request))

    @router.post("/console/sends/{act}")
    async def act(request: Request, act: str) -> Response:
        return await door.write(request, lambda _, s, f, deed: _act(door, s, f, deed, act))

    return router


def _show(door: Door, request: Request, signed: Signed) -> Response:
    desk = door.desk
    voice = staff_voice(desk, desk.clock())
    with desk.store.begin(write=False) as tx:
        halt, waiting, unsure = tx.sends.halted(), tx.outbox.waiting(), len(tx.outbox.unsettled())
        staff = {f"staff:{u.id}": u.name for u in tx.staff.all(desk.clinic.id)}
    caps = desk.settings
    return door.page(
        request, "sends.html", signed, halt=halt, waiting=waiting, unsure=unsure, may_resume=may_resume(signed.user),
        by=staff.get(halt.by, tr("an operator")) if halt else "", at=lambda when: at(voice, when),
        texts=caps.texts_per_hour, alarms=caps.alarms_per_hour,
    )  # fmt: skip


def _act(door: Door, signed: Signed, form: Form, deed: Deed, act: str) -> Response:
    desk, by = door.desk, f"staff:{signed.user.id}"
    if act not in ("stop", "start"):
        raise NotThere
    if act == "start" and not may_resume(signed.user):
        raise Forbidden("Anybody on the staff may stop sending. To start it again is for the role “admin”.")
    done = RedirectResponse("/console/sends", 303)
    with deed.desk(done).store.begin() as tx:
        if act == "stop":
            stop(tx, by, desk.clock(), desk.new_id, everything=form.get("everything") == "yes")
        else:
            start(tx, by, desk.clock(), desk.new_id)
    desk.bus.ring("outbox")
    desk.bus.ring(f"console:{desk.clinic.id}")
    return done
