"""Looks for free times as the patient asked, and for the nearest ones when there are none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from agent.actions.context import ClinicAction, Context
from agent.model.calendar import Opening, OpeningRequest
from agent.model.clinic import Clinic
from agent.model.wish import dates_of, known, times_of

LIMIT = 3
_CROWDED = 12  # free times among which to choose once somebody was first
_SOON = 7  # days
_TWO = 2
_SEEN = ("booked", "fulfilled", "noshow")  # states of a visit
Attempt = tuple[OpeningRequest, str]  # what to look for, and the note that tells how it differs from the wish


class FindOpenings(ClinicAction):
    """`openings` (list of dicts, see `opening_dict`), `openings_exact`, `openings_note`
    (none other_day other_time other_provider). Empty only when nothing is free within the horizon."""

    called = "action_find_openings"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        wish = _wish(at, slots)
        if wish is None:
            return _answer([], "none", [])
        seen = _seen(slots) if slots.get("more") else []
        if slots.get("after_opening"):
            wish = wish.model_copy(update={"not_before": _just_after(slots["after_opening"])})
        home = _home(at) if wish.provider is None and wish.location is None else None
        first = [(wish.model_copy(update={"location": home}), "none")] if home else []
        for request, note in (*first, *_attempts(at, wish, further=bool(slots.get("more")))):
            asked = request.model_copy(update={"limit": LIMIT + len(seen)})
            found = at.calendar.openings(at.tx, asked, at.now)
            fresh = [o for o in found if opening_id(o) not in seen][:LIMIT]
            if slots.get("taken") and fresh and not _exact(request):
                fresh = _elsewhere(at, request, fresh, seen)
            if fresh:
                shown = [opening_dict(at.clinic, o) for o in fresh]
                return _answer(shown, _note(note, wish, fresh), [*seen, *(s["id"] for s in shown)])
        return _answer([], "none", seen)


def _elsewhere(at: Context, request: OpeningRequest, first: list[Opening], seen: list[str]) -> list[Opening]:
    """By lot, each patient their own, beside what everybody else is offered first: who was too late once does not race
    the same crowd again. Where little is left, what there is."""
    asked = request.model_copy(update={"limit": _CROWDED + len(seen)})
    known = {*seen, *map(opening_id, first)}
    others = [o for o in at.calendar.openings(at.tx, asked, at.now) if opening_id(o) not in known]
    if len(others) < LIMIT:
        return first
    lot = Random(f"{at.conversation.address.value}|{at.conversation.version}")  # noqa: S311  # nobody gains by a guess
    return [others[n] for n in sorted(lot.sample(range(len(others)), LIMIT))]


def opening_id(opening: Opening) -> str:
    """Short and the same for the same time: "okafor@2026-03-12T14:00"."""
    return f"{opening.provider}@{opening.local:%Y-%m-%dT%H:%M}"


def opening_dict(clinic: Clinic, opening: Opening) -> dict[str, Any]:
    """An opening as a slot value: ids, names, `start` in UTC, `local` on the clock of its place."""
    return {
        "id": opening_id(opening),
        "provider": opening.provider,
        "provider_name": clinic.provider(opening.provider).name,
        "location": opening.location,
        "location_name": clinic.location(opening.location).name,
        "visit_type": opening.visit_type,
        "start": opening.start.astimezone(UTC).isoformat(),
        "local": opening.local.isoformat(),
        "zone": opening.zone,
    }


def _answer(shown: list[dict[str, Any]], note: str, seen: list[str]) -> dict[str, Any]:
    return {
        "openings": shown,
        "openings_exact": bool(shown) and note == "none",
        "openings_note": note,
        "openings_seen": seen,
        "more": None,
    }


def _wish(at: Context, slots: dict[str, Any]) -> OpeningRequest | None:
    """What the slots ask for; None when the desk may not prepare such a visit."""
    clinic = at.clinic
    concerned = slots.get("appointment")
    moved: dict[str, Any] = concerned if isinstance(concerned, dict) else {}
    people, places = {p.id for p in clinic.providers}, {p.id for p in clinic.places}
    provider = known(slots.get("provider"), people) or (
        None if slots.get("provider") else known(moved.get("provider"), people)
    )
    kinds = {v.id for v in clinic.visit_types}
    kind = known(slots.get("appointment_type"), kinds) or known(moved.get("visit_type"), kinds)
    kind = kind or _general(clinic, provider)
    if kind is None or clinic.visit_type(kind).ended or not clinic.visit_type(kind).desk_may_prepare:
        return None
    days = dates_of(slots.get("date"))
    one_day = days is not None and days[0] == days[1]  # asked for after all
    return OpeningRequest(
        visit_type=kind,
        provider=provider,
        location=known(slots.get("location"), places),
        dates=days,
        avoid=() if one_day else tuple(map(str, slots.get("avoid") or ())),
        times=times_of(slots.get("time")),
        limit=LIMIT,
    )


def _home(at: Context) -> str | None:
    """The one place where whoever this may be has always been seen; none where there are several, or they are new."""
    talk, places = at.conversation, {p.id for p in at.clinic.places}
    if len(places) < _TWO or (talk.channel == "chat" and not talk.patient):
        return None
    on_file = [] if talk.channel == "chat" else at.tx.patients.by_phone(at.clinic.id, talk.address.value)
    who = [talk.patient] if talk.patient else [p.id for p in on_file]
    seen = {row.location for id in who for row in at.tx.appointments.all_of(id) if row.status in _SEEN}
    return seen.pop() if len(seen) == 1 and seen <= places else None


def _general(clinic: Clinic, provider: str | None) -> str | None:
    """For an unknown kind of visit: the clinic's first, or the first that this provider does."""
    does = clinic.provider(provider).visit_types if provider else ()
    kinds = [v.id for v in clinic.kinds if v.desk_may_prepare]
    return next((k for k in kinds if k in does), kinds[0] if kinds else None)


