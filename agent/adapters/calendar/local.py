"""The Calendar port over our own store: offers, holds, books, overbooks by policy; computes no hours itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from agent.adapters.calendar.openings import Busy, find_openings, is_open, window
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.clinic import Clinic, Provider
from agent.model.fault import Conflict
from agent.ports import Tx

DAY = timedelta(days=1)  # wider than any visit, and than any zone is from UTC
FIRST_LOOK = timedelta(days=7)  # most searches end within a week: ask the store for no more at first


class LocalCalendar:
    """See `agent.ports.Calendar`."""

    first_lane = 0

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    def openings(self, tx: Tx, request: OpeningRequest, now: datetime) -> list[Opening]:
        """Free times spread over days and providers, soonest first, at most request.limit."""
        found: list[Opening] = []
        for part in self._parts(request, now):
            busy = self._busy_for(tx, part, now)
            found = find_openings(self.clinic, part, busy, now)
            if len(found) >= request.limit and _as_asked(found, request):
                break
        return found

    def hold(
        self,
        tx: Tx,
        opening: Opening,
        *,
        id: str,
        patient: str | None,
        conversation: str | None,
        replaces: str | None,
        now: datetime,
    ) -> Appointment:
        """A pending appointment until `booking.hold_minutes` from now; Conflict when the time is taken or not open."""
        busy = self._busy(tx, [opening.provider], opening.start - DAY, opening.end + DAY, now)
        if not is_open(self.clinic, opening, busy, now):
            raise Conflict(f"{opening.provider} is not free at {opening.start.isoformat()}")
        draft = self._draft(opening, id=id, patient=patient, conversation=conversation, replaces=replaces, now=now)
        return _add_in(tx, draft, self._lanes(self.clinic.provider(opening.provider)), now)

    def overbook(
        self,
        tx: Tx,
        opening: Opening,
        *,
        id: str,
        patient: str | None,
        conversation: str | None,
        replaces: str | None,
        now: datetime,
    ) -> Appointment:
        """Like `hold`, beside what is there already: a member of staff knows and wants it. Conflict where the clinic
        forbids it, outside working hours, or when `booking.overbook_limit` is reached."""
        rules = self.clinic.booking
        if rules.overbooking != "staff":
            raise Conflict("this clinic does not overbook")
        if not is_open(self.clinic, opening, {}, now):
            raise Conflict(f"{opening.provider} does not work at {opening.start.isoformat()}")
        usual = self._lanes(self.clinic.provider(opening.provider))
        extra = range(usual.stop, usual.stop + rules.overbook_limit)
        draft = self._draft(opening, id=id, patient=patient, conversation=conversation, replaces=replaces, now=now)
        return _add_in(tx, draft, extra, now)

    def book(self, tx: Tx, appointment: str, version: int, now: datetime) -> Appointment:
        """pending → booked, and the one it replaces → cancelled; where that one was replaced already, the one that
        stands in its place. An expired hold may still be booked while nobody else has the time. Conflict: changed
        since `version`, withdrawn, taken, or already past."""
        row = self._at(tx, appointment)
        lapsed = row.status == "cancelled" and row.hold_expires_at is not None  # by whose clock does not matter
        if row.version != version or not (row.status == "pending" or lapsed):
            raise Conflict(f"appointment {appointment} is {row.status} at version {row.version}")
        if row.start <= now:
            raise Conflict(f"appointment {appointment} lies in the past")
        formers = _standing(tx, row)
        replaces = formers[-1].id if formers else row.replaces
        booked = row.model_copy(update={"status": "booked", "hold_expires_at": None, "replaces": replaces})
        done = self._change_in_any_lane(tx, booked, now) if lapsed else tx.appointments.change(booked, now)
        for former in formers:
            tx.appointments.change(_cancelled(former), now)
        return done

    def release(self, tx: Tx, appointment: str, now: datetime) -> None:
        """Frees a hold; no error when it is gone, nothing when it is booked by now."""
        row = tx.appointments.get(appointment, lock=True)
        if row is not None and (row.status == "pending" or (row.status == "cancelled" and row.hold_expires_at)):
            tx.appointments.change(_cancelled(row), now)

    def cancel(self, tx: Tx, appointment: str, now: datetime) -> Appointment:
        """pending or booked → cancelled; the same row when it was cancelled already, and a hold that ran out is given
        up for good: nobody is told of its end. Conflict when it is over."""
        row = self._at(tx, appointment)
        if row.status == "cancelled" and row.hold_expires_at is None:
            return row
        if row.status == "cancelled":
            return tx.appointments.change(_cancelled(row), now)
        if row.status not in ("pending", "booked"):
            raise Conflict(f"appointment {appointment} is {row.status}")
        return tx.appointments.change(_cancelled(row), now)

    def conflicts(self, tx: Tx, appointment: str, now: datetime) -> list[Appointment]:
        """The provider's other pending and booked appointments that overlap this one, by start; what lies beside it
        in another chair of a provider who sees several at once is none."""
        row = self._at(tx, appointment)
        usual = self._lanes(self.clinic.provider(row.provider))
        near = tx.appointments.day(row.clinic, row.busy_from - DAY, row.busy_until + DAY, row.provider)
        return [
            other
            for other in near
            if other.id != row.id
            and other.provider == row.provider
            and _holds_time(other, now)
            and (other.lane == row.lane or not {other.lane, row.lane} <= set(usual))
            and other.busy_from < row.busy_until
            and other.busy_until > row.busy_from
        ]

    def _parts(self, request: OpeningRequest, now: datetime) -> Iterator[OpeningRequest]:
        """The same wish for the first days only, then for all of them."""
        first, last = window(self.clinic, request, now)
        if first > last:
            return
        if last - first > FIRST_LOOK:
            yield request.model_copy(update={"dates": (first, first + FIRST_LOOK)})
        yield request.model_copy(update={"dates": (first, last)})

    def _busy_for(self, tx: Tx, request: OpeningRequest, now: datetime) -> Busy:
        people = [
            p.id
            for p in self.clinic.providers
            if request.visit_type in p.visit_types
            and request.provider in (None, p.id)
            and request.location in (None, p.location)
        ]
        if not people or request.dates is None:
            return {}
        since, until = (datetime.combine(d, time(), UTC) for d in request.dates)
        return self._busy(tx, people, since - DAY, until + 2 * DAY, now)

    def _busy(self, tx: Tx, providers: list[str], since: datetime, until: datetime, now: datetime) -> Busy:
        return tx.appointments.busy(self.clinic.id, providers, since, until, now)

    def _lanes(self, provider: Provider) -> range:
        return range(self.first_lane, self.first_lane + provider.parallel)

    def _at(self, tx: Tx, appointment: str) -> Appointment:
        row = tx.appointments.get(appointment, lock=True)
        if row is None:
            raise Conflict(f"appointment {appointment} does not exist")
        return row

    def _draft(
        self,
        opening: Opening,
        *,
        id: str,
        patient: str | None,
        conversation: str | None,
        replaces: str | None,
        now: datetime,
    ) -> Appointment:
        visit = self.clinic.visit_type(opening.visit_type)
        return Appointment(
            id=id,
            clinic=self.clinic.id,
            patient=patient,
            busy_from=opening.start - timedelta(minutes=visit.buffer_before),
            busy_until=opening.end + timedelta(minutes=visit.buffer_after),
            status="pending",
            hold_expires_at=min(opening.start, now + timedelta(minutes=self.clinic.booking.hold_minutes)),
            replaces=replaces,
            conversation=conversation,
            **opening.model_dump(),
        )

    def _change_in_any_lane(self, tx: Tx, row: Appointment, now: datetime) -> Appointment:
        """The lane of a lapsed hold may be taken while another is free."""
        lanes = [row.lane, *(n for n in self._lanes(self.clinic.provider(row.provider)) if n != row.lane)]
        for lane in lanes[:-1]:
            try:
                return tx.appointments.change(row.model_copy(update={"lane": lane}), now)
            except Conflict:
                continue
        return tx.appointments.change(row.model_copy(update={"lane": lanes[-1]}), now)


class OpenCalendar(LocalCalendar):
    """For conversations on trial: every provider is free in opening hours, but for what conversations hold."""

    first_lane = 1000  # beside the appointments that are not looked at

    def _busy(self, tx: Tx, providers: list[str], since: datetime, until: datetime, now: datetime) -> Busy:
        taken: dict[str, list[tuple[datetime, datetime]]] = {p: [] for p in providers}
        for row in tx.appointments.day(self.clinic.id, since - DAY, until):
            if row.provider in taken and row.conversation is not None and _holds_time(row, now):
                taken[row.provider].append((row.busy_from, row.busy_until))
        return {provider: sorted(spans) for provider, spans in taken.items()}


class FullCalendar(LocalCalendar):
    """For conversations on trial: nothing is free for eight weeks."""

    taken_for = timedelta(weeks=8, days=1)  # past the last day of an eight-week horizon

    def openings(self, tx: Tx, request: OpeningRequest, now: datetime) -> list[Opening]:
        """What is free after eight weeks, which most clinics do not book yet."""
        free_from = max(now + self.taken_for, request.not_before or now)
        return super().openings(tx, request.model_copy(update={"not_before": free_from}), now)


CALENDARS: dict[str, type[LocalCalendar]] = {"demo": LocalCalendar, "open": OpenCalendar, "full": FullCalendar}


def _add_in(tx: Tx, appointment: Appointment, lanes: range, now: datetime) -> Appointment:
    for lane in lanes:
        try:
            return tx.appointments.add(appointment.model_copy(update={"lane": lane}), now)
        except Conflict:
            continue
    raise Conflict(f"{appointment.provider} is taken at {appointment.start.isoformat()}")


def _standing(tx: Tx, row: Appointment) -> list[Appointment]:
    """What this one takes the place of, as it is now, locked: a request that nobody has decided, and last the visit
    that its patient has; however often it was asked to be moved, and whatever became of that, they keep one."""
    former = tx.appointments.get(row.replaces, lock=True) if row.replaces else None
    if former is None or former.status == "booked":
        return [] if former is None else [former]
    asked = [former] if former.status == "pending" else []
    first, seen = former, {row.id}
    while first.replaces and first.replaces not in seen and (before := tx.appointments.get(first.replaces)):
        seen.add(first.id)
        first = before
    chain, seen = [first], {row.id}
    while chain:
        one = chain.pop()
        seen.add(one.id)
        locked = tx.appointments.get(one.id, lock=True) if one.status == "booked" else None
        if locked is not None and locked.status == "booked":
            return [*asked, locked]
        chain += [later for later in tx.appointments.replacing(one.id) if later.id not in seen]
    return asked


def _cancelled(row: Appointment) -> Appointment:
    """Without an expiry: what was given up on purpose cannot be booked late."""
    return row.model_copy(update={"status": "cancelled", "hold_expires_at": None})


def _holds_time(row: Appointment, now: datetime) -> bool:
    lapsed = row.status == "pending" and row.hold_expires_at is not None and row.hold_expires_at <= now
    return row.status in ("pending", "booked") and not lapsed


def _as_asked(found: list[Opening], request: OpeningRequest) -> bool:
    exact = request.times is not None and request.times[0] == request.times[1]
    return not exact or any(o.local.time() == request.times[0] for o in found if request.times)
