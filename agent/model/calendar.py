"""Openings and appointments."""

from datetime import date, datetime, time
from typing import Literal

from agent.model.value import Value

BLOCK = "block"  # the visit type of time that staff keep free of visits
AppointmentStatus = Literal["pending", "booked", "cancelled", "fulfilled", "noshow"]  # FHIR R4; pending = held


class OpeningRequest(Value):
    """What to look for; dates are local and inclusive, times local and half-open (equal: that exact start). `avoid`:
    days that do not suit (see `wish.suits`)."""

    visit_type: str
    provider: str | None = None
    location: str | None = None
    dates: tuple[date, date] | None = None
    times: tuple[time, time] | None = None
    avoid: tuple[str, ...] = ()
    not_before: datetime | None = None
    limit: int = 3


class Opening(Value):
    """A time that can be held. `start`/`end` are UTC (the visit itself, without buffers); `local` is wall time."""

    provider: str
    location: str
    visit_type: str
    start: datetime
    end: datetime
    local: datetime
    zone: str


class Appointment(Value):
    """A row of the calendar; `busy_from`/`busy_until` include buffers, UTC."""

    id: str
    clinic: str
    patient: str | None = None
    provider: str
    location: str
    visit_type: str
    start: datetime
    end: datetime
    busy_from: datetime
    busy_until: datetime
    local: datetime
    zone: str
    status: AppointmentStatus
    hold_expires_at: datetime | None = None
    lane: int = 0
    replaces: str | None = None
    conversation: str | None = None
    version: int = 0
