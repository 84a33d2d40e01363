"""A bulk send that rings: who is on file, what is released, and what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from agent.desk import bulk
from agent.desk.bulk_out import bulk_out
from agent.desk.outgoing_calls import agree
from agent.model.bulk import Bulk, Choice, Person
from agent.model.calendar import Appointment
from agent.model.patient import Patient
from tests.desk.bulked import RECALL, YEAR, on_file, visits
from tests.desk.world import MONDAY
from tests.outgoing import Outgoing, outgoing
from tests.standin import until
from tests.telephone import Caller

DAY = timedelta(days=1)


@contextmanager
def ringing() -> Iterator[Outgoing]:
    with outgoing() as out:
        desk = out.world.desk
        quick = desk.clinic.bulk.model_copy(update={"calls_per_minute": 60})
        desk.clinic = desk.clinic.model_copy(update={"bulk": quick})
        yield out


def known(out: Outgoing, language: str = "en", name: str = "Rosa Marin", *, agreed: bool = True) -> Patient:
    """Somebody on file, last seen more than a year ago, who has agreed to calls."""
    n = len(out.known)
    who = on_file(out.world.desk, f"+1718557{n:04d}", name, language)
    out.known.append(who)
    visits(out.world.desk, who, out.world.clock() - YEAR, lane=n)
    if agreed:
        agree(out.world.desk, who.id, who.phones[0], out.world.staff(), agreed=True)
    return who


def coming(out: Outgoing, who: Patient) -> Appointment:
    """Their visit of tomorrow."""
    return visits(out.world.desk, who, MONDAY + DAY, lane=50 + len(out.known))


def released(out: Outgoing, kind: str = "recall") -> Bulk:
    """Prepared, agreed to where it must be, and its first stage on its way."""
    desk, choice = out.world.desk, RECALL if kind == "recall" else Choice(day=date(2026, 3, 3))
    if kind == "away":
        choice = choice.model_copy(update={"provider": desk.clinic.providers[0].id})
    made = bulk.prepare(desk, out.world.staff(), kind, choice, {})  # type: ignore[arg-type]
    bulk.release(desk, made.id, out.world.staff(), 1)
    return made


def rings(out: Outgoing, **end: object) -> Caller:
    bulk_out(out.world.desk)
    return out.ring(**end)  # type: ignore[arg-type]


def quiet(out: Outgoing) -> bool:
    bulk_out(out.world.desk)
    return out.nothing_rings()


def texts(out: Outgoing) -> list[str]:
    bulk_out(out.world.desk)
    return out.texts()


def person(out: Outgoing, made: Bulk) -> Person:
    with out.world.desk.store.begin(write=False) as tx:
        (found,) = [p for p in tx.bulk.people(made.id) if p.stage == 1]
    return found


def over(out: Outgoing, caller: Caller, made: Bulk) -> Person:
    """What became of them once the call is over."""
    caller.over()
    until(lambda: not _ringing(out, made))
    return person(out, made)


def _ringing(out: Outgoing, made: Bulk) -> bool:
    of = person(out, made).call
    with out.world.desk.store.begin(write=False) as tx:
        row = tx.outgoing_calls.get(of) if of else None
    return row is not None and row.state in ("claimed", "ringing", "unknown")
