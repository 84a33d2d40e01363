"""Calls of our own about anything, not about visits alone: each says what it is about, and whose it is."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

# a rule that asks after a visit was written with "after " before it
_FORWARD = """
INSERT INTO outgoing_calls (id, about, subject, rule, moment, patient, clinic, conversation, state, outcome, tries,
                            due_at, claimed_at, seen_at, provider_id)
SELECT id, CASE WHEN rule LIKE 'after %' THEN 'check_in' ELSE 'reminder' END, appointment,
       CASE WHEN rule LIKE 'after %' THEN substr(rule, 7) ELSE rule END, visit_at,
       COALESCE((SELECT a.patient FROM appointments AS a WHERE a.id = r.appointment), ''),
       clinic, conversation, state, outcome, tries, due_at, claimed_at, seen_at, provider_id
FROM reminder_calls AS r
"""
_BACK = """
INSERT INTO reminder_calls (id, appointment, rule, visit_at, clinic, conversation, state, outcome, tries, due_at,
                            claimed_at, seen_at, provider_id)
SELECT id, subject, CASE WHEN about = 'check_in' THEN 'after ' || rule ELSE rule END, moment, clinic, conversation,
       state, outcome, tries, due_at, claimed_at, seen_at, provider_id
FROM outgoing_calls WHERE about IN ('reminder', 'check_in')
"""


def upgrade() -> None:
    _made("outgoing_calls", "subject", "moment", "about", "patient", unique="subject")
    op.create_index("ix_outgoing_calls_patient", "outgoing_calls", ["patient"])
    op.execute(_FORWARD)
    op.drop_table("reminder_calls")


def downgrade() -> None:
    _made("reminder_calls", "appointment", "visit_at", unique="reminder")
    op.execute(_BACK)
    op.drop_table("outgoing_calls")


def _made(table: str, subject: str, moment: str, *more: str, unique: str) -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in more),
        sa.Column(subject, sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column(moment, at, nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", at, nullable=False),
        sa.Column("claimed_at", at, nullable=True),
        sa.Column("seen_at", at, nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    one = [*(["about"] if "about" in more else []), subject, "rule", moment]
    op.create_index(f"ux_{table}_{unique}", table, one, unique=True)
    dialled, due = sa.text("state IN ('claimed', 'ringing', 'unknown')"), sa.text("state = 'due'")
    op.create_index(
        f"ux_{table}_dialled", table, ["conversation"], unique=True, postgresql_where=dialled, sqlite_where=dialled
    )
    op.create_index(f"ux_{table}_provider", table, ["provider_id"], unique=True)
    op.create_index(
        f"ix_{table}_due", table, ["clinic", "due_at", "id"], postgresql_where=due, sqlite_where=due
    )  # fmt: skip
    op.create_index(f"ix_{table}_conversation", table, ["conversation"])
