"""Calls of our own as rows, as a Protocol: what is due is dialled by one process, not in doubt."""

from datetime import datetime
from typing import Protocol

from agent.model.outgoing_call import About, OutgoingCall


class OutgoingCalls(Protocol):
    """One row for each subject, rule and moment of the subject."""

    def plan(self, call: OutgoingCall) -> bool:
        """False, and nothing is written, where this has its row already."""

    def take_due(self, clinic: str, now: datetime) -> OutgoingCall | None:
        """The one that has been due longest, ours until this transaction ends; nobody waits for one that is taken.
        None too while another call of the same conversation is dialled."""

    def get(self, id: str, *, lock: bool = False) -> OutgoingCall | None: ...

    def of(self, about: About, subject: str, rule: str, moment: datetime) -> OutgoingCall | None: ...

    def at(self, provider_id: str) -> OutgoingCall | None:
        """By the provider's id of the call."""

    def lately(self, conversation: str, since: datetime) -> list[OutgoingCall]:
        """Those of this conversation of which something was heard since, the newest first."""

    def save(self, call: OutgoingCall) -> None: ...

    def dialled(self, clinic: str, seen_before: datetime) -> list[OutgoingCall]:
        """Those that may be ringing and of which nothing was heard since, the oldest first."""
