"""How far the page of each chat has shown its lines."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_sessions", sa.Column("seen_line", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_chat_sessions_conversation", "chat_sessions", ["conversation"])


def downgrade() -> None:
    op.drop_index("ix_chat_sessions_conversation", "chat_sessions")
    op.drop_column("chat_sessions", "seen_line")
