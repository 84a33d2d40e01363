"""What the staff's day needs: places and absence of a person, a second factor, invitations, reminders once each, and
reports of what was wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("staff", sa.Column("locations", sa.Text(), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("staff", sa.Column("totp", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("staff_sessions", sa.Column("about", sa.Text(), nullable=False, server_default=""))
    op.add_column("staff_sessions", sa.Column("glass_until", moment, nullable=True))
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("locations", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitations"),
    )
    op.create_table(
        "nudges",
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("task", "what", name="pk_nudges"),
    )
    op.create_table(
        "wrongs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrongs"),
    )
    op.create_index("ix_wrongs_clinic", "wrongs", ["clinic", "id"])
    op.create_index("ix_wrongs_conversation", "wrongs", ["conversation"])
    held = sa.text("mode = 'staff'")
    op.create_index(
        "ix_conversations_staff", "conversations", ["clinic", "id"], sqlite_where=held, postgresql_where=held
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_staff", "conversations")
    op.drop_index("ix_wrongs_conversation", "wrongs")
    op.drop_index("ix_wrongs_clinic", "wrongs")
    for table in ("wrongs", "nudges", "invitations"):
        op.drop_table(table)
    for column in ("glass_until", "about"):
        op.drop_column("staff_sessions", column)
    for column in ("totp_step", "totp", "away", "locations"):
        op.drop_column("staff", column)
