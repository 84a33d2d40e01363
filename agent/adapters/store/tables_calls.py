"""The tables of telephone calls, of those that we make (ids and states alone), and of consents to texts and calls."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false, text

from agent.adapters.store.tables import Instant, metadata, partial

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("tried", Boolean, nullable=False, server_default=false()),
    Column("drops", Integer, nullable=False, server_default="0"),
    Column("recording", Text, nullable=False, server_default=""),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("since", Instant, nullable=True),
    Index("ix_calls_conversation", "conversation", "opened_at"),
    Index("ix_calls_state", "clinic", "state", "seen_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("address_key", Text, primary_key=True),
    Column("conversation", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("how", Text, nullable=False),
    Index("ix_consents_conversation", "conversation"),
)

_UNDER_WAY = text("state IN ('asked', 'ringing', 'talking')")
call_backs = Table(
    "call_backs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("conversation", Text, nullable=True),
    Column("by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("ux_call_backs_under_way", "task", unique=True, postgresql_where=_UNDER_WAY, sqlite_where=_UNDER_WAY),
    Index("ix_call_backs_conversation", "conversation"),
)

desk_rings = Table(
    "desk_rings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clinic", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("provider_id", Text, nullable=True),
    Column("seen_at", Instant, nullable=False),
    Index("ux_desk_rings_place", "call", "round", "place", unique=True),
    Index("ix_desk_rings_conversation", "conversation"),
)

_DIALLED = text("state IN ('claimed', 'ringing', 'unknown')")
outgoing_calls = Table(
    "outgoing_calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("about", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("moment", Instant, nullable=False),
    Column("patient", Text, nullable=False),
    Column("clinic", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("claimed_at", Instant, nullable=True),
    Column("seen_at", Instant, nullable=False),
    Column("provider_id", Text, nullable=True),
    Index("ux_outgoing_calls_subject", "about", "subject", "rule", "moment", unique=True),
    Index("ux_outgoing_calls_dialled", "conversation", unique=True, postgresql_where=_DIALLED, sqlite_where=_DIALLED),
    Index("ux_outgoing_calls_provider", "provider_id", unique=True),
    Index("ix_outgoing_calls_due", "clinic", "due_at", "id", **partial("state = 'due'")),
    Index("ix_outgoing_calls_conversation", "conversation"),
    Index("ix_outgoing_calls_patient", "patient"),
)
