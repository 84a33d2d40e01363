"""Reminders of visits."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "reminders",
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("visit_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("state", sa.Text(), server_default="due", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", moment, nullable=True),
        sa.Column("outbound", sa.Text(), nullable=True),
        sa.Column("coming_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("appointment", "rule", name="pk_reminders"),
    )
    due = sa.text("state = 'due'")
    op.create_index("ix_reminders_due", "reminders", ["clinic", "due_at"], sqlite_where=due, postgresql_where=due)


def downgrade() -> None:
    op.drop_table("reminders")
