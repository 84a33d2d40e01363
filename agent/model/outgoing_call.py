"""A call of our own, such as a reminder by telephone: one for each thing to tell, dialled at most once at a time."""

from datetime import datetime
from typing import Literal, get_args

from agent.model.value import Value

About = Literal["reminder", "check_in", "vacancy", "missed", "bulk"]  # see `agent.desk.call_kinds`
ABOUT: tuple[About, ...] = get_args(About)
RingState = Literal["due", "claimed", "ringing", "unknown", "over"]
RingOutcome = Literal[
    "",  # not over, or over before anything was heard
    "told",  # somebody who answers for the patient has heard it
    "machine", "nobody",  # a machine; somebody, or something, that never said that it listens
    "declined", "stopped", "wrong",  # not now; no more such calls; the patient is not to be reached there
    "other",  # somebody else at the patient's number: they are there at other times
    "person", "alarm",  # they wanted one of us at once; something dangerous was said first
    "busy", "no-answer", "failed", "void",
]  # fmt: skip
DIALLED: frozenset[RingState] = frozenset({"claimed", "ringing", "unknown"})  # a telephone may be ringing


class OutgoingCall(Value):
    """`claimed`: handed to the provider, nothing heard of it yet; `ringing`: the provider has it, up to its end;
    `unknown`: it may have been taken or not, and the provider's list is asked. The number is the conversation's."""

    id: str
    about: About
    subject: str  # the id of what is told: of a visit, of an offer, of a bulk send
    rule: str = ""  # which one of several of the same subject: a rule's name, or whose part of a bulk send
    moment: datetime  # of the subject as planned, UTC: a visit that moves is told of anew
    patient: str  # whose call it is
    clinic: str
    conversation: str
    state: RingState = "due"
    outcome: RingOutcome = ""
    tries: int = 0
    due_at: datetime
    claimed_at: datetime | None = None
    seen_at: datetime
    provider_id: str | None = None
