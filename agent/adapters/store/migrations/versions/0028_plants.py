"""Planted errors have a table of their own, apart from the tasks in which one person sees them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "plants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plants")),
        sa.UniqueConstraint("task", name=op.f("uq_plants_task")),
    )
    op.create_index("ix_plants_conversation", "plants", ["conversation"])
    op.create_index("ix_plants_staff", "plants", ["staff", "shown_at"])
    op.create_index("ix_plants_shown_at", "plants", ["clinic", "shown_at"])
    op.create_index(
        "ix_plants_open", "plants", ["clinic", "shown_at", "staff"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_table("plants")
