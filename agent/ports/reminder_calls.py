"""Reminders and questions by telephone as rows, as a Protocol: what is due is dialled by one process, not in doubt."""

from datetime import datetime
from typing import Protocol

from agent.model.reminder_call import ReminderCall


class ReminderCalls(Protocol):
    """One row for each visit, rule and time of the visit."""

    def plan(self, call: ReminderCall) -> bool:
        """False, and nothing is written, where this reminder has its row already."""

    def take_due(self, clinic: str, now: datetime) -> ReminderCall | None:
        """The one that has been due longest, ours until this transaction ends; nobody waits for one that is taken.
        None too while another call of the same conversation is dialled."""

    def get(self, id: str, *, lock: bool = False) -> ReminderCall | None: ...

    def of(self, appointment: str, rule: str, visit_at: datetime) -> ReminderCall | None: ...

    def at(self, provider_id: str) -> ReminderCall | None:
        """By the provider's id of the call."""

    def lately(self, conversation: str, since: datetime) -> list[ReminderCall]:
        """Those of this conversation of which something was heard since, the newest first."""

    def save(self, call: ReminderCall) -> None: ...

    def dialled(self, clinic: str, seen_before: datetime) -> list[ReminderCall]:
        """Those that may be ringing and of which nothing was heard since, the oldest first."""
