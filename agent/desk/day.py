"""The clinic's day changed by staff: time blocked, freed again, and everybody told when a provider cannot come."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.receive import talk_by_text
from agent.desk.reminders import silence
from agent.desk.waking import by_morning, zones_of
from agent.model.calendar import BLOCK, Appointment
from agent.model.clinic import Provider
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask, Say
from agent.model.fault import Refused
from agent.model.message import Claim
from agent.model.patient import Patient, StaffUser
from agent.ports import Tx

_SOON = timedelta(days=2)  # a visit that is moved within it is urgent


def block(desk: Desk, by: StaffUser, provider: str, on: date, since: time, until: time) -> int:
    """What is still free of this provider's time between two wall times of their place can no longer be booked;
    visits and held times stay. Returns how many stretches were blocked. Raises Refused."""
    now = desk.clock()
    with desk.store.begin() as tx:
        person = _provider(desk, provider)
        start, end = _moment(desk, person, on, since), _moment(desk, person, on, until)
        if end <= start:
            raise Refused("the end must be later than the start")
        if end <= now:
            raise Refused("this time has passed")
        count = _block(desk, tx, person, max(start, _five(now)), end)
        desk.record(tx, f"staff:{by.id}", "calendar:blocked", provider, now, data={"day": on.isoformat()})
    desk.bus.ring(f"console:{desk.clinic.id}")
    return count


def unblock(desk: Desk, by: StaffUser, id: str) -> None:
    """Blocked time is free again. Raises Refused for anything that is no blocked time."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row = tx.appointments.get(id, lock=True)
        if row is None or row.clinic != desk.clinic.id or row.visit_type != BLOCK or row.status != "booked":
            raise Refused("this is no blocked time")
        desk.calendar.cancel(tx, id, now)
        desk.record(tx, f"staff:{by.id}", "calendar:freed", row.provider, now)
    desk.bus.ring(f"console:{desk.clinic.id}")


def affected(desk: Desk, tx: Tx, provider: str, on: date) -> list[Appointment]:
    """Booked visits of patients that day which are still to come and which nobody has asked to cancel, by start."""
    leaving = _leaving(desk, tx)
    return [a for a in _to_come(desk, tx, provider, on) if a.id not in leaving]


def _to_come(desk: Desk, tx: Tx, provider: str, on: date) -> list[Appointment]:
    person, now = _provider(desk, provider), desk.clock()
    since = _moment(desk, person, on, time())
    rows = tx.appointments.day(desk.clinic.id, since, since + timedelta(days=1), provider)
    return [a for a in rows if a.status == "booked" and a.patient and a.start > now]


def _leaving(desk: Desk, tx: Tx) -> set[str]:
    """Visits whose patients have asked to cancel them and wait for a person to do it."""
    asked = [t.proposal.get("appointment") for t in tx.tasks.open(desk.clinic.id) if t.kind == "cancel"]
    return {str(a["id"]) for a in asked if isinstance(a, dict) and a.get("id")}


def cannot_come(desk: Desk, by: StaffUser, provider: str, on: date) -> int:
    """A provider is away that day: what is free is blocked, and for each visit to come one task is prepared to move it
    and one message sent that says so, at night in the morning. The visits stay booked until a person has moved them.
    Twice is once. Returns how many visits that concerns."""
    now, count = desk.clock(), 0
    with desk.store.begin(write=False) as tx:
        visits = _to_come(desk, tx, provider, on)
    for visit in visits:
        count += _to_be_moved(desk, visit.id, now)
    with desk.store.begin() as tx:
        person = _provider(desk, provider)
        start = max(_moment(desk, person, on, time()), _five(now))
        end = _moment(desk, person, on + timedelta(days=1), time())
        if start < end:
            _block(desk, tx, person, start, end)
        desk.record(tx, f"staff:{by.id}", "calendar:provider-away", provider, now,
                    data={"day": on.isoformat(), "visits": count})  # fmt: skip
    desk.bus.ring("outbox")
    desk.bus.ring(f"console:{desk.clinic.id}")
    return count


