"""What every room of the store is given for one transaction: the connection, the keys, the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, literal_column

from agent.adapters.store.flow import Flow
from agent.adapters.store.keyring import Keys, Ring
from agent.adapters.store.tables import upsert
from agent.model.address import Address
from agent.model.value import Value
from agent.ports import Clock, NewId

V = TypeVar("V", bound=Value)
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


@dataclass(slots=True)
class Work:
    """One transaction's means. `postgres` is True where a lock must be asked for that SQLite's writer has anyway."""

    connection: Flow
    ring: Ring
    keys: Keys
    clock: Clock
    new_id: NewId
    postgres: bool
    write: bool

    def seal(self, owner: str, table: str, row: str, value: Value) -> bytes:
        """The whole value as JSON sealed under the owner's key, for the table's column `body`."""
        return self.keys.seal(owner, table, "body", row, value.model_dump_json().encode())

    def open(self, table: str, row: str, body: bytes, kind: type[V]) -> V:
        """Raises vault.Tampered when the body is not this row's."""
        return kind.model_validate_json(self.keys.open(table, "body", row, body))

    def all(self, statement: AnySelect, given: dict[str, Any]) -> Sequence[AnyRow]:
        """The rows of a statement with a column `body`, the keys of all of them at hand."""
        rows = self.connection.execute(statement, given).all()
        self.keys.warm(row.body for row in rows)
        return rows

    def address_key(self, address: Address) -> str:
        return self.ring.blind("address", f"{address.channel}:{address.value}")


def word(value: str) -> ColumnElement[str]:
    """A word of our own written into the statement, so that partial indexes are recognised."""
    return literal_column(f"'{value}'")


__all__ = ["AnyRow", "AnySelect", "Work", "upsert", "word"]
