"""The clinic's own appointments and the five-minute atoms that they take; opening hours are not known here. What is
given back is told to the waitlist."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from agent.adapters.store.freed import given_back
from agent.adapters.store.keyring import of_conversation, of_patient
from agent.adapters.store.tables import appointments, atoms
from agent.adapters.store.work import AnyRow, AnySelect, Work, word
from agent.model.calendar import Appointment
from agent.model.fault import Conflict

ATOM_SECONDS = 300
_HOLDING = frozenset({"pending", "booked"})
_PLACE = ("clinic", "provider", "lane", "busy_from", "busy_until")
_fields = [n for n in Appointment.model_fields if n not in ("local", "visit_type")]

_t = appointments.c
_lapsed = (_t.status == word("pending")) & (_t.hold_expires_at <= bindparam("now"))
_BUSY = (
    select(_t.provider, _t.busy_from, _t.busy_until)
    .where(
        _t.clinic == bindparam("clinic"),
        _t.provider.in_(bindparam("providers", expanding=True)),
        _t.busy_until > bindparam("since"),
        _t.busy_from < bindparam("until"),
        or_(
            _t.status == word("booked"),
            (_t.status == word("pending")) & or_(_t.hold_expires_at.is_(None), _t.hold_expires_at > bindparam("now")),
        ),
    )
    .order_by(_t.provider, _t.busy_from)
)
_ADD = insert(appointments)
_TAKE = insert(atoms)
_FREE = delete(atoms).where(atoms.c.appointment.in_(bindparam("ids", expanding=True)))
_GET = select(appointments).where(_t.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_SET = (
    update(appointments)
    .where(_t.id == bindparam("of"), _t.version == bindparam("seen"))
    .values(
        {n: bindparam(n) for n in [*_fields, "visit_type", "detail", "local", "lapsed"] if n not in ("id", "clinic")}
    )
)
# PostgreSQL's exclusion check waits both ways when two overlapping rows arrive together, which is a deadlock: queue
_PLACE_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("place"), 0)))
_PUSH_ASIDE = (
    update(appointments)
    .where(
        _t.clinic == bindparam("of_clinic"),
        _t.provider == bindparam("of_provider"),
        _t.lane == bindparam("in_lane"),
        _t.id != bindparam("but"),
        _t.busy_until > bindparam("since"),
        _t.busy_from < bindparam("until"),
        _lapsed,
    )
    .values(status="cancelled", lapsed=True)
    .returning(_t.id)
)
_LAPSED = select(appointments).where(_lapsed | _t.lapsed).order_by(_t.id)
_SWEEP = update(appointments).where(_lapsed).values(status="cancelled").returning(appointments)
_TOLD = update(appointments).where(_t.lapsed).values(lapsed=False).returning(appointments)
_REPLACING = select(appointments).where(_t.replaces == bindparam("of")).order_by(_t.id)
_OF_PATIENT = (
    select(appointments)
    .where(_t.patient == bindparam("of"), _t.status == word("booked"), _t.start >= bindparam("since"))
    .order_by(_t.start, _t.id)
)
_ALL_OF = (
    select(appointments)
    .where(_t.patient == bindparam("of"))
    .order_by(_t.start.desc(), _t.id.desc())
    .limit(bindparam("limit"))
)
_DAY = (
    select(appointments)
    .where(
        _t.clinic == bindparam("clinic"),
        _t.start >= bindparam("since"),
        _t.start < bindparam("until"),
        _t.status != word("cancelled"),
    )
    .order_by(_t.start, _t.provider, _t.id)
)
_DAY_OF = _DAY.where(_t.provider == bindparam("provider"))


class AppointmentsRoom:
    """See `agent.ports.Appointments`. An expired hold is cancelled without raising its version, so that a
    confirmation that comes late can still take the time back when nobody else has."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def busy(
        self, clinic: str, providers: Sequence[str], since: datetime, until: datetime, now: datetime
    ) -> dict[str, list[tuple[datetime, datetime]]]:
        taken: dict[str, list[tuple[datetime, datetime]]] = {p: [] for p in providers}
        given = {"clinic": clinic, "providers": list(providers), "since": since, "until": until, "now": now}
        for provider, busy_from, busy_until in self._work.connection.again(_BUSY, given):
            taken[provider].append((busy_from, busy_until))
        return taken

    def add(self, appointment: Appointment, now: datetime) -> Appointment:
        columns = self._columns(appointment)  # a key made inside the savepoint could be rolled back
        try:
            with self._work.connection.begin_nested():
                if appointment.status in _HOLDING:
                    self._push_aside(appointment, now)
                self._work.connection.execute(_ADD, columns)
                if appointment.status in _HOLDING:
                    self._take(appointment)
        except IntegrityError:
            raise Conflict(f"appointment {appointment.id}: the time is taken") from None
        return appointment

    def get(self, id: str, *, lock: bool = False) -> Appointment | None:
        row = self._work.connection.execute(_LOCK if lock else _GET, {"id": id}).first()
        return self._read(row) if row else None

    def change(self, appointment: Appointment, now: datetime) -> Appointment:
        before = self.get(appointment.id, lock=True)
        if before is None or before.version != appointment.version:
            raise Conflict(f"appointment {appointment.id} is no longer at version {appointment.version}")
        after = appointment.model_copy(update={"version": appointment.version + 1})
        columns = self._columns(after)
        try:
            with self._work.connection.begin_nested():
                self._settle(before, after, columns, now)
        except IntegrityError:
            raise Conflict(f"appointment {appointment.id}: the time is taken") from None
        return after

    def of_patient(self, patient: str, since: datetime) -> list[Appointment]:
        return self.read(_OF_PATIENT, {"of": patient, "since": since})

    def all_of(self, patient: str, limit: int = 50) -> list[Appointment]:
        return self.read(_ALL_OF, {"of": patient, "limit": limit})

    def day(self, clinic: str, since: datetime, until: datetime, provider: str | None = None) -> list[Appointment]:
        """Those that start in [since, until), cancelled ones left out, by start."""
        given = {"clinic": clinic, "since": since, "until": until}
        if provider is None:
            return self.read(_DAY, given)
        return self.read(_DAY_OF, given | {"provider": provider})

    def replacing(self, id: str) -> list[Appointment]:
        return self.read(_REPLACING, {"of": id})

    def lapsed(self, now: datetime) -> list[Appointment]:
        return self.read(_LAPSED, {"now": now})

    def sweep(self, now: datetime, only: str | None = None) -> list[Appointment]:
        told_of, swept_of = _TOLD, _SWEEP
        if only is not None:
            told_of, swept_of = told_of.where(_t.id == only), swept_of.where(_t.id == only)
        told = self._work.connection.execute(told_of).all()
        swept = self._work.connection.execute(swept_of, {"now": now}).all()
        if swept:
            self._work.connection.execute(_FREE, {"ids": [row.id for row in swept]})
        freed = [self._read(row) for row in swept]
        for one in freed:
            given_back(self._work, one, now)
        return [*(self._read(row) for row in told), *freed]

    def _settle(self, before: Appointment, after: Appointment, columns: dict[str, Any], now: datetime) -> None:
        held, holds = before.status in _HOLDING, after.status in _HOLDING
        moved = any(getattr(before, name) != getattr(after, name) for name in _PLACE)
        if held and (moved or not holds):
            self._work.connection.execute(_FREE, {"ids": [after.id]})
            given_back(self._work, before, now)
        takes = holds and (moved or not held)
        if takes:
            self._push_aside(after, now)
        given = columns | {"of": after.id, "seen": before.version, "lapsed": False}
        del given["id"], given["clinic"]
        self._work.connection.execute(_SET, given)
        if takes:
            self._take(after)

    def _columns(self, appointment: Appointment) -> dict[str, Any]:
        owner = owner_of(appointment.patient, appointment.conversation)
        detail = self._work.keys.seal(owner, "appointments", "detail", appointment.id, appointment.visit_type.encode())
        kept = {name: getattr(appointment, name) for name in _fields}
        return kept | {"local": appointment.local.isoformat(), "visit_type": "", "detail": detail}

    def read(self, statement: AnySelect, given: dict[str, Any]) -> list[Appointment]:
        """The rows of a statement over all columns of the table."""
        rows = self._work.connection.execute(statement, given).all()
        self._work.keys.warm(row.detail for row in rows)
        return [self._read(row) for row in rows]

    def _read(self, row: AnyRow) -> Appointment:
        kept = {name: getattr(row, name) for name in _fields}
        visit = row.visit_type
        if row.detail is not None:
            visit = self._work.keys.open("appointments", "detail", row.id, row.detail).decode()
        return Appointment(**kept, visit_type=visit, local=datetime.fromisoformat(row.local))

    def _take(self, appointment: Appointment) -> None:
        first, end = _span(appointment)
        place = {"clinic": appointment.clinic, "provider": appointment.provider, "lane": appointment.lane}
        rows = [{**place, "atom": atom, "appointment": appointment.id} for atom in range(first, end)]
        if rows:
            self._work.connection.execute(_TAKE, rows)

    def _push_aside(self, appointment: Appointment, now: datetime) -> None:
        if self._work.postgres:
            place = f"{appointment.clinic}|{appointment.provider}|{appointment.lane}"
            self._work.connection.execute(_PLACE_LOCK, {"place": place})
        first, end = _span(appointment)
        zone = appointment.busy_from.tzinfo
        given = {
            "of_clinic": appointment.clinic,
            "of_provider": appointment.provider,
            "in_lane": appointment.lane,
            "but": appointment.id,
            "since": datetime.fromtimestamp(first * ATOM_SECONDS, zone),
            "until": datetime.fromtimestamp(end * ATOM_SECONDS, zone),
            "now": now,
        }
        ids = list(self._work.connection.execute(_PUSH_ASIDE, given).scalars())
        if ids:
            self._work.connection.execute(_FREE, {"ids": ids})


def _span(appointment: Appointment) -> tuple[int, int]:
    """[first, end) of the atoms that the busy time touches."""
    first = int(appointment.busy_from.timestamp() // ATOM_SECONDS)
    return first, int(-(-appointment.busy_until.timestamp() // ATOM_SECONDS))


def owner_of(patient: str | None, conversation: str | None) -> str:
    """Whose key seals what a visit is for: its patient's, else its conversation's."""
    return of_patient(patient) if patient else of_conversation(conversation)
