"""A patient's answer to a time from the waitlist, where it was offered; who is asked next, the desk sees to."""

from datetime import timedelta
from typing import Any

from agent.actions import our_calls
from agent.actions.context import ClinicAction, Context
from agent.actions.facts import clinic_facts
from agent.desk.in_line import kept_until
from agent.desk.offering import FLOW
from agent.model.audit import AuditEvent
from agent.model.calendar import Appointment
from agent.model.waitlist import Offer

_ANSWERED = {"declined": "passed", "accepted": "taken"}


class AnswerOffer(ClinicAction):
    """`offer`, `answer` -> `result`: "asked" with `hold`, when the time is theirs until staff decide; "declined"; or
    "gone", when the offer is over; "passed" or "taken", when they have answered it somewhere else. Each offer is
    answered once."""

    called = "action_answer_offer"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        offer = at.tx.waitlist.get_offer(str(slots.get("offer")), lock=True)
        if offer is None or offer.state != "open":
            return {"result": _ANSWERED.get(offer.state, "gone") if offer is not None else "gone"}
        if not slots.get("answer"):
            at.tx.waitlist.settle(offer.id, "declined", at.now)
            at.calendar.release(at.tx, offer.appointment, at.now)
            at.tx.outbox.void(None, offer.appointment, "declined")
            _record(at, "waitlist:declined", offer)
            return {"result": "declined"}
        row = at.tx.appointments.get(offer.appointment, lock=True)
        if row is None or row.status != "pending" or offer.expires_at <= at.now:
            return {"result": "gone"}  # the sweep settles it
        if not at.tx.waitlist.move(offer.entry, ("waiting",), "asked", at.now):
            return {"result": "gone"}  # taken off the list meanwhile
        _here(at, offer)
        at.tx.waitlist.settle(offer.id, "accepted", at.now)
        _keep(at, row)
        _record(at, "waitlist:accepted", offer)
        return {"result": "asked", "hold": row.id}


class NoteOffered(ClinicAction):
    """`offer`, `theirs` (does whoever is at the telephone answer for the patient?) -> `reached`: true when they may
    hear the offer now, with `until`: the time is kept for them from now on, as if they had a text; false where they do
    not, or where it is over."""

    called = "action_note_offered"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        id, theirs = str(slots.get("offer")), bool(slots.get("theirs"))
        call = our_calls.rung(at, "vacancy", id)
        offer = at.tx.waitlist.get_offer(id, lock=True)
        hold = at.tx.appointments.get(offer.appointment, lock=True) if offer is not None else None
        stands = hold is not None and hold.status == "pending" and _stands(at, offer)
        if stands or not theirs:
            our_calls.note(at, call, theirs=theirs)
        if not theirs or not stands or offer is None or hold is None:
            return {"reached": False}
        until = offer.expires_at if offer.run else kept_until(at.clinic, offer.start, at.now)
        at.tx.appointments.change(hold.model_copy(update={"hold_expires_at": until}), at.now)
        _here(at, offer.model_copy(update={"expires_at": until}))
        return {"reached": True, "until": until.isoformat()}


class LeaveWaitlist(ClinicAction):
    """`offer` -> `off`: true; whoever was offered it no longer waits."""

    called = "action_leave_waitlist"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        offer = at.tx.waitlist.get_offer(str(slots.get("offer")))
        if offer is not None and at.tx.waitlist.move(offer.entry, ("waiting",), "left", at.now, "at their own wish"):
            _record(at, "waitlist:left", offer)
        return {"off": True}


class OfferFacts(ClinicAction):
    """Of the offer that stands open in this conversation: `provider`, `until`, and `facts`, how to get there."""

    called = "action_offer_facts"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        frame = next((f for f in reversed(at.conversation.frames) if "offer" in f.slots and "visit" in f.slots), None)
        if frame is None:
            raise LookupError("no time is on offer here")
        visit = frame.slots["visit"].value
        facts = clinic_facts(at.clinic, at.conversation.locale, at.now, visit["location"])
        return {
            "provider": visit["provider"],
            "until": frame.slots["until"].value,
            "facts": {**facts, "topic": "directions"},
        }


def _stands(at: Context, offer: Offer | None) -> bool:
    """Is it open, and this number the one that was rung about it, also where a text has followed since?"""
    if offer is None or offer.state != "open" or offer.expires_at <= at.now:
        return False
    call = at.tx.outgoing_calls.of("vacancy", offer.id, "", offer.start)
    return call is not None and call.conversation == at.conversation.id


def _here(at: Context, offer: Offer) -> None:
    """It is answered in this conversation: staff's decision finds the request that comes of it there."""
    asks = (f for f in reversed(at.conversation.frames) if f.flow == FLOW and "offer" in f.slots)
    frame = next((f for f in asks if f.slots["offer"].value == offer.id), None)
    if frame is not None:
        at.tx.waitlist.put_again(
            offer.model_copy(update={"conversation": at.conversation.id, "run": frame.run})
        )  # fmt: skip


def _keep(at: Context, row: Appointment) -> None:
    """Held as every other request is, until staff decide."""
    until = min(row.start, at.now + timedelta(minutes=at.clinic.booking.hold_minutes))
    at.tx.appointments.change(row.model_copy(update={"hold_expires_at": until}), at.now)


def _record(at: Context, tag: str, offer: Offer) -> None:
    data = {"offer": offer.id, "appointment": offer.appointment}
    at.tx.audit.write(AuditEvent(id=at.new_id(), at=at.now, actor="agent", tag=tag, subject=offer.entry, data=data))
