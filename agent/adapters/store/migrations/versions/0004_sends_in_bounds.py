"""The hour's texts of each number, the stop on sending, and which messages go over a network."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _at(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("channel", sa.Text(), server_default="sms", nullable=False))
    op.create_table(
        "sends_taken",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("texts", sa.Integer(), server_default="0", nullable=False),
        _at("at"),
        sa.PrimaryKeyConstraint("message", name="pk_sends_taken"),
    )
    op.create_index("ix_sends_taken_address", "sends_taken", ["address_key", "at"])
    op.create_index("ix_sends_taken_at", "sends_taken", ["at"])
    op.create_table(
        "send_halt",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        _at("at"),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_send_halt"),
    )


def downgrade() -> None:
    op.drop_table("send_halt")
    op.drop_table("sends_taken")
    op.drop_column("outbox", "channel")
