"""What comes in and what goes out, on any channel."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from agent.model.address import Address, Channel
from agent.model.value import Value

Kind = Literal["text", "choice", "speech", "digits", "joined", "left", "stop", "start", "help"]
Author = str  # "agent" or "staff:<user id>"
OutState = Literal["queued", "claimed", "sent", "delivered", "failed", "unknown", "void", "blocked"]


class Inbound(Value):
    """One message from a person, as the channel adapter decoded it.

    `provider_id` is unique per channel (MessageSid; session + client id in chat): a repeat is the same message.
    `payload` is what a quick-reply button carries; `provider_said_stop` is Twilio's OptOutType (it answered itself).
    """

    id: str
    clinic: str
    channel: Channel
    sender: Address
    recipient: str = ""
    kind: Kind = "text"
    text: str = ""
    payload: str | None = None
    media: tuple[str, ...] = ()
    confidence: float | None = None
    provider_id: str
    provider: dict[str, str] = Field(default_factory=dict)
    provider_said_stop: bool = False
    received_at: datetime


class Button(Value):
    """A quick reply: what the person sees, and what comes back as `Inbound.payload`."""

    label: str
    payload: str


class Claim(Value):
    """A fact that a message asserts, checked again just before it is sent.

    `booked` / `cancelled` / `held`: the appointment row with that id has that state; `told`: the task row exists;
    `took_place`: the visit was neither cancelled nor missed; `missed`: staff have marked it so; `released`: the bulk
    send with that id goes on, nobody has stopped it; `awaits`: no person has done or offered what the task asks.
    """

    fact: Literal["booked", "cancelled", "held", "prepared", "told", "took_place", "missed", "released", "awaits"]
    row: str


class Outbound(Value):
    """One message to a person, as it stands in the outbox."""

    id: str
    conversation: str
    channel: Channel
    to: Address
    text: str
    buttons: tuple[Button, ...] = ()
    locale: str
    keys: tuple[str, ...] = ()
    author: Author = "agent"
    in_reply_to: str | None = None
    urgent: bool = False
    claims: tuple[Claim, ...] = ()
    created_at: datetime
    due_at: datetime
    expires_at: datetime | None = None
    state: OutState = "queued"
    attempts: int = 0
    claimed_at: datetime | None = None  # when the last try began
    provider_ids: tuple[str, ...] = ()
    delivery: str | None = None  # the provider's own last word, e.g. "delivered"
    failure: str | None = None
    extra: dict[str, Any] = Field(default_factory=dict)

    def held(self, now: datetime) -> bool:
        """Kept back for a moment, in which the person who decided may think again."""
        return self.state == "queued" and not self.attempts and self.created_at < self.due_at and now < self.due_at


class Line(Value):
    """One line of a conversation's thread as people see it, in or out."""

    id: str
    direction: Literal["in", "out"]
    author: str  # "patient", "agent", "staff:<id>", "note:<staff id>"
    text: str
    locale: str | None = None
    at: datetime
    state: str = ""
    buttons: tuple[Button, ...] = ()
    client_id: str | None = None
    urgent: bool = False
    pictures: int = 0
