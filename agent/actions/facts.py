"""Facts of the clinic as an answer needs them: hours, places, insurance, approved texts; words are put elsewhere."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.actions.context import ClinicAction, Context
from agent.actions.insurance import accepted_plan
from agent.model.clinic import WEEKDAYS, Clinic, Closure, Location, Spans, Texts

SOON = timedelta(days=14)  # closures within this are told with the hours


class ClinicFacts(ClinicAction):
    """`topic` -> `facts`, see `clinic_facts`; from `insurance_name` also `insurance_match`, the plan's name or None."""

    called = "action_clinic_facts"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        asked = slots.get("date")
        day = date.fromisoformat(asked) if isinstance(asked, str) else None  # "this week" asks for the whole table
        facts = clinic_facts(at.clinic, at.conversation.locale, at.now, slots.get("location"), day)
        facts["topic"] = slots.get("topic")
        facts["answer"] = facts["answers"].get(str(slots.get("topic")))
        match = accepted_plan(str(slots.get("insurance_name") or ""), at.clinic.insurance)
        facts["insurance_match"] = match
        return {"facts": facts, "insurance_match": match}


def clinic_facts(
    clinic: Clinic, locale: str, now: datetime, location: Any = None, day: date | None = None
) -> dict[str, Any]:
    """JSON: `clinic`, `phone`, `locations` (each with `hours` by weekday as [["08:00","12:00"], …], `open_now`,
    `today`, `then` (on `day`), `address`, `phone`, `parking`, `directions`), `day` (the one asked about, ISO 8601, or
    None), `closures` within 14 days and on that day, `insurance`, `answers`.
    Texts are in `locale`, or in the clinic's own language where it has written no other; None where none."""
    places = [p for p in clinic.places if p.id == location] or list(clinic.places)
    shown = (None, *(p.id for p in places))
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    return {
        "clinic": clinic.name,
        "phone": clinic.phone,
        "day": day.isoformat() if day else None,
        "locations": [
            _place(clinic, place, locale, now) | {"then": _written(_hours_on(clinic, place, day)) if day else []}
            for place in places
        ],
        "closures": [_closure(clinic, c, locale) for c in _coming(clinic, today, day) if c.location in shown],
        "insurance": list(clinic.insurance),
        "answers": {topic: _text(clinic, texts, locale) for topic, texts in clinic.answers.items()},
    }


def _place(clinic: Clinic, place: Location, locale: str, now: datetime) -> dict[str, Any]:
    local = now.astimezone(ZoneInfo(place.zone))
    spans = _hours_on(clinic, place, local.date())
    at = local.time().replace(second=0, microsecond=0)
    return {
        "id": place.id,
        "name": place.name,
        "zone": place.zone,
        "address": place.address,
        "phone": place.phone or clinic.phone,
        "hours": {day: _written(place.hours.get(day, ())) for day in WEEKDAYS},
        "today": _written(spans),
        "open_now": any(start <= at and (at < end or end == time()) for start, end in spans),
        "parking": _text(clinic, place.parking, locale),
        "directions": _text(clinic, place.directions, locale),
    }


def _hours_on(clinic: Clinic, place: Location, day: date) -> Spans:
    """A closure's own hours stand instead of the usual ones; a full closure beats them."""
    closures = [c for c in clinic.closures if c.provider is None and c.location in (None, place.id) and _covers(c, day)]
    if not closures:
        return place.hours.get(WEEKDAYS[day.weekday()], ())
    return () if any(not c.hours for c in closures) else closures[0].hours


def _covers(closure: Closure, day: date) -> bool:
    return closure.day <= day <= (closure.until or closure.day)


def _coming(clinic: Clinic, today: date, asked: date | None) -> list[Closure]:
    general = [c for c in clinic.closures if c.provider is None]
    coming = [c for c in general if c.day <= today + SOON and (c.until or c.day) >= today]
    coming += [c for c in general if asked is not None and c not in coming and _covers(c, asked)]
    return sorted(coming, key=lambda c: c.day)


def _closure(clinic: Clinic, closure: Closure, locale: str) -> dict[str, Any]:
    return {
        "day": closure.day.isoformat(),
        "until": (closure.until or closure.day).isoformat(),
        "name": _text(clinic, closure.name, locale),
        "location": closure.location,
        "hours": _written(closure.hours),
    }


def _written(spans: Spans) -> list[list[str]]:
    return [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in spans]


def _text(clinic: Clinic, texts: Texts, locale: str) -> str | None:
    for tag in (locale, locale.split("-", 1)[0], clinic.default_language):
        if tag in texts:
            return texts[tag]
    return None
