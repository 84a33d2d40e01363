"""Consent to texts by address, calls that staff ask for, and since when a call stands as it does."""

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
    op.create_table(
        "call_backs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_call_backs"),
    )
    under_way = sa.text("state IN ('asked', 'ringing', 'talking')")
    op.create_index(
        "ux_call_backs_under_way", "call_backs", ["task"], unique=True, postgresql_where=under_way,
        sqlite_where=under_way,
    )  # fmt: skip
    op.create_index("ix_call_backs_conversation", "call_backs", ["conversation"])
    op.add_column("calls", sa.Column("since", moment, nullable=True))
    op.create_index("ix_calls_state", "calls", ["clinic", "state", "seen_at"])


def downgrade() -> None:
    op.drop_index("ix_calls_state", "calls")
    op.drop_column("calls", "since")
    op.drop_table("call_backs")
    op.drop_index("ix_consents_conversation", "consents")
    op.drop_table("consents")
