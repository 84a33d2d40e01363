"""Why somebody of a bulk send should not be texted or called about it now."""

from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.desk.waking import LATEST
from agent.dialogue.leaving import takes_texts
from agent.model.address import Address
from agent.model.bulk import Way
from agent.model.calendar import Appointment
from agent.model.patient import Patient
from agent.ports import Tx

RECALL = "recall"
_DAY = timedelta(days=1)


def hindered(
    desk: Desk, tx: Tx, patient: Patient, about: str, visit: Appointment | None, now: datetime, way: Way = "text", *,
    rung: bool = False, share: bool = True,
) -> str:  # fmt: skip
    """Why nobody should be told of this now; empty where somebody should. Asked when a send is prepared, and again for
    each person just before they are texted, and before each time their telephone rings. By "call" that their number may
    be called is known. `rung`: it has rung already for this; without `share` nobody counts how much they were sent."""
    if not patient.phones:
        return "no number"
    address = Address(channel="sms", value=patient.phones[0])
    if way == "text" and tx.optouts.stopped(address):
        return "opted out"
    if way == "text" and not takes_texts(address.value):
        return "no texts there"
    if about != RECALL:
        if visit is None or visit.status != "booked":
            return "no longer booked"
        return "too late" if visit.start - now < LATEST else ""
    rules = desk.clinic.bulk
    if way == "text" and rules.recalls_need_consent and not _agreed(desk, tx, address):
        return "no consent"
    since = now - timedelta(days=rules.recall_gap_days)
    if not rung and tx.bulk.told_since(desk.clinic.id, patient.id, RECALL, since):
        return "recalled lately"
    if share and beyond(desk, tx, patient, now):
        return "share"
    return "has a visit" if tx.appointments.of_patient(patient.id, now) else ""


def beyond(desk: Desk, tx: Tx, patient: Patient, now: datetime) -> bool:
    """Have they had their share of bulk texts and calls, by the law of the place or the clinic's own rule?"""
    rules, law = desk.clinic.bulk, desk.law.share
    shares = [(1, rules.texts_a_day), (7, rules.texts_a_week)]
    if law is not None:
        shares += [(1, law.a_day), (7, law.a_week)]
    least = {days: min(n for d, n in shares if d == days and n is not None) for days, n in shares if n is not None}
    return any(tx.bulk.texts_since(desk.clinic.id, patient.id, now - d * _DAY) >= n for d, n in least.items())


def _agreed(desk: Desk, tx: Tx, address: Address) -> bool:
    if tx.consents.given(address):
        return True
    talk = tx.conversations.id_at(desk.clinic.id, address)
    return talk is not None and tx.conversations.last_heard(talk) is not None
