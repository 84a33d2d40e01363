"""A fresh desk in memory, played turn by turn without threads: for `converse`, `talk` and the transcripts' tests."""

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

from agent.adapters.bus_local import LocalBus
from agent.adapters.calendar.local import FullCalendar, LocalCalendar, OpenCalendar
from agent.adapters.ids import new_ids
from agent.adapters.store import SqlStore, open_store
from agent.demo.seed import seed
from agent.desk import calls
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.desk.send import drain
from agent.desk.turn import work
from agent.dialogue import tongues
from agent.dialogue.options import question
from agent.house import Hearing, open_desk
from agent.model.address import Address, Channel
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.message import Inbound, Kind, Line, Outbound
from agent.model.task import Task
from agent.ports import NewId, Receipt
from agent.settings import Settings, load_settings

CalendarName = Literal["demo", "open", "full"]
_CALENDARS = {"demo": LocalCalendar, "open": OpenCalendar, "full": FullCalendar}
NUMBER = "+12125550123"


@dataclass
class Kept:
    """A channel that keeps what it is given, for reading back."""

    channel: Channel = "sms"
    sent: list[Outbound] = field(default_factory=list)

    def texts_of(self, message: Outbound) -> int:  # noqa: ARG002
        return 1

    def send(self, message: Outbound, sender: str, status_url: str | None) -> Receipt:  # noqa: ARG002
        self.sent.append(message)
        return Receipt((message.id,))

    def find_sent(self, message: Outbound, sender: str, since: datetime) -> str | None:  # noqa: ARG002
        return next((m.id for m in self.sent if m.id == message.id), None)


class Rehearsal:
    """One conversation against a fresh desk. `now` stands still but for a second a turn."""

    def __init__(
        self, clinic: Clinic, content: Content, now: datetime, *, channel: Channel = "sms",
        calendar: CalendarName = "demo", sender: str = NUMBER, base: "Hearing | Desk | None" = None,
        settings: Settings | None = None, diary: Clinic | None = None,
    ) -> None:  # fmt: skip
        """`diary`: by whose hours the visits that are booked already were made, where it is not `clinic` itself."""
        self._now = now.astimezone(UTC)
        self.channel: Channel = channel
        self.call = ""  # the id of one that is up
        self._count = 0
        settings = (settings or load_settings()).model_copy(update={"undo_seconds": 0.0})  # nobody has second thoughts
        new_id = new_ids(self.clock)
        store = open_store("sqlite://", data_key=bytes(32), secret=b"rehearsal" * 4, clock=self.clock, new_id=new_id)
        _furnish(store, diary or clinic, self._now, new_id)
        self.kept = Kept()
        chosen = _CALENDARS[calendar](clinic)
        self.desk = open_desk(
            settings, clinic=clinic, content=content, store=store, calendar=chosen, clock=self.clock, bus=LocalBus(),
            channels={"sms": self.kept, "voice": Kept("voice")}, like=base,
        )  # fmt: skip
        value = sender if channel != "chat" else hashlib.sha256(sender.encode()).hexdigest()[:32]
        self.address = Address(channel=channel, value=value)

    def clock(self) -> datetime:
        return self._now

    def pass_time(self, much: timedelta) -> None:
        self._now += much

    def say(
        self, text: str, payload: str | None = None, media: int = 0, kind: Kind | None = None
    ) -> list[str]:  # fmt: skip
        """One message in; the desk's answers out, in order. An empty text is silence: only a caller's is heard."""
        before = {line.id for line in self.thread()}
        self.pass_time(timedelta(seconds=1))
        if text.strip() or payload or media or self.channel == "voice":
            self._count += 1
            receive(self.desk, self._inbound(text, payload, media, kind))
            while work(self.desk):
                pass
            if self.call and self.channel == "voice":  # as on the line: who cannot be heard is put through
                calls.look(self.desk, self.call, speak=False)
                self._speak()
        return self.answers(before)

    def _speak(self) -> None:
        """The line has said what there was to say; a text that was prepared with it goes out behind it."""
        said = [line.id for line in self.thread() if line.direction == "out"]
        with self.desk.store.begin() as tx:
            rows = [row for id in said if (row := tx.outbox.get(id)) is not None]
            for row in rows:
                if row.channel == "voice" and row.state == "queued":
                    tx.outbox.mark(row.id, "sent", self._now)

    def by_text(self, words: str) -> list[str]:
        """A text from the same number; the texts that answer it."""
        voice, self.channel, self.address = (self.channel, self.address), "sms", self._texts
        try:
            return self.say(words)
        finally:
            self.channel, self.address = voice

    @property
    def _texts(self) -> Address:
        return Address(channel="sms", value=self.address.value)

    def answers(self, before: set[str]) -> list[str]:
        """What the desk or its staff have said since; `before` holds the ids of the lines known then. A text that may
        not go out, after STOP, is none."""
        while drain(self.desk):
            pass
        said = [line for line in self.thread() if line.id not in before and line.direction == "out"]
        return [_shown(line) for line in said if line.state != "blocked"]

    def close(self) -> None:
        """Let go of the database and of the loop that ran the actions."""
        self.desk.store.close()
        own = getattr(getattr(self.desk.actions, "_threads", None), "own", None)
        if own is not None:
            own.loop.close()

    def thread(self) -> list[Line]:
        held = self.conversation()
        if held is None:
            return []
        with self.desk.store.begin(write=False) as tx:
            return tx.conversations.thread(held.id)

    def conversation(self) -> Conversation | None:
        with self.desk.store.begin(write=False) as tx:
            return tx.conversations.by_address(self.desk.clinic.id, self.address)

    def tasks(self) -> list[Task]:
        return self._tasks_at(self.address)

    def tasks_by_text(self) -> list[Task]:
        """Those of the same number's texts, beside a call."""
        return self._tasks_at(self._texts)

    def _tasks_at(self, address: Address) -> list[Task]:
        with self.desk.store.begin(write=False) as tx:
            held = tx.conversations.by_address(self.desk.clinic.id, address)
            return tx.tasks.of(held.id) if held is not None else []

    def key(self, keys: str) -> list[str]:
        """Keys of a telephone, for the question that stands open."""
        from channels.voice import pressed

        held = self.conversation()
        asked = question(held, self.desk.content_for(held)) if held is not None else None
        kind, text, payload = pressed(keys, asked, tongues.keys(held) if held is not None else None)
        return self.say(text, payload, kind=kind)

    def _inbound(self, text: str, payload: str | None, media: int, kind: Kind | None = None) -> Inbound:
        from channels.chat import stops_texts
        from channels.optout import decide
        from channels.voice import stop_said

        spoken = "speech" if self.channel == "voice" else "text"
        facts: dict[str, Any] = {"kind": kind or ("choice" if payload else spoken)}
        if self.channel == "sms" and not payload:
            wish = decide(text)
            facts["kind"] = wish.wish
            if wish.word:
                facts["provider"] = {"maybe_start" if wish.maybe_start else "stop_word": wish.word}
        if spoken == "speech" and (stop := stop_said(text)):
            facts["provider"] = {"stop": stop}
        if self.channel == "chat" and not payload and stops_texts(text):
            facts["provider"] = {"stop": "maybe"}
        return Inbound(
            id=self.desk.new_id(), clinic=self.desk.clinic.id, channel=self.channel, sender=self.address, text=text,
            payload=payload, media=tuple(f"picture-{i}" for i in range(media)),
            provider_id=f"rehearsed-{self._count}", received_at=self._now, **facts,
        )  # fmt: skip


