"""Every table of the store; no plaintext of a patient in any column: `body`, `detail` and `answer` are sealed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Insert, insert
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps naive datetimes, so the zone is taken off and put on again here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Serial = BigInteger().with_variant(Integer, "sqlite")


def _id(name: str = "id") -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _maybe(name: str) -> Column[str]:
    return Column(name, Text, nullable=True)


def _at(name: str, nullable: bool = False) -> Column[datetime]:
    return Column(name, Instant, nullable=nullable)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _body(name: str = "body", nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _serial(name: str = "seq") -> Column[int]:
    return Column(name, _Serial, primary_key=True, autoincrement=True)


UNPLANNED = "NOT planned AND status = 'booked'"


def partial(where: str) -> dict[str, Any]:
    """Index options: only rows where; the queries repeat these very words, else SQLite passes the index over."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


def upsert(table: Table) -> Insert:
    """An INSERT that may carry ON CONFLICT; SQLite speaks PostgreSQL's words here and compiles the same construct."""
    return insert(table)


OPEN_INBOUND = "state IN ('waiting', 'claimed')"
OPEN_OUTBOUND = "state IN ('queued', 'claimed')"

inbox = Table(
    "inbox",
    metadata,
    _serial(),
    Column("id", Text, nullable=False, unique=True),
    _text("conversation"),
    _text("channel"),
    _text("provider_id"),
    _text("kind"),
    _text("state", "waiting"),
    _count("fence"),
    _count("attempts"),
    _at("lease_until", nullable=True),
    _maybe("why"),
    _body(),
    UniqueConstraint("channel", "provider_id"),
    Index("ix_inbox_waiting", "seq", **partial("state = 'waiting'")),
    Index("ix_inbox_open_conversation", "conversation", "seq", **partial(OPEN_INBOUND)),
    # the database itself keeps a second worker out of a conversation
    Index("uq_inbox_one_claimed", "conversation", unique=True, **partial("state = 'claimed'")),
    Index("ix_inbox_thread", "conversation", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _text("conversation"),
    _text("address_key"),
    _text("channel", "sms"),
    _text("state", "queued"),
    Column("urgent", Boolean, nullable=False),
    _at("created_at"),
    _at("due_at"),
    _count("attempts"),
    _at("claimed_at", nullable=True),
    _at("lease_until", nullable=True),
    _text("provider_ids", ""),  # separated by blanks
    _maybe("delivery"),
    _maybe("failure"),
    _body(),
    Index("ix_outbox_open", "due_at", "id", **partial(OPEN_OUTBOUND)),
    Index("ix_outbox_open_conversation", "conversation", "id", **partial(OPEN_OUTBOUND)),
    Index("uq_outbox_one_claimed", "conversation", unique=True, **partial("state = 'claimed'")),
    Index("ix_outbox_unsettled", "id", **partial("state = 'unknown'")),
    Index("ix_outbox_thread", "conversation", "id"),
    Index("ix_outbox_address", "address_key", "claimed_at"),
)

outbox_receipts = Table(
    "outbox_receipts",
    metadata,
    _id("provider_id"),
    Column("message", Text, ForeignKey(outbox.c.id, ondelete="CASCADE"), nullable=False, index=True),
)

outbox_claims = Table(
    "outbox_claims",
    metadata,
    _id("row"),
    Column("message", Text, ForeignKey(outbox.c.id, ondelete="CASCADE"), primary_key=True, index=True),
)

notes = Table("notes", metadata, _id(), _text("conversation"), _body(), Index("ix_notes_thread", "conversation", "id"))

second_looks = Table(
    "second_looks",
    metadata,
    _id(),
    _text("clinic"),
    Column("inbound", Text, nullable=False, unique=True),
    _text("verdict", "open"),
    _body(),
    Index("ix_second_looks_verdict", "clinic", "verdict", "id"),
)

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _text("clinic"),
    _text("address_key"),
    _text("mode"),
    _count("version"),
    _at("active_at"),
    _body(),
    _maybe("patient"),
    Index("ix_conversations_address", "clinic", "address_key", "id"),
    Index("ix_conversations_recent", "clinic", "active_at"),
    Index("ix_conversations_staff", "clinic", "id", **partial("mode = 'staff'")),
    Index("ix_conversations_patient", "patient", **partial("patient IS NOT NULL")),
)

# one row per append: the events of one turn as a JSON array; `batch` is empty where `body` holds it sealed
events = Table(
    "events",
    metadata,
    _serial(),
    _text("conversation"),
    _maybe("inbound"),
    _at("at"),
    _text("batch"),
    _body(nullable=True),
    Index("ix_events_conversation", "conversation", "seq"),
)

counters = Table("counters", metadata, _id("name"), Column("value", BigInteger, nullable=False))

tasks = Table(
    "tasks",
    metadata,
    _id(),
    _text("clinic"),
    Column("number", Integer, nullable=False),
    _maybe("conversation"),
    Column("open", Boolean, nullable=False),
    Column("rank", SmallInteger, nullable=False),  # 0 is the most urgent
    _at("due_at"),
    _at("changed_at"),
    _maybe("key"),  # the conversation and the task's key
    _count("version"),
    _body(),
    UniqueConstraint("clinic", "number"),
    UniqueConstraint("key"),
    Index("ix_tasks_open", "clinic", "open", "rank", "due_at"),
    Index("ix_tasks_changed", "clinic", "open", "changed_at"),
    Index("ix_tasks_conversation", "conversation"),
)

