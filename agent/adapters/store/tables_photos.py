"""The table of photographs of forms; `body` and `content` are sealed under the key of the form's owner."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from agent.adapters.store.tables import Instant, metadata, partial

intake_photos = Table(
    "intake_photos",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("patient", Text, nullable=True),
    Column("conversation", Text, nullable=True),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=True),
    Index("ix_intake_photos_form", "form"),
    Index("ix_intake_photos_patient", "patient"),
    Index("ix_intake_photos_conversation", "conversation"),
    Index("ix_intake_photos_due", "clinic", "due_at", **partial("state = 'waiting'")),
    Index("ix_intake_photos_changed_at", "changed_at"),
)
