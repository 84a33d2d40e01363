"""A whole desk for the shell's tests: real content, real ears, real store; a clock to set and a carrier that fails."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi.testclient import TestClient

from agent.adapters.bus_local import LocalBus
from agent.adapters.ids import new_ids
from agent.demo.seed import patients, sign_ins
from agent.desk.desk import Desk
from agent.desk.receive import Received, receive
from agent.desk.send import drain
from agent.desk.turn import work
from agent.house import open_desk
from agent.model.address import Address, Channel
from agent.model.clinic import Clinic
from agent.model.conversation import Conversation
from agent.model.fault import SendFault
from agent.model.message import Inbound, Line, Outbound
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.ports import Bus, NewId, Receipt, Store
from agent.settings import Settings
from agent.web.app import create_app
from channels.optout import decide
from channels.splitting import split
from tests import shared
from tests.clinics import clinic_of
from tests.standin.hooks import ACCOUNT, PUBLIC, TOKEN, Pairs, sign
from tests.stores import open_test_store

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 in Brooklyn
JON = "+17185550133"  # Jon Smith, March 14 1985
STRANGER = "+12125550199"


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class Carrier:
    """A channel that takes what it is given, or fails as the next fault says. `taken` is what it accepted."""

    channel: Channel = "sms"
    faults: deque[Exception] = field(default_factory=deque)
    taken: list[tuple[str, Outbound]] = field(default_factory=list)
    status_urls: list[str] = field(default_factory=list)
    before: Callable[[Outbound], None] = lambda _: None
    accepts_first: bool = False  # the fault comes after the message was accepted
    asked_since: list[datetime] = field(default_factory=list)
    count: int = 0
    away: SendFault | None = None  # what the provider's list answers

    def texts_of(self, message: Outbound) -> int:
        return max(1, len(split(message.text)))

    def send(self, message: Outbound, sender: str, status_url: str | None) -> Receipt:
        self.before(message)
        self.status_urls.append(status_url or "")
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and not self.accepts_first:
            raise fault
        self.count += 1
        self.taken.append((f"SM{self.count:032d}", message))
        if fault is not None:
            raise fault
        return Receipt((self.taken[-1][0],))

    def find_sent(self, message: Outbound, sender: str, since: datetime) -> str | None:
        self.asked_since.append(since)
        if self.away is not None:
            raise self.away
        return next((sid for sid, m in self.taken if (m.to, m.text) == (message.to, message.text)), None)

    @property
    def texts(self) -> list[str]:
        return [m.text for _, m in self.taken]


@cache
def _first() -> Desk:
    """Trained once: every other desk hears as this one does."""
    return open_desk(
        Settings(), clinic=shared.clinic(), content=shared.content(),
        store=open_test_store("sqlite://", new_ids(Clock())), bus=LocalBus(), channels={}, like=shared.hearing(),
    )  # fmt: skip


def _people(store: Store, clinic: Clinic, new_id: NewId) -> None:
    """The demo's staff and patients, and an empty diary."""
    with store.begin() as tx:
        if tx.staff.by_email(sign_ins()[0].email) is not None:
            return
        for user in sign_ins():
            tx.staff.add(StaffUser(id=new_id(), clinic=clinic.id, name=user.name, email=user.email, role=user.role))
        for patient in patients(clinic, new_id):
            tx.patients.add(patient)