appointments = Table(
    "appointments",
    metadata,
    _id(),
    _text("clinic"),
    _maybe("patient"),
    _text("provider"),
    _text("location"),
    _text("visit_type"),  # empty where `detail` holds it sealed
    _at("start"),
    _at("end"),
    _at("busy_from"),
    _at("busy_until"),
    _text("local"),  # ISO wall time
    _text("zone"),
    _text("status"),
    _at("hold_expires_at", nullable=True),
    _count("lane"),
    Column("replaces", Text, index=True),
    _maybe("conversation"),
    _count("version"),
    # an expired hold that another booking pushed aside before `sweep` could tell anybody
    Column("lapsed", Boolean, nullable=False, server_default=text("false")),
    _body("detail", nullable=True),
    # whether its reminders stand in their table, so that looking for those without is no matter of how many there are
    Column("planned", Boolean, nullable=False, server_default=text("false")),
    ExcludeConstraint(
        (column("clinic"), "="),
        (column("provider"), "="),
        (column("lane"), "="),
        (func.tstzrange(column("busy_from"), column("busy_until")), "&&"),
        where=text("status IN ('pending', 'booked')"),
        using="gist",
        name="ex_appointments_overlap",
    ).ddl_if(dialect="postgresql"),
    Index("ix_appointments_busy", "clinic", "provider", "busy_until", "busy_from", "status", "hold_expires_at"),
    Index("ix_appointments_patient", "patient", "start"),
    Index("ix_appointments_day", "clinic", "start"),
    Index("ix_appointments_holds", "hold_expires_at", **partial("status = 'pending'")),
    Index("ix_appointments_unplanned", "clinic", "start", "id", **partial(UNPLANNED)),
    Index("ix_appointments_lapsed", "id", **partial("lapsed")),
)

# each five minutes that an appointment takes, once per provider and lane
atoms = Table(
    "appointment_atoms",
    metadata,
    _id("clinic"),
    _id("provider"),
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("atom", BigInteger, primary_key=True, autoincrement=False),  # minutes since 1970, divided by five
    Column("appointment", Text, ForeignKey(appointments.c.id, ondelete="CASCADE"), nullable=False, index=True),
)

patients = Table("patients", metadata, _id(), _text("clinic"), _text("dob_key"), _body(),
                 Index("ix_patients_dob", "clinic", "dob_key"))  # fmt: skip

patient_phones = Table(
    "patient_phones",
    metadata,
    Column("patient", Text, ForeignKey(patients.c.id, ondelete="CASCADE"), primary_key=True),
    _id("phone_key"),
    _text("clinic"),
    Index("ix_patient_phones_key", "clinic", "phone_key"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    _at("at"),
    _text("actor"),
    _text("tag"),
    _text("subject"),
    _text("why"),
    _text("fields"),
    _text("data"),
    _text("content_revision"),
    _text("hash"),
    Index("ix_audit_subject", "subject", "seq"),
)

audit_head = Table("audit_head", metadata, _id("name"), Column("seq", BigInteger, nullable=False), _text("hash"),
                   _text("seal"))  # fmt: skip

optouts = Table("optouts", metadata, _id("address_key"), Column("stopped", Boolean, nullable=False), _at("at"),
                _text("how"))  # fmt: skip

codes = Table("codes", metadata, _id("subject"), _text("code_hash"), _maybe("patient"), _at("expires_at"))

failed_tries = Table("failed_tries", metadata, _id(), _text("subject"), _at("at"),
                     Index("ix_failed_tries_subject", "subject", "at"))  # fmt: skip

staff = Table(
    "staff",
    metadata,
    _id(),
    _text("clinic"),
    _text("name"),
    Column("email", Text, nullable=False, unique=True),  # lower case
    _text("role"),
    _text("password_hash"),
    Column("disabled", Boolean, nullable=False),
    _text("locations", ""),  # ids separated by blanks; empty: all
    Column("away", Boolean, nullable=False, server_default=text("false")),
    _body("totp", nullable=True),
    Column("totp_step", BigInteger, nullable=False, server_default="0"),  # the last one used
    _text("language", ""),
    _text("oidc", ""),  # issuer|subject; nobody's is empty
    Index("ix_staff_clinic", "clinic", "name"),
    Index("ux_staff_oidc", "oidc", unique=True, sqlite_where=text("oidc <> ''"), postgresql_where=text("oidc <> ''")),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    _id("token_hash"),
    Column("user", Text, ForeignKey(staff.c.id, ondelete="CASCADE"), nullable=False, index=True),
    _text("csrf"),
    _at("opened_at"),
    _at("seen_at"),
    _text("about", ""),
    _at("glass_until", nullable=True),
)

chat_sessions = Table("chat_sessions", metadata, _id("token_hash"), _text("conversation"), _text("origin"),
                      _at("opened_at"), _at("seen_at"), _text("seen_line", ""),
                      Index("ix_chat_sessions_conversation", "conversation"))  # fmt: skip

# the key of each owner: patient:<id>, conversation:<id>, the desk, the blind indexes; wrapped by the master key
data_keys = Table("data_keys", metadata, _id(), Column("owner", Text, nullable=False, unique=True), _body("wrapped"),
                  _at("made_at"))  # fmt: skip

# what must not be erased: the id of a patient or a conversation
legal_holds = Table("legal_holds", metadata, _id("subject"), _at("at"), _text("by"), _text("ref"))

# tombstones: the id of a patient or a conversation that was erased
forgotten = Table("forgotten", metadata, _id("subject"), _text("kind"), _at("at"), Index("ix_forgotten_at", "at"))
readings = Table("readings", metadata, _id("number"), _at("begun"), _at("until"), _at("due_at"),
                 _at("failing_since", nullable=True), Column("told", Boolean, nullable=False))  # fmt: skip
idempotency_keys = Table("idempotency_keys", metadata, _id("key"), _text("request"), _at("at"), _at("lease_until"),
                         _count("fence"), _body("answer", nullable=True), Index(None, "at"))  # fmt: skip
