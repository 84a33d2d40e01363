"""Bulk sends: what is sent, to whom, and how much of it a number may get in a day."""

import sqlalchemy as sa
from alembic import op

from agent.adapters.store.tables import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def upgrade() -> None:
    op.create_table(
        "bulk_sends",
        _text("id"),
        _text("clinic"),
        _text("state", "prepared"),
        sa.Column("stage", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("second", sa.Boolean(), nullable=False),
        _text("made_by"),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_sends"),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by <> made_by", name="ck_bulk_sends_another"),
        sa.CheckConstraint("stage = 0 OR NOT second OR agreed_by IS NOT NULL", name="ck_bulk_sends_agreed"),
    )
    op.create_index("ix_bulk_sends_made", "bulk_sends", ["clinic", "made_at"])
    op.create_index(
        "uq_bulk_sends_rule", "bulk_sends", ["clinic", "rule"], unique=True,
        sqlite_where=sa.text("rule IS NOT NULL"), postgresql_where=sa.text("rule IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "bulk_people",
        _text("bulk"),
        _text("patient"),
        _text("about"),
        _text("clinic"),
        _text("number", ""),
        _text("language"),
        sa.Column("stage", sa.Integer(), nullable=False),
        _text("state"),
        sa.Column("due_at", Instant(), nullable=True),
        _text("why", ""),
        sa.Column("outbound", sa.Text(), nullable=True),
        _text("answer", ""),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("bulk", "patient", "about", name="pk_bulk_people"),
        sa.ForeignKeyConstraint(["bulk"], ["bulk_sends.id"], name="fk_bulk_people_bulk", ondelete="CASCADE"),
        sa.UniqueConstraint("outbound", name="uq_bulk_people_outbound"),
    )
    op.create_index(
        "ix_bulk_people_due", "bulk_people", ["clinic", "due_at"],
        sqlite_where=sa.text("state = 'due'"), postgresql_where=sa.text("state = 'due'"),
    )  # fmt: skip
    op.create_index("ix_bulk_people_patient", "bulk_people", ["patient"])
    op.create_table(
        "bulk_places",
        _text("clinic"),
        _text("number"),
        _text("day"),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        _text("patient"),
        _text("about"),
        _text("message"),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "number", "day", "place", name="pk_bulk_places"),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name="ck_bulk_places_share"),
        sa.UniqueConstraint("clinic", "patient", "about", "day", name="uq_bulk_places_clinic_patient_about_day"),
        sa.UniqueConstraint("message", name="uq_bulk_places_message"),
    )
    op.create_index("ix_bulk_places_at", "bulk_places", ["at"])


def downgrade() -> None:
    for table in ("bulk_places", "bulk_people", "bulk_sends"):
        op.drop_table(table)
