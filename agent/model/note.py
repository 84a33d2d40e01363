"""Notes of a visit: what was said in the room, a draft with its sources, and what a check found in a note."""

from typing import Any, Literal

from pydantic import Field

from agent.model.value import Value

NoteKind = Literal[
    "visit_note", "after_visit_summary", "referral_letter", "prior_authorization", "discharge_summary", "reply"
]


class Utterance(Value):
    """One turn of the visit's transcript; `speaker` as the transcript names it."""

    speaker: str
    text: str


class Message(Value):
    """One message between the patient and the front desk; `sent`: its day, as ISO 8601."""

    id: str
    by: Literal["patient", "clinic"] = "patient"
    text: str
    sent: str = ""


class Source(Value):
    """Where a sentence comes from: characters `start` to `end` of utterance number `turn`, or of a record resource or
    intake item named by `resource` (`MedicationRequest/1`, a linkId); then `turn` is -1."""

    turn: int = -1
    start: int = 0
    end: int = 0
    resource: str = ""


class Sentence(Value):
    """A sentence of a draft; `confidence` 0..1, low where the reviewer is asked rather than told."""

    text: str
    section: str
    evidence: tuple[Source, ...] = ()
    confidence: float = Field(ge=0.0, le=1.0)


class Draft(Value):
    """A drafted note, section by section."""

    kind: NoteKind
    note: str
    sentences: tuple[Sentence, ...]
    writer: str = "embedded"  # or the model's name
    instead: str = ""  # why the declared model did not write it: late, failed, not_understood, unfaithful …
    left_out: int = 0  # sentences of the declared model that had no source or that the check contradicted


class Flag(Value):
    """Something a reviewer should look at; `tier` red for a hard conflict of values, amber for a doubt."""

    kind: str
    detail: str
    evidence: tuple[Source, ...] = ()
    tier: Literal["red", "amber"] = "amber"


class Checked(Value):
    """One sentence of a checked note, at characters `start` to `end` of it; `support` 0..1, calibrated; `evidence`:
    where it was said, the likeliest first."""

    start: int
    end: int
    text: str
    support: float = Field(ge=0.0, le=1.0)
    flags: tuple[Flag, ...] = ()
    evidence: tuple[Source, ...] = ()


class Omission(Value):
    """Something said in the room, on the form or in the record that the note leaves out, gravest first."""

    turn: int
    text: str
    kind: str
    resource: str = ""


class NoteCheck(Value):
    """What the verifier says of one note."""

    sentences: tuple[Checked, ...]
    omissions: tuple[Omission, ...] = ()


Record = dict[str, Any]  # a FHIR R4 Bundle as JSON
