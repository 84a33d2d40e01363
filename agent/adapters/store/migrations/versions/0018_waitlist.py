"""The waitlist: who waits, times that came free, offers."""

import sqlalchemy as sa
from alembic import op

from agent.adapters.store.tables import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def upgrade() -> None:
    op.create_table(
        "waitlist",
        _text("id"),
        _text("clinic"),
        _text("conversation"),
        sa.Column("patient", sa.Text(), nullable=True),
        _text("person"),
        sa.Column("joined_at", Instant(), nullable=False),
        _text("state", "waiting"),
        _text("why", ""),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waitlist"),
    )
    op.create_index("ix_waitlist_state", "waitlist", ["clinic", "state", "joined_at"])
    op.create_index("ix_waitlist_conversation", "waitlist", ["conversation"])
    op.create_index("ix_waitlist_person", "waitlist", ["clinic", "person"])
    op.create_table(
        "freed_times",
        _text("id"),
        _text("clinic"),
        _text("provider"),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_freed_times"),
    )
    op.create_index("ix_freed_times_due", "freed_times", ["clinic", "due_at"])
    op.create_table(
        "waitlist_offers",
        _text("id"),
        _text("clinic"),
        _text("entry"),
        _text("conversation"),
        _text("person"),
        _text("appointment"),
        _text("provider"),
        sa.Column("start", Instant(), nullable=False),
        _text("language"),
        _text("run", ""),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        _text("state", "open"),
        _text("why", ""),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_waitlist_offers"),
        sa.ForeignKeyConstraint(["entry"], ["waitlist.id"], name="fk_waitlist_offers_entry", ondelete="CASCADE"),
        sa.UniqueConstraint("appointment", name="uq_waitlist_offers_appointment"),
    )
    op.create_index("ix_waitlist_offers_entry", "waitlist_offers", ["entry"])
    op.create_index("ix_waitlist_offers_conversation", "waitlist_offers", ["conversation"])
    op.create_index("ix_waitlist_offers_made", "waitlist_offers", ["clinic", "made_at"])
    for name, columns in (("person", ["clinic", "person"]), ("conversation", ["conversation"])):
        op.create_index(
            f"uq_waitlist_offers_{name}", "waitlist_offers", columns, unique=True,
            sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
        )  # fmt: skip


def downgrade() -> None:
    for table in ("waitlist_offers", "freed_times", "waitlist"):
        op.drop_table(table)
