"""Tables beside a person's reply: documents by link, sealed under the patient's key, and a model's drafts, sealed
under the conversation's."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata

enclosures = Table(
    "enclosures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),  # a hash of the link's token
    Column("state", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_enclosures_conversation", "conversation"),
    Index("ix_enclosures_patient", "patient"),
)

reply_drafts = Table(
    "reply_drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_reply_drafts_conversation", "conversation"),
)
