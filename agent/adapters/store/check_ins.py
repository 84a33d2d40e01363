"""Questions after a visit as rows: planned once for each visit and rule, taken by one process at a time."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select, update

from agent.adapters.store.appointments import AppointmentsRoom
from agent.adapters.store.tables import appointments
from agent.adapters.store.tables_after_visit import check_ins
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.calendar import Appointment
from agent.model.check_in import NOTHING, CheckIn

_a, _r = appointments.c, check_ins.c
_ENDED = (
    select(appointments)
    .where(
        _a.clinic == bindparam("clinic"),
        _a.start >= bindparam("since"),
        _a.end < bindparam("until"),
        _a.status.in_(("booked", "fulfilled")),
        _a.patient.is_not(None),
        ~exists().where(_r.appointment == _a.id),
    )
    .order_by(_a.start, _a.id)
    .limit(bindparam("limit"))
)
_PLAN = upsert(check_ins).on_conflict_do_nothing().returning(_r.rule)
_DUE = (
    select(check_ins)
    .where(_r.clinic == bindparam("clinic"), _r.state == word("due"), _r.due_at <= bindparam("now"))
    .order_by(_r.due_at, _r.appointment)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_SILENT = (
    select(check_ins)
    .where(_r.clinic == bindparam("clinic"), _r.state == word("asked"), _r.silent_at <= bindparam("now"))
    .order_by(_r.silent_at, _r.appointment)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_this = (_r.appointment == bindparam("of"), _r.rule == bindparam("by"))
_changing = [c.name for c in check_ins.columns if not c.primary_key and c.name != "clinic"]
_SAVE = update(check_ins).where(*_this).values({n: bindparam(n) for n in _changing})
_GET = select(check_ins).where(*_this)
_OF = select(check_ins).where(_r.appointment == bindparam("of")).order_by(_r.due_at, _r.rule)
_BETWEEN = (
    select(check_ins)
    .where(
        _r.clinic == bindparam("clinic"),
        _r.due_at >= bindparam("since"),
        _r.due_at < bindparam("until"),
        _r.rule != word(NOTHING),
    )
    .order_by(_r.due_at.desc(), _r.appointment)
    .limit(bindparam("most"))
)


class CheckInsRoom:
    """See `agent.ports.after_visit.CheckIns`."""

    def __init__(self, work: Work, visits: AppointmentsRoom) -> None:
        self._run, self._visits = work.connection.execute, visits

    def unplanned(self, clinic: str, since: datetime, until: datetime, limit: int) -> list[Appointment]:
        return self._visits.read(_ENDED, {"clinic": clinic, "since": since, "until": until, "limit": limit})

    def plan(self, row: CheckIn) -> bool:
        return self._run(_PLAN, row.model_dump()).first() is not None

    def take_due(self, clinic: str, now: datetime) -> CheckIn | None:
        return _one(self._run(_DUE, {"clinic": clinic, "now": now}).first())

    def take_silent(self, clinic: str, now: datetime) -> CheckIn | None:
        return _one(self._run(_SILENT, {"clinic": clinic, "now": now}).first())

    def save(self, row: CheckIn) -> None:
        kept = row.model_dump(include=set(_changing))
        self._run(_SAVE, {**kept, "of": row.appointment, "by": row.rule})

    def get(self, appointment: str, rule: str, *, lock: bool = False) -> CheckIn | None:
        asked = _GET.with_for_update() if lock else _GET
        return _one(self._run(asked, {"of": appointment, "by": rule}).first())

    def of(self, appointment: str) -> list[CheckIn]:
        return [_read(row) for row in self._run(_OF, {"of": appointment})]

    def between(self, clinic: str, since: datetime, until: datetime, limit: int = 200) -> list[CheckIn]:
        given = {"clinic": clinic, "since": since, "until": until, "most": limit}
        return [_read(row) for row in self._run(_BETWEEN, given)]


def _one(row: AnyRow | None) -> CheckIn | None:
    return _read(row) if row is not None else None


def _read(row: AnyRow) -> CheckIn:
    return CheckIn.model_validate(dict(row._mapping))
