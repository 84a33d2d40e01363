"""What is written to the clinic's record, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chart_writes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chart_writes"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_chart_writes_patient", "chart_writes", ["patient"])
    op.create_index("ix_chart_writes_state", "chart_writes", ["clinic", "state", "changed_at"])
    op.create_index(
        "ix_chart_writes_due", "chart_writes", ["clinic", "due_at"], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    op.drop_table("chart_writes")
