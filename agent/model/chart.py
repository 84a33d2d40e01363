"""Writing to the clinic's record: what it should hold, how that differs from what it holds, and what became of it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from agent.model.value import Value

SYSTEM = "urn:frontdesk:record"  # of the identifiers under which the record keeps what we wrote
PATIENT = "urn:frontdesk:patient"
How = Literal["person", "fact", "whole", "once"]
Act = Literal["create", "update", "unchanged"]
WriteState = Literal["waiting", "written", "stopped"]


class Wanted(Value):
    """A FHIR R4 resource as the record should hold it; a field of None is to be gone. `full`: how the others of the
    same writing refer to it. `how`: a person gains what they lack, a fact is not told twice, once is never changed."""

    full: str
    key: str  # the value of its identifier
    resource: dict[str, Any]
    how: How = "whole"
    only_if_there: bool = False  # changed where it is, never made


class Difference(Value):
    """One field, in a few words; empty where there is nothing."""

    name: str
    before: str = ""
    after: str = ""


class Change(Value):
    """What a person approved for one resource, and how far it got. `seen`: the version there when it was looked at;
    `at`: Type/id in the record once it is known."""

    wanted: Wanted
    act: Act
    about: str = ""
    note: str = ""  # a sentence for whoever reads the preview
    differences: tuple[Difference, ...] = ()
    body: dict[str, Any] = Field(default_factory=dict)
    target: str = ""
    seen: str = ""
    ours: bool = True  # False: somebody else's entry that says the same
    at: str = ""
    done: bool = False


class Candidate(Value):
    """Somebody in the record who may be the patient."""

    id: str
    name: str
    born: str
    more: str = ""


class Plan(Value):
    """What writing would change, as looked up; `choose`: whom a person must pick first, and then there is no change
    yet. `hash` stands for all of it."""

    changes: tuple[Change, ...] = ()
    choose: tuple[Candidate, ...] = ()
    chosen: str = ""
    server: str = ""
    hash: str = ""


class ChartWrite(Value):
    """One document or form on its way into the record, approved by a person. `id`: `note:` or `form:` and its id."""

    id: str
    clinic: str
    patient: str
    by: str
    page: str = ""  # where the console shows it: note/… or form/…
    state: WriteState = "waiting"
    withdraws: bool = False
    changes: tuple[Change, ...] = ()
    chosen: str = ""
    server: str = ""
    why: str = ""  # what is in the way: a sentence with gaps
    gaps: dict[str, str] = Field(default_factory=dict)
    attempts: int = 0
    pressed_at: datetime
    due_at: datetime
    changed_at: datetime
    version: int = Field(0, ge=0)
