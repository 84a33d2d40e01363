"""A desk on loopback with a database that is thrown away, Twilio's stand-in beside it, and a clock that is moved."""

import re
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import uvicorn
from pydantic import SecretStr

from agent.adapters.bus_local import LocalBus
from agent.adapters.ids import new_ids
from agent.adapters.store import open_store
from agent.demo.photo import card
from agent.demo.seed import SignIn, seed, sign_ins
from agent.demo.twilio_standin import TwilioStandIn
from agent.desk.desk import Desk
from agent.desk.photos import fetch_next
from agent.desk.send import drain
from agent.desk.sweep import sweep
from agent.desk.turn import work
from agent.house import open_desk
from agent.model.address import Address
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.fault import Refused
from agent.model.message import Outbound
from agent.model.patient import StaffUser
from agent.model.task import Task
from agent.ports.pictures import Picture
from agent.settings import load_settings
from agent.web.app import create_app
from agent.web.passwords import hash_password
from channels.sms import SmsChannel

NURSE = SignIn(name="Imani Brooks", email="nurse@demo.clinic", role="nurse", password="nurse-demo")  # noqa: S106
PATIENCE = 30.0  # seconds, for a webhook on a busy machine
_TEXT = timedelta(minutes=2)  # that a person needs to read and write


class Shelf:
    """Where the pictures of texts lie; see `agent.ports.pictures.Pictures`."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def fetch(self, url: str) -> Picture:
        if url not in self.kept:
            raise Refused("the picture is no longer there")
        return Picture("image/jpeg", self.kept[url])


class Place:
    """The desk, its patient's handset and its people. Nothing runs by itself: `tick` does what is due."""

    def __init__(self, desk: Desk, base: str, clock: list[datetime], number: str) -> None:
        self.desk, self.base, self.number = desk, base, number
        self._clock, self._shelf, self._seen = clock, Shelf(), set[str]()
        desk.pictures = self._shelf
        self._http = httpx2.Client(base_url=base, timeout=PATIENCE)
        self._hands = ThreadPoolExecutor(1)  # as the desk's own loops: no thread in which somebody's event loop runs

    def close(self) -> None:
        self._http.close()
        self._hands.shutdown()

    # --- time

    def now(self) -> datetime:
        return self._clock[0]

    def pass_time(self, much: timedelta) -> None:
        self._clock[0] += much

    def until(self, moment: datetime) -> None:
        self._clock[0] = max(moment, self._clock[0])

    def tick(self) -> list[Outbound]:
        """Do everything that is due; what the patient has got since the last time."""
        self._hands.submit(self._do_what_is_due).result()
        fresh = [m for m in self._sent() if m.id not in self._seen]
        self._seen |= {m.id for m in fresh}
        return fresh

    def _do_what_is_due(self) -> None:
        sweep(self.desk)
        while work(self.desk) or fetch_next(self.desk) or drain(self.desk):
            pass

    # --- the patient

    def text(self, words: str, photo: bytes | None = None) -> list[Outbound]:
        """A text from the handset, through the stand-in and our webhook; what comes back."""
        media = []
        if photo is not None:
            account, message, picture = (self.desk.settings.twilio_account_sid, *(secrets.token_hex(16) for _ in "ab"))
            media = [f"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM{message}/Media/ME{picture}"]
            self._shelf.kept[media[0]] = photo
        self.pass_time(_TEXT)
        self._http.post(f"/standin/handset/{self.number}/send", json={"body": words, "media": media}).raise_for_status()
        until = time.monotonic() + PATIENCE
        while self._waiting() == 0:
            if time.monotonic() > until:
                raise TimeoutError("the text did not arrive")
            time.sleep(0.02)
        return self.tick()

    def _waiting(self) -> int:
        with self.desk.store.begin(write=False) as tx:
            return tx.inbox.waiting()

    def talk(self) -> Conversation:
        with self.desk.store.begin(write=False) as tx:
            found = tx.conversations.by_address(self.desk.clinic.id, Address(channel="sms", value=self.number))
        assert found is not None
        return found

    def _sent(self) -> list[Outbound]:
        with self.desk.store.begin(write=False) as tx:
            known = tx.conversations.id_at(self.desk.clinic.id, Address(channel="sms", value=self.number))
            lines = tx.conversations.thread(known, limit=1000) if known else []
            rows = [tx.outbox.get(line.id) for line in lines if line.direction == "out"]
        return [row for row in rows if row is not None and row.state in ("sent", "delivered")]

    # --- the clinic

    def tasks(self) -> list[Task]:
        """What is open for staff of this patient's conversation."""
        talk = self.talk()
        with self.desk.store.begin(write=False) as tx:
            return [t for t in tx.tasks.open(self.desk.clinic.id) if t.conversation == talk.id]

    def person(self, role: str) -> StaffUser:
        email = next(u.email for u in people() if u.role == role)
        with self.desk.store.begin(write=False) as tx:
            found = tx.staff.by_email(email)
        assert found is not None
        return found


def people() -> tuple[SignIn, ...]:
    """Who works here: the demo's people, and a nurse."""
    return (*sign_ins(), NURSE)


def links(messages: list[Outbound]) -> list[str]:
    """The paths of forms that these texts name."""
    return [found for m in messages for found in re.findall(r"/form/[\w-]+", m.text)]


@contextmanager
def place(
    clinic: Clinic, content: Content, now: datetime, number: str, like: Desk | None = None
) -> Iterator[Place]:  # fmt: skip
    """Served on a free port of this machine until the block ends."""
    clock = [now]
    tell = lambda: clock[0]  # noqa: E731
    new_id = new_ids(tell)
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{held.getsockname()[1]}"
    account, token = "AC" + secrets.token_hex(16), secrets.token_hex(16)
    update = {
        "redis_url": None, "model": None, "demo": True, "public_url": base, "twilio_account_sid": account,
        "twilio_auth_token": SecretStr(token), "twilio_api_url": f"{base}/standin", "port": held.getsockname()[1],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="frontdesk-journey-") as folder:
        store = open_store(
            f"sqlite:///{Path(folder)}/desk.db", data_key=secrets.token_bytes(32), secret=secrets.token_bytes(32),
            clock=tell, new_id=new_id,
        )  # fmt: skip
        seed(store, clinic, now, new_id, hash_password)
        with store.begin() as tx:
            tx.staff.add(
                StaffUser(
                    id=new_id(),
                    clinic=clinic.id,
                    name=NURSE.name,
                    email=NURSE.email,
                    role=NURSE.role,
                    password_hash=hash_password(NURSE.password),
                )
            )
        desk = open_desk(
            load_settings().model_copy(update=update), clinic=clinic, content=content, store=store, clock=tell,
            bus=LocalBus(), like=like,
        )  # fmt: skip
        desk.new_id = new_id
        standin = TwilioStandIn(
            account, token, clinic.numbers[0], f"{base}/twilio/sms", f"{base}/twilio/sms/status", handsets=(number,),
            pace=0.0, now=tell,
        )  # fmt: skip
        server = uvicorn.Server(
            uvicorn.Config(create_app(desk, loops=False, standin=standin), log_config=None, access_log=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        until = time.monotonic() + PATIENCE
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        at = Place(desk, base, clock, number)
        try:
            yield at
        finally:
            at.close()
            server.should_exit = True
            thread.join(PATIENCE)
            store.close()
            if isinstance(sms := desk.channels.get("sms"), SmsChannel):
                sms.close()
            own = getattr(getattr(desk.actions, "_threads", None), "own", None)
            if own is not None:
                own.loop.close()


__all__ = ["Place", "Shelf", "card", "links", "place"]
