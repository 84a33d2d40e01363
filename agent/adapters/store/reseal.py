"""After a change of the data key: seals every row anew, page by page, while the desk goes on working."""

from sqlalchemy import Column, Connection, Table, bindparam, select, update

from agent.adapters.store.tables import (
    conversations,
    idempotency_keys,
    inbox,
    notes,
    outbox,
    patients,
    second_looks,
    tasks,
)
from agent.adapters.vault import Vault

PAGE = 200  # rows in one transaction
SEALED: tuple[tuple[Table, str, str], ...] = (  # table, name of its id, sealed column
    *((table, "id", "body") for table in (inbox, outbox, notes, conversations, tasks, patients, second_looks)),
    (idempotency_keys, "key", "answer"),
)


def reseal_page(
    connection: Connection, vault: Vault, table: Table, name: str, sealed: str, after: str
) -> tuple[str | None, int]:
    """Seals the next rows after this id with the current key: (the last id seen or None at the end, rows changed).
    A row that the desk has written meanwhile is left alone: it has the current key already. Raises Tampered."""
    id: Column[str] = table.c[name]
    body: Column[bytes] = table.c[sealed]
    page = select(id, body).where(id > after, body.is_not(None)).order_by(id).limit(PAGE)
    put = update(table).where(id == bindparam("of"), body == bindparam("old")).values({sealed: bindparam("new")})
    last, changed = None, 0
    for row, old in connection.execute(page).all():
        last = row
        if not vault.is_current(old):
            new = vault.seal(table.name, sealed, row, vault.open(table.name, sealed, row, old))
            changed += connection.execute(put, {"of": row, "old": old, "new": new}).rowcount
    return last, changed
