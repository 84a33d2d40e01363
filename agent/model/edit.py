"""What admins change: single edits of a draft, proposals to publish it, and the revisions that came of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from agent.model.value import Value

Item = dict[str, Any]  # what stands at a key, see agent.content.items
Items = Mapping[str, Item]
ProposalState = Literal["waiting", "checking", "checked", "faulty", "published", "withdrawn"]
OPEN: tuple[ProposalState, ...] = ("waiting", "checking", "checked", "faulty")


class Edit(Value):
    """One item of the draft. `was`: what stood there when the editing began (None: nothing); `version` counts the
    saves, 0 before the first. A value equal to `was` is no change."""

    clinic: str
    key: str
    value: Item
    was: Item | None = None
    by: str
    at: datetime
    version: int = 0


class Change(Value):
    """What one publish changed; None: nothing stood there, or nothing stands there any more."""

    key: str
    before: Item | None
    after: Item | None


class Revision(Value):
    """What was published, never changed again. `items`: everything that differs from the files, by key; `content` and
    `base`: the hashes of the whole content with and without them; `undoes`: the revision that was taken back."""

    clinic: str
    number: int
    content: str
    base: str
    items: dict[str, Item]
    changes: tuple[Change, ...]
    author: str
    reviewer: str | None = None
    reason: str
    at: datetime
    undoes: int | None = None


class Proposal(Value):
    """A draft as it stood when somebody asked to publish it, and what was found out about it. `on`: the revision that
    it was made over; `edits`: key -> version of the draft's edit; `second`: another person has to agree; `done`: 0
    to 1; `report`: what the rehearsal found; `due`: when it is to be published by itself, as `timed_by` (staff id)
    said; `missed`: the time at which it was not, and `refused`: why."""

    id: str
    clinic: str
    state: ProposalState = "waiting"
    on: int
    items: dict[str, Item]
    changes: tuple[Change, ...]
    edits: dict[str, int]
    author: str
    reason: str
    second: bool
    reviewer: str | None = None
    at: datetime
    step: str = ""
    done: float = 0.0
    lease_until: datetime | None = None
    report: dict[str, Any] | None = None
    due: datetime | None = None
    timed_by: str | None = None
    missed: datetime | None = None
    refused: str = ""
    version: int = 0
