"""The staff's telephones rung for a call, and recorded messages, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("calls", sa.Column("recording", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "desk_rings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_rings"),
    )
    op.create_index("ux_desk_rings_place", "desk_rings", ["call", "round", "place"], unique=True)
    op.create_index("ix_desk_rings_conversation", "desk_rings", ["conversation"])
    op.create_table(
        "recordings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
    )
    there = sa.text("NOT away")
    op.create_index("ux_recordings_provider_id", "recordings", ["provider_id"], unique=True)
    op.create_index("ix_recordings_conversation", "recordings", ["conversation"])
    op.create_index("ix_recordings_task", "recordings", ["task"])
    op.create_index(
        "ix_recordings_due", "recordings", ["clinic", "due_at"], sqlite_where=there, postgresql_where=there
    )  # fmt: skip
    op.create_index("ix_recordings_changed_at", "recordings", ["changed_at"])


def downgrade() -> None:
    op.drop_table("recordings")
    op.drop_table("desk_rings")
    op.drop_column("calls", "recording")
