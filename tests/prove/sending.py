"""A desk that only sends and decides, for the proofs of sending: real store, no ears; and processes of it."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from agent.adapters.bus_local import LocalBus
from agent.adapters.calendar.local import LocalCalendar
from agent.adapters.ids import new_ids
from agent.desk.desk import Desk
from agent.model.address import Address, Channel
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.message import Outbound
from agent.model.patient import StaffUser
from agent.ports import ChannelOut, Receipt
from agent.settings import Settings
from channels.splitting import split
from tests import shared
from tests.children import bind
from tests.clinics import clinic_of
from tests.stores import open_test_store


class Clock:
    """The time of day, set forward when the proof needs a later one."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Ledger:
    """A carrier that takes everything and writes each acceptance down in a file that many processes share."""

    channel: Channel = "sms"

    def __init__(self, path: str, before: Callable[[Outbound], None] = lambda _: None) -> None:
        self._path, self._before = path, before

    def texts_of(self, message: Outbound) -> int:
        return max(1, len(split(message.text)))

    def send(self, message: Outbound, sender: str, status_url: str | None) -> Receipt:
        self._before(message)
        sid = f"SM{os.urandom(16).hex()}"
        number = message.to.value.replace(" ", "")
        line = f"{message.id} {number} {self.texts_of(message)} {sid}\n".encode()
        held = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(held, line)
        os.close(held)
        return Receipt((sid,))

    def find_sent(self, message: Outbound, sender: str, since: datetime) -> str | None:
        return next((sid for id, _, _, sid in self.taken() if id == message.id), None)

    def taken(self) -> list[tuple[str, str, int, str]]:
        """(row, number, texts, id) of every acceptance."""
        if not os.path.exists(self._path):
            return []
        with open(self._path, encoding="ascii") as lines:
            rows = [line.split() for line in lines]
        return [(row, number, int(texts), sid) for row, number, texts, sid in rows]


@cache
def house() -> tuple[Clinic, Content]:
    """The demo clinic and its content, read once."""
    return clinic_of(Settings().clinic_file), shared.content()


def desk_at(url: str, carrier: ChannelOut | None, clock: Callable[[], datetime], **settings: Any) -> Desk:
    """A desk on this database; close its store. Forked processes each open their own."""
    clinic, content = house()
    new_id = new_ids(clock)
    return Desk(
        store=open_test_store(url, new_id), calendar=LocalCalendar(clinic), actions=cast(Any, None), clinic=clinic,
        content=content, ears=cast(Any, None), gate=cast(Any, None), bus=LocalBus(), clock=clock, new_id=new_id,
        settings=Settings(**{"public_url": "http://127.0.0.1:9", **settings}),
        channels={"sms": carrier} if carrier else {},
    )  # fmt: skip


def number_of(n: int) -> str:
    return f"+1212{5550000 + n:07d}"


def talk(desk: Desk, n: int, **more: Any) -> Conversation:
    """A conversation by text with the n-th number, stored."""
    address, now = Address(channel="sms", value=number_of(n)), desk.clock()
    given = {"greeted": True, "opened_at": now, "locale": "en", **more}
    held = Conversation(id=desk.new_id(), clinic=desk.clinic.id, channel="sms", address=address, **given)
    with desk.store.begin() as tx:
        tx.conversations.add(held, now)
    return held


def text_to(desk: Desk, held: Conversation, text: str, **more: Any) -> Outbound:
    """A row for that conversation, not stored."""
    now = desk.clock()
    given = {"to": held.address, "locale": "en", "created_at": now, "due_at": now, **more}
    return Outbound(id=desk.new_id(), conversation=held.id, channel="sms", text=text, **given)


def colleague(desk: Desk) -> StaffUser:
    """A member of staff, stored."""
    user = StaffUser(id=desk.new_id(), clinic=desk.clinic.id, name="Rosa", email="rosa@clinic.test", role="admin")
    with desk.store.begin() as tx:
        tx.staff.add(user)
    return user


def forked(child: Callable[[], None]) -> int:
    """The pid of a process that runs `child` and ends, with 1 where it raised."""
    ours = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        bind(ours)
        child()
        code = 0
    except BaseException as fault:  # nothing of the parent's may run in here
        print(f"{type(fault).__name__}: {fault}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)
