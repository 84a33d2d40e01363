"""A message that a caller has left as sound, after they had agreed to it."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

RecordingState = Literal["waiting", "kept", "refused", "doomed"]


class Recording(Value):
    """`waiting`: it is still to be fetched; `refused`: `why` says so to staff; `doomed`: it is only to be deleted where
    it lies, since nobody agreed to it or whoever spoke is forgotten. `away`: it is deleted there."""

    id: str
    clinic: str
    provider_id: str
    call: str = ""
    conversation: str | None = None
    task: str | None = None  # on whose card it is played
    state: RecordingState = "waiting"
    kind: str = ""  # media type, once kept
    seconds: int = 0
    why: str = ""
    words: str = ""  # as the provider has read them, perhaps wrongly
    away: bool = False
    attempts: int = 0
    made_at: datetime
    due_at: datetime  # when it is to be fetched, or deleted there
    changed_at: datetime
