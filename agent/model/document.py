"""A document on its way from a visit to the record: its sources, its draft, what was decided, and who signed."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from agent.model.note import Draft, Flag, Message, NoteCheck, NoteKind, Record, Utterance
from agent.model.value import Value

State = Literal["waiting", "drafted", "signed", "rejected", "failed"]
Act = Literal["accept", "edit", "reject", "add"]
Reason = Literal["wrong", "not_said", "wrong_patient", "irrelevant", "style"]
Why = Literal["wrong_facts", "wrong_patient", "missing", "not_usable"]


class Decision(Value):
    """What the reviewer did with one sentence. `sentence`: its number in the draft, or of an omission for `add`."""

    act: Act
    sentence: int
    text: str = ""  # after an edit, or what was added
    reason: Reason | None = None
    flags: tuple[Flag, ...] = ()  # what the check says of the words after an edit
    at: datetime


class Problem(Value):
    """An error somebody reported in a draft or a signed document: it has an owner and an end."""

    why: Why
    words: str = ""
    by: str
    at: datetime
    corrected_by: str = ""
    corrected_at: datetime | None = None


class Document(Value):
    """One document. Everything but ids and times is the patient's and is sealed with their key."""

    id: str
    clinic: str
    patient: str
    key: str  # what was handed in, so that the same visit is drafted once
    kind: NoteKind
    state: State = "waiting"
    owner: str = ""  # the member of staff who reviews it
    title: str = ""
    patient_name: str = ""
    born: date | None = None
    language: str = "en"
    consent: bool = False  # to a recording; without it there is no transcript here
    dialogue: tuple[Utterance, ...] = ()
    record: Record | None = None
    intake: dict[str, Any] | None = None
    thread: tuple[Message, ...] = ()  # with the front desk
    draft: Draft | None = None
    check: NoteCheck | None = None
    decisions: tuple[Decision, ...] = ()
    opened_at: datetime | None = None
    created_at: datetime
    drafted_at: datetime | None = None
    signed_by: str = ""
    signed_name: str = ""
    signed_at: datetime | None = None
    signed_hash: str = ""  # sha256 of the text that was attested
    final: str = ""
    seconds_to_sign: int | None = None
    edit_distance: int | None = None
    problems: tuple[Problem, ...] = ()
    amends: str = ""  # the signed document that this one corrects
    written: tuple[str, ...] = ()  # where it was written to, with the version that was written
    sex: str = ""
    spoken: str = ""  # the patient's own language, where the clinic knows it
    release: str = ""  # of this software, when it drafted
    attempts: int = 0
    lease_until: datetime | None = None
    version: int = Field(0, ge=0)
