"""A filled-in form taken out of the console as a FHIR Bundle, and the photographs beside it."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from agent.desk.approving import filled
from agent.intake.response import binary, collection, resources, response
from agent.model.fault import Refused
from agent.model.form import Form, FormRow
from agent.model.task import Task
from agent.ports import Tx
from agent.web.console_door import Door, NotThere
from agent.web.console_pictures import SANDBOX
from agent.web.console_rights import Deed, may
from agent.web.signin import Signed


def routes(door: Door) -> APIRouter:
    """`/console/tasks/{id}/fhir` and `/console/tasks/{id}/photos/{photo}`."""
    router = door.router()

    @router.get("/console/tasks/{id}/photos/{photo}")
    def photo(request: Request, id: str, photo: str) -> Response:
        """A photograph of a form, for those who see its task; each look is on record."""
        signed = door.signed(request)
        with door.desk.store.begin() as tx:
            form = _task(door, tx, id, signed, "see").proposal.get("form")
            kept = tx.photos.get(photo)
            content = tx.photos.content(photo) if kept is not None and kept.form == form else None
            if kept is None or content is None:
                raise NotThere
            door.note_read(tx, signed, "photo:viewed", photo, again=True)
        named = {"Content-Security-Policy": SANDBOX, "Content-Disposition": 'inline; filename="photo.jpg"'}
        return Response(content, media_type=kept.kind, headers=named)

    @router.get("/console/tasks/{id}/fhir")
    def fhir(request: Request, id: str) -> Response:
        """The form of a task as a FHIR Bundle, to be kept elsewhere; on record."""
        signed = door.signed(request)
        with door.desk.store.begin() as tx:
            task = _task(door, tx, id, signed, "decide")
            try:
                form, row = filled(door.desk, tx, task)
            except Refused:
                raise NotThere from None
            door.note_read(tx, signed, "form:exported", row.id, again=True)
            held = _bundled(tx, form, row)
        return _download(held, task.number)

    return router


def _task(door: Door, tx: Tx, id: str, signed: Signed, deed: Deed) -> Task:
    task = tx.tasks.get(id)
    if task is None or task.clinic != door.desk.clinic.id or not may(signed.user, deed, task):
        raise NotThere
    return task


def _bundled(tx: Tx, form: Form, row: FormRow) -> dict[str, Any]:
    """As approved, else as it would be; with the photographs that answers name."""
    named = {str(v) for g in row.given for v in g.values}
    kept = [(p, tx.photos.content(p.id)) for p in tx.photos.of_form(row.id) if p.id in named]
    photos = [binary(p.id, p.kind, content) for p, content in kept if content is not None]
    return collection([*(row.resources or (response(form, row), *resources(form, row))), *photos])


def _download(held: Mapping[str, Any], number: int) -> Response:
    named = {"Content-Disposition": f'attachment; filename="form-{number}.fhir.json"'}
    return Response(json.dumps(held, ensure_ascii=False, indent=1), media_type="application/fhir+json", headers=named)
