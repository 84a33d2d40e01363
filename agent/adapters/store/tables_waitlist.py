"""The tables of the waitlist: who waits stands sealed in `body`; beside it ids, moments and states alone."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata, partial

waitlist = Table(
    "waitlist",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("patient", Text, nullable=True),
    Column("person", Text, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("why", Text, nullable=False, server_default=""),
    Column("settled_at", Instant, nullable=True),
    Column("body", LargeBinary, nullable=False),
    Index("ix_waitlist_state", "clinic", "state", "joined_at"),
    Index("ix_waitlist_conversation", "conversation"),
    Index("ix_waitlist_person", "clinic", "person"),
)

freed_times = Table(
    "freed_times",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Index("ix_freed_times_due", "clinic", "due_at"),
)

waitlist_offers = Table(
    "waitlist_offers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("entry", Text, ForeignKey(waitlist.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("conversation", Text, nullable=False, index=True),
    Column("person", Text, nullable=False),
    Column("appointment", Text, nullable=False, unique=True),
    Column("provider", Text, nullable=False),
    Column("start", Instant, nullable=False),
    Column("language", Text, nullable=False),
    Column("run", Text, nullable=False, server_default=""),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("why", Text, nullable=False, server_default=""),
    Column("settled_at", Instant, nullable=True),
    # the database itself keeps a second open offer from one person, and from one conversation
    Index("uq_waitlist_offers_person", "clinic", "person", unique=True, **partial("state = 'open'")),
    Index("uq_waitlist_offers_conversation", "conversation", unique=True, **partial("state = 'open'")),
    Index("ix_waitlist_offers_made", "clinic", "made_at"),
)
