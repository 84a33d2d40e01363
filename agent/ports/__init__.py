"""What the desk needs from outside, as Protocols; the adapters keep the promises, the desk relies on them.

Everything in a `Tx` happens in one transaction: it commits when the `with` block ends, or not at all. All synchronous.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from agent.model.address import Address, Channel
from agent.model.audit import AuditEvent
from agent.model.calendar import Appointment, Opening, OpeningRequest
from agent.model.conversation import Conversation
from agent.model.event import Event
from agent.model.message import Inbound, Line, Outbound
from agent.model.patient import Patient
from agent.model.task import Task
from agent.ports.after_visit import CheckIns, Instructions
from agent.ports.bulk import Bulks
from agent.ports.call_backs import CallBacks
from agent.ports.calls import Calls, DeskRings
from agent.ports.chart import ChartWrites
from agent.ports.chats import ChatSessions
from agent.ports.claimed import Claimed as Claimed
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
from agent.ports.privacy import Privacy, Scrubs
from agent.ports.queues import Queues
from agent.ports.recordings import Recordings
from agent.ports.reminders import Reminders
from agent.ports.replies import Drafts, Enclosures
from agent.ports.sends import Sends
from agent.ports.staff import Invitations, Nudges, Staff, Wrongs
from agent.ports.suggestions import Suggestions, Typings
from agent.ports.visits import VisitLinks
from agent.ports.waitlist import Waitlist

Clock = Callable[[], datetime]  # timezone-aware UTC
NewId = Callable[[], str]  # 26 characters, time-ordered, unique


@dataclass(frozen=True)
class Hook:
    """A webhook as it arrived: nothing parsed. `headers` keys are lower-case; `url` is as the server saw it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    peer: str = ""  # the IP address of the direct peer


class Inbox(Protocol):
    """Inbound messages, each stored once; one claimed message per conversation, in order of arrival."""

    def store(self, inbound: Inbound, conversation: str) -> bool:
        """True when new; False when (channel, provider_id) was already stored (nothing is changed)."""

    def known(self, channel: Channel, provider_id: str) -> str | None:
        """The stored inbound's id, or None."""

    def claim(self, now: datetime, lease_seconds: float, conversation: str | None = None) -> Claimed | None:
        """The oldest waiting message of a conversation in which none is claimed under a live lease; or None."""

    def claim_several(self, now: datetime, lease_seconds: float, most: int) -> list[Claimed]:
        """As `claim`, of as many conversations, the oldest first, each as it then is. A message that does not open is
        left out: it is found by `claim` when its lease has run out."""

    def finish(self, inbound_id: str, fence: int) -> None:
        """Mark done; raises Conflict when the fence is no longer ours."""

    def finish_all(self, claimed: Sequence[Claimed]) -> None:
        """As `finish` of each; raises Conflict when one fence is no longer ours."""

    def give_back(self, inbound_id: str, fence: int, why: str, *, counted: bool = True) -> None:
        """Unclaim after a failure; it will be claimed again. Not `counted`: the try was not the message's fault."""

    def begin(self, claimed: Claimed, until: datetime) -> bool:
        """Before a turn that waited behind others: the lease anew. False when another has claimed it meanwhile: then
        this claim was no try of the message."""

    def park(self, inbound_id: str, fence: int, why: str) -> None:
        """Give up on it (a task tells staff); it is kept."""

    def spoil(self, inbound_id: str) -> str | None:
        """Park an open message that cannot be read; its conversation, or None when it is not open."""

    def get(self, inbound_id: str) -> Inbound | None: ...

    def newest(self, most: int, before: int | None = None) -> list[tuple[int, Inbound]]: ...  # done ones, with seq

    def waiting(self) -> int: ...


