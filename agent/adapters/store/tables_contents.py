"""The tables of content that admins edit: the draft, what was published, what is proposed, and what is being typed;
`body` is JSON."""

from sqlalchemy import Column, Index, Integer, Table, Text

from agent.adapters.store.tables import Instant, metadata

content_edits = Table(
    "content_edits",
    metadata,
    Column("clinic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

content_revisions = Table(
    "content_revisions",
    metadata,
    Column("clinic", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_content_revisions_content", "clinic", "content"),
)

content_proposals = Table(
    "content_proposals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_content_proposals_clinic", "clinic", "id"),
)

content_suggestions = Table(
    "content_suggestions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_content_suggestions_key", "clinic", "key", "state"),
)

content_typed = Table(
    "content_typed",
    metadata,
    Column("clinic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("staff", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False),
)
