"""Forms that patients fill in, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_forms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=True),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_intake_forms"),
        sa.UniqueConstraint("key", name="uq_intake_forms_key"),
    )
    op.create_index("ix_intake_forms_patient", "intake_forms", ["patient"])
    op.create_index("ix_intake_forms_who", "intake_forms", ["clinic", "who"])
    op.create_index("ix_intake_forms_conversation", "intake_forms", ["conversation"])
    op.create_index("ix_intake_forms_changed_at", "intake_forms", ["changed_at"])


def downgrade() -> None:
    op.drop_table("intake_forms")
