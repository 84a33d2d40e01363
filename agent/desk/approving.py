"""A filled-in form that a person has checked: kept as approved, with the FHIR resources that it makes."""

from collections.abc import Mapping
from typing import Any

from agent.desk.booking import put_on_file
from agent.desk.decide import load, rung, settled
from agent.desk.desk import Desk
from agent.desk.telling import told_of
from agent.desk.unsay import undisturbed
from agent.intake.engine import put, standing
from agent.intake.response import resources, response
from agent.model.effect import Say
from agent.model.fault import Conflict, Refused
from agent.model.form import Form, FormRow
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.ports import Tx

Mended = Mapping[tuple[str, int], tuple[bool | float | str, ...]]


@undisturbed
def approve(
    desk: Desk, task_id: str, version: int, by: StaffUser, patient: str | None = None, mended: Mended | None = None
) -> Task:
    """Keep the form as approved for this patient, or for a new one put on file. `mended`: what staff made of unsure
    answers; those left out stay words alone. Raises Refused for a value that its question cannot have, and Conflict
    when somebody was first."""
    now = desk.clock()
    with desk.store.begin() as tx:
        task, conversation = load(desk, tx, task_id, version, by)
        form, row = filled(desk, tx, task)
        if row.state == "approved":
            raise Conflict("this form is approved already")
        whose = _whose(desk, tx, task, row, patient)
        row = _mended(form, row, mended or {}).model_copy(
            update={"patient": whose, "state": "approved", "changed_at": now}
        )
        made = resources(form, row)
        row = tx.forms.save(row.model_copy(update={"resources": (response(form, row), *made)}))
        result = {"form": row.id, "resources": [r["resourceType"] for r in made]}
        saved = settled(desk, tx, task.model_copy(update={"patient": whose}), "completed", by, "approved", now, result)
        told_of(desk, tx, conversation, (Say(key="form.checked", values={"staff": by.name}),), now, by, saved, saved.id)
    return rung(desk, saved)


def filled(desk: Desk, tx: Tx, task: Task) -> tuple[Form, FormRow]:
    """The form of a task, with what was answered. Raises Refused where there is none any more."""
    row = tx.forms.get(str(task.proposal.get("form") or ""))
    form = desk.content.forms.get(row.form) if row is not None else None
    if row is None or form is None:
        raise Refused("this form is no longer there; close the request with a word to the patient")
    return form, row


def _whose(desk: Desk, tx: Tx, task: Task, row: FormRow, patient: str | None) -> str:
    known = tx.patients.get(patient) if patient else None
    if patient and (known is None or known.clinic != desk.clinic.id):
        raise Refused("there is no such patient")
    said = {"name": row.name, "dob": row.dob, **task.proposal}
    whose = patient or row.patient or put_on_file(desk, tx, task.model_copy(update={"proposal": said}), desk.clock())
    if whose is None:
        raise Refused("choose which patient this is: the form has no name or date of birth")
    return whose


def _mended(form: Form, row: FormRow, mended: Mended) -> FormRow:
    given = row.given
    for one in standing(form, row.given):
        values = mended.get((one.link, one.row))
        if not values:
            continue
        try:
            given = put(form, given, one.model_copy(update={"values": values, "unsure": False}))
        except ValueError:
            item = form.item(one.link)
            words: Any = item.text.get("en", one.link) if item else one.link
            raise Refused("this cannot be an answer to “%(question)s”", question=words) from None
    return row.model_copy(update={"given": given})
