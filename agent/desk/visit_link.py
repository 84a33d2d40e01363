"""The patient's own link to a visit's calendar file: made when the visit is confirmed, good until a little after it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.desk.enclosures import WRITTEN, hashed
from agent.model.calendar import Appointment
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.message import Claim
from agent.model.visit_link import VisitLink
from agent.ports import Tx

KEPT = timedelta(days=1)  # after the visit, or after the time that was given up
_TOKEN = 12  # bytes: 2^96 of them, in sixteen letters of a text
_LONGEST = 40
_MOST_MOVES = 100


@dataclass(frozen=True)
class Linked:
    """What stands behind a link: the visit as it is now, None where it opens nothing; `language` of its page, "" where
    nobody knows it."""

    language: str
    visit: Appointment | None = None
    conversation: str = ""


def in_own_calendar(
    desk: Desk, tx: Tx, talk: Conversation | None, visit: Appointment, now: datetime
) -> tuple[Say, ...]:  # fmt: skip
    """One sentence with the link, said beside the words that the visit is booked; none where nothing is written."""
    if talk is None or talk.channel not in WRITTEN or not desk.settings.calendar_links:
        return ()
    token = secrets.token_urlsafe(_TOKEN)
    tx.visit_links.add(
        VisitLink(key=hashed(token), clinic=desk.clinic.id, conversation=talk.id, appointment=visit.id, made_at=now)
    )
    link = f"{desk.settings.public_url.rstrip('/')}/visit/{token}"
    return (Say(key="visit.calendar", values={"link": link}, claims=(Claim(fact="booked", row=visit.id),)),)


def behind(desk: Desk, tx: Tx, token: str) -> Linked:
    """The visit of a link, followed through every move; it names nobody."""
    row = tx.visit_links.by_key(hashed(token)) if len(token) < _LONGEST else None
    if row is None or row.clinic != desk.clinic.id:
        return Linked("")
    talk = tx.conversations.get(row.conversation)
    language = talk.locale if talk is not None else ""
    first = tx.appointments.get(row.appointment)
    visit = _now(tx, first) if first is not None else None
    if visit is None or visit.status == "pending" or desk.clock() >= visit.end + KEPT:
        return Linked(language)
    return Linked(language, visit, row.conversation)


def _now(tx: Tx, first: Appointment) -> Appointment:
    """What became of a visit: the one that stands in its place, else the last one that was confirmed in it."""
    last, waiting, seen = first, [first], {first.id}
    while waiting and len(seen) < _MOST_MOVES:
        at = waiting.pop()
        if at.status not in ("cancelled", "pending"):
            return at
        last = at if tx.visit_links.sent_of(at.id) else last
        after = [a for a in tx.appointments.replacing(at.id) if a.id not in seen] if at.status == "cancelled" else []
        seen |= {a.id for a in after}
        waiting += after
    return last
