"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"
_OVERLAP = """
CREATE TRIGGER {name} BEFORE {event} ON appointments
WHEN NEW.status IN ('pending', 'booked')
BEGIN
  SELECT RAISE(ABORT, 'overlap') FROM appointments
  WHERE clinic = NEW.clinic AND provider = NEW.provider AND lane = NEW.lane AND id <> NEW.id
    AND status IN ('pending', 'booked') AND busy_until > NEW.busy_from AND busy_from < NEW.busy_until;
END
"""


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def upgrade() -> None:  # noqa: PLR0915  # one statement per table and index
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute(_EXTENSION)
    op.create_table(
        "appointments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("visit_type", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lane", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lapsed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("clinic"), "="),
            (sa.column("provider"), "="),
            (sa.column("lane"), "="),
            (sa.text("tstzrange(busy_from, busy_until)"), "&&"),
            where=sa.text("status IN ('pending', 'booked')"),
            using="gist",
            name="ex_appointments_overlap",
        ).ddl_if(dialect="postgresql"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
    )
    op.create_index(
        "ix_appointments_busy",
        "appointments",
        ["clinic", "provider", "busy_until", "busy_from", "status", "hold_expires_at"],
    )
    op.create_index("ix_appointments_day", "appointments", ["clinic", "start"])
    op.create_index("ix_appointments_holds", "appointments", ["hold_expires_at"], **_only("status = 'pending'"))
    op.create_index("ix_appointments_lapsed", "appointments", ["id"], **_only("lapsed"))
    op.create_index("ix_appointments_patient", "appointments", ["patient", "start"])
    op.create_table(
        "audit",
        sa.Column("seq", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("content_revision", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sa.UniqueConstraint("id", name="uq_audit_id"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "seq"])
    op.create_table(
        "audit_head",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_head"),
    )
    op.create_table(
        "chat_sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_chat_sessions"),
    )
    op.create_table(
        "codes",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_codes"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_address", "conversations", ["clinic", "address_key", "id"])
    op.create_index("ix_conversations_recent", "conversations", ["clinic", "active_at"])
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "events",
        sa.Column("seq", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("inbound", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
    )
    op.create_index("ix_events_conversation", "events", ["conversation", "seq"])
    op.create_table(
        "failed_tries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_tries"),
    )
    op.create_index("ix_failed_tries_subject", "failed_tries", ["subject", "at"])
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency_keys"),
    )
    op.create_table(
        "inbox",
        sa.Column("seq", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_inbox"),
        sa.UniqueConstraint("channel", "provider_id", name="uq_inbox_channel_provider_id"),
        sa.UniqueConstraint("id", name="uq_inbox_id"),
    )
    op.create_index("ix_inbox_open", "inbox", ["seq"], **_only("state IN ('waiting', 'claimed')"))
    op.create_index(
        "ix_inbox_open_conversation", "inbox", ["conversation", "seq"], **_only("state IN ('waiting', 'claimed')")
    )
    op.create_index("ix_inbox_thread", "inbox", ["conversation", "id"])
    op.create_index("uq_inbox_one_claimed", "inbox", ["conversation"], unique=True, **_only("state = 'claimed'"))
    op.create_table(
        "notes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_thread", "notes", ["conversation", "id"])
    op.create_table(
        "optouts",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name="pk_optouts"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_ids", sa.Text(), server_default="", nullable=False),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_address", "outbox", ["address_key", "claimed_at"])
    op.create_index("ix_outbox_open", "outbox", ["due_at", "id"], **_only("state IN ('queued', 'claimed')"))
    op.create_index(
        "ix_outbox_open_conversation", "outbox", ["conversation", "id"], **_only("state IN ('queued', 'claimed')")
    )
    op.create_index("ix_outbox_thread", "outbox", ["conversation", "id"])
    op.create_index("ix_outbox_unsettled", "outbox", ["id"], **_only("state = 'unknown'"))
    op.create_index("uq_outbox_one_claimed", "outbox", ["conversation"], unique=True, **_only("state = 'claimed'"))
    op.create_table(
        "patients",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("dob_key", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patients"),
    )
    op.create_index("ix_patients_dob", "patients", ["clinic", "dob_key"])
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
    )
    op.create_index("ix_staff_clinic", "staff", ["clinic", "name"])
    op.create_table(
        "tasks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("clinic", "number", name="uq_tasks_clinic_number"),
        sa.UniqueConstraint("key", name="uq_tasks_key"),
    )
    op.create_index("ix_tasks_changed", "tasks", ["clinic", "open", "changed_at"])
    op.create_index("ix_tasks_conversation", "tasks", ["conversation"])
    op.create_index("ix_tasks_open", "tasks", ["clinic", "open", "rank", "due_at"])
    op.create_table(
        "appointment_atoms",
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("atom", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment"], ["appointments.id"], name="fk_appointment_atoms_appointment", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("clinic", "provider", "lane", "atom", name="pk_appointment_atoms"),
    )
    op.create_index("ix_appointment_atoms_appointment", "appointment_atoms", ["appointment"])
    op.create_table(
        "outbox_claims",
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"], name="fk_outbox_claims_message", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("row", "message", name="pk_outbox_claims"),
    )
    op.create_index("ix_outbox_claims_message", "outbox_claims", ["message"])
    op.create_table(
        "outbox_receipts",
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"], name="fk_outbox_receipts_message", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("provider_id", name="pk_outbox_receipts"),
    )
    op.create_index("ix_outbox_receipts_message", "outbox_receipts", ["message"])
    op.create_table(
        "patient_phones",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("phone_key", sa.Text(), nullable=False),
        sa.Column("clinic", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient"], ["patients.id"], name="fk_patient_phones_patient", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("patient", "phone_key", name="pk_patient_phones"),
    )
    op.create_index("ix_patient_phones_key", "patient_phones", ["clinic", "phone_key"])
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["staff.id"], name="fk_staff_sessions_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_user", "staff_sessions", ["user"])
    if not postgres:
        moves = "UPDATE OF clinic, provider, lane, busy_from, busy_until, status"
        op.execute(_OVERLAP.format(name="appointments_overlap_insert", event="INSERT"))
        op.execute(_OVERLAP.format(name="appointments_overlap_update", event=moves))
