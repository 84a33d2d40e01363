"""Links by which patients take a visit into a calendar of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_links",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_visit_links"),
    )
    op.create_index("ix_visit_links_conversation", "visit_links", ["conversation"])
    op.create_index("ix_visit_links_appointment", "visit_links", ["appointment"])


def downgrade() -> None:
    op.drop_table("visit_links")
