"""A report that something was wrong, from a member of staff: it has a status, and an end that the reporter sees."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

WrongStatus = Literal["new", "in-work", "fixed", "as-meant"]
WrongKind = Literal["heard", "wording", "time", "person", "urgency", "screen", "other"]


class Wrong(Value):
    """`subject` is the console's own path of what it is about; `revision` the content in which the fix is live."""

    id: str
    clinic: str
    subject: str
    kind: WrongKind
    words: str = ""
    by: str  # staff id
    at: datetime
    found_in: str = ""  # the revision of the content that was in use
    conversation: str | None = None
    status: WrongStatus = "new"
    answer: str = ""
    answered_by: str = ""  # staff id
    answered_at: datetime | None = None
    revision: str = ""
    seen: bool = False  # by the reporter, since it was answered
