"""What keeps sending in bounds, as a Protocol: how much one person is sent, and whether anything may be sent at all."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from agent.model.address import Address
from agent.model.halt import Halt


class Sends(Protocol):
    """Asked in the transaction that claims a message, by whatever process."""

    def take(
        self, to: Address, message: str, texts: int, since: datetime, now: datetime, most: int, *, of: str = ""
    ) -> bool:  # fmt: skip
        """Writes down that `texts` texts of this message are about to go to that number, unless it would have had
        more than `most` since then: False, and nothing is written. One process at a time per number, however the
        number is written. `of`: a kind of text that is counted apart."""

    def first_refusal(self, to: Address, now: datetime) -> bool:
        """True once in the hour for a number that got no more: then the alarm is raised."""

    def steady(self, appointments: Iterable[str]) -> bool:
        """These appointments cannot change before this transaction ends; False when one is being changed."""

    def in_hand(self, row: str, since: datetime) -> bool:
        """Is a message that carries a claim on this row being handed to its provider, claimed since then?"""

    def halted(self) -> Halt | None: ...

    def halt(self, halt: Halt) -> None:
        """From the next claim on, in every process. Replaces an earlier one."""

    def resume(self) -> bool:
        """False when nothing was stopped."""
