"""When a rehearsed proposal is to be published by itself: set, taken back, claimed by one process when it has come, and
what becomes of it where it cannot be."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.editing import may_serve, open_one
from agent.model.edit import Proposal
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser

FARTHEST = timedelta(days=90)
MOST_LATE = timedelta(hours=12)  # a desk that was down for longer asks a person again
LEASE = timedelta(minutes=2)  # for the checks; another process takes over from one that died


def moment(desk: Desk, said: str) -> datetime:
    """`2026-03-08T18:00`, as the clinic's clock shows it; of an hour that comes twice the first. Raises Refused."""
    zone = ZoneInfo(desk.clinic.zone)
    try:
        naive = datetime.fromisoformat(said.strip()[:25])
    except ValueError:
        raise Refused("write a day and a time") from None
    if naive.tzinfo is not None:
        raise Refused("write the time as the clinic's clock shows it")
    when = naive.replace(tzinfo=zone).astimezone(UTC)
    if when.astimezone(zone).replace(tzinfo=None) != naive:
        raise Refused("the clocks go forward then: there is no such time on that day")
    return when


def set_time(desk: Desk, by: StaffUser, id: str, due: datetime) -> Proposal:
    """It is published by itself at `due`, checked again at that moment. Raises Refused."""
    now = desk.clock()
    with desk.store.begin() as tx:
        found = open_one(desk, tx, id)
        may_serve(found)
        if due <= now:
            raise Refused("that time is past")
        if due > now + FARTHEST:
            raise Refused("at most %(days)s days ahead", days=FARTHEST.days)
        if found.on != tx.content.head(desk.clinic.id):
            raise Refused("something else was published meanwhile: withdraw this and propose it anew")
        told = {"due": due, "timed_by": by.id, "missed": None, "refused": "", "lease_until": None}
        saved = tx.content.save_proposal(found.model_copy(update=told))
        desk.record(tx, f"staff:{by.id}", "content:timed", id, now, data={"due": due.isoformat()})
    return saved


def drop_time(desk: Desk, by: StaffUser, id: str) -> Proposal:
    """It waits for a person again. Raises Refused where it had no time, or is published."""
    with desk.store.begin() as tx:
        found = open_one(desk, tx, id)
        if found.due is None:
            raise Refused("it has no time")
        saved = tx.content.save_proposal(found.model_copy(update={"due": None, "lease_until": None}))
        desk.record(tx, f"staff:{by.id}", "content:time-dropped", id, desk.clock())
    return saved


def claim(desk: Desk) -> Proposal | None:
    """The proposal whose time has come, for this process alone; None where there is none."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        found = next(iter(tx.content.proposals(desk.clinic.id, 1)), None)  # one is open at a time
    if found is None or found.state != "checked" or found.due is None or found.due > now:
        return None
    if found.lease_until is not None and found.lease_until > now:
        return None
    try:
        with desk.store.begin() as tx:
            return tx.content.save_proposal(found.model_copy(update={"lease_until": now + LEASE}))
    except Conflict:
        return None  # another process was faster, or a person has changed it


def why_not(desk: Desk, found: Proposal) -> str:
    """What has changed since people agreed to it; empty where nothing has."""
    assert found.due is not None
    if desk.clock() - found.due > MOST_LATE:
        return "the desk was not running at its time"
    with desk.store.begin(write=False) as tx:
        head = tx.content.head(desk.clinic.id)
        people = {u.id for u in tx.staff.all(desk.clinic.id) if u.role == "admin" and not u.disabled}
    if found.on != head:
        return "something else was published meanwhile"
    if found.timed_by not in people or (found.second and found.reviewer not in people):
        return "whoever set its time or agreed to it is no admin any more"
    return ""


def give_up(desk: Desk, found: Proposal, why: str) -> None:
    """It waits for a person again, who sees why. A proposal that somebody has changed meanwhile is left alone."""
    now = desk.clock()
    told = {"due": None, "missed": found.due, "refused": why, "lease_until": None}
    try:
        with desk.store.begin() as tx:
            tx.content.save_proposal(found.model_copy(update=told))
            desk.record(tx, "agent", "content:not-published", found.id, now, why=why)
    except Conflict:
        return
    desk.bus.ring(f"console:{desk.clinic.id}", found.id)
