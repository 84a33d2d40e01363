"""The table of recorded messages; `body` and `content` are sealed under the key of the conversation."""

from sqlalchemy import Boolean, Column, Index, LargeBinary, Table, Text, false

from agent.adapters.store.tables import Instant, metadata, partial

recordings = Table(
    "recordings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("conversation", Text, nullable=True),
    Column("task", Text, nullable=True),
    Column("state", Text, nullable=False),
    Column("away", Boolean, nullable=False, server_default=false()),
    Column("due_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("content", LargeBinary, nullable=True),
    Index("ux_recordings_provider_id", "provider_id", unique=True),
    Index("ix_recordings_conversation", "conversation"),
    Index("ix_recordings_task", "task"),
    Index("ix_recordings_due", "clinic", "due_at", **partial("NOT away")),
    Index("ix_recordings_changed_at", "changed_at"),
)
