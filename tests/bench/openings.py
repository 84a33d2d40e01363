"""Searching openings over fifty providers and sixty days."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.adapters.calendar.openings import find_openings
from agent.adapters.clinic_file import load_clinic
from agent.model.calendar import OpeningRequest
from agent.settings import load_settings

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


def measure() -> dict[str, Any]:
    clinic = load_clinic(load_settings().clinic_file)
    kind = clinic.visit_types[0].id
    model = next(p for p in clinic.providers if kind in p.visit_types)
    fifty = tuple(model.model_copy(update={"id": f"p{i}", "name": f"Dr. Number {i}"}) for i in range(50))
    clinic = clinic.model_copy(
        update={"providers": fifty, "booking": clinic.booking.model_copy(update={"horizon_days": 60})}
    )
    found: dict[str, Any] = {}
    for name, taken in (("half booked", 2), ("booked until the last day", 1)):
        busy = {p.id: _busy(taken) for p in fifty}
        request = OpeningRequest(visit_type=kind, dates=(NOW.date(), NOW.date() + timedelta(days=60)), limit=3)
        times = []
        for _ in range(15):
            began = time.perf_counter()
            find_openings(clinic, request, busy, NOW)
            times.append(time.perf_counter() - began)
        found[f"ms, {name}"] = round(statistics.median(times) * 1000, 2)
    return found


def _busy(step: int) -> list[tuple[datetime, datetime]]:
    """Every `step`-th half hour of the days is taken, but for the last day when step is 1."""
    days = 60 if step > 1 else 59
    start = NOW.replace(hour=0)
    return [
        (start + timedelta(days=d, minutes=30 * k), start + timedelta(days=d, minutes=30 * k + 30))
        for d in range(days)
        for k in range(14, 42, step)  # from seven in the morning to nine in the evening
    ]
