"""Reminders as rows: planned once for each visit and rule, taken by one process at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text, update

from agent.adapters.store.appointments import AppointmentsRoom
from agent.adapters.store.tables import UNPLANNED, appointments
from agent.adapters.store.tables_reminders import reminders
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.calendar import Appointment
from agent.model.reminder import FORM_OFFER, Reminder, ReminderState

_a, _r = appointments.c, reminders.c
_UNPLANNED = (
    select(appointments)
    .where(
        _a.clinic == bindparam("clinic"),
        _a.start >= bindparam("since"),
        _a.start < bindparam("until"),
        text(UNPLANNED),
        _a.patient.is_not(None),
    )
    .order_by(_a.start, _a.id)
    .limit(bindparam("limit"))
)
_PLAN = upsert(reminders).on_conflict_do_nothing().returning(_r.rule)
_MARK = update(appointments).where(_a.id == bindparam("of")).values(planned=bindparam("planned"))
_DUE = (
    select(reminders)
    .where(_r.clinic == bindparam("clinic"), _r.state == word("due"), _r.due_at <= bindparam("now"))
    .order_by(_r.due_at, _r.appointment)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_this = (_r.appointment == bindparam("of"), _r.rule == bindparam("by"))
_PUT_OFF = update(reminders).where(*_this).values(due_at=bindparam("due"))
_SETTLE = update(reminders).where(*_this).values({n: bindparam(n) for n in ("state", "why", "settled_at", "outbound")})
_ANEW = delete(reminders).where(_r.appointment == bindparam("of"))
_STOP = (
    update(reminders)
    .where(_r.appointment == bindparam("of"), _r.state == word("due"))
    .values(state="skipped", why=bindparam("because"), settled_at=bindparam("now"))
)
_SAID_YES = select(_r.appointment).where(
    _r.appointment.in_(bindparam("ids", expanding=True)), _r.coming_at.is_not(None)
)
_COMING = (
    update(reminders)
    .where(_r.appointment == bindparam("of"), _r.state.in_(("sent", "calling")))
    .values(coming_at=bindparam("at"))
)
_LATE = (
    select(_r.due_at, _r.settled_at)
    .where(_r.clinic == bindparam("clinic"), _r.state == word("sent"), _r.due_at <= bindparam("now"))
    .order_by(_r.due_at.desc())
    .limit(bindparam("most"))
)
_OF = select(reminders).where(_r.appointment == bindparam("of")).order_by(_r.due_at, _r.rule)


class RemindersRoom:
    """See `agent.ports.reminders.Reminders`."""

    def __init__(self, work: Work, visits: AppointmentsRoom) -> None:
        self._work, self._visits = work, visits

    def unplanned(self, clinic: str, since: datetime, until: datetime, limit: int) -> list[Appointment]:
        return self._visits.read(_UNPLANNED, {"clinic": clinic, "since": since, "until": until, "limit": limit})

    def plan(self, reminder: Reminder) -> bool:
        if reminder.rule != FORM_OFFER:
            self._work.connection.execute(_MARK, {"of": reminder.appointment, "planned": True})
        return self._work.connection.execute(_PLAN, reminder.model_dump()).first() is not None

    def take_due(self, clinic: str, now: datetime) -> Reminder | None:
        row = self._work.connection.execute(_DUE, {"clinic": clinic, "now": now}).first()
        return _read(row) if row else None

    def put_off(self, reminder: Reminder, due_at: datetime) -> None:
        self._work.connection.execute(_PUT_OFF, {**_named(reminder), "due": due_at})

    def settle(
        self, reminder: Reminder, state: ReminderState, now: datetime, *, why: str = "", outbound: str | None = None
    ) -> None:
        given = {"state": state, "why": why, "settled_at": now, "outbound": outbound}
        self._work.connection.execute(_SETTLE, {**_named(reminder), **given})

    def plan_anew(self, appointment: str) -> None:
        self._work.connection.execute(_ANEW, {"of": appointment})
        self._work.connection.execute(_MARK, {"of": appointment, "planned": False})

    def stop(self, appointment: str, why: str, now: datetime) -> None:
        self._work.connection.execute(_STOP, {"of": appointment, "because": why, "now": now})

    def said_yes(self, appointments: Sequence[str]) -> set[str]:
        return set(self._work.connection.execute(_SAID_YES, {"ids": list(appointments)}).scalars())

    def coming(self, appointment: str, now: datetime) -> bool:
        return self._work.connection.execute(_COMING, {"of": appointment, "at": now}).rowcount > 0

    def late(self, clinic: str, now: datetime, most: int) -> list[timedelta]:
        rows = self._work.connection.execute(_LATE, {"clinic": clinic, "now": now, "most": most})
        return [settled - due for due, settled in rows if settled is not None]

    def of(self, appointment: str) -> list[Reminder]:
        return [_read(row) for row in self._work.connection.execute(_OF, {"of": appointment})]


def _named(reminder: Reminder) -> dict[str, str]:
    return {"of": reminder.appointment, "by": reminder.rule}


def _read(row: AnyRow) -> Reminder:
    return Reminder.model_validate(dict(row._mapping))
