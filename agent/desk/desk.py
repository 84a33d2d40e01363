"""The desk: what every room of the shell works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent.dialogue.gate import SafetyGate
from agent.dialogue.spoken import Voice
from agent.model.address import Channel
from agent.model.audit import AuditEvent
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.jurisdiction import Profile
from agent.model.sighting import Watch, unwatched
from agent.ports import Actions, Bus, Calendar, ChannelOut, Clock, NewId, Store, Tx
from agent.ports.chart import Chart
from agent.ports.dialler import Dialler
from agent.ports.missed import ChannelLog
from agent.ports.notes import NoteVerifier, NoteWriter
from agent.ports.photos import Darkroom
from agent.ports.pictures import Pictures
from agent.ports.recordings import Tapes
from agent.ports.replies import ReplyWriter
from agent.ports.suggestions import WordingWriter
from agent.settings import Settings
from agent.understand.hear import Ears
from agent.understand.model import ModelProposer
from agent.understand.passages import Passages


def unseen(fault: Exception) -> None:
    """What is done with a fault beyond logging its type: nothing, since its words may be a patient's."""


@dataclass
class Desk:
    """One clinic's desk. Safe to use from several threads; all state is in the store. `on_fault` is shown every
    fault that the shell survives, for tests to look at; `watch` is told of the work as it is done."""

    store: Store
    calendar: Calendar
    actions: Actions
    clinic: Clinic
    content: Content
    ears: Ears
    gate: SafetyGate
    bus: Bus
    clock: Clock
    new_id: NewId
    settings: Settings
    channels: Mapping[Channel, ChannelOut] = field(default_factory=dict)
    logs: tuple[ChannelLog, ...] = ()  # where providers list what came in
    on_fault: Callable[[Exception], None] = unseen
    watch: Watch = unwatched
    older: Callable[[str], Content] | None = None  # a content by its revision, while it is kept
    dialler: Dialler | None = None  # rings telephones for staff
    pictures: Pictures | None = None  # fetches what came with a text, for staff to look at
    tapes: Tapes | None = None  # where the telephone line keeps what it has recorded
    darkroom: Darkroom | None = None  # writes photographs of forms anew; a desk without one keeps none
    writer: NoteWriter | None = None  # drafts documents; a desk without one hands nothing in
    verifier: NoteVerifier | None = None
    chart: Chart | None = None  # the clinic's record; a desk without one writes nothing there
    passages: Passages = field(default_factory=lambda: Passages({}))  # finds what approved instructions say
    replier: ReplyWriter | None = None  # drafts replies for staff to read and change
    wording: WordingWriter | None = None  # drafts translations and phrases for admins to read and take
    model: ModelProposer | None = None  # a second opinion on what is unclear; the desk is whole without it

    def content_for(self, conversation: Conversation) -> Content:
        """The content that an open conversation began with, until its flows have ended; then the newest."""
        begun = conversation.content_revision
        if self.older is None or not conversation.frames or begun in ("", self.content.revision):
            return self.content
        return self.older(begun)

    @property
    def law(self) -> Profile:
        """What is asked of the desk where the clinic is."""
        return self.content.law(self.clinic.country, self.clinic.region)

    def voice(self, conversation: Conversation, now: datetime) -> Voice:
        """How this conversation is spoken to."""
        return Voice(self.content_for(conversation), self.clinic, conversation.locale, conversation.channel, now)

    def record(self, tx: Tx, actor: str, tag: str, subject: str, now: datetime, **more: object) -> None:
        """One row of the audit chain."""
        fields = {"id": self.new_id(), "at": now, "actor": actor, "tag": tag, "subject": subject}
        tx.audit.write(AuditEvent.model_validate({**fields, "content_revision": self.content.revision, **more}))
