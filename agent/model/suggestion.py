"""What a language model has proposed for the clinic's wording, and what became of it; and what somebody is typing."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

Became = Literal["open", "refused", "taken", "declined"]


class Suggestion(Value):
    """`key`: of the message or intent; `texts`: a message with its plural forms, or one sentence; `source`: hash of the
    English that it was made from. "refused": by our checks, for `why`; "taken" and "declined": by a person. `prompt`:
    hash of the instructions; `ms`: how long the model took."""

    id: str
    clinic: str
    key: str
    texts: tuple[str, ...]
    source: str = ""
    model: str
    prompt: str
    ms: int
    by: str
    at: datetime
    state: Became = "open"
    why: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


class Typed(Value):
    """What somebody has typed at one item and not saved: the form's fields in order. `version`: of the edit that they
    had before them (0: none)."""

    clinic: str
    key: str
    by: str
    at: datetime
    version: int = 0
    fields: tuple[tuple[str, str], ...]
