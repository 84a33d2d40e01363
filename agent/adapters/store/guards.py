"""DDL that tables cannot say: SQLite's refusal of overlapping appointments, PostgreSQL's extension for its own."""

from sqlalchemy import DDL, event

from agent.adapters.store import tables

_OVERLAP = """
CREATE TRIGGER {name} BEFORE {event} ON appointments
WHEN NEW.status IN ('pending', 'booked')
BEGIN
  SELECT RAISE(ABORT, 'overlap') FROM appointments
  WHERE clinic = NEW.clinic AND provider = NEW.provider AND lane = NEW.lane AND id <> NEW.id
    AND status IN ('pending', 'booked') AND busy_until > NEW.busy_from AND busy_from < NEW.busy_until;
END
"""
MOVES = "UPDATE OF clinic, provider, lane, busy_from, busy_until, status"
SQLITE = (
    _OVERLAP.format(name="appointments_overlap_insert", event="INSERT"),
    _OVERLAP.format(name="appointments_overlap_update", event=MOVES),
)
POSTGRES = "CREATE EXTENSION IF NOT EXISTS btree_gist"


def _only(statement: str, dialect: str) -> DDL:
    ddl = DDL(statement)  # type: ignore[no-untyped-call]
    return ddl.execute_if(dialect=dialect)


event.listen(tables.metadata, "before_create", _only(POSTGRES, "postgresql"))
for _trigger in SQLITE:
    event.listen(tables.appointments, "after_create", _only(_trigger, "sqlite"))
