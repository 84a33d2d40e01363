"""What is old enough to be erased, kind by kind; how old that is, the settings say."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import BindParameter, Delete, Table, bindparam, delete, exists, select

from agent.adapters.ids import first_id
from agent.adapters.store import tables as t
from agent.adapters.store.tables_bulk import bulk_places, bulk_sends
from agent.adapters.store.tables_charts import chart_writes
from agent.adapters.store.tables_forms import intake_forms
from agent.adapters.store.tables_photos import intake_photos
from agent.adapters.store.tables_plants import plants
from agent.adapters.store.tables_recordings import recordings
from agent.adapters.store.tables_replies import enclosures, reply_drafts
from agent.adapters.store.tables_staff import invitations, nudges, wrongs
from agent.adapters.store.tables_visits import visit_links
from agent.adapters.store.tables_waitlist import waitlist
from agent.adapters.store.work import Work
from agent.model.privacy import Keeping

_before: BindParameter[datetime] = bindparam("before")
_limit: BindParameter[int] = bindparam("limit")
_held = select(t.legal_holds.c.subject)


def _of_nobody_held(table: Table) -> Any:
    """Rows of a conversation that no legal hold keeps, neither its own nor its patient's."""
    kept = select(t.conversations.c.id).where(t.conversations.c.patient.in_(_held))
    return table.c.conversation.is_(None) | (table.c.conversation.not_in(_held) & table.c.conversation.not_in(kept))


def _some(table: Table, id: Any, *where: Any) -> Delete:
    return delete(table).where(id.in_(select(id).where(*where).limit(_limit)))


def _of_a_person(table: Table) -> Delete:
    """Rows not changed for long, of nobody whom a legal hold keeps."""
    of_nobody = table.c.patient.is_(None) | table.c.patient.not_in(_held)
    return _some(table, table.c.id, table.c.changed_at < _before, of_nobody, _of_nobody_held(table))


_open_task = exists().where(t.tasks.c.conversation == t.conversations.c.id, t.tasks.c.open.is_(True))
_on_its_way = exists().where(t.outbox.c.conversation == t.conversations.c.id, t.outbox.c.state.in_(("queued", "claimed",
                             "unknown")))  # fmt: skip
_unread = exists().where(t.inbox.c.conversation == t.conversations.c.id, t.inbox.c.state.in_(("waiting", "claimed")))
_to_come = exists().where(
    t.appointments.c.conversation == t.conversations.c.id,
    t.appointments.c.patient.is_(None),
    t.appointments.c.status.in_(("pending", "booked")),
    t.appointments.c.end > _before,
)
_TALKS = (
    select(t.conversations.c.id)
    .where(
        t.conversations.c.clinic == bindparam("clinic"),
        t.conversations.c.active_at < _before,
        t.conversations.c.id.not_in(_held),
        t.conversations.c.patient.is_(None) | t.conversations.c.patient.not_in(_held),
        ~_open_task, ~_on_its_way, ~_unread, ~_to_come,
    )
    .order_by(t.conversations.c.active_at)
    .limit(_limit)
)  # fmt: skip
_look_held = exists().where(t.inbox.c.id == t.second_looks.c.inbound, ~_of_nobody_held(t.inbox))

_settled = t.outbox.c.state.not_in(("queued", "claimed", "unknown"))
_heard = t.inbox.c.state.in_(("done", "parked"))
_closed = (t.tasks.c.clinic == bindparam("clinic")) & t.tasks.c.open.is_(False) & (t.tasks.c.changed_at < _before)
_first: BindParameter[str] = bindparam("first")  # ids begin with the moment they were made
_DELETES: dict[Keeping, Delete] = {
    "inbox": _some(t.inbox, t.inbox.c.seq, t.inbox.c.id < _first, _heard, _of_nobody_held(t.inbox)),
    "outbox": _some(t.outbox, t.outbox.c.id, t.outbox.c.id < _first, _settled, _of_nobody_held(t.outbox)),
    "tasks": _some(t.tasks, t.tasks.c.id, _closed, _of_nobody_held(t.tasks)),
    "second_looks": _some(t.second_looks, t.second_looks.c.id, t.second_looks.c.id < _first, ~_look_held),
    "chat_sessions": _some(t.chat_sessions, t.chat_sessions.c.token_hash, t.chat_sessions.c.seen_at < _before),
    "staff_sessions": _some(t.staff_sessions, t.staff_sessions.c.token_hash, t.staff_sessions.c.seen_at < _before),
    "codes": _some(t.codes, t.codes.c.subject, t.codes.c.expires_at < _before),
    "invitations": _some(invitations, invitations.c.token_hash, invitations.c.expires_at < _before),
    "nudges": _some(nudges, nudges.c.task, nudges.c.at < _before),
    "wrongs": _some(wrongs, wrongs.c.id, wrongs.c.id < _first, _of_nobody_held(wrongs)),
    "waitlist": _some(waitlist, waitlist.c.id, waitlist.c.settled_at < _before, _of_nobody_held(waitlist)),
    "intake_forms": _of_a_person(intake_forms),
    "intake_photos": _of_a_person(intake_photos),
    "chart_writes": _some(
        chart_writes,
        chart_writes.c.id,
        chart_writes.c.changed_at < _before,
        chart_writes.c.state == "written",
        chart_writes.c.patient.not_in(_held),
    ),
    "enclosures": _some(
        enclosures,
        enclosures.c.id,
        enclosures.c.changed_at < _before,
        enclosures.c.patient.not_in(_held),
        _of_nobody_held(enclosures),
    ),
    "reply_drafts": _some(reply_drafts, reply_drafts.c.id, reply_drafts.c.id < _first, _of_nobody_held(reply_drafts)),
    "bulk_sends": _some(
        bulk_sends,
        bulk_sends.c.id,
        bulk_sends.c.made_at < _before,
        bulk_sends.c.state.in_(("done", "dropped", "prepared", "stopped")),
    ),
    "plants": _some(plants, plants.c.id, plants.c.shown_at < _before, _of_nobody_held(plants)),
    "bulk_places": _some(bulk_places, bulk_places.c.message, bulk_places.c.at < _before),
    "recordings": _some(
        recordings,
        recordings.c.id,
        recordings.c.changed_at < _before,
        recordings.c.away.is_(True),
        _of_nobody_held(recordings),
    ),
    "visit_links": _some(visit_links, visit_links.c.key, visit_links.c.made_at < _before, _of_nobody_held(visit_links)),
    "failed_tries": _some(t.failed_tries, t.failed_tries.c.id, t.failed_tries.c.at < _before),
}


class _Erases(Protocol):
    def erase_talk(self, id: str, now: datetime) -> dict[str, int]: ...


def lapse(work: Work, room: _Erases, kind: Keeping, clinic: str, before: datetime, limit: int) -> int:
    """Erases at most so many of one kind that are older; a conversation goes whole, with its key."""
    if kind == "conversations":
        ids = work.connection.execute(_TALKS, {"clinic": clinic, "before": before, "limit": limit}).scalars().all()
        for id in ids:
            room.erase_talk(id, work.clock())
        return len(ids)
    given: dict[str, Any] = {"clinic": clinic, "before": before, "first": first_id(before), "limit": limit}
    statement = _DELETES[kind]
    named = statement.compile().params
    return work.connection.execute(statement, {n: v for n, v in given.items() if n in named}).rowcount
