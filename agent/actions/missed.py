"""Whether whoever is at the telephone may be asked about a visit that was missed."""

from typing import Any

from agent.actions import our_calls
from agent.actions.context import ClinicAction, Context
from agent.desk.missed_calls import told_back


class NoteMissed(ClinicAction):
    """`visit` (an opening with the appointment's `id`), `back` (do they ring us, after a call of ours?) and `theirs`
    (do they answer for the patient?) -> `reached`: true when it is on record that they are asked; false where they do
    not, or where the visit was not missed after all."""

    called = "action_note_missed"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        visit, theirs = slots.get("visit"), bool(slots.get("theirs"))
        row = at.tx.appointments.get(str(visit["id"])) if isinstance(visit, dict) else None
        stands = row is not None and row.clinic == at.clinic.id and row.status == "noshow"
        if slots.get("back"):
            if row is not None and stands and theirs:
                told_back(at.tx, row.id, at.now)
        elif row is not None and (stands or not theirs):
            our_calls.note(at, our_calls.rung(at, "missed", row.id), theirs=theirs)
        return {"reached": stands and theirs}
