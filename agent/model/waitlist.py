"""The waitlist: who waits for what, times that came free, and the one offer at a time that is made of them."""

from datetime import date, datetime, time
from typing import Literal

from agent.model.value import Value

EntryState = Literal["waiting", "asked", "done", "left"]
OfferState = Literal["open", "accepted", "declined", "silent", "withdrawn"]


class Entry(Value):
    """Somebody on the list. `waiting`: in line, also while an offer is open; `asked`: took a time that staff have yet
    to confirm; `done`: has a visit; `left`: off the list. `joined_at`: when the patient asked for it."""

    id: str
    clinic: str
    conversation: str  # where it was asked for
    task: str
    patient: str | None = None
    language: str
    joined_at: datetime
    visit_type: str
    provider: str | None = None
    location: str | None = None
    dates: tuple[date, date] | None = None  # wanted days, inclusive
    times: tuple[time, time] | None = None  # wanted wall time, half-open
    name: str = ""
    dob: str = ""
    phone: str = ""
    relation: str = ""
    reason: str = ""
    state: EntryState = "waiting"
    why: str = ""  # it was settled
    settled_at: datetime | None = None


class Freed(Value):
    """A stretch of a provider's time that came free, or that staff want to be offered, UTC."""

    id: str
    clinic: str
    provider: str
    since: datetime
    until: datetime
    due_at: datetime


class Offer(Value):
    """One time, held for one person until `expires_at`."""

    id: str
    clinic: str
    entry: str
    conversation: str  # where it was made
    person: str  # blind: the same for the same name and date of birth
    appointment: str  # the hold
    provider: str
    start: datetime
    language: str
    run: str = ""  # of the flow that asks
    made_at: datetime
    expires_at: datetime
    state: OfferState = "open"
    why: str = ""
    settled_at: datetime | None = None
