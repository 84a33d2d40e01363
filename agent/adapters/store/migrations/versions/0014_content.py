"""Content that admins edit: the draft, the published revisions, proposals to publish."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_edits",
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "key", name="pk_content_edits"),
    )
    op.create_table(
        "content_revisions",
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "number", name="pk_content_revisions"),
    )
    op.create_index("ix_content_revisions_content", "content_revisions", ["clinic", "content"])
    op.create_table(
        "content_proposals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content_proposals"),
    )
    op.create_index("ix_content_proposals_clinic", "content_proposals", ["clinic", "id"])


def downgrade() -> None:
    for table in ("content_proposals", "content_revisions", "content_edits"):
        op.drop_table(table)
