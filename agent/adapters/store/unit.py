"""One unit of work: a transaction over every room, committed whole or not at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from agent.adapters.store.appointments import AppointmentsRoom
from agent.adapters.store.audit import AuditRoom
from agent.adapters.store.bulk import BulkRoom
from agent.adapters.store.call_backs import CallBacksRoom
from agent.adapters.store.calls import CallsRoom
from agent.adapters.store.charts import ChartsRoom
from agent.adapters.store.chats import ChatSessionsRoom
from agent.adapters.store.check_ins import CheckInsRoom
from agent.adapters.store.codes import CodesRoom
from agent.adapters.store.consents import ConsentsRoom
from agent.adapters.store.contents import ContentsRoom
from agent.adapters.store.conversations import ConversationsRoom
from agent.adapters.store.desk_rings import DeskRingsRoom
from agent.adapters.store.documents import DocumentsRoom
from agent.adapters.store.engine import BUSY_SECONDS, busy, start
from agent.adapters.store.flow import Flow
from agent.adapters.store.forms import FormsRoom
from agent.adapters.store.inbox import InboxRoom
from agent.adapters.store.instructions import InstructionsRoom
from agent.adapters.store.keyring import Keys, Ring
from agent.adapters.store.keys import KeysRoom
from agent.adapters.store.looks import LooksRoom
from agent.adapters.store.optouts import OptOutsRoom
from agent.adapters.store.outbox import OutboxRoom
from agent.adapters.store.outgoing_calls import OutgoingCallsRoom
from agent.adapters.store.patients import PatientsRoom
from agent.adapters.store.photos import PhotosRoom
from agent.adapters.store.plants import PlantsRoom
from agent.adapters.store.privacy import PrivacyRoom
from agent.adapters.store.queues import QueuesRoom
from agent.adapters.store.readings import ReadingsRoom
from agent.adapters.store.recordings import RecordingsRoom
from agent.adapters.store.reminders import RemindersRoom
from agent.adapters.store.replies import DraftsRoom, EnclosuresRoom
from agent.adapters.store.sends import SendsRoom
from agent.adapters.store.staff import StaffRoom
from agent.adapters.store.staff_more import InvitationsRoom, NudgesRoom, WrongsRoom
from agent.adapters.store.suggestions import SuggestionsRoom, TypingsRoom
from agent.adapters.store.tasks import TasksRoom
from agent.adapters.store.visit_links import VisitLinksRoom
from agent.adapters.store.waitlist import WaitlistRoom
from agent.adapters.store.work import Work
from agent.adapters.vault import Vault
from agent.model.fault import Busy, Conflict
from agent.ports import (
    Appointments,
    Audit,
    Clock,
    Codes,
    Conversations,
    Inbox,
    NewId,
    OptOuts,
    Outbox,
    Patients,
    Tasks,
)
from agent.ports.after_visit import CheckIns, Instructions
from agent.ports.bulk import Bulks
from agent.ports.call_backs import CallBacks
from agent.ports.calls import Calls, DeskRings
from agent.ports.chart import ChartWrites
from agent.ports.chats import ChatSessions
from agent.ports.consents import Consents
from agent.ports.content import Contents
from agent.ports.forms import Forms
from agent.ports.keys import IdempotencyKeys
from agent.ports.looks import SecondLooks
from agent.ports.missed import Readings
from agent.ports.notes import Documents
from agent.ports.outgoing_calls import OutgoingCalls
from agent.ports.photos import Photos
from agent.ports.plants import Plants
from agent.ports.privacy import Privacy
from agent.ports.queues import Queues
from agent.ports.recordings import Recordings
from agent.ports.reminders import Reminders
from agent.ports.replies import Drafts, Enclosures
from agent.ports.sends import Sends
from agent.ports.staff import Invitations, Nudges, Staff, Wrongs
from agent.ports.suggestions import Suggestions, Typings
from agent.ports.visits import VisitLinks
from agent.ports.waitlist import Waitlist


@dataclass(frozen=True)
class Means:
    """What the store was opened with."""

    ring: Ring
    audit_key: bytes
    clock: Clock
    new_id: NewId


@dataclass(frozen=True)
class Owner:
    """The keys that a back-up must fit, with a clock and ids for what a restore itself writes."""

    vault: Vault
    audit_key: bytes
    clock: Clock
    new_id: NewId


class Rooms:
    """See `agent.ports.Tx`."""

    inbox: Inbox
    outbox: Outbox
    conversations: Conversations
    tasks: Tasks
    appointments: Appointments
    patients: Patients
    audit: Audit
    optouts: OptOuts
    codes: Codes
    staff: Staff
    chats: ChatSessions
    keys: IdempotencyKeys
    looks: SecondLooks
    privacy: Privacy
    readings: Readings
    reminders: Reminders
    sends: Sends
    queues: Queues
    documents: Documents
    calls: Calls
    call_backs: CallBacks
    consents: Consents
    content: Contents
    invitations: Invitations
    nudges: Nudges
    wrongs: Wrongs
    waitlist: Waitlist
    forms: Forms
    instructions: Instructions
    check_ins: CheckIns
    enclosures: Enclosures
    drafts: Drafts
    outgoing_calls: OutgoingCalls
    bulk: Bulks
    photos: Photos
    desk_rings: DeskRings
    recordings: Recordings
    charts: ChartWrites
    plants: Plants
    visit_links: VisitLinks
    suggestions: Suggestions
    typings: Typings

    def __init__(self, work: Work, audit: AuditRoom) -> None:
        self.connection, self.audit, self._work = work.connection, audit, work

    def __getattr__(self, name: str) -> Any:
        """A room is furnished when it is entered first: a transaction enters a few of them."""
        if name not in _FURNISHED:
            raise AttributeError(name)
        room = _FURNISHED[name](self._work)
        setattr(self, name, room)
        return room


_FURNISHED: dict[str, Callable[[Work], Any]] = {
    "inbox": InboxRoom, "outbox": OutboxRoom, "conversations": ConversationsRoom, "tasks": TasksRoom,
    "appointments": AppointmentsRoom, "patients": PatientsRoom, "optouts": OptOutsRoom, "codes": CodesRoom,
    "staff": StaffRoom, "chats": ChatSessionsRoom, "keys": KeysRoom, "looks": LooksRoom, "privacy": PrivacyRoom,
    "readings": ReadingsRoom, "reminders": lambda work: RemindersRoom(work, AppointmentsRoom(work)),
    "sends": SendsRoom, "queues": QueuesRoom, "content": ContentsRoom, "documents": DocumentsRoom, "calls": CallsRoom,
    "call_backs": CallBacksRoom, "consents": ConsentsRoom, "invitations": InvitationsRoom, "nudges": NudgesRoom,
    "waitlist": WaitlistRoom,
    "wrongs": WrongsRoom, "forms": FormsRoom, "instructions": InstructionsRoom,
    "check_ins": lambda work: CheckInsRoom(work, AppointmentsRoom(work)), "outgoing_calls": OutgoingCallsRoom,
    "enclosures": EnclosuresRoom, "drafts": DraftsRoom,
    "bulk": lambda work: BulkRoom(work, AppointmentsRoom(work)),
    "photos": PhotosRoom, "charts": ChartsRoom, "desk_rings": DeskRingsRoom, "recordings": RecordingsRoom,
    "plants": PlantsRoom,
    "visit_links": VisitLinksRoom,
    "suggestions": SuggestionsRoom, "typings": TypingsRoom,
}  # fmt: skip


class Unit(AbstractContextManager["Rooms"]):
    """`with Unit(...) as tx`. Raises Busy when the database is locked or away, Conflict where a rule of the database
    was broken because somebody else was first; nothing is written then. `lock` is held for the whole block: one
    writer of this process at a time, so that SQLite's own back-off is never met."""

    def __init__(
        self, engine: Engine, means: Means, write: bool, lock: "Lock | None", durable: bool = True
    ) -> None:  # fmt: skip
        self._engine, self._means, self._write, self._lock, self._durable = engine, means, write, lock, durable
        self._connection: Connection | None = None

    def __enter__(self) -> Rooms:
        if self._lock and not self._lock.acquire(timeout=BUSY_SECONDS):
            raise Busy("the store is busy: another transaction of this process does not end")
        try:
            connection = self._connection = self._engine.connect()
            postgres = connection.dialect.name == "postgresql"
            begun = not (postgres and self._write)
            start(connection, write=self._write, durable=self._durable, begun=begun)
        except BaseException as fault:
            self._leave()
            _raise_named(fault)
            raise
        means = self._means
        self._flow = Flow(connection, begun)
        self._keys = Keys(self._flow.at_once, means.ring, means.clock)
        work = Work(self._flow, means.ring, self._keys, means.clock, means.new_id, postgres, self._write)
        self._audit = AuditRoom(work, means.audit_key)
        return Rooms(work, self._audit)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._connection
        assert connection is not None  # __enter__ has run
        try:
            if fault is None:
                self._audit.flush()
                self._flow.commit()
                self._keys.committed()
        except BaseException as failed:
            _raise_named(failed)
            raise
        finally:
            self._leave()
        if fault is not None:
            _raise_named(fault)

    def _leave(self) -> None:
        """Gives the connection back, rolling back what is not committed, and lets the next one in."""
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        finally:
            if self._lock:
                self._lock.release()


def _raise_named(fault: BaseException) -> None:
    if isinstance(fault, IntegrityError):
        raise Conflict("somebody else was first, or the row exists already") from fault
    if (away := busy(fault)) is not None:
        raise away from fault
