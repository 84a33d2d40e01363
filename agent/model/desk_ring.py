"""One of the staff's telephones, rung for a caller who waits for a person."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

DeskRingState = Literal[
    "due", "claimed", "ringing",  # still to be rung, being dialled, rung or listening to what it is about
    "taken",  # whoever is there has the call
    "declined", "busy", "no-answer", "failed", "canceled", "ended",  # over
]  # fmt: skip
UNDER_WAY: frozenset[DeskRingState] = frozenset({"claimed", "ringing"})
OPEN_RINGS: frozenset[DeskRingState] = UNDER_WAY | {"due"}


class DeskRing(Value):
    """`round`: the how manieth time in this call that a person is wanted; `place`: which of the clinic's telephones.
    `declined`: it was answered, and nobody took the call, as a voicemail box does not; `failed`: it never rang;
    `ended`: it was taken, and is put down."""

    id: str
    clinic: str
    call: str
    conversation: str
    round: int = 1
    place: int = 0
    state: DeskRingState = "due"
    provider_id: str | None = None
    seen_at: datetime
