"""The table of what is written to the clinic's record; `body` is sealed under the patient's key."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata, partial

chart_writes = Table(
    "chart_writes",
    metadata,
    Column("id", Text, primary_key=True),  # note:… or form:…
    Column("clinic", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_chart_writes_patient", "patient"),
    Index("ix_chart_writes_state", "clinic", "state", "changed_at"),
    Index("ix_chart_writes_due", "clinic", "due_at", **partial("state = 'waiting'")),
)
