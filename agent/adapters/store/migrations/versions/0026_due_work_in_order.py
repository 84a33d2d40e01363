"""Due work stands in its order in the index, however much is due at one moment; a visit knows whether its reminders are
planned."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = {"reminders": "appointment", "check_ins": "appointment", "reminder_calls": "id", "bulk_people": "patient"}
_DUE = sa.text("state = 'due'")
_UNPLANNED = sa.text("NOT planned AND status = 'booked'")
_PLANNED = """
UPDATE appointments SET planned = true
WHERE EXISTS (SELECT 1 FROM reminders AS r WHERE r.appointment = appointments.id AND r.rule <> 'form')
"""


def _indexed(ordered: bool) -> None:
    for table, last in _TABLES.items():
        name = f"ix_{table}_due"
        columns = ["clinic", "due_at", *([last] if ordered else [])]
        op.drop_index(name, table)
        op.create_index(name, table, columns, sqlite_where=_DUE, postgresql_where=_DUE)


def upgrade() -> None:
    _indexed(ordered=True)
    op.add_column("appointments", sa.Column("planned", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute(_PLANNED)
    op.create_index(
        "ix_appointments_unplanned", "appointments", ["clinic", "start", "id"],
        sqlite_where=_UNPLANNED, postgresql_where=_UNPLANNED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_appointments_unplanned", "appointments")
    op.drop_column("appointments", "planned")
    _indexed(ordered=False)
