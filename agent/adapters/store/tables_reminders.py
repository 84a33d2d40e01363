"""The table of reminders of visits: ids, moments and states alone."""

from sqlalchemy import Column, Index, Table, Text

from agent.adapters.store.tables import Instant, metadata, partial

reminders = Table(
    "reminders",
    metadata,
    Column("appointment", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("visit_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default="due"),
    Column("why", Text, nullable=False, server_default=""),
    Column("settled_at", Instant, nullable=True),
    Column("outbound", Text, nullable=True),
    Column("coming_at", Instant, nullable=True),
    Index("ix_reminders_due", "clinic", "due_at", "appointment", **partial("state = 'due'")),
)
