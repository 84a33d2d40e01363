"""Fills an empty store with the demo clinic's people, two weeks of appointments and a few visits to review."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import yaml

from agent.adapters.calendar.openings import find_openings
from agent.demo.instructions import instructions
from agent.demo.others import Comers, others
from agent.demo.visits import visits
from agent.desk.documents import waiting
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.clinic import Clinic, Provider
from agent.model.patient import Patient, StaffUser
from agent.ports import NewId, Store

PEOPLE = Path(__file__).parent / "people.yaml"
DENSITY = 0.6  # of each provider's time
AROUND = timedelta(days=7)  # appointments from a week ago to a week ahead


@dataclass(frozen=True)
class SignIn:
    """A demo sign-in as `make run` prints it."""

    name: str
    email: str
    role: str
    password: str


def sign_ins() -> tuple[SignIn, ...]:
    """The demo's staff with their passwords in the clear."""
    return tuple(SignIn(**row) for row in _people()["staff"])


def staff(clinic: Clinic, new_id: NewId, hash_password: Callable[[str], str]) -> list[StaffUser]:
    """The demo's staff."""
    return [
        StaffUser(
            id=new_id(), clinic=clinic.id, name=user.name, email=user.email, role=user.role,
            password_hash=hash_password(user.password),
        )
        for user in sign_ins()
    ]  # fmt: skip


def patients(clinic: Clinic, new_id: NewId) -> list[Patient]:
    """The demo's patients, in the order of people.yaml."""
    rows = _people()["patients"]
    return [Patient(id=new_id(), clinic=clinic.id, **row | {"dob": date.fromisoformat(row["dob"])}) for row in rows]


def seed(
    store: Store, clinic: Clinic, now: datetime, new_id: NewId, hash_password: Callable[[str], str], *, number: int = 1
) -> None:
    """Staff, patients and appointments around `now`, once: a store that has the demo's front desk is left alone.
    The same `now` and `number` give the same appointments."""
    with store.begin() as tx:
        if tx.staff.by_email(sign_ins()[0].email) is not None:
            return
        for user in staff(clinic, new_id, hash_password):
            tx.staff.add(user)
            if user.role == "clinician":
                for sheet in instructions(clinic, user, now, new_id):
                    tx.instructions.add(sheet)
        known = patients(clinic, new_id)
        more = others(clinic, new_id)
        for patient in (*known, *chain.from_iterable(more.values())):
            tx.patients.add(patient)
        for appointment in _appointments(clinic, known, Comers(clinic, known, more, now), now, new_id, number):
            tx.appointments.add(appointment, now)
        of = {p.id: p for p in known}
        for visit in visits(known):
            tx.documents.add(waiting(visit, of[visit.patient], new_id(), now))


def _appointments(
    clinic: Clinic, known: list[Patient], comes: Comers, now: datetime, new_id: NewId, number: int
) -> Iterator[Appointment]:
    random = Random(number)  # noqa: S311  # a demo, not a secret
    for provider in clinic.providers:
        for opening in _diary(clinic, provider, now, random):
            visit = clinic.visit_type(opening.visit_type)
            yield Appointment(
                id=new_id(),
                clinic=clinic.id,
                patient=comes(_somebody(known, opening, random), opening).id,
                busy_from=opening.start - timedelta(minutes=visit.buffer_before),
                busy_until=opening.end + timedelta(minutes=visit.buffer_after),
                status="fulfilled" if opening.end <= now else "booked",
                **opening.model_dump(),
            )


def _diary(clinic: Clinic, provider: Provider, now: datetime, random: Random) -> Iterator[Opening]:
    """One provider's visits, one after the other, with free stretches between them."""
    kinds = [k for k in provider.visit_types if clinic.visit_type(k).desk_may_prepare]
    began = now - AROUND
    rules = clinic.booking.model_copy(update={"lead_minutes": 0})
    lenient = clinic.model_copy(update={"booking": rules})
    at = began
    while at < now + AROUND:
        kind = random.choice(kinds)
        wish = OpeningRequest(visit_type=kind, provider=provider.id, not_before=at, limit=1)
        found = find_openings(lenient, wish, {}, began)
        if not found or found[0].start >= now + AROUND:
            return
        visit = clinic.visit_type(kind)
        if random.random() < DENSITY:
            yield found[0]
        at = found[0].end + timedelta(minutes=visit.buffer_after + visit.buffer_before)


def _somebody(known: list[Patient], opening: Opening, random: Random) -> Patient:
    """A child for a child's visit, else anybody."""
    day = opening.start.astimezone(UTC).date()
    young = [p for p in known if (day - p.dob).days < 18 * 365]
    return random.choice(young if opening.visit_type == "well_child" and young else known)


@cache
def _people() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(PEOPLE.read_text("utf-8"))
    return found
