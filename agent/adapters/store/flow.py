"""The statements of one transaction, in order: those whose answer nobody waits for are held back and sent together."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVarTuple, overload
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Executable, FromClause, Select, Table, TextClause
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TypedReturnsRows

from agent.adapters.store.engine import busy
from agent.adapters.store.pipelined import BEGIN, send_together
from agent.model.fault import Conflict

Given = Mapping[str, Any]
Columns = TypeVarTuple("Columns")


_READ: WeakKeyDictionary[Executable, frozenset[FromClause]] = WeakKeyDictionary()


def _read(statement: Executable) -> frozenset[FromClause]:
    """The tables that a statement reads; none known of one that does more, or says it in words of its own."""
    if (known := _READ.get(statement)) is None:
        known = frozenset()
        if isinstance(statement, Select) and statement._for_update_arg is None:
            parts = list(visitors.iterate(statement))
            if not any(isinstance(part, TextClause) for part in parts):
                known = frozenset(part for part in parts if isinstance(part, Table))
        _READ[statement] = known
    return known


class Ahead:
    """A read that goes along with what is asked next. `rows`: what it found, columns by name and values as the driver
    gives them; None before it went, where nothing goes along, and once anything may have changed them."""

    __slots__ = ("given", "rows", "statement")

    def __init__(self, statement: Executable, given: Given, rows: Sequence[Any] | None = None) -> None:
        self.statement, self.given, self.rows = statement, given, rows


class Flow:
    """What rooms ask the database through. A write given to `later` is sent before anything is asked that it may
    change, and before the commit; all that is held back goes together, since each talk with a server costs more than
    the row. Once such a write has failed nothing more is asked in this transaction, whoever catches what is raised."""

    __slots__ = ("_ahead", "_begun", "_connection", "_held", "_known", "_lost", "_nested")

    def __init__(self, connection: Connection, begun: bool = True) -> None:
        """`begun`: see `agent.adapters.store.engine.start`."""
        self._connection, self._begun = connection, begun
        self._held: dict[Executable, tuple[list[Given], bool]] = {}
        self._lost: Exception | None = None
        self._ahead, self._known = list[Ahead](), list[Ahead]()  # not asked yet; answered
        self._nested = False  # what is read in a savepoint need not be so after it

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
        """As SQLAlchemy's, after what was held back unless that is apart from it. Raises Busy where the database is
        locked or away, and again each time something is asked: whoever catches it, as a clinic's own action may, cannot
        go on with half of a turn."""
        if self._lost is not None or (self._held and not self._apart(statement)):
            self.send()
        return self.at_once(statement, given)

    def at_once(self, statement: Executable, given: Given | Sequence[Given] | None = None) -> CursorResult[Any]:
        """As `execute`, for what does not depend on what is held back."""
        if self._lost is not None:
            raise self._lost
        if not _read(statement):
            self._forget(None)
        try:
            self._begin()
            return self._connection.execute(statement, given)
        except SQLAlchemyError as fault:
            if (away := busy(fault)) is None:
                raise
            self._lost = away
            raise away from fault

    def ask(self, statement: Executable, given: Given) -> Sequence[Any]:
        """The rows, their columns by name, of a statement that goes with what was held back, in one message where that
        is possible. Values are as the driver gives them."""
        if not _read(statement):
            self._forget(None)
        return self._send(commit=False, asked=(statement, given))

    def ahead(self, statement: Executable, given: Given) -> Ahead:
        """What will probably be read in this transaction: on PostgreSQL it goes along with what is asked next (`ask`),
        after it, where a read of its own would be a talk of its own. The answer is as good as one of now: whatever is
        locked, called or written by hand after it makes it forgotten, as a write to its tables does; but for what it
        locks itself, which nobody else changes (that of ours, the caller knows)."""
        foreseen = Ahead(statement, given)
        if self._connection.dialect.name == "postgresql" and not self._nested:
            self._ahead.append(foreseen)
        return foreseen

    def again(self, statement: Executable, given: Given) -> Sequence[Any]:
        """The rows of a plain read; those of the same one before, as long as they are as good as now's."""
        for each in self._known:
            if each.rows is not None and each.statement is statement and each.given == given:
                return each.rows
        rows = self.execute(statement, given).all()
        if not self._nested:
            self._known.append(Ahead(statement, given, rows))
        return rows

    def later(self, statement: Executable, given: Given, *, found: bool = False) -> None:
        """A write whose answer nobody waits for. Rows of one statement keep their order, those of different statements
        may change places. `found`: it is lost, with a Conflict from `send`, where there is no row that it changes."""
        self._held.setdefault(statement, ([], found))[0].append(given)
        if self._known:
            self._forget(statement.table if isinstance(statement, UpdateBase) else None)

    def begin_nested(self) -> AbstractContextManager[Any]:
        """A savepoint, which what was held back is not part of."""
        self.send()
        self._forget(None, locked=True)
        self._ahead, self._nested = [], True
        self._begin()
        return self._connection.begin_nested()

    def send(self) -> None:
        """What was held back, now. Raises Conflict or the database's fault, and again each time it is asked."""
        self._send(commit=False)

    def commit(self) -> None:
        """What was held back and the commit, in one message where that is possible."""
        self._send(commit=not any(found for _, found in self._held.values()))
        self._connection.commit()

    def _send(self, *, commit: bool, asked: tuple[Executable, Given] | None = None) -> Sequence[Any]:
        """The rows of what is asked."""
        if self._lost is not None:
            raise self._lost
        held, self._held = self._held, {}
        if not held and asked is None:
            return []
        try:
            changed, answer = self._sent(held, asked, commit)
            for found_rows, (rows, found) in zip(changed, held.values(), strict=True):
                if found and found_rows != len(rows):
                    raise Conflict("somebody else has changed what was to be written")
        except Exception as fault:
            self._lost = fault
            raise
        return answer

    def _sent(
        self,
        held: dict[Executable, tuple[list[Given], bool]],
        asked: tuple[Executable, Given] | None,
        commit: bool,
    ) -> tuple[list[int], Sequence[Any]]:
        """How many rows each of them changed, and what was asked."""
        if self._connection.dialect.name == "postgresql":
            writes = ((statement, rows) for statement, (rows, _) in held.items())
            begun, self._begun = self._begun, True
            if asked is None:
                changed, _ = send_together(self._connection, writes, begin=not begun, commit=commit)
                return changed, []
            ahead, self._ahead = self._ahead, []
            questions = [asked, *((each.statement, each.given) for each in ahead)]
            changed, (answer, *foreseen) = send_together(self._connection, writes, questions, begin=not begun)
            for each, rows in zip(ahead, foreseen, strict=True):
                each.rows = rows
            self._known += ahead
            return changed, answer
        changed = [self.at_once(statement, rows).rowcount for statement, (rows, _) in held.items()]
        return changed, self.at_once(*asked).all() if asked is not None else []

    def _forget(self, table: FromClause | None, *, locked: bool = False) -> None:
        """What is known of this table, or of any; what is locked only with `locked`."""
        for each in self._known:
            read = _read(each.statement)
            if (read or locked) and (table is None or table in read):
                each.rows = None
        self._known = [each for each in self._known if each.rows is not None]

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._connection.exec_driver_sql(BEGIN)

    def _apart(self, statement: Executable) -> bool:
        """It only reads, and nothing that a write held back is about."""
        read = _read(statement)
        return bool(read) and all(isinstance(each, UpdateBase) and each.table not in read for each in self._held)
