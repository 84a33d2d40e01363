"""Bulk sends by telephone: how each person is told, what their call came to; a dialled call takes a place of the
number's day as a text does."""

import sqlalchemy as sa
from alembic import op

from agent.adapters.store.tables import Instant

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_AWAY = "CREATE TABLE bulk_places_before AS SELECT * FROM bulk_places"
_BACK = """
INSERT INTO bulk_places (clinic, number, day, place, patient, about, message, at)
SELECT clinic, number, day, place, patient, about, message, at FROM bulk_places_before
"""


def upgrade() -> None:
    op.add_column("bulk_people", sa.Column("way", sa.Text(), nullable=False, server_default="text"))
    op.add_column("bulk_people", sa.Column("call", sa.Text(), nullable=True))
    op.add_column("bulk_people", sa.Column("rang", sa.Text(), nullable=False, server_default=""))
    op.create_index("ux_bulk_people_call", "bulk_people", ["call"], unique=True)
    _anew(
        sa.Column("dial", sa.Integer(), nullable=False, server_default="0"),
        sa.CheckConstraint("dial BETWEEN 0 AND 3", name="ck_bulk_places_dial"),
        sa.UniqueConstraint("clinic", "patient", "about", "day", "dial", name="uq_bulk_places_told"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM bulk_places WHERE dial > 0")
    _anew(sa.UniqueConstraint("clinic", "patient", "about", "day", name="uq_bulk_places_clinic_patient_about_day"))
    op.drop_index("ux_bulk_people_call", "bulk_people")
    for column in ("rang", "call", "way"):
        op.drop_column("bulk_people", column)


def _anew(*told: sa.Column[int] | sa.Constraint) -> None:
    """SQLite changes no key of a table that stands."""
    op.execute(_AWAY)
    op.drop_table("bulk_places")
    op.create_table(
        "bulk_places",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("clinic", "number", "day")),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("patient", "about", "message")),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("clinic", "number", "day", "place", name="pk_bulk_places"),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name="ck_bulk_places_share"),
        sa.UniqueConstraint("message", name="uq_bulk_places_message"),
        *told,
    )
    op.create_index("ix_bulk_places_at", "bulk_places", ["at"])
    op.execute(_BACK)
    op.drop_table("bulk_places_before")
