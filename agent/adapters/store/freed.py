"""Time that a visit or a hold gives back becomes due work for the waitlist, while anybody waits."""

from datetime import datetime

from sqlalchemy import bindparam, exists, literal, select

from agent.adapters.store.tables import Instant
from agent.adapters.store.tables_waitlist import freed_times, waitlist
from agent.adapters.store.work import Work, upsert, word
from agent.model.calendar import Appointment

_w = waitlist.c
_somebody = exists().where(_w.clinic == bindparam("clinic"), _w.state == word("waiting"))
_columns = ("id", "clinic", "provider", "since", "until", "due_at")
_GIVEN_BACK = (
    upsert(freed_times)
    .from_select(
        _columns,
        select(
            *(bindparam(n, type_=freed_times.c[n].type).label(n) for n in ("id", "clinic", "provider")),
            *(bindparam(n, type_=Instant()).label(n) for n in ("since", "until", "due_at")),
        ).where(_somebody, literal(1) == literal(1)),
    )
    .on_conflict_do_nothing()
)


def given_back(work: Work, row: Appointment, now: datetime) -> None:
    """`row` as it was while it took its time; what has passed is nobody's any more."""
    if row.busy_until <= now:
        return
    work.connection.execute(
        _GIVEN_BACK,
        {
            "id": f"{row.id}.{row.version}",
            "clinic": row.clinic,
            "provider": row.provider,
            "since": row.busy_from,
            "until": row.busy_until,
            "due_at": now,
        },
    )
