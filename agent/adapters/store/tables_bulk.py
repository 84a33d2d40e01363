"""The tables of bulk sends: whom a send is for stands sealed in `body`; beside it ids, moments and states. What no bug
may pass is a rule of the database."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from agent.adapters.store.tables import Instant, metadata, partial
from agent.model.bulk import A_DAY

bulk_sends = Table(
    "bulk_sends",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="prepared"),
    Column("stage", Integer, nullable=False, server_default="0"),
    Column("second", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("agreed_by", Text, nullable=True),
    Column("rule", Text, nullable=True),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("agreed_by IS NULL OR agreed_by <> made_by", name="ck_bulk_sends_another"),
    CheckConstraint("stage = 0 OR NOT second OR agreed_by IS NOT NULL", name="ck_bulk_sends_agreed"),
    Index("ix_bulk_sends_made", "clinic", "made_at"),
    Index("uq_bulk_sends_rule", "clinic", "rule", unique=True, **partial("rule IS NOT NULL")),
)

bulk_people = Table(
    "bulk_people",
    metadata,
    Column("bulk", Text, ForeignKey(bulk_sends.c.id, ondelete="CASCADE"), primary_key=True),
    Column("patient", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("number", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False),
    Column("way", Text, nullable=False, server_default="text"),
    Column("stage", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=True),
    Column("why", Text, nullable=False, server_default=""),
    Column("outbound", Text, nullable=True, unique=True),
    Column("call", Text, nullable=True),
    Column("rang", Text, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),
    Column("settled_at", Instant, nullable=True),
    Index("ix_bulk_people_due", "clinic", "due_at", "patient", **partial("state = 'due'")),
    Index("ix_bulk_people_patient", "patient"),
    Index("ux_bulk_people_call", "call", unique=True),
)

# each bulk text that went to a number on a day of the clinic, and each time it was dialled, takes one of its few
# places; `dial` 0: a text
bulk_places = Table(
    "bulk_places",
    metadata,
    Column("clinic", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("patient", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("message", Text, nullable=False, unique=True),
    Column("dial", Integer, nullable=False, server_default="0"),
    Column("at", Instant, nullable=False),
    CheckConstraint(f"place BETWEEN 1 AND {A_DAY}", name="ck_bulk_places_share"),
    CheckConstraint(f"dial BETWEEN 0 AND {A_DAY}", name="ck_bulk_places_dial"),
    Unique("clinic", "patient", "about", "day", "dial", name="uq_bulk_places_told"),
    Index("ix_bulk_places_at", "at"),
)
