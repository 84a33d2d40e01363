"""A filled-in form taken out of the console as a FHIR Bundle."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from agent.desk.approving import filled
from agent.intake.response import bundle
from agent.model.fault import Refused
from agent.model.form import Form, FormRow
from agent.web.console_door import Door, NotThere
from agent.web.console_rights import may


def routes(door: Door) -> APIRouter:
    """`/console/tasks/{id}/fhir`."""
    router = door.router()

    @router.get("/console/tasks/{id}/fhir")
    def fhir(request: Request, id: str) -> Response:
        """The form of a task as a FHIR Bundle, to be kept elsewhere; on record."""
        signed = door.signed(request)
        with door.desk.store.begin() as tx:
            task = tx.tasks.get(id)
            if task is None or task.clinic != door.desk.clinic.id or not may(signed.user, "decide", task):
                raise NotThere
            try:
                form, row = filled(door.desk, tx, task)
            except Refused:
                raise NotThere from None
            door.note_read(tx, signed, "form:exported", row.id, again=True)
        return _download(_bundled(form, row), task.number)

    return router


def _bundled(form: Form, row: FormRow) -> dict[str, Any]:
    """As approved, else as it would be."""
    if not row.resources:
        return bundle(form, row)
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in row.resources]}


def _download(held: Mapping[str, Any], number: int) -> Response:
    named = {"Content-Disposition": f'attachment; filename="form-{number}.fhir.json"'}
    return Response(json.dumps(held, ensure_ascii=False, indent=1), media_type="application/fhir+json", headers=named)
