"""Reminders by telephone: ids, moments, states and outcomes alone."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "reminder_calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("visit_at", moment, nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("claimed_at", moment, nullable=True),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_calls"),
    )
    op.create_index("ux_reminder_calls_reminder", "reminder_calls", ["appointment", "rule", "visit_at"], unique=True)
    dialled = sa.text("state IN ('claimed', 'ringing', 'unknown')")
    op.create_index(
        "ux_reminder_calls_dialled", "reminder_calls", ["conversation"], unique=True, postgresql_where=dialled,
        sqlite_where=dialled,
    )  # fmt: skip
    op.create_index("ux_reminder_calls_provider", "reminder_calls", ["provider_id"], unique=True)
    due = sa.text("state = 'due'")
    op.create_index(
        "ix_reminder_calls_due", "reminder_calls", ["clinic", "due_at"], postgresql_where=due, sqlite_where=due
    )
    op.create_index("ix_reminder_calls_conversation", "reminder_calls", ["conversation"])


def downgrade() -> None:
    op.drop_table("reminder_calls")