def _attempts(at: Context, wish: OpeningRequest, *, further: bool = False) -> Iterator[Attempt]:
    """The wish, then ever wider: another time that day, later days, another provider, any day. `further`: times were
    shown and did not suit; then an afternoon of the next days is nearer to "after three" than a morning of that one."""
    last = at.now.date() + timedelta(days=at.clinic.booking.horizon_days)
    yield wish, "none"
    if further and wish.times and wish.times[0] != wish.times[1] and wish.dates and wish.dates[1] < last:
        soon = (wish.dates[1] + timedelta(days=1), min(wish.dates[1] + timedelta(days=_SOON), last))
        yield wish.model_copy(update={"dates": soon}), "other_day"
    yield from _wider(wish, last, "")
    if wish.provider or wish.location:
        anyone = wish.model_copy(update={"provider": None, "location": None})
        yield anyone, "other_provider"
        yield from _wider(anyone, last, "other_provider")


def _wider(wish: OpeningRequest, last: date, note: str) -> Iterator[Attempt]:
    any_time = wish.model_copy(update={"times": None})
    if wish.times:
        yield any_time, note or "other_time"
    if wish.dates is None:
        return
    after = min(wish.dates[1], last) + timedelta(days=1)
    if after <= last:
        later = wish.model_copy(update={"dates": (after, last)})
        yield later, note or "other_day"
        yield later.model_copy(update={"times": None}), note or "other_day"
    before = any_time.model_copy(update={"dates": (last - timedelta(days=6), last)})
    yield before, note or "other_day"
    yield any_time.model_copy(update={"dates": None}), note or "other_day"


def _exact(wish: OpeningRequest) -> bool:
    return wish.times is not None and wish.times[0] == wish.times[1]


def _note(note: str, wish: OpeningRequest, fresh: list[Opening]) -> str:
    """An exact time that is not among those found was not free."""
    if note == "none" and _exact(wish) and wish.times and all(o.local.time() != wish.times[0] for o in fresh):
        return "other_time"
    return note


def _seen(slots: dict[str, Any]) -> list[str]:
    """Ids offered before in this run; a flow without the slot `openings_seen` remembers the last offer only."""
    last = [o["id"] for o in slots.get("openings") or ()]
    return [str(i) for i in slots.get("openings_seen") or last]


def _just_after(opening: Any) -> datetime:
    """A minute past the start of an opening, given as a dict or as its start in ISO."""
    start = opening["start"] if isinstance(opening, dict) else opening
    return datetime.fromisoformat(str(start)) + timedelta(minutes=1)
