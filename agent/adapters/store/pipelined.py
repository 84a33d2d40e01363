"""Several writes to PostgreSQL in one message and one answer: libpq's pipeline mode
(https://www.postgresql.org/docs/current/libpq-pipeline-mode.html), by psycopg itself, since SQLAlchemy waits for the
answer to each statement."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

from agent.adapters.store.engine import busy
from agent.model.fault import Conflict

if TYPE_CHECKING:
    import psycopg

Given = Mapping[str, Any]
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"


class _Spoken(NamedTuple):
    """A statement as psycopg takes it, what it says by itself, and what must be done to the values of some names."""

    sql: str
    said: dict[str, Any]
    bound: dict[str, Any]


_SPOKEN: WeakKeyDictionary[Executable, _Spoken] = WeakKeyDictionary()  # written once for all: they are our own, few


def send_together(
    connection: Connection,
    writes: Iterable[tuple[Executable, list[Given]]],
    asked: Iterable[tuple[Executable, Given]] = (),
    *,
    begin: bool = False,
    commit: bool = False,
) -> tuple[list[int], list[Sequence[Any]]]:
    """For each write, given rows with the same names, how many rows of the database it changed; and the rows, named
    tuples, of each that is `asked` after them, in order. `begin` and `commit`: before and after all, in the same
    message; SQLAlchemy's own commit then finds nothing left to do. Raises Busy where the database is away or a lock was
    not to be had, Conflict where a rule of it was broken; others are psycopg's."""
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    dbapi: Any = connection.dialect.dbapi
    cursors: list[psycopg.Cursor[Any]] = []
    answers: list[psycopg.Cursor[Any]] = []
    try:
        raw._pipeline = _pipeline()(raw)
        with raw.pipeline():
            if begin:
                _gathering()(raw).executemany(BEGIN, [()])
            for statement, rows in writes:
                spoken = _SPOKEN.get(statement) or _spoken(statement, rows[0], connection.dialect)
                cursor = _gathering()(raw)
                cursors.append(cursor)
                cursor.executemany(spoken.sql, [_values(spoken, row) for row in rows])
            for statement, given in asked:
                from psycopg.pq import Format
                from psycopg.rows import namedtuple_row

                spoken = _SPOKEN.get(statement) or _spoken(statement, given, connection.dialect)
                answer = _gathering()(raw, row_factory=namedtuple_row)
                answer.format = Format.BINARY  # a sealed body is twice as long in words
                answers.append(answer)
                answer.executemany(spoken.sql, [_values(spoken, given)], returning=True)
            if commit:
                _gathering()(raw).executemany("COMMIT", [()])
        return [cursor.rowcount for cursor in cursors], [answer.fetchall() for answer in answers]
    except dbapi.IntegrityError as fault:
        raise Conflict("somebody else was first, or the row exists already") from fault
    except dbapi.Error as fault:
        if raw.broken:
            connection.invalidate(fault)
        if (away := busy(fault)) is not None:
            raise away from fault
        raise


@cache
def _pipeline() -> "type[psycopg.Pipeline]":
    """A pipeline that sends all at its end, at once. psycopg's own (3.3) would wait for the socket, and send, once for
    each command, then send what ends them, then ask for the answers in a message of its own."""
    import psycopg
    from psycopg.generators import send

    class AtOnce(psycopg.Pipeline):
        def _exit_gen(self) -> Generator[Any, Any, None]:
            self._enqueue_sync()  # which is sent at once
            while self.command_queue:
                self.command_queue.popleft()()
            yield from send(self.pgconn)
            yield from self._fetch_gen(flush=False)

    return AtOnce


@cache
def _gathering() -> "type[psycopg.Cursor[Any]]":
    """A cursor that leaves the rows of `executemany` in psycopg's queue until the pipeline ends. psycopg's own (3.3)
    speaks to the server after each, which wakes it up for every row; if it should call this otherwise one day, all is
    as right and a tenth slower. Made here: psycopg is imported where there is a PostgreSQL."""
    import psycopg

    class Gathering(psycopg.Cursor[Any]):
        __slots__ = ()

        def _executemany_gen_pipeline(
            self, query: Any, params_seq: Iterable[Any], returning: bool
        ) -> Generator[Any, Any, None]:
            yield from self._start_query(query)
            self._rowcount, self._execmany_returning = 0, returning
            spoken = None
            for params in params_seq:
                if spoken is None:
                    spoken = self._convert_query(query, params)
                else:
                    spoken.dump(params)  # into a list of its own
                yield from self._maybe_prepare_gen(spoken, prepare=True)
            self._last_query = query
            yield from self._conn._prepared.maintain_gen(self._conn)

    return Gathering


def _spoken(statement: Executable, row: Given, dialect: Dialect) -> _Spoken:
    compiled = statement.compile(dialect=dialect, column_keys=sorted(row), for_executemany=True)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    makers = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in compiled.bind_names.items()
    }
    said = {name: value for name, value in compiled.params.items() if name not in row}
    spoken = _Spoken(str(compiled), said, {name: make for name, make in makers.items() if make is not None})
    _SPOKEN[statement] = spoken
    return spoken


def _values(spoken: _Spoken, row: Given) -> dict[str, Any]:
    values = {**spoken.said, **row}
    for name, make in spoken.bound.items():
        values[name] = make(values[name])
    return values
