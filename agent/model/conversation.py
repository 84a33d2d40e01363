"""A conversation's snapshot: who, in which language, where each open flow stands."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from agent.model.address import Address, Channel
from agent.model.value import Value

Source = Literal["patient", "payload", "classifier", "model", "action", "staff"]
Identity = Literal["unknown", "claimed", "verified"]
Mode = Literal["agent", "waiting_staff", "staff", "closed"]
Pace = Literal["usual", "slow"]


class SlotValue(Value):
    """What a slot holds, and from which words it came.

    `value` is JSON: a string, number, bool, list or object as the slot's type says. Offsets into the quoted
    inbound's text are `span`.
    """

    value: Any
    source: Source
    quote: str = ""
    span: tuple[int, int] | None = None
    inbound: str | None = None
    confidence: float = 1.0
    confirmed: bool = False


class Frame(Value):
    """One run of a flow. Slots belong to the run, so that the next booking inherits nothing."""

    run: str
    flow: str
    step: str
    asked: str | None = None  # the slot the desk has just asked for
    tries: int = 0  # how often that question was not understood
    keys: tuple[dict[str, Any], ...] = ()  # what single keys answer it, where it has no options of its own
    slots: dict[str, SlotValue] = Field(default_factory=dict)


class Conversation(Value):
    """The snapshot that a turn starts from; `version` rises by one at every commit."""

    id: str
    clinic: str
    channel: Channel
    address: Address
    patient: str | None = None
    identity: Identity = "unknown"
    locale: str = "en"
    locale_asked: bool = False  # the person asked for this language: do not drift away from it
    mode: Mode = "agent"
    assignee: str | None = None
    frames: tuple[Frame, ...] = ()  # the last one is on top
    facts: dict[str, SlotValue] = Field(
        default_factory=dict
    )  # name, dob, phone … said once, kept for this conversation
    last_keys: tuple[dict[str, Any], ...] = ()  # what was said last, as message keys and values, for "repeat"
    pace: Pace = "usual"  # of speech, for this call
    greeted: bool = False
    misunderstood: int = 0
    turns: int = 0
    alarmed: str = ""  # the class of an alarm raised before: what is not understood is then met gently
    content_revision: str = ""
    opened_at: datetime | None = None
    version: int = 0