class World:
    """One clinic's desk, its people, its clock and its carrier."""

    def __init__(self, url: str = "sqlite://", *, bus: Bus | None = None, clock: Any = None, **settings: Any) -> None:
        self.clock: Any = clock or Clock()
        given = {
            "public_url": PUBLIC,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "widget_origins": "https://clinic.example",
            **settings,
        }
        self.settings = Settings(**given)
        new_id = new_ids(self.clock)
        self.clinic = clinic_of(self.settings.clinic_file)
        store = open_test_store(url, new_id)
        _people(store, self.clinic, new_id)
        self.carrier = Carrier()
        self.desk = open_desk(
            self.settings,
            clinic=self.clinic,
            content=_first().content,
            store=store,
            clock=self.clock,
            bus=bus or LocalBus(),
            channels={"sms": self.carrier},
            like=_first(),
        )
        self.desk.new_id = new_id
        self.faults: list[Exception] = []
        self.desk.on_fault = self.faults.append
        self.count = 0

    def close(self) -> None:
        self.desk.store.close()

    # --- the patient

    def inbound(self, text: str, sender: str = STRANGER, sid: str = "", **more: Any) -> Inbound:
        self.count += 1
        wish = decide(text)
        provider = {"maybe_start" if wish.maybe_start else "stop_word": wish.word} if wish.word else {}
        given = {"kind": wish.wish, "provider": provider, **more}
        return Inbound(
            id=self.desk.new_id(),
            clinic=self.clinic.id,
            channel="sms",
            sender=Address(channel="sms", value=sender),
            recipient=self.clinic.numbers[0],
            text=text,
            provider_id=sid or f"SM{self.count:032d}",
            received_at=self.clock(),
            **given,
        )

    def text(self, text: str, sender: str = STRANGER, **more: Any) -> Received:
        """A text arrives and is stored; nothing is answered yet."""
        return receive(self.desk, self.inbound(text, sender, **more))

    def settle(self) -> None:
        """Every turn is taken, everything due is sent."""
        while work(self.desk):
            pass
        while drain(self.desk):
            pass

    def say(self, text: str, sender: str = STRANGER, **more: Any) -> list[str]:
        """A text in, the texts out."""
        before = len(self.carrier.taken)
        self.text(text, sender, **more)
        self.settle()
        return self.carrier.texts[before:]

    def book(self, sender: str = STRANGER, name: str = "Ana Torres") -> Task:
        """A visit is asked for, its time held."""
        for words in ("I need an appointment, my knee hurts", "next Tuesday", "1", name, "March 3 1980", "yes"):
            self.say(words, sender)
        return next(t for t in self.tasks(sender) if t.kind == "booking" and t.appointment)

    # --- what came of it

    def conversation(self, sender: str = STRANGER) -> Conversation:
        with self.desk.store.begin(write=False) as tx:
            found = tx.conversations.by_address(self.clinic.id, Address(channel="sms", value=sender))
        assert found is not None
        return found

    def tasks(self, sender: str = STRANGER) -> list[Task]:
        held = self.conversation(sender)
        with self.desk.store.begin(write=False) as tx:
            return tx.tasks.of(held.id)

    def open_tasks(self) -> list[Task]:
        with self.desk.store.begin(write=False) as tx:
            return tx.tasks.open(self.clinic.id)

    def thread(self, sender: str = STRANGER) -> list[Line]:
        held = self.conversation(sender)
        with self.desk.store.begin(write=False) as tx:
            return tx.conversations.thread(held.id, limit=1000)

    def row(self, id: str) -> Outbound:
        with self.desk.store.begin(write=False) as tx:
            found = tx.outbox.get(id)
        assert found is not None
        return found

    def rows(self, sender: str = STRANGER) -> list[Outbound]:
        return [self.row(line.id) for line in self.thread(sender) if line.direction == "out"]

    def task(self, id: str) -> Task:
        with self.desk.store.begin(write=False) as tx:
            found = tx.tasks.get(id)
        assert found is not None
        return found

    def staff(self, role: str = "front-desk") -> StaffUser:
        email = next(u.email for u in sign_ins() if u.role == role)
        with self.desk.store.begin(write=False) as tx:
            found = tx.staff.by_email(email)
        assert found is not None
        return found

    def inbox_waiting(self) -> int:
        with self.desk.store.begin(write=False) as tx:
            return tx.inbox.waiting()

    # --- over HTTP

    def client(self) -> TestClient:
        """A caller on the desk's own address; no loops run, call `settle`. Faults of ours are answered, not raised."""
        return TestClient(create_app(self.desk, loops=False), base_url=PUBLIC, raise_server_exceptions=False)


def pairs_of(world: World, text: str, sid: str, sender: str = STRANGER) -> Pairs:
    """What Twilio posts for a text."""
    return [
        ("ToCountry", "US"),
        ("ToState", ""),
        ("SmsMessageSid", sid),
        ("NumMedia", "0"),
        ("SmsSid", sid),
        ("SmsStatus", "received"),
        ("Body", text),
        ("To", world.clinic.numbers[0]),
        ("NumSegments", "1"),
        ("MessageSid", sid),
        ("AccountSid", ACCOUNT),
        ("From", sender),
        ("ApiVersion", "2010-04-01"),
    ]


def posted(pairs: Pairs, path: str = "/twilio/sms", token: str = TOKEN) -> dict[str, Any]:
    """Keyword arguments of a signed post with httpx."""
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": sign(token, PUBLIC + path, pairs),
    }
    return {"url": path, "content": urlencode(pairs).encode(), "headers": headers}


def sid_of(number: int) -> str:
    return f"SM{number:032x}"
