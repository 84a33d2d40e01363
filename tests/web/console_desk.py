"""A desk for the console's tests: the demo clinic's people, a clock to set, and requests prepared as a turn would."""

import atexit
import hashlib
import secrets
import shutil
import weakref
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from tempfile import mkdtemp
from typing import Any, cast

from fastapi import FastAPI
from fastapi.testclient import TestClient

from agent.actions.context import Rules
from agent.actions.openings import opening_dict
from agent.actions.runner import InProcessActions
from agent.adapters.bus_local import LocalBus
from agent.adapters.calendar.local import LocalCalendar
from agent.adapters.darkroom import PillowDarkroom
from agent.adapters.ids import new_ids
from agent.demo.seed import seed, sign_ins
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.model.address import Address
from agent.model.calendar import OpeningRequest
from agent.model.conversation import Conversation, SlotValue
from agent.model.effect import OpenTask, Say
from agent.model.message import Inbound
from agent.model.patient import Patient, StaffUser
from agent.model.task import Task
from agent.settings import Settings
from agent.web.app import create_app
from agent.web.passwords import hash_password
from tests import shared
from tests.clinics import clinic_of
from tests.stores import SECRET, open_test_store

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 in Brooklyn
PASSWORD = {u.role: u.password for u in sign_ins()}
EMAIL = {u.role: u.email for u in sign_ins()}
_HASHES = {u.password: hash_password(u.password) for u in sign_ins()}
_CONTENT = shared.content()
_KEPT = mkdtemp()
atexit.register(shutil.rmtree, _KEPT, True)


@cache
def _seeded() -> str:
    """A store with the demo clinic's people, made once and copied for each world."""
    path, new_id = f"{_KEPT}/seeded.db", new_ids(lambda: MONDAY)
    store = open_test_store(f"sqlite:///{path}", new_id)
    seed(store, clinic_of(Settings().clinic_file), MONDAY, new_id, _HASHES.__getitem__)
    store.close()
    return path


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, much: timedelta) -> None:
        self.now += much


JON, BORN = "Jon Smith", "1985-03-14"  # on file in the demo clinic


