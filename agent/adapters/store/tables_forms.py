"""The table of forms that patients fill in; `body` is sealed under the patient's key, or the conversation's."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata

intake_forms = Table(
    "intake_forms",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("patient", Text, nullable=True),
    Column("conversation", Text, nullable=True),
    Column("who", Text, nullable=False),  # a keyed hash of who says to be whom, from where
    Column("key", Text, nullable=True, unique=True),  # a hash of the link's token
    Column("state", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_intake_forms_patient", "patient"),
    Index("ix_intake_forms_who", "clinic", "who"),
    Index("ix_intake_forms_conversation", "conversation"),
    Index("ix_intake_forms_changed_at", "changed_at"),
)
