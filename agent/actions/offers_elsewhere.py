"""Finds the time from the waitlist that somebody was offered in another conversation than the one they now speak in.

Nobody learns from it who waits: where a name and a date of birth fit, a code goes to the number at which the time was
offered, and nowhere else; whoever they are, they hear the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.actions.context import ClinicAction, Context
from agent.actions.identity import check_code, count, locked, send_code, single_out
from agent.actions.openings import opening_dict
from agent.actions.words import plain
from agent.dialogue.leaving import takes_texts
from agent.model.calendar import Appointment, Opening
from agent.model.waitlist import Entry, Offer

_OPENS = "offer"  # what the code opens
_ASKED_ABOUT = timedelta(days=7)  # older offers are not looked for


class FindOffer(ClinicAction):
    """`name`, `dob` -> `found`: "here" with what is to know of it (see OpenOffer), where it was offered in this very
    conversation; else "code_sent", whoever it is; "locked" after too many tries."""

    called = "action_find_offer"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        name, dob = str(slots.get("name") or ""), str(slots.get("dob") or "")
        if locked(at, name, dob):
            return {"found": "locked"}
        offer = _newest(at, name, dob) if plain(name) else None
        if offer is not None and offer.conversation == at.conversation.id:
            return {"found": "here", **_about(at, offer)}
        count(at, name, dob)  # every try, so that a lock does not tell who waits
        there = at.tx.conversations.get(offer.conversation) if offer is not None else None
        to = there.address.value if there is not None and there.channel in ("sms", "voice") else ""
        to = to if to.startswith("+") and takes_texts(to) else ""  # offered in a call: that number may be texted, too
        send_code(at, _OPENS, to, offer.id if offer is not None and to else None)
        return {"found": "code_sent"}


class OpenOffer(ClinicAction):
    """`code` -> `code_result`: "verified", "wrong" or "locked"; with the first `state`: "open", "taken" by themselves,
    "over" or "left" (the list), and of an open one `offer`, `visit`, `location`, `until` and `former`."""

    called = "action_open_offer"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        name, dob = str(slots.get("name") or ""), str(slots.get("dob") or "")
        result, whose = check_code(at, _OPENS, name, dob, str(slots.get("code") or ""))
        offer = at.tx.waitlist.get_offer(whose) if whose else None
        return {"code_result": result, **(_about(at, offer) if offer is not None else {})}


@dataclass(frozen=True)
class _Offered:
    """Somebody who was offered a time, and the newest or open one of those offers."""

    name: str
    dob: str
    offer: Offer


def _newest(at: Context, name: str, dob: str) -> Offer | None:
    found: dict[str, _Offered] = {}
    for offer in at.tx.waitlist.offers_since(at.clinic.id, at.now - _ASKED_ABOUT):
        entry = at.tx.waitlist.entry(offer.entry)
        before = found.get(offer.person)
        if entry is not None and not (before is not None and before.offer.state == "open"):
            found[offer.person] = _Offered(entry.name, entry.dob, offer)
    person = single_out(list(found.values()), name, dob)
    return person.offer if person is not None else None


def _about(at: Context, offer: Offer) -> dict[str, Any]:
    entry, row = at.tx.waitlist.entry(offer.entry), at.tx.appointments.get(offer.appointment)
    state = _state(at.now, offer, entry, row)
    if state not in ("open", "taken") or row is None:
        return {"state": state}
    former = at.tx.appointments.get(row.replaces) if row.replaces else None
    return {
        "state": state,
        "offer": offer.id,
        "visit": _as_visit(at, row),
        "location": row.location,
        "until": offer.expires_at.isoformat(),
        "former": _as_visit(at, former) if former is not None else None,
    }


def _state(now: datetime, offer: Offer, entry: Entry | None, row: Appointment | None) -> str:
    if entry is None or entry.state == "left":
        return "left"
    if offer.state == "accepted":
        return "taken"
    stands = offer.state == "open" and offer.expires_at > now and row is not None and row.status == "pending"
    return "open" if stands else "over"


def _as_visit(at: Context, row: Appointment) -> dict[str, Any]:
    opening = Opening(**{name: getattr(row, name) for name in Opening.model_fields})
    return {**opening_dict(at.clinic, opening), "id": row.id}
