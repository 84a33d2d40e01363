"""A free time of the waitlist by telephone: whom it is put to, and what the call comes to. What follows where it told
nobody, the sweep of the waitlist reads from the rows, see `agent.desk.vacancies`."""

from datetime import datetime
from typing import Any

from agent.desk.call_kind import Kind, Subject
from agent.desk.desk import Desk
from agent.desk.offering import FLOW, slots, stands
from agent.model.outgoing_call import About, OutgoingCall, RingOutcome
from agent.model.waitlist import Offer
from agent.ports import Tx

ABOUT: About = "vacancy"
WITH_THEM = frozenset({"told", "person", "alarm"})  # somebody was there: the time is kept for them until it runs out


def call_of(tx: Tx, offer: Offer) -> OutgoingCall | None:
    """The call that is to put this offer, or has put it."""
    return tx.outgoing_calls.of(ABOUT, offer.id, "", offer.start)


def _look(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | str:
    offer = tx.waitlist.get_offer(row.subject)
    if offer is None or offer.conversation != row.conversation:
        return "no longer offered"
    return _subject(desk, tx, row, offer, now) or "no longer offered"


def _subject(desk: Desk, tx: Tx, row: OutgoingCall, offer: Offer, now: datetime) -> Subject | None:
    entry, hold = tx.waitlist.entry(offer.entry), tx.appointments.get(offer.appointment)
    patient, talk = tx.patients.get(row.patient), tx.conversations.get(offer.conversation)
    if offer.state != "open" or offer.expires_at <= now or not stands(tx, offer, now):
        return None
    if entry is None or entry.state != "waiting" or hold is None or patient is None or talk is None:
        return None
    begun: dict[str, Any] = {**slots(desk, tx, entry, talk, hold, offer), "called": True, "whom": patient.first_name}
    return Subject(patient, hold.zone, begun, until=offer.expires_at)


def _settle(desk: Desk, tx: Tx, row: OutgoingCall, outcome: RingOutcome, now: datetime) -> None:
    """The rows say it: the offer stays as it is until the next sweep."""


def _back(desk: Desk, tx: Tx, row: OutgoingCall, now: datetime) -> Subject | None:
    """Also where a text has followed since; not while this number has another time on offer."""
    offer = tx.waitlist.get_offer(row.subject)
    others = (o for o in tx.waitlist.open_offers(desk.clinic.id) if offer is not None and o.id != offer.id)
    if offer is None or any(o.conversation == row.conversation for o in others):
        return None
    return _subject(desk, tx, row, offer, now)


KIND = Kind(flow=FLOW, tag="waitlist", look=_look, settle=_settle, back=_back, again=False)
