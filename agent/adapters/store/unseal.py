"""The way back: what is sealed under keys of its owners is sealed by the master key, as an older program reads it."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from agent.adapters.store import tables as t
from agent.adapters.store.conversations import events_row
from agent.adapters.store.keyring import INDEX, Keys, find_ring
from agent.adapters.vault import Vault

PAGE = 500
_BODIES = (
    *((table, "id", "body") for table in (t.inbox, t.outbox, t.notes, t.conversations, t.tasks, t.patients)),
    (t.second_looks, "id", "body"),
    (t.idempotency_keys, "key", "answer"),
)


def unseal(connection: Connection, vault: Vault | None) -> None:
    """In the caller's transaction. Raises ValueError where there is something sealed and no vault to open it, or where
    the blind indexes belong to a key that the vault no longer has."""
    if connection.execute(select(t.data_keys.c.id).where(t.data_keys.c.owner != INDEX).limit(1)).first() is None:
        return
    if vault is None:
        raise ValueError("rows are sealed under keys of their own: going back needs the data key (migrate_back)")
    ring = find_ring(connection, vault)
    if ring is None or ring.index != vault.index_key:
        raise ValueError("going back needs the data key that the blind indexes began with, as the last one")
    keys = Keys(connection.execute, ring, lambda: datetime.now(UTC))
    for table, name, column in _BODIES:
        after = ""
        id, sealed = table.c[name], table.c[column]
        while rows := connection.execute(select(id, sealed).where(id > after).order_by(id).limit(PAGE)).all():
            keys.warm(body for _, body in rows)
            for row, body in rows:
                if body is not None:
                    old = vault.seal(table.name, column, row, keys.open(table.name, column, row, body))
                    connection.execute(update(table).where(id == row).values({column: old}))
            after = rows[-1][0]
    named = select(t.appointments.c.id, t.appointments.c.detail)  # younger columns are gone by now
    for visit in connection.execute(named.where(t.appointments.c.detail.is_not(None))).all():
        kind = keys.open("appointments", "detail", visit.id, visit.detail).decode()
        connection.execute(update(t.appointments).where(t.appointments.c.id == visit.id).values(visit_type=kind))
    seq = 0
    page = select(t.events).where(t.events.c.body.is_not(None)).order_by(t.events.c.seq).limit(PAGE)
    while rows := connection.execute(page.where(t.events.c.seq > seq)).all():
        for row in rows:
            place = events_row(row.conversation, row.inbound, row.at)
            batch = keys.open("events", "body", place, row.body).decode()
            connection.execute(update(t.events).where(t.events.c.seq == row.seq).values(batch=batch))
        seq = rows[-1].seq
