"""The table of the documentation worker: drafts of visits and what became of them; `body` is sealed."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from agent.adapters.store.tables import Instant, metadata

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("key", Text, nullable=False),  # a hash of what was handed in
    Column("state", Text, nullable=False),
    Column("lease_until", Instant, nullable=True),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("clinic", "key"),
    Index("ix_documents_state", "clinic", "state", "id"),
    Index("ix_documents_patient", "patient"),
)
