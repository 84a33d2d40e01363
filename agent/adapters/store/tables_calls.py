"""The table of telephone calls: ids and states alone."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false

from agent.adapters.store.tables import Instant, metadata

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("tried", Boolean, nullable=False, server_default=false()),
    Column("drops", Integer, nullable=False, server_default="0"),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("ix_calls_conversation", "conversation", "opened_at"),
)
