"""Values for the store's contract tests, each made with sensible fields that a test may override."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, text

from agent.adapters.store import SqlStore
from agent.adapters.store.engine import start
from agent.model.address import Address
from agent.model.audit import AuditEvent
from agent.model.calendar import Appointment
from agent.model.conversation import Conversation, Frame, SlotValue
from agent.model.message import Inbound, Outbound
from agent.model.patient import Patient, StaffUser
from agent.model.task import Task
from agent.ports import Store

NOW = datetime(2026, 6, 15, 13, 0, tzinfo=UTC)
ANNA = Address(channel="sms", value="+15550100001")
R = TypeVar("R")
T = TypeVar("T")


def inbound(n: int | str = 1, **given: Any) -> Inbound:
    kept = {"id": f"in-{n}", "clinic": "k", "channel": "sms", "sender": ANNA, "text": f"words {n}",
            "provider_id": f"SM{n}", "received_at": NOW}  # fmt: skip
    return Inbound(**kept | given)


def outbound(n: int | str = 1, **given: Any) -> Outbound:
    kept = {"id": f"out-{n}", "conversation": "c1", "channel": "sms", "to": ANNA, "text": f"answer {n}",
            "locale": "en", "created_at": NOW, "due_at": NOW}  # fmt: skip
    return Outbound(**kept | given)


def conversation(id: str = "c1", **given: Any) -> Conversation:
    said = SlotValue(value="knee", source="patient", quote="my knee", span=(3, 10), inbound="in-1")
    frame = Frame(run="r1", flow="book", step="day", asked="day", slots={"reason": said})
    kept = {"id": id, "clinic": "k", "channel": "sms", "address": ANNA, "frames": (frame,), "opened_at": NOW}
    return Conversation(**kept | given)


def task(n: int | str = 1, **given: Any) -> Task:
    kept = {"id": f"t-{n}", "number": 0, "clinic": "k", "kind": "booking", "conversation": "c1",
            "proposal": {"reason": "knee"}, "created_at": NOW, "due_at": NOW + timedelta(hours=4)}  # fmt: skip
    return Task(**kept | given)


def appointment(id: str = "a1", at: datetime = NOW, minutes: float = 30, **given: Any) -> Appointment:
    end = at + timedelta(minutes=minutes)
    kept = {"id": id, "clinic": "k", "patient": "p1", "provider": "okafor", "location": "main", "visit_type": "visit",
            "start": at, "end": end, "busy_from": at, "busy_until": end, "local": at.replace(tzinfo=None),
            "zone": "America/New_York", "status": "booked"}  # fmt: skip
    return Appointment(**kept | given)


def hold(id: str, at: datetime = NOW, expires: datetime = NOW + timedelta(hours=1), **given: Any) -> Appointment:
    return appointment(id, at, status="pending", hold_expires_at=expires, **given)


def patient(n: int | str = 1, **given: Any) -> Patient:
    kept = {"id": f"p-{n}", "clinic": "k", "name": "María-José Núñez", "dob": date(1980, 2, 29),
            "phones": ("+15550100001",)}  # fmt: skip
    return Patient(**kept | given)


def user(n: int | str = 1, **given: Any) -> StaffUser:
    kept = {"id": f"u-{n}", "clinic": "k", "name": f"Sam {n}", "email": f"Sam{n}@clinic.test", "role": "front-desk"}
    return StaffUser(**kept | given)


def audited(n: int | str = 1, **given: Any) -> AuditEvent:
    kept = {"id": f"au-{n}", "at": NOW, "actor": "staff:u-1", "tag": "task:confirmed", "subject": f"t-{n}",
            "fields": ("status",), "data": {"n": 1, "b": [True, None]}}  # fmt: skip
    return AuditEvent(**kept | given)


def all_at_once(each: Callable[[T], R], over: Iterable[T], threads: int = 8) -> list[R]:
    """What `each` returns, run in that many threads; the first exception is raised."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(each, over))


@contextmanager
def raw(store: Store) -> Iterator[Connection]:
    """The database behind the desk's back, as an intruder or a curious operator would have it."""
    with cast(SqlStore, store)._writer.connect() as connection, start(connection, write=True):
        yield connection


def dump(store: Store) -> str:
    """Every value of every table."""
    from agent.adapters.store.tables import metadata

    with raw(store) as connection:
        rows = [row for name in metadata.tables for row in connection.execute(text(f"SELECT * FROM {name}"))]
    return "\n".join(repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)) for row in rows)
