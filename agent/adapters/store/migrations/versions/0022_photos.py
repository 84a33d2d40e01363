"""Photographs of forms, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_photos",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=True),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_intake_photos"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_intake_photos_form", "intake_photos", ["form"])
    op.create_index("ix_intake_photos_patient", "intake_photos", ["patient"])
    op.create_index("ix_intake_photos_conversation", "intake_photos", ["conversation"])
    op.create_index(
        "ix_intake_photos_due", "intake_photos", ["clinic", "due_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_intake_photos_changed_at", "intake_photos", ["changed_at"])


def downgrade() -> None:
    op.drop_table("intake_photos")
