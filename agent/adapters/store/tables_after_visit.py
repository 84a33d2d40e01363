"""Tables of the time after a visit: versions of instructions, whose `body` is sealed, and questions how people are."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata, partial

instructions = Table(
    "instructions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("clinic", Text, nullable=False),
    Column("patient", Text, nullable=True),  # whose visit it is for; null: a kind of visit
    Column("state", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_instructions_state", "clinic", "state"),
    Index("ix_instructions_patient", "patient"),
)

check_ins = Table(
    "check_ins",
    metadata,
    Column("appointment", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default="due"),
    Column("why", Text, nullable=False, server_default=""),
    Column("must_answer", Boolean, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("settled_at", Instant, nullable=True),
    Column("silent_at", Instant, nullable=True),
    Column("outbound", Text, nullable=True),
    Column("conversation", Text, nullable=True),
    Column("task", Text, nullable=True),
    Column("answered_at", Instant, nullable=True),
    Index("ix_check_ins_due", "clinic", "due_at", "appointment", **partial("state = 'due'")),
    Index("ix_check_ins_silent", "clinic", "silent_at", **partial("state = 'asked'")),
)
