"""Holds the time that a patient agreed to until staff decide, and lets it go again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agent.actions.context import ClinicAction, Context
from agent.model.calendar import Opening
from agent.model.fault import Conflict


class HoldOpening(ClinicAction):
    """`opening` (dict, or an id of `openings`) -> `hold` (appointment id), or `taken` true when somebody was first."""

    called = "action_hold_opening"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        opening = _chosen(at, slots)
        held = at.tx.appointments.get(str(slots["hold"])) if slots.get("hold") else None
        same = held is not None and (held.provider, held.start) == (opening.provider, opening.start)
        if held is not None and same and held.status == "pending":
            return {"hold": held.id, "taken": False}
        try:
            row = at.calendar.hold(
                at.tx,
                opening,
                id=at.new_id(),
                patient=at.conversation.patient if at.conversation.identity == "verified" else None,
                conversation=at.conversation.id,
                replaces=_replaced(slots),
                now=at.now,
            )
        except Conflict:
            return {"hold": None, "taken": True}
        return {"hold": row.id, "taken": False}


class ReleaseHold(ClinicAction):
    """`hold` -> freed; no error when it was gone already."""

    called = "action_release_hold"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        if slots.get("hold"):
            at.calendar.release(at.tx, str(slots["hold"]), at.now)
        return {"hold": None}


def _chosen(at: Context, slots: dict[str, Any]) -> Opening:
    """The opening that the slot names; LookupError when it was never offered."""
    chosen = slots.get("opening")
    if not isinstance(chosen, dict):
        chosen = next((o for o in slots.get("openings") or () if o["id"] == chosen), None)
    if chosen is None:
        raise LookupError("no such opening")
    start = datetime.fromisoformat(str(chosen["start"])).astimezone(UTC)
    return Opening(
        provider=chosen["provider"],
        location=chosen["location"],
        visit_type=chosen["visit_type"],
        start=start,
        end=start + timedelta(minutes=at.clinic.visit_type(chosen["visit_type"]).minutes),
        local=datetime.fromisoformat(str(chosen["local"])),
        zone=chosen["zone"],
    )


def _replaced(slots: dict[str, Any]) -> str | None:
    """The appointment that this one is to take the place of."""
    moved = slots.get("replaces") or slots.get("appointment")
    return str(moved["id"]) if isinstance(moved, dict) else str(moved) if moved else None
