"""A photograph that belongs to a form: sent with a text or put on the form's page, kept without its hidden data."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

PhotoState = Literal["waiting", "kept", "refused"]


class Photo(Value):
    """`link`: the item of the form that it answers, empty where none asked for it. `waiting`: it is still to be fetched
    from `url`; `refused`: `why` says so to staff."""

    id: str
    clinic: str
    form: str  # FormRow.id
    link: str = ""
    patient: str | None = None
    conversation: str | None = None
    state: PhotoState = "waiting"
    url: str = ""
    kind: str = ""  # media type, once kept
    width: int = 0
    height: int = 0
    why: str = ""
    talk: str = ""  # the conversation in which it was sent
    attempts: int = 0
    made_at: datetime
    due_at: datetime  # when it is to be fetched, or fetched again
    changed_at: datetime


class Developed(Value):
    """A photograph written anew: the picture alone, nothing of the camera, the place or the time."""

    kind: str
    content: bytes
    width: int
    height: int
