"""Puts a free time of the waitlist to whoever is next, in their text thread or chat, and takes it back."""

from collections.abc import Callable
from datetime import datetime

from agent.desk.acting import run_actions
from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.dialogue import evolve
from agent.dialogue.draft import Draft
from agent.dialogue.turn import begin_for_staff
from agent.model.calendar import Appointment
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.event import Event
from agent.model.fault import Conflict
from agent.model.message import Claim
from agent.model.patient import first_name
from agent.model.waitlist import Entry, Offer
from agent.ports import Tx

FLOW = "vacancy"


def put(
    desk: Desk, tx: Tx, entry: Entry, talk: Conversation, hold: Appointment, offer: Offer,
    keep: Callable[[Offer], bool], now: datetime,
) -> None:  # fmt: skip
    """Asked there, in their language, until the offer ends. Raises Conflict where the offer cannot be kept."""
    talk, before = _without_older(desk, talk, now)
    held = slots(desk, tx, entry, talk, hold, offer)
    begun = begin_for_staff(talk, FLOW, held, desk.content_for(talk), desk.clinic, now)
    decision = run_actions(desk, tx, begun, now)
    if not keep(offer.model_copy(update={"run": decision.conversation.frames[-1].run})):
        raise Conflict("they were offered a time since")
    claims = (Claim(fact="held", row=hold.id),)
    effects = tuple(e.model_copy(update={"claims": claims}) if isinstance(e, Say) else e for e in decision.effects)
    carry_out(desk, tx, decision.conversation, effects, now, expires_at=offer.expires_at)
    tx.conversations.save(decision.conversation, now)
    tx.conversations.append(talk.id, (*before, *decision.events), None, now)


def slots(
    desk: Desk, tx: Tx, entry: Entry, talk: Conversation, hold: Appointment, offer: Offer
) -> dict[str, object]:  # fmt: skip
    """What the flow that asks is begun with."""
    about = {"reason": entry.reason, "name": entry.name, "dob": entry.dob, "phone": entry.phone,
             "relation": entry.relation}  # fmt: skip
    visit = spoken_opening(hold)
    found: dict[str, object] = {
        "offer": offer.id, "opening": visit, "visit": visit,
        "until": offer.expires_at.isoformat(), "appointment_type": entry.visit_type, "location": hold.location,
        **{name: value for name, value in about.items() if value},
    }  # fmt: skip
    former = tx.appointments.get(hold.replaces) if hold.replaces else None
    if former is not None:
        found |= {"appointment": spoken_opening(former), "former": spoken_opening(former)}
    if _shared(tx, desk, talk, entry):
        found["whom"] = first_name(entry.name, talk.locale)
    return found


def stands(tx: Tx, offer: Offer, now: datetime) -> bool:
    """Is the time still held for them?"""
    hold = tx.appointments.get(offer.appointment)
    return hold is not None and hold.status == "pending" and (hold.hold_expires_at or now) >= now


def release(tx: Tx, desk: Desk, offer: Offer, now: datetime) -> None:
    """Free for the next."""
    row: Appointment | None = tx.appointments.get(offer.appointment)
    if row is not None and row.status == "pending":
        desk.calendar.release(tx, offer.appointment, now)
    tx.outbox.void(None, offer.appointment, "the time is no longer held")


def _shared(tx: Tx, desk: Desk, talk: Conversation, entry: Entry) -> bool:
    """Do several people use this number, as far as the clinic knows?"""
    if talk.channel == "chat":
        return False
    others = [e for e in tx.waitlist.in_state(desk.clinic.id, "waiting") if e.conversation == entry.conversation]
    return len(tx.patients.by_phone(desk.clinic.id, talk.address.value)) > 1 or len({e.name for e in others}) > 1


def _without_older(desk: Desk, talk: Conversation, now: datetime) -> tuple[Conversation, tuple[Event, ...]]:
    """Questions about times that are gone are asked no more."""
    draft = Draft(talk, None, desk.content_for(talk), desk.clinic, now)
    for frame in talk.frames:
        if frame.flow == FLOW:
            evolve.end(draft, frame, "replaced")
    return draft.conversation, tuple(draft.events)
