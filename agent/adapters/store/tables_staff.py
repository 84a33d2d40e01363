"""The tables of the staff's day: who is invited, what was said once, what was found wrong; `body` is sealed."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("locations", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# what staff or a patient were reminded of, once each
nudges = Table(
    "nudges",
    metadata,
    Column("task", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

wrongs = Table(
    "wrongs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("conversation", Text, nullable=True),
    Column("status", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_wrongs_clinic", "clinic", "id"),
    Index("ix_wrongs_conversation", "conversation"),
)
