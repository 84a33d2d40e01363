"""A visit's file for the patient's calendar, handed on by staff; each download is a look at the patient on record."""

from fastapi import APIRouter, Request, Response

from agent.web.console_door import Door, NotThere
from agent.web.visit_file import calendar_file, chain


def routes(door: Door) -> APIRouter:
    """`/console/patients/{id}/visits/{visit}/calendar`."""
    router = door.router()

    @router.get("/console/patients/{id}/visits/{visit}/calendar")
    def calendar(request: Request, id: str, visit: str) -> Response:
        signed, desk = door.signed(request), door.desk
        with desk.store.begin() as tx:
            found = tx.appointments.get(visit)
            if found is None or found.clinic != desk.clinic.id or found.patient != id:
                raise NotThere
            made = calendar_file(desk.clinic, chain(tx, found), desk.clock())
            door.note_read(tx, signed, "patient:viewed", id)
        named = {"Content-Disposition": 'attachment; filename="visit.ics"'}
        return Response(made, media_type="text/calendar", headers=named)

    return router
