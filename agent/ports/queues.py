"""What the desk asks of its store about the length of its own queues; see `agent.ports.Tx`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Lengths:
    """Of inbound messages: those not settled, and when the oldest of them arrived. Of outbound ones: those due and not
    yet sent, since when the oldest of them has been due, and those of unknown outcome."""

    inbound: int
    inbound_since: datetime | None
    outbound: int
    outbound_since: datetime | None
    unknown: int


class Queues(Protocol):
    def lengths(self, now: datetime) -> Lengths:
        """Read through small indexes: cheap however much is stored."""
