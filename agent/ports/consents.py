"""Who has agreed to texts, or to automated calls, as a Protocol; a STOP is stronger, see `agent.ports.OptOuts`."""

from datetime import datetime
from typing import Protocol

from agent.model.address import Address


class Consents(Protocol):
    """By address, of which a blind index alone is kept: texts are agreed to at the address of texts, automated calls
    at that of the telephone."""

    def give(self, address: Address, conversation: str, now: datetime, how: str) -> None:
        """The newest counts; forgotten with the conversation in which it was said."""

    def given(self, address: Address) -> bool: ...

    def withdraw(self, address: Address) -> bool:
        """False where nobody had agreed."""
