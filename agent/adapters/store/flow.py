"""The statements of one transaction, in order: those whose answer nobody waits for are held back and sent together."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVarTuple, overload

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.selectable import TypedReturnsRows

from agent.adapters.store.engine import busy
from agent.model.fault import Conflict

Given = Mapping[str, Any]
Columns = TypeVarTuple("Columns")


class Flow:
    """What rooms ask the database through. A write given to `later` is sent before anything else is asked, and before
    the commit: rows of one statement go together, since each talk with a server costs more than the row. Once such a
    write has failed nothing more is asked in this transaction, whoever catches what is raised."""

    __slots__ = ("_connection", "_held", "_lost")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[Executable, tuple[list[Given], bool]] = {}
        self._lost: Exception | None = None

    @overload
    def execute(
        self, statement: TypedReturnsRows[*Columns], given: Given | Sequence[Given] | None = None
    ) -> CursorResult[*Columns]: ...

    @overload
    def execute(
        self, statement: Executable, given: Given | Sequence[Given] | None = None
    ) -> CursorResult[*tuple[Any, ...]]: ...

    def execute(
        self, statement: Executable, given: Given | Sequence[Given] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """As SQLAlchemy's, after what was held back. Raises Busy where the database is locked or away, and again each
        time something is asked: whoever catches it, as a clinic's own action may, cannot go on with half of a turn."""
        if self._held or self._lost is not None:
            self.send()
        return self.at_once(statement, given)

    def at_once(self, statement: Executable, given: Given | Sequence[Given] | None = None) -> CursorResult[Any]:
        """As `execute`, for what does not depend on what is held back."""
        if self._lost is not None:
            raise self._lost
        try:
            return self._connection.execute(statement, given)
        except SQLAlchemyError as fault:
            if (away := busy(fault)) is None:
                raise
            self._lost = away
            raise away from fault

    def later(self, statement: Executable, given: Given, *, found: bool = False) -> None:
        """A write whose answer nobody waits for. Rows of one statement keep their order, those of different statements
        may change places. `found`: it is lost, with a Conflict from `send`, where there is no row that it changes."""
        self._held.setdefault(statement, ([], found))[0].append(given)

    def begin_nested(self) -> AbstractContextManager[Any]:
        """A savepoint, which what was held back is not part of."""
        self.send()
        return self._connection.begin_nested()

    def send(self) -> None:
        """What was held back, now. Raises Conflict or the database's fault, and again each time it is asked."""
        if self._lost is not None:
            raise self._lost
        held, self._held = self._held, {}
        try:
            for statement, (rows, found) in held.items():
                done = self.at_once(statement, rows)
                if found and done.rowcount != len(rows):
                    raise Conflict("somebody else has changed what was to be written")
        except Exception as fault:
            self._lost = fault
            raise
