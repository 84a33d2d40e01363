"""Messages that staff look at again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_looks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("inbound", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), server_default="open", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_second_looks"),
        sa.UniqueConstraint("inbound", name="uq_second_looks_inbound"),
    )
    op.create_index("ix_second_looks_verdict", "second_looks", ["clinic", "verdict", "id"])


def downgrade() -> None:
    op.drop_table("second_looks")