class Outbox(Protocol):
    """Outbound messages; nothing is sent but from a committed row."""

    def add(self, message: Outbound) -> None: ...

    def claim(self, now: datetime, lease_seconds: float, limit: int = 10) -> list[Outbound]:
        """Due queued rows (oldest first, one per conversation, none while an earlier one of it is claimed, none that a
        halt holds back), now `claimed` with attempts+1. One whose lease ran out is `unknown`, never queued again."""

    def mark(
        self, id: str, state: str, now: datetime, *,
        provider_id: str | None = None, failure: str | None = None, due_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """`due_at` with state queued means try again then."""

    def delivered(self, provider_id: str, status: str, error: str | None, now: datetime) -> Outbound | None:
        """A status callback: rank accepted<queued<sending<sent<delivered<read (undelivered/failed final, never
        after delivered) only rises. Returns the row when the status changed it, else None."""

    def spoil(self, id: str) -> str | None:
        """Fail a message on its way that cannot be read; its conversation, or None when it is not on its way."""

    def get(self, id: str) -> Outbound | None: ...

    def by_provider(self, provider_id: str) -> Outbound | None: ...

    def void(self, conversation: str | None, row: str, why: str) -> int:
        """Void queued messages that carry a claim on this row; returns how many."""

    def unsettled(self) -> list[Outbound]:
        """Rows in state unknown."""

    def waiting(self) -> int: ...


class Conversations(Protocol):
    def get(self, id: str, *, lock: bool = False) -> Conversation | None: ...

    def relock(self, held: Sequence[Conversation]) -> list[Conversation]:
        """Locked, as they now are: each `held` itself while nobody has changed it. Raises Conflict when one is gone.
        With several, nobody is waited for long from here on: Busy comes before two could wait for each other."""

    def by_address(self, clinic: str, address: Address) -> Conversation | None:
        """The newest conversation with this address that is not closed."""

    def id_at(self, clinic: str, address: Address) -> str | None: ...

    def add(self, conversation: Conversation, now: datetime) -> None: ...

    def save(self, conversation: Conversation, now: datetime) -> Conversation:
        """Write where version matches; returns it with version+1; Conflict otherwise, at the commit at latest."""

    def append(self, conversation: str, events: Iterable[Event], inbound: str | None, now: datetime) -> None: ...

    def events(self, conversation: str) -> list[Event]: ...

    def thread(self, conversation: str, after: str = "", limit: int = 200) -> list[Line]:
        """In and out lines in order of id, after the given line id."""

    def note(self, conversation: str, line: Line) -> None:
        """A staff-only note in the thread."""

    def recent(self, clinic: str, limit: int = 100) -> list[tuple[Conversation, datetime]]:
        """Newest activity first."""

    def with_staff(self, clinic: str) -> list[Conversation]:
        """Those that a person has."""

    def last_heard(self, conversation: str) -> tuple[str, datetime] | None:
        """(id, when it was received) of the patient's newest line."""

    def answered_since(self, conversation: str, line: str, joined: datetime) -> bool:
        """Has a person written to the patient after that line? That they have joined counts when it is later than
        `joined`."""


class Tasks(Protocol):
    def add(self, task: Task) -> Task:
        """Stores it with the next number of the clinic; where `key` exists already for this conversation,
        returns the first one unchanged."""

    def get(self, id: str, *, lock: bool = False) -> Task | None: ...

    def save(self, task: Task) -> Task:
        """Compare-and-swap on version; raises Conflict."""

    def open(self, clinic: str) -> list[Task]:
        """Urgent first, then by due time."""

    def done(self, clinic: str, limit: int = 50) -> list[Task]: ...

    def of(self, conversation: str) -> list[Task]: ...

    def by_number(self, clinic: str, number: int) -> Task | None: ...


class Appointments(Protocol):
    """Rows of the clinic's own calendar. Times taken are 5-minute atoms, UNIQUE per provider and lane."""

    def busy(
        self, clinic: str, providers: Sequence[str], since: datetime, until: datetime, now: datetime
    ) -> dict[str, list[tuple[datetime, datetime]]]:
        """Per provider, sorted UTC [from, until) that pending (unexpired) and booked appointments take, with
        buffers."""

    def add(self, appointment: Appointment, now: datetime) -> Appointment:
        """Insert with its atoms in `lane`; raises Conflict when any atom is taken. Expired holds in the way are
        released first."""

    def get(self, id: str, *, lock: bool = False) -> Appointment | None: ...

    def change(self, appointment: Appointment, now: datetime) -> Appointment:
        """Compare-and-swap on version. pending→booked keeps the atoms (re-taking them if the hold had expired and
        was swept; Conflict when somebody has them); →cancelled frees them; other times move them."""

    def of_patient(self, patient: str, since: datetime) -> list[Appointment]:
        """Booked ones from `since` on, by start."""

    def all_of(self, patient: str, limit: int = 50) -> list[Appointment]:
        """Whatever became of them, the latest first."""

    def day(self, clinic: str, since: datetime, until: datetime, provider: str | None = None) -> list[Appointment]: ...

    def replacing(self, id: str) -> list[Appointment]:
        """Those that took, or were to take, the place of this one, whatever became of them."""

    def lapsed(self, now: datetime) -> list[Appointment]:
        """Holds that have run out and are not swept, also those that another booking has pushed aside."""

    def sweep(self, now: datetime, only: str | None = None) -> list[Appointment]:
        """Cancel expired holds (or `only` this one) and free their atoms; each is returned once."""


class Patients(Protocol):
    def add(self, patient: Patient) -> None: ...

    def get(self, id: str) -> Patient | None: ...
    def by_phone(self, clinic: str, phone: str) -> list[Patient]: ...
    def expect(self, clinic: str, phones: Iterable[str]) -> None: ...  # as `OptOuts.expect`

    def by_dob(self, clinic: str, dob: str) -> list[Patient]:
        """dob ISO; through a blind index."""

    def search(self, clinic: str, text: str, limit: int = 10) -> list[Patient]: ...
    def is_written(self, patient: Patient, text: str) -> bool: ...  # or was found by its sound alone
    def read_by_search(self, clinic: str) -> int | None: ...  # so many, the newest; None: every patient


class Audit(Protocol):
    def write(self, event: AuditEvent) -> None: ...
    def expect(self) -> None: ...  # its rows come soon: a store may make ready for them with what is asked next

    def verify(self) -> tuple[int, str | None]:
        """(rows checked, None) or (rows before the first broken one, what is wrong with which row)."""

    def tail(self, limit: int = 100, subject: str | None = None) -> list[AuditEvent]: ...


class OptOuts(Protocol):
    def stop(self, address: Address, now: datetime, how: str) -> bool:
        """True when it was not stopped before. An end of texts takes back what its number agreed to of calls."""

    def start(self, address: Address, now: datetime) -> bool:
        """True when it was stopped at `now` or before; a later STOP is stronger."""

    def stopped(self, address: Address) -> bool: ...
    def expect(self, addresses: Iterable[Address]) -> None:
        """They will probably be asked about in this transaction: a store may read them with what is read next."""


class Codes(Protocol):
    """One-time codes and lockouts, both by blind subject keys."""

    def issue(self, subject: str, code_hash: str, patient: str | None, expires_at: datetime) -> None:
        """Replaces the subject's former code."""

    def check(self, subject: str, code_hash: str, now: datetime) -> tuple[bool, str | None]:
        """(matched, patient). A match consumes the code; compares in constant time; an expired one never matches."""

    def failed(self, subject: str, now: datetime) -> None: ...

    def failures(self, subject: str, since: datetime) -> int: ...

    def clear(self, subject: str) -> None: ...


class Tx(Protocol):
    """One transaction over everything the desk keeps."""

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


class Store(Scrubs, Protocol):
    def begin(self, *, write: bool = True, durable: bool = True) -> AbstractContextManager[Tx]:
        """Commits when the block ends, rolls back on any exception; Busy where the database is locked or away. What is
        not `durable` may be forgotten when the machine itself loses its power, never when a process dies: a claim."""

    def close(self) -> None: ...


class Calendar(Protocol):
    """The clinic's calendar. The first adapter keeps it in our own store; others speak FHIR."""

    def openings(self, tx: Tx, request: OpeningRequest, now: datetime) -> list[Opening]:
        """Free times spread over days and providers, soonest first, at most request.limit."""

    def hold(
        self, tx: Tx, opening: Opening, *, id: str, patient: str | None, conversation: str | None,
        replaces: str | None, now: datetime,
    ) -> Appointment:  # fmt: skip
        """A pending appointment with an expiry; raises Conflict when the time has been taken or is not open."""

    def overbook(
        self, tx: Tx, opening: Opening, *, id: str, patient: str | None, conversation: str | None,
        replaces: str | None, now: datetime,
    ) -> Appointment:  # fmt: skip
        """Like `hold`, beside what is there, where the clinic's policy lets staff do so; else Conflict."""

    def book(self, tx: Tx, appointment: str, version: int, now: datetime) -> Appointment:
        """pending → booked (and cancels the one it replaces); raises Conflict when expired and taken, or changed."""

    def release(self, tx: Tx, appointment: str, now: datetime) -> None:
        """Frees a hold; no error when it is already gone."""

    def cancel(self, tx: Tx, appointment: str, now: datetime) -> Appointment: ...

    def conflicts(self, tx: Tx, appointment: str, now: datetime) -> list[Appointment]:
        """Other visits of its provider that stand in its way, by start; another chair's do not."""


class Bus(Protocol):
    """The bell: wakes workers and live pages. Losing a ring loses no work."""

    def ring(self, topic: str, what: str = "") -> None:
        """Topics: "inbox", "outbox", "console:<clinic>", "thread:<conversation>", "typing:<conversation>". `what` is an
        id, never text; of typing it is who writes: "patient", "staff", or "" when they have stopped."""

    def listen(self, topic: str, hear: Callable[[str], None]) -> Callable[[], None]:
        """Calls `hear(what)` from any thread; returns the way to stop."""

    def well(self) -> bool:
        """False while rings do not reach other processes."""


@dataclass(frozen=True)
class Receipt:
    """The provider accepted a message."""

    provider_ids: tuple[str, ...]
    status: str = "sent"


class ChannelOut(Protocol):
    """The sending half of a channel."""

    channel: Channel

    def texts_of(self, message: Outbound) -> int:
        """How many texts it takes; 0 when there is nothing to send."""

    def send(self, message: Outbound, sender: str, status_url: str | None) -> Receipt:
        """One network call. Raises a SendFault of agent.model.fault named for what to do next."""

    def find_sent(self, message: Outbound, sender: str, since: datetime) -> str | None:
        """The provider's id of this message if it was accepted after all; None when certainly not."""


class Actions(Protocol):
    """rasa-sdk actions run in-process."""

    def run(
        self, name: str, tx: Tx, conversation: Conversation, slots: dict[str, Any], now: datetime
    ) -> "ActionAnswer":
        """Failures inside come back as `failed`, never as the action's own exception (Conflict and Busy do rise)."""


@dataclass(frozen=True)
class ActionAnswer:
    slots: dict[str, Any]  # slot events accepted back
    followup: str | None = None  # a step id of the flow, when the action sends it elsewhere
    failed: Exception | None = None  # what the action raised
    patient: str | None = None  # identity found by the action
    identity: str | None = None
    outbound: tuple[Outbound, ...] = ()  # e.g. a one-time code to the number on file
