"""A bulk send: one approved message to many people, prepared by one person and released in stages by a person."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from agent.model.clinic import Texts
from agent.model.value import Value

BulkKind = Literal["recall", "away", "closing"]
BulkState = Literal["prepared", "sending", "stopped", "done", "dropped"]
PersonState = Literal["due", "queued", "calling", "called", "skipped", "left_out"]
Way = Literal["text", "call"]
Answer = Literal["", "yes", "later", "other_time", "person"]

STAGES = 3  # 1 %, 10 %, everybody
LINE = 80  # characters of a clinic's own sentence
A_DAY = 3  # bulk texts and dialled calls to one number in a day of the clinic, as a rule of the database


class Choice(Value):
    """Whom a send is for. A recall: whose last visit of a kind is so many months ago, and who has none to come. The
    others: who has a visit that day, with that provider or at that place where one is named."""

    visit_type: str | None = None
    months: int | None = None
    day: date | None = None
    provider: str | None = None
    location: str | None = None


class Bulk(Value):
    """`lines`: language -> a sentence of the clinic's own beside the approved message. `wording`: the mark of the words
    as they were approved. `reasons`: why a second person has to agree, in the desk's own words; empty: nobody has to.
    `stage`: how many stages a person has released. `rule`: the standing rule that prepared it."""

    id: str
    clinic: str
    kind: BulkKind
    choice: Choice
    lines: Texts = Field(default_factory=dict)
    wording: str = ""
    reasons: tuple[str, ...] = ()
    state: BulkState = "prepared"
    stage: int = 0
    made_by: str  # "staff:<id>", or "agent" for a standing rule
    made_at: datetime
    agreed_by: str | None = None
    agreed_at: datetime | None = None
    stopped_by: str | None = None
    stopped_at: datetime | None = None
    why: str = ""
    rule: str | None = None


class Person(Value):
    """Somebody of a send. `about` is the visit that it concerns, or "recall". `stage` 0: left out, `why` says so.
    `way`: how they are told next; `call`: the row of their call, once there is one; `rang`: what that came to."""

    bulk: str
    patient: str
    about: str
    clinic: str
    number: str = ""  # a blind index of the number
    language: str
    way: Way = "text"
    stage: int = 0
    state: PersonState = "due"
    due_at: datetime | None = None
    why: str = ""
    outbound: str | None = None
    call: str | None = None
    rang: str = ""
    answer: Answer = ""
    settled_at: datetime | None = None


class Tally(Value):
    """How many people of a stage are where: `how` is a person's state, or what became of their text."""

    stage: int
    language: str
    way: Way
    rang: str
    how: str
    why: str
    answer: str
    count: int


class Told(Value):
    """Somebody who was to be called, and `how` it stands with them: a person's state, or what became of their text."""

    person: Person
    how: str