@cache
def _furnished(_clinic: str, _now: datetime) -> list[bytes]:
    """At most one: the bytes of a furnished database, kept for the next rehearsal of that clinic and moment."""
    return []


def _furnish(store: SqlStore, clinic: Clinic, now: datetime, new_id: NewId) -> None:
    """The demo's people and appointments; the second time they are copied, which is forty times as fast."""
    kept = _furnished(clinic.model_dump_json(), now)
    raw = store._engine.raw_connection()
    try:
        inner = raw.driver_connection
        assert isinstance(inner, sqlite3.Connection)
        if kept:
            inner.deserialize(kept[0])
            return
        seed(store, clinic, now, new_id, lambda _: "")
        kept.append(inner.serialize())
    finally:
        raw.close()


def _shown(line: Line) -> str:
    """A line with its buttons, numbered as they may be answered."""
    return "\n".join([line.text, *(f"[{i}] {b.label}" for i, b in enumerate(line.buttons, 1))])


def fields_of(task: Task) -> dict[str, Any]:
    """A task's proposal flattened for people and machines: the prepared time as date and time of the clinic's zone."""
    out: dict[str, Any] = {}
    proposal: Mapping[str, Any] = task.proposal
    opening = proposal.get("opening")
    if isinstance(opening, Mapping):
        local = str(opening["local"])
        out |= {
            "date": local[:10],
            "time": local[11:16],
            "provider": opening["provider"],
            "location": opening["location"],
        }
        if opening.get("visit_type"):
            out["appointment_type"] = opening["visit_type"]
    concerned = proposal.get("appointment")
    if isinstance(concerned, Mapping) and "date" not in out:
        local = str(concerned["local"])
        out |= {"date": local[:10], "time": local[11:16], "provider": concerned["provider"]}
    for name, value in proposal.items():
        if name not in ("opening", "appointment") and name not in out:
            out[name] = value
    return out
