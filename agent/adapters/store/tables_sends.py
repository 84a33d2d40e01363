"""The tables that keep sending in bounds: the hour's texts of each number, and the stop on all sending."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from agent.adapters.store.tables import Instant, metadata

# texts of the last hour, by the number that they really went to
sends_taken = Table(
    "sends_taken",
    metadata,
    Column("message", Text, primary_key=True),
    Column("address_key", Text, nullable=False),
    Column("texts", Integer, nullable=False, server_default="0"),
    Column("at", Instant, nullable=False),
    Index("ix_sends_taken_address", "address_key", "at"),
    Index("ix_sends_taken_at", "at"),
)

# one row while sending is stopped
send_halt = Table(
    "send_halt",
    metadata,
    Column("name", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("everything", Boolean, nullable=False),
)
