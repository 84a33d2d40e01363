"""The tables of telephone calls, of call-backs (ids and states alone), and of consents to texts."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, false, text

from agent.adapters.store.tables import Instant, metadata

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