class World:
    """One clinic's desk, its people and its clock."""

    def __init__(self, url: str = "sqlite://", clock: Any = None, **settings: Any) -> None:
        self.clock = clock or Clock()
        self.settings = Settings(**{"demo": True, **settings})
        clinic, new_id = clinic_of(self.settings.clinic_file), new_ids(self.clock)
        if url == "sqlite://":
            folder = mkdtemp()
            weakref.finalize(self, shutil.rmtree, folder, True)
            url = f"sqlite:///{folder}/desk.db"
        shutil.copy(_seeded(), url.removeprefix("sqlite:///"))
        store, calendar = open_test_store(url, new_id), LocalCalendar(clinic)
        self.desk = Desk(
            store=store, calendar=calendar, actions=InProcessActions(clinic, calendar, new_id, Rules(SECRET)),
            clinic=clinic, content=_CONTENT, ears=cast(Any, None), gate=cast(Any, None), bus=LocalBus(),
            clock=self.clock, new_id=new_id, settings=self.settings, darkroom=PillowDarkroom(),
        )  # fmt: skip
        self._count = 0

    @cached_property
    def app(self) -> FastAPI:
        """Made when a page is first asked for."""
        return create_app(self.desk, loops=False)

    def user(self, role: str) -> StaffUser:
        with self.desk.store.begin(write=False) as tx:
            found = tx.staff.by_email(EMAIL[role])
        assert found is not None
        return found

    def browser(self, role: str | None = None) -> TestClient:
        """A browser on the desk's own origin, signed in as that role."""
        return self.enter(self.user(role) if role else None)

    def admin(self) -> TestClient:
        """An admin's browser that proves with each request that its own page made it."""
        client = self.browser("admin")
        client.headers["x-csrf-token"] = csrf_of(client)
        return client

    def enter(self, user: StaffUser | None) -> TestClient:
        """A browser with this person signed in, as signing in does, without the slow hashing."""
        client = TestClient(self.app, base_url=self.settings.public_url, follow_redirects=False)
        if user is not None:
            token = secrets.token_urlsafe(32)
            with self.desk.store.begin() as tx:
                hashed = hashlib.sha256(token.encode()).hexdigest()
                tx.staff.open_session(hashed, user.id, secrets.token_urlsafe(24), self.clock())
            client.cookies.set("frontdesk", token)
        return client

    def talk(self, *texts: str, phone: str = "+17185550133", locale: str = "en", channel: str = "sms",
             name: str = "") -> tuple[Conversation, list[Inbound]]:  # fmt: skip
        """A conversation in which the patient has written these texts."""
        desk, now = self.desk, self.clock()
        address = Address.model_validate({"channel": channel, "value": phone})
        facts = {"name": SlotValue(value=name, source="patient")} if name else {}
        held = Conversation(id=desk.new_id(), clinic=desk.clinic.id, channel=address.channel, address=address,
                            locale=locale, greeted=True, opened_at=now, facts=facts)  # fmt: skip
        heard = []
        with desk.store.begin() as tx:
            tx.conversations.add(held, now)
            for text in texts:
                self._count += 1
                heard.append(
                    Inbound(id=desk.new_id(), clinic=desk.clinic.id, channel=address.channel, sender=address, text=text,
                            provider_id=f"m{self._count}", received_at=now)
                )  # fmt: skip
                tx.inbox.store(heard[-1], held.id)
        return held, heard

    def prepare(self, kind: str, held: Conversation, proposal: dict[str, Any], heard: Inbound | None = None,
                unsure: tuple[str, ...] = (), priority: str = "routine", appointment: str | None = None,
                because: str = "", **quotes: str) -> Task:  # fmt: skip
        """A task as the desk prepares it; `quotes`: field -> the patient's words in `heard`."""
        evidence = []
        for field, quote in quotes.items():
            assert heard is not None
            start = heard.text.index(quote)
            evidence.append({"field": field, "quote": quote, "inbound": heard.id, "span": (start, start + len(quote)),
                             "sure": field not in unsure})  # fmt: skip
        effect = OpenTask(kind=kind, proposal=proposal, evidence=tuple(evidence), priority=priority,
                          run=self.desk.new_id(), appointment=appointment, reason=because)  # fmt: skip
        with self.desk.store.begin() as tx:
            done = carry_out(self.desk, tx, held, (effect,), self.clock())
        self.desk.bus.ring(f"console:{self.desk.clinic.id}", done.tasks[0].id)
        return done.tasks[0]

    def opening(self, on: date = date(2026, 3, 10), provider: str = "okafor", at: time | None = None) -> Any:
        wish = OpeningRequest(
            visit_type="office", provider=provider, dates=(on, on), times=(at, at) if at else None, limit=50
        )
        with self.desk.store.begin(write=False) as tx:
            return self.desk.calendar.openings(tx, wish, self.clock())[0]

    def booking(self, text: str = "Jon Smith here, my knee hurts, March 14 1985", name: str = "Jon Smith",
                dob: str = "1985-03-14", unsure: tuple[str, ...] = (), on: date = date(2026, 3, 10),
                quotes: dict[str, str] | None = None, **talk: Any) -> Task:  # fmt: skip
        """A visit that a patient asked for, its time held."""
        held, heard = self.talk(text, **talk)
        opening = self.opening(on)
        with self.desk.store.begin() as tx:
            row = self.desk.calendar.hold(tx, opening, id=self.desk.new_id(), patient=None, conversation=held.id,
                                          replaces=None, now=self.clock())  # fmt: skip
            carry_out(self.desk, tx, held, (Say(key="booking.ask_name"),), self.clock())
        proposal = {"reason": "knee", "opening": opening_dict(self.desk.clinic, opening), "name": name, "dob": dob}
        return self.prepare("booking", held, proposal, heard[0], unsure, appointment=row.id,
                            **(quotes or {"name": name, "reason": "knee"}))  # fmt: skip

    def task(self, id: str) -> Task:
        with self.desk.store.begin(write=False) as tx:
            found = tx.tasks.get(id)
        assert found is not None
        return found

    def said(self, conversation: str | None) -> list[str]:
        """What the desk or staff have written in that conversation, in order."""
        assert conversation is not None
        with self.desk.store.begin(write=False) as tx:
            return [x.text for x in tx.conversations.thread(conversation) if x.direction == "out"]

    def audited(self, tag: str) -> list[tuple[str, str]]:
        with self.desk.store.begin(write=False) as tx:
            return [(e.actor, e.subject) for e in tx.audit.tail(500) if e.tag == tag]


def csrf_of(client: TestClient) -> str:
    """The token that this browser's forms carry."""
    page = client.get("/console").text
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def decide(client: TestClient, task: Task, deed: str, **fields: Any) -> Any:
    given = {"csrf": csrf_of(client), "version": str(task.version), **fields}
    return client.post(f"/console/tasks/{task.id}/{deed}", data=given)


def jon(world: World) -> Patient:
    with world.desk.store.begin(write=False) as tx:
        return next(p for p in tx.patients.by_dob(world.desk.clinic.id, BORN) if p.name == JON)
