"""What goes beside a person's reply: documents by link, a model's drafts."""

import sqlalchemy as sa
from alembic import op

from agent.adapters.store.tables import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enclosures",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enclosures"),
        sa.UniqueConstraint("key", name="uq_enclosures_key"),
    )
    op.create_index("ix_enclosures_conversation", "enclosures", ["conversation"])
    op.create_index("ix_enclosures_patient", "enclosures", ["patient"])
    op.create_table(
        "reply_drafts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply_drafts"),
    )
    op.create_index("ix_reply_drafts_conversation", "reply_drafts", ["conversation"])


def downgrade() -> None:
    for table in ("reply_drafts", "enclosures"):
        op.drop_table(table)
