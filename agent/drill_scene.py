"""A desk to rehearse bad days on: a database that is thrown away, a phone that can fail, a clock to set."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.adapters.bus_local import LocalBus
from agent.adapters.ids import new_ids
from agent.adapters.store import SqlStore, open_store
from agent.demo.seed import patients
from agent.desk.desk import Desk
from agent.desk.receive import Received, receive
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.house import open_desk
from agent.model.address import Address, Channel
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.fault import SendFault
from agent.model.message import Inbound, Outbound
from agent.model.task import Task
from agent.ports import Bus, Receipt
from agent.settings import load_settings
from channels.sms import shape

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ANA, BEN = "+12125550141", "+12125550142"
BOOKING = ("I need an appointment, my knee hurts", "next Tuesday", "1", "Ana Torres", "March 3 1980", "yes")
ALARM = "my chest hurts and I cannot breathe"


@dataclass
class Phone:
    """The way out by text: keeps what it takes; while `down` is set, nothing is taken."""

    channel: Channel = "sms"
    taken: list[Outbound] = field(default_factory=list)
    down: SendFault | None = None

    def texts_of(self, message: Outbound) -> int:
        return len(shape(message))

    def send(self, message: Outbound, sender: str, status_url: str | None) -> Receipt:  # noqa: ARG002
        if self.down is not None:
            raise self.down
        self.taken.append(message)
        return Receipt((f"SM{len(self.taken):032d}",))

    def find_sent(self, message: Outbound, sender: str, since: datetime) -> str | None:  # noqa: ARG002
        return next((f"SM{at:032d}" for at, m in enumerate(self.taken, 1) if m.id == message.id), None)


@dataclass
class Report:
    """What a drill came to. `lines` is the story; `checks` are what had to be true."""

    name: str
    lines: list[str] = field(default_factory=list)
    checks: list[tuple[str, bool]] = field(default_factory=list)

    def say(self, line: str) -> None:
        self.lines.append(line)

    def check(self, what: str, true: object) -> None:
        self.checks.append((what, bool(true)))

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(true for _, true in self.checks)


class Scene:
    """One drill's desk and its people."""

    def __init__(self, desk: Desk, store: SqlStore, phone: Phone, report: Report, clock: list[datetime]) -> None:
        self.desk, self.store, self.phone, self.report = desk, store, phone, report
        self._clock, self._count = clock, 0

    def pass_time(self, **much: float) -> None:
        self._clock[0] += timedelta(**much)

    def message(self, text: str, sender: str = ANA) -> Inbound:
        from channels.optout import decide

        self._count += 1
        wish = decide(text)
        provider = {"maybe_start" if wish.maybe_start else "stop_word": wish.word} if wish.word else {}
        return Inbound(
            id=self.desk.new_id(), clinic=self.desk.clinic.id, channel="sms",
            sender=Address(channel="sms", value=sender), text=text, kind=wish.wish, provider=provider,
            provider_id=f"drill-{self._count}", received_at=self.desk.clock(),
        )  # fmt: skip

    def text(self, text: str, sender: str = ANA) -> Received:
        """A text arrives and is acknowledged. Raises Busy where it is not."""
        self.report.say(f"patient> {text}")
        return receive(self.desk, self.message(text, sender))

    def settle(self) -> None:
        """Every turn and every send that can be done now; what the phone takes is told."""
        before = len(self.phone.taken)
        while work(self.desk):
            pass
        while drain(self.desk):
            pass
        for message in self.phone.taken[before:]:
            self.report.say("   desk> " + message.text.replace("\n", "\n         "))

    def wait(self, minutes: int) -> None:
        """Time passes as it does for a running desk: what is due is done."""
        for _ in range(minutes):
            self.pass_time(minutes=1)
            sweep(self.desk)
            self.settle()

    def say(self, text: str, sender: str = ANA) -> list[str]:
        """A text in; what the phone took since."""
        before = len(self.phone.taken)
        self.text(text, sender)
        self.settle()
        self.pass_time(seconds=20)
        return [m.text for m in self.phone.taken[before:]]

    def heard(self, sender: str = ANA) -> int:
        """How many texts this person has got."""
        return len([m for m in self.phone.taken if m.to.value == sender])

    def tasks(self) -> list[Task]:
        with self.store.begin(write=False) as tx:
            return tx.tasks.open(self.desk.clinic.id)

    def waiting(self) -> tuple[int, int]:
        """(messages not answered, texts not sent)"""
        with self.store.begin(write=False) as tx:
            return tx.inbox.waiting(), tx.outbox.waiting()

    def show_staff(self) -> None:
        for task in self.tasks():
            self.report.say(f"  staff> #{task.number} {task.kind}, {task.priority}: {task.reason or 'prepared'}")

    def check_nothing_lost(self) -> None:
        """Every acknowledged text has one turn, every answer went out once, the audit trail is whole."""
        with self.store.begin(write=False) as tx:
            turns = [str(e.data["inbound"]) for e in tx.audit.tail(10_000) if e.tag == "turn:decided"]
            broken = tx.audit.verify()[1]
        sent = [m.id for m in self.phone.taken]
        self.report.check("no message waits", self.waiting() == (0, 0))
        self.report.check("each message has one turn", len(turns) == len(set(turns)) > 0)
        self.report.check("no text went out twice", len(sent) == len(set(sent)) > 0)
        self.report.check("the audit trail verifies", broken is None)


@contextmanager
def scene(name: str, clinic: Clinic, content: Content, *, like: Desk | None = None, bus: Bus | None = None,
          real_time: bool = False) -> Iterator[Scene]:  # fmt: skip
    """A desk in a folder of its own; never the database of the settings. `real_time`: the clock runs by itself."""
    clock = [MONDAY]
    now = (lambda: datetime.now(UTC)) if real_time else (lambda: clock[0])
    new_id = new_ids(now)
    with tempfile.TemporaryDirectory(prefix="frontdesk-drill-") as folder:
        store = open_store(
            f"sqlite:///{Path(folder)}/drill.db", data_key=secrets.token_bytes(32), secret=secrets.token_bytes(32),
            clock=now, new_id=new_id,
        )  # fmt: skip
        with store.begin() as tx:
            for patient in patients(clinic, new_id):
                tx.patients.add(patient)
        phone = Phone()
        desk = open_desk(
            load_settings().model_copy(update={"redis_url": None, "model": None}), clinic=clinic, content=content,
            store=store, clock=now, bus=bus or LocalBus(), channels={"sms": phone}, like=like,
        )  # fmt: skip
        try:
            yield Scene(desk, store, phone, Report(name), clock)
        finally:
            store.close()
            own = getattr(getattr(desk.actions, "_threads", None), "own", None)
            if own is not None:
                own.loop.close()
