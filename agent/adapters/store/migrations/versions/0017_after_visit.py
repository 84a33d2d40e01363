"""After a visit: instructions in approved versions, and questions how people are."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instructions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_instructions"),
    )
    op.create_index("ix_instructions_state", "instructions", ["clinic", "state"])
    op.create_index("ix_instructions_patient", "instructions", ["patient"])
    op.create_table(
        "check_ins",
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="due", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("must_answer", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outbound", sa.Text(), nullable=True),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("appointment", "rule", name="pk_check_ins"),
    )
    for name, column, state in (("due", "due_at", "due"), ("silent", "silent_at", "asked")):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_check_ins_{name}", "check_ins", ["clinic", column], sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    op.drop_table("check_ins")
    op.drop_table("instructions")
