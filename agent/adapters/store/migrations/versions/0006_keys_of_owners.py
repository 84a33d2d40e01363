"""A key for each patient and each conversation, legal holds and tombstones.

Rows stay sealed as they are and are sealed anew in the background. The way back opens every row again, for which it is
given the vault (`agent.adapters.store.migrations.migrate_back`); without any sealed row it needs none.
"""

import sqlalchemy as sa
from alembic import context, op

from agent.adapters.store.unseal import unseal

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "data_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_keys"),
        sa.UniqueConstraint("owner", name="uq_data_keys_owner"),
    )
    op.create_table(
        "legal_holds",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_legal_holds"),
    )
    op.create_table(
        "forgotten",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_forgotten"),
    )
    op.create_index("ix_forgotten_at", "forgotten", ["at"])
    op.add_column("conversations", sa.Column("patient", sa.Text(), nullable=True))
    known = sa.text("patient IS NOT NULL")
    op.create_index(
        "ix_conversations_patient", "conversations", ["patient"], sqlite_where=known, postgresql_where=known
    )
    op.add_column("events", sa.Column("body", sa.LargeBinary(), nullable=True))
    op.add_column("appointments", sa.Column("detail", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    unseal(op.get_bind(), context.config.attributes.get("vault"))
    op.drop_column("appointments", "detail")
    op.drop_column("events", "body")
    op.drop_index("ix_conversations_patient", "conversations")
    op.drop_column("conversations", "patient")
    op.drop_table("forgotten")
    op.drop_table("legal_holds")
    op.drop_table("data_keys")
