"""A desk that hears nothing, for proofs about bookings: requests are prepared as a turn does, and decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, cast

from agent.actions.context import Rules
from agent.actions.openings import opening_dict
from agent.actions.runner import InProcessActions
from agent.adapters.bus_local import LocalBus
from agent.adapters.calendar.local import LocalCalendar
from agent.adapters.calendar.openings import find_openings
from agent.adapters.ids import new_ids
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.receive import open_conversation
from agent.model.address import Address
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.effect import OpenTask
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.ports import Tx
from agent.settings import Settings
from tests import shared
from tests.clinics import clinic_of
from tests.stores import SECRET, open_test_store

MONDAY = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # 06:00 in Brooklyn
HOLD = timedelta(minutes=60)
ROSA = StaffUser(id="rosa", clinic="linden", name="Rosa Delgado", email="rosa@clinic.test", role="front-desk")
TOM = StaffUser(id="tom", clinic="linden", name="Tom Becker", email="tom@clinic.test", role="admin")


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


@cache
def content() -> Content:
    return shared.content()


@cache
def clinic() -> Clinic:
    """The demo clinic, with holds of an hour and nothing forbidden for being soon."""
    given = clinic_of(Settings().clinic_file)
    rules = given.booking.model_copy(update={"lead_minutes": 0, "hold_minutes": int(HOLD.total_seconds() // 60)})
    return given.model_copy(update={"booking": rules})


def desk_at(url: str, clock: Clock, **settings: Any) -> Desk:
    """A desk of this process on the database."""
    new_id = new_ids(clock)
    calendar = LocalCalendar(clinic())
    return Desk(
        store=open_test_store(url, new_id), calendar=calendar,
        actions=InProcessActions(clinic(), calendar, new_id, Rules(SECRET)), clinic=clinic(), content=content(),
        ears=cast(Any, None), gate=cast(Any, None), bus=LocalBus(), clock=clock, new_id=new_id,
        settings=Settings(**settings),
    )  # fmt: skip


def openings(count: int, visit: str = "office", since: datetime = MONDAY) -> list[Opening]:
    """So many free times of an empty diary that do not touch each other, over all who see one patient at a time."""
    found: list[Opening] = []
    taken: dict[str, datetime] = {}
    day = since.date()
    while len(found) < count and day < since.date() + timedelta(days=clinic().booking.horizon_days):
        wish = OpeningRequest(visit_type=visit, dates=(day, day), limit=1000)
        for one in sorted(find_openings(clinic(), wish, {}, since), key=lambda o: o.start):
            if clinic().provider(one.provider).parallel == 1 and one.start >= taken.get(one.provider, one.start):
                found.append(one)
                taken[one.provider] = one.end + timedelta(minutes=30)
        day += timedelta(days=1)
    assert len(found) >= count, f"the diary has {len(found)} times only"
    return found[:count]


def asked_for(
    desk: Desk, tx: Tx, opening: Opening, n: int, now: datetime, *, replaces: str | None = None
) -> Task:  # fmt: skip
    """Patient number n asked for this time in a conversation of their own; it is held for them."""
    held = open_conversation(desk, tx, Address(channel="sms", value=f"+1212{n:07d}"), now)
    row = desk.calendar.hold(
        tx, opening, id=desk.new_id(), patient=None, conversation=held.id, replaces=replaces, now=now
    )
    wanted = OpenTask(
        kind="reschedule" if replaces else "booking",
        proposal={"reason": "knee", "opening": opening_dict(desk.clinic, opening), "name": f"Pat {n}",
                  "dob": date(1980, 1, 1 + n % 28).isoformat(), "phone": held.address.value},
        run=row.id, appointment=row.id,
    )  # fmt: skip
    return carry_out(desk, tx, held, (wanted,), now).tasks[0]


def diary(desk: Desk) -> list[Appointment]:
    """Every appointment that is not cancelled."""
    with desk.store.begin(write=False) as tx:
        return tx.appointments.day(desk.clinic.id, MONDAY - timedelta(days=400), MONDAY + timedelta(days=400))


def rows(desk: Desk, ids: Sequence[str | None]) -> list[Appointment]:
    with desk.store.begin(write=False) as tx:
        return [a for a in (tx.appointments.get(str(id)) for id in ids) if a is not None]


def overlapping(live: Sequence[Appointment]) -> Iterator[tuple[str, str]]:
    """Pairs of live appointments of one provider and lane whose times, buffers included, touch."""
    places: dict[tuple[str, int], list[Appointment]] = {}
    for row in live:
        places.setdefault((row.provider, row.lane), []).append(row)
    for there in places.values():
        for one, other in pairwise(sorted(there, key=lambda a: a.busy_from)):
            if other.busy_from < one.busy_until:
                yield one.id, other.id
