"""Consent to texts by address, and since when a call stands as it does."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "consents",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name="pk_consents"),
    )
    op.create_index("ix_consents_conversation", "consents", ["conversation"])
    op.add_column("calls", sa.Column("since", moment, nullable=True))
    op.create_index("ix_calls_state", "calls", ["clinic", "state", "seen_at"])


def downgrade() -> None:
    op.drop_index("ix_calls_state", "calls")
    op.drop_column("calls", "since")
    op.drop_index("ix_consents_conversation", "consents")
    op.drop_table("consents")
