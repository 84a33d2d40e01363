"""Seals anew, page by page while the desk goes on working: keys under the current master key, and rows that were sealed
before their owners had keys of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, func, literal, select, update

from agent.adapters.store import tables as t
from agent.adapters.store.appointments import owner_of as owner_of_visit
from agent.adapters.store.conversations import events_row
from agent.adapters.store.keyring import DESK, of_conversation, of_patient
from agent.adapters.store.tables_staff import wrongs
from agent.adapters.store.tasks import owner_of as owner_of_task
from agent.adapters.store.work import AnyRow, Work, upsert
from agent.model.conversation import Conversation
from agent.model.task import Task

PAGE = 200  # rows in one transaction
OLD = b"\x01"  # the first byte of what the master key itself has sealed
_DONE = "sealed by owner"  # the counter that tells a later process that no such row is left

_Plain = Callable[[Work, AnyRow], bytes | None]  # what the row holds unsealed; None: nothing to do
_Owner = Callable[[AnyRow, bytes], str]


@dataclass(frozen=True)
class Sealed:
    """One column whose values are sealed: where, under whose key, and how an older row is read."""

    table: Table
    id: ColumnElement[Any]
    column: str
    plain: _Plain
    owner: _Owner
    place: Callable[[AnyRow], str]
    also: Callable[[AnyRow, bytes], dict[str, Any]] = lambda _row, _plain: {}


def _opened(table: Table, column: str, name: str) -> _Plain:
    def plain(work: Work, row: AnyRow) -> bytes | None:
        sealed = getattr(row, column)
        if sealed is None or sealed[:1] != OLD:
            return None
        return work.keys.open(table.name, column, getattr(row, name), sealed)

    return plain


def _sealed(table: Table, owner: _Owner, column: str = "body", name: str = "id", **more: Any) -> Sealed:
    place = lambda row: str(getattr(row, name))  # noqa: E731
    return Sealed(table, table.c[name], column, _opened(table, column, name), owner, place, **more)


def _of_talk(row: AnyRow, _: bytes) -> str:
    return of_conversation(row.conversation)


def _patient_of(_: AnyRow, plain: bytes) -> dict[str, Any]:
    return {"patient": Conversation.model_validate_json(plain).patient}


COLUMNS: tuple[Sealed, ...] = (
    _sealed(t.conversations, lambda row, _: of_conversation(row.id), also=_patient_of),
    _sealed(t.patients, lambda row, _: of_patient(row.id)),
    _sealed(t.tasks, lambda _, plain: owner_of_task(Task.model_validate_json(plain))),
    *(_sealed(table, _of_talk) for table in (t.inbox, t.outbox, t.notes, wrongs)),
    _sealed(t.second_looks, _of_talk),
    _sealed(t.idempotency_keys, lambda *_: DESK, "answer", "key"),
    _sealed(t.staff, lambda *_: DESK, "totp"),
    Sealed(
        t.appointments, t.appointments.c.id, "detail",
        lambda _, row: row.visit_type.encode() if row.detail is None else None,
        lambda row, _: owner_of_visit(row.patient, row.conversation), lambda row: str(row.id),
        also=lambda *_: {"visit_type": ""},
    ),
    Sealed(
        t.events, t.events.c.seq, "body",
        lambda _, row: row.batch.encode() if row.body is None else None,
        _of_talk, lambda row: events_row(row.conversation, row.inbound, row.at),
        also=lambda *_: {"batch": ""},
    ),
)  # fmt: skip

_k = t.data_keys.c
_STALE = (
    select(_k.id, _k.owner, _k.wrapped)
    .where(func.substr(_k.wrapped, 1, 5) != bindparam("current"))
    .limit(PAGE)
)  # fmt: skip
_WRAP = update(t.data_keys).where(_k.id == bindparam("of")).values(wrapped=bindparam("new"))
_FINISHED = select(t.counters.c.value).where(t.counters.c.name == _DONE)
_FINISH = upsert(t.counters).values(name=_DONE, value=1).on_conflict_do_nothing()


def rewrap_page(work: Work) -> int:
    """Wraps some keys that an older master key has wrapped with the current one; 0: there are none left."""
    vault = work.ring.vault
    stale = work.connection.execute(_STALE, {"current": vault.prefix}).all()
    for id, owner, wrapped in stale:
        new = vault.wrap(id, owner, vault.unwrap(id, owner, wrapped))
        work.connection.execute(_WRAP, {"of": id, "new": new})
    return len(stale)


def is_finished(work: Work) -> bool:
    return work.connection.execute(_FINISHED).scalar() is not None


def reseal_page(work: Work, at: tuple[int, Any]) -> tuple[tuple[int, Any] | None, int]:
    """Seals the next rows from (number of the column, last id) on under their owners' keys: (where to go on or None at
    the end, rows changed). A row that the desk has written meanwhile is left alone. Raises Tampered."""
    number, after = at
    column = COLUMNS[number]
    table, run = column.table, work.connection.execute
    page = select(table).order_by(column.id).limit(PAGE)
    if table is t.second_looks:
        page = select(table, t.inbox.c.conversation).join(t.inbox, t.inbox.c.id == table.c.inbound, isouter=True)
        page = page.order_by(column.id).limit(PAGE)
    rows = run(page if after is None else page.where(column.id > after)).all()
    changed = 0
    for row in rows:
        plain = column.plain(work, row)
        if plain is not None:
            changed += _put(work, column, row, plain)
    if rows:
        return (number, getattr(rows[-1], column.id.key or "id")), changed
    if number + 1 < len(COLUMNS):
        return (number + 1, None), changed
    run(_FINISH)
    return None, changed


def _put(work: Work, column: Sealed, row: AnyRow, plain: bytes) -> int:
    table, old = column.table, getattr(row, column.column)
    sealed = work.keys.seal(column.owner(row, plain), table.name, column.column, column.place(row), plain)
    mine = table.c[column.column].is_(None) if old is None else table.c[column.column] == literal(old)
    put = update(table).where(column.id == getattr(row, column.id.key or "id"), mine)
    return work.connection.execute(put.values({column.column: sealed, **column.also(row, plain)})).rowcount
