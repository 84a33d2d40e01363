"""A telephone call: which conversation it belongs to, how it is led, and what comes next; no word of a caller."""

from datetime import datetime
from typing import Literal

from agent.model.value import Value

Way = Literal["relay", "gather"]
CallState = Literal["live", "transfer", "person", "ended"]
Wish = Literal["", "person", "record", "bye"]
Agreed = Literal["", "asked", "yes", "no", "done"]


class Call(Value):
    """One call by its provider's id. `transfer`: a member of staff is being rung; `person`: one has taken it.

    `wish` is what the next answer to the provider has to do; `tried`: nobody came to the phone once already; `drops`:
    how often the relay's socket was lost; `recording`: whether the caller was asked, and agreed, to leave a recorded
    message, and has left one.
    """

    id: str
    clinic: str
    conversation: str
    way: Way = "relay"
    state: CallState = "live"
    wish: Wish = ""
    tried: bool = False
    drops: int = 0
    recording: Agreed = ""
    opened_at: datetime
    seen_at: datetime
    since: datetime | None = None  # it stands as `state` says
