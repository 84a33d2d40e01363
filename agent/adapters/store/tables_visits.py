"""The table of links to visits' calendar files: hashes and ids, nothing of a person."""

from sqlalchemy import Column, Index, Table, Text

from agent.adapters.store.tables import Instant, metadata

visit_links = Table(
    "visit_links",
    metadata,
    Column("key", Text, primary_key=True),  # a hash of the link's token
    Column("clinic", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("appointment", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("ix_visit_links_conversation", "conversation"),
    Index("ix_visit_links_appointment", "appointment"),
)
