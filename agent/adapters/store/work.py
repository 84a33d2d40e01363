"""What every room of the store is given for one transaction: the connection, the vault, the clock."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, literal_column
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.schema import Table

from agent.adapters.vault import Vault
from agent.model.address import Address
from agent.model.value import Value
from agent.ports import Clock, NewId

V = TypeVar("V", bound=Value)
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


@dataclass(slots=True)
class Work:
    """One transaction's means. `postgres` is True where a lock must be asked for that SQLite's writer has anyway."""

    connection: Connection
    vault: Vault
    clock: Clock
    new_id: NewId
    postgres: bool
    write: bool

    def seal(self, table: str, row: str, value: Value) -> bytes:
        """The whole value as sealed JSON for the table's column `body`."""
        return self.vault.seal(table, "body", row, value.model_dump_json().encode())

    def open(self, table: str, row: str, body: bytes, kind: type[V]) -> V:
        """Raises vault.Tampered when the body is not this row's."""
        return kind.model_validate_json(self.vault.open(table, "body", row, body))

    def address_key(self, address: Address) -> str:
        return self.vault.blind("address", f"{address.channel}:{address.value}")


def word(value: str) -> ColumnElement[str]:
    """A word of our own written into the statement, so that partial indexes are recognised."""
    return literal_column(f"'{value}'")


def upsert(table: Table) -> Insert:
    """An INSERT that may carry ON CONFLICT; SQLite speaks PostgreSQL's words here and compiles the same construct."""
    return insert(table)
