"""What a message is heard as when it is tried on a draft, and what the process that hears it is asked and answers."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from agent.model.edit import Item
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding
from agent.model.value import Value

TrialState = Literal["reading", "learning", "ready", "faulty", "away"]


class TriedHearing(Value):
    """One message as one content hears it; `route` is where it would go."""

    said: Understanding
    finding: SafetyFinding
    route: str


class Wanted(Value):
    """The draft to hear with. `key`: a hash of it; `before`, `after`: published items and those of the draft;
    `unsaved`: some stand on a page and in no store; `clinic`, `content`, `var`: where facts, files and models are."""

    key: str
    before: dict[str, Item]
    after: dict[str, Item]
    unsaved: bool
    clinic: Path
    content: Path
    var: Path


class TrialAsk(Value):
    """`wanted` is there when it is another draft than the last time; `now`: the clinic's wall clock."""

    id: int
    key: str
    text: str
    now: datetime
    wanted: Wanted | None = None


class TrialAnswer(Value):
    """`reading`: nothing can be said yet; `learning`: danger and values are the draft's, the intent is heard with the
    published sentences; `faulty`: it cannot be heard, see `faults`; `away`: there is no process to ask. `seconds`: for
    how long it has been prepared."""

    id: int
    state: TrialState
    languages: tuple[str, ...] = ()  # that are learned
    seconds: float = 0.0
    faults: tuple[str, ...] = ()
    heard: TriedHearing | None = None
