"""The table of planted errors; `body` is sealed under the key of the task's conversation."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata, partial

plants = Table(
    "plants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("task", Text, nullable=False, unique=True),
    Column("conversation", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("shown_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("body", LargeBinary, nullable=False),
    Index("ix_plants_conversation", "conversation"),
    Index("ix_plants_staff", "staff", "shown_at"),
    Index("ix_plants_shown_at", "clinic", "shown_at"),
    Index("ix_plants_open", "clinic", "shown_at", "staff", **partial("state = 'open'")),
)
