"""One message that staff look at again: whether the desk heard it right."""

from datetime import datetime
from typing import Literal

from agent.model.address import Channel
from agent.model.value import Value

Why = Literal["sample", "reported"]
Verdict = Literal["open", "right", "wrong"]


class SecondLook(Value):
    """`text` has every detail about the person replaced by marks; `heard` is the intent the desk took it for, `meant`
    what a member of staff says it is. `by` is a staff id; `example`: what became of it as a proposed example."""

    id: str
    clinic: str
    inbound: str
    lang: str
    channel: Channel
    text: str
    heard: str
    confidence: float
    why: Why
    at: datetime
    verdict: Verdict = "open"
    meant: str | None = None
    by: str | None = None
    decided_at: datetime | None = None
    example: Literal["", "taken", "declined"] = ""