def _to_be_moved(desk: Desk, id: str, now: datetime) -> bool:
    """The conversation first, then the visit, as decisions lock them. False where it was done before."""
    with desk.store.begin() as tx:
        seen = tx.appointments.get(id)
        held = _talk_of(desk, tx, seen, now) if seen is not None else None
        visit = tx.appointments.get(id, lock=True)
        patient = tx.patients.get(visit.patient) if visit is not None and visit.patient else None
        if visit is None or visit.status != "booked" or patient is None or held is None:
            return False
        if id in _leaving(desk, tx):
            silence(desk, tx, visit, "the provider cannot come", now)
            return False
        if not tx.nudges.first(id, "provider away", now):
            return False
        run = f"away:{id}"
        about = {
            "appointment": spoken_opening(visit), "appointment_type": visit.visit_type, "name": patient.name,
            "dob": patient.dob.isoformat(), "why": "provider_away",
        }  # fmt: skip
        priority = "urgent" if visit.start - now < _SOON else "routine"
        task = OpenTask(kind="reschedule", proposal=about, reason="provider_away", run=run, priority=priority)
        opening = {"as": "opening", "value": spoken_opening(visit)}
        made = carry_out(desk, tx, held, (task,), now)
        claims = (Claim(fact="booked", row=id), *(Claim(fact="awaits", row=t.id) for t in made.tasks))
        say = Say(key="visit.cannot", values={"run": run, "opening": opening}, claims=claims)
        carry_out(desk, tx, held, (say,), now, due=_when_told(desk, held, visit, patient, now))
        silence(desk, tx, visit, "the provider cannot come", now)
    return True


def _when_told(desk: Desk, talk: Conversation, visit: Appointment, patient: Patient, now: datetime) -> datetime:
    """In nobody's night, unless they would set out before they know; an open page wakes nobody."""
    if talk.channel == "chat":
        return now
    zones = (ZoneInfo(visit.zone), *zones_of(patient.phones[0] if patient.phones else None))
    return by_morning(now, zones, desk.clinic.reminders, visit.start)


def _talk_of(desk: Desk, tx: Tx, visit: Appointment, now: datetime) -> Conversation | None:
    """The newest conversation at a number on file or a new one there, else where the visit was arranged."""
    patient = tx.patients.get(visit.patient) if visit.patient else None
    if patient is not None and patient.phones:
        return talk_by_text(desk, tx, patient, patient.phones, now)
    return tx.conversations.get(visit.conversation, lock=True) if visit.conversation else None


def _block(desk: Desk, tx: Tx, person: Provider, since: datetime, until: datetime) -> int:
    rows = tx.appointments.day(desk.clinic.id, since - timedelta(days=1), until + timedelta(days=1), person.id)
    now, zone = desk.clock(), desk.clinic.location(person.location).zone
    count = 0
    for lane in range(person.parallel):
        taken = [(a.busy_from, a.busy_until) for a in rows if a.lane == lane and takes(a, now)]
        for start, end in gaps(since, until, sorted(taken)):
            local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            tx.appointments.add(
                Appointment(
                    id=desk.new_id(), clinic=desk.clinic.id, provider=person.id, location=person.location,
                    visit_type=BLOCK, start=start, end=end, busy_from=start, busy_until=end, local=local, zone=zone,
                    status="booked", lane=lane,
                ), now,
            )  # fmt: skip
            count += 1
    return count


def gaps(since: datetime, until: datetime, taken: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """What of [since, until) nobody has."""
    free, at = [], since
    for begins, ends in taken:
        if begins > at:
            free.append((at, min(begins, until)))
        at = max(at, ends)
        if at >= until:
            break
    if at < until:
        free.append((at, until))
    return [(a, b) for a, b in free if a < b]


def takes(a: Appointment, now: datetime) -> bool:
    """Is its time taken: booked, or held and not run out?"""
    lapsed = a.status == "pending" and a.hold_expires_at is not None and a.hold_expires_at <= now
    return a.status in ("pending", "booked") and not lapsed


def _provider(desk: Desk, id: str) -> Provider:
    found = next((p for p in desk.clinic.providers if p.id == id), None)
    if found is None:
        raise Refused("there is no such provider")
    return found


def _moment(desk: Desk, person: Provider, on: date, at: time) -> datetime:
    return datetime.combine(on, at, ZoneInfo(desk.clinic.location(person.location).zone)).astimezone(UTC)


def _five(now: datetime) -> datetime:
    """The next full five minutes: the calendar knows no smaller ones."""
    extra = (-now.minute) % 5
    return now.replace(second=0, microsecond=0) + timedelta(minutes=extra)
