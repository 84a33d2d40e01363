"""What a model proposes for the wording, and what each admin has typed and not saved."""

import sqlalchemy as sa
from alembic import op

from agent.adapters.store.tables import Instant

revision = "0031"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_suggestions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content_suggestions"),
    )
    op.create_index("ix_content_suggestions_key", "content_suggestions", ["clinic", "key", "state"])
    op.create_table(
        "content_typed",
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "key", "staff", name="pk_content_typed"),
    )


def downgrade() -> None:
    op.drop_table("content_typed")
    op.drop_table("content_suggestions")
