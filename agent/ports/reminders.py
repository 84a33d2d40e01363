"""What reminding needs of the store, as a Protocol: due work is rows, never a timer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from agent.model.calendar import Appointment
from agent.model.reminder import Reminder, ReminderState


class Reminders(Protocol):
    """One row for each visit and rule."""

    def unplanned(self, clinic: str, since: datetime, until: datetime, limit: int) -> list[Appointment]:
        """Booked visits of known patients that start in [since, until) and have no reminder yet, by start."""

    def plan(self, reminder: Reminder) -> bool:
        """False when the visit has one by this rule already: another process was faster."""

    def take_due(self, clinic: str, now: datetime) -> Reminder | None:
        """The one that has been due longest, ours until this transaction ends; nobody waits for one that is taken."""

    def put_off(self, reminder: Reminder, due_at: datetime) -> None:
        """Not now: somebody talks with the patient."""

    def settle(
        self, reminder: Reminder, state: ReminderState, now: datetime, *, why: str = "", outbound: str | None = None
    ) -> None: ...

    def plan_anew(self, appointment: str) -> None:
        """The visit has moved: what was planned, sent or answered for its old time counts no more."""

    def stop(self, appointment: str, why: str, now: datetime) -> None:
        """What is still due for it is skipped."""

    def said_yes(self, appointments: Sequence[str]) -> set[str]:
        """Those whose patient said that they will come."""

    def coming(self, appointment: str, now: datetime) -> bool:
        """The patient will come; False when this visit was never reminded of."""

    def late(self, clinic: str, now: datetime, most: int) -> list[timedelta]:
        """Of the newest `most` that were sent: how long after they were due."""

    def of(self, appointment: str) -> list[Reminder]:
        """By due time."""
