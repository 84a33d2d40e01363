"""A telephone line that can be told to ring somebody, as a Protocol."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Placed:
    """A call of ours as its provider lists it; `status` in Twilio's words."""

    id: str
    status: str


class Dialler(Protocol):
    def dial(self, to: str, sender: str, url: str, status_url: str, seconds: int, *, listen: bool = False) -> str:
        """One network call; the provider's id of the call. `url` is asked what to do once it is answered; `listen`:
        only when it is known whether a person or a machine has answered, and after a machine's own words. Raises a
        SendFault of agent.model.fault; after Unknown nobody may dial again, since it may be ringing."""

    def redirect(self, call: str, url: str) -> None:
        """A call that is up does next what `url` answers. Raises as `dial` does; Rejected where it is up no longer."""

    def hang_up(self, call: str) -> None:
        """A call of ours ends, also one that still rings. Raises as `redirect` does."""

    def placed(self, to: str, sender: str, since: datetime) -> list[Placed]:
        """Calls of ours to this number that the provider accepted since (to the second), the newest first. Raises a
        SendFault; Busy when it cannot be asked now."""
