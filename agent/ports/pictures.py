"""What the desk needs of a place that keeps the pictures people send: one look-up, closed to everything else."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Picture:
    """The bytes of a picture or document and its type, of those that are safe to show."""

    kind: str
    content: bytes


class Pictures(Protocol):
    """Fetches what came with a message."""

    def fetch(self, url: str) -> Picture:
        """Raises Refused for an address, a type or a size that is not taken, Busy when it cannot be had just now."""
