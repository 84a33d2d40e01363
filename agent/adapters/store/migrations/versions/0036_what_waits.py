"""What waits, in order, by an index that holds nothing else: see `_next` in the inbox's room."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0032"
branch_labels = None
depends_on = None

_WAITING, _OPEN = sa.text("state = 'waiting'"), sa.text("state IN ('waiting', 'claimed')")


def upgrade() -> None:
    op.create_index("ix_inbox_waiting", "inbox", ["seq"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.drop_index("ix_inbox_open", "inbox")


def downgrade() -> None:
    op.create_index("ix_inbox_open", "inbox", ["seq"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.drop_index("ix_inbox_waiting", "inbox")
