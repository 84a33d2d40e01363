"""What is kept for how long: a sweep that erases what is old enough, and seals anew what an older key has sealed."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.desk.forget import erase_stragglers
from agent.model.privacy import Keeping
from agent.ports import Store
from agent.settings import Settings

PAGE = 100  # rows of one kind in one transaction
MOST_SECONDS = 1.0  # of each sweep: patients go first
EVERY = timedelta(minutes=10)


def ages(settings: Settings) -> dict[Keeping, timedelta]:
    """Kind -> how old it may become. The audit chain is never swept."""
    texts, day = timedelta(days=settings.keep_texts_days), timedelta(days=1)
    sessions = timedelta(hours=max(settings.session_hours, 12))
    return {
        "conversations": timedelta(days=settings.keep_conversations_days),
        "inbox": texts,
        "outbox": texts,
        "tasks": timedelta(days=settings.keep_tasks_days),
        "second_looks": timedelta(days=settings.keep_second_looks_days),
        "chat_sessions": sessions,
        "staff_sessions": sessions,
        "codes": day,
        "invitations": day,
        "nudges": timedelta(days=settings.keep_tasks_days),
        "wrongs": timedelta(days=settings.keep_second_looks_days),
        "waitlist": timedelta(days=settings.keep_tasks_days),
        "intake_forms": timedelta(days=settings.keep_tasks_days),
        "enclosures": timedelta(days=settings.keep_tasks_days),
        "reply_drafts": texts,
        "bulk_sends": timedelta(days=settings.keep_tasks_days),
        "bulk_places": timedelta(days=settings.keep_tasks_days),
        "intake_photos": timedelta(days=settings.keep_tasks_days),
        "recordings": timedelta(days=settings.keep_recordings_days),
        "chart_writes": timedelta(days=settings.keep_tasks_days),
        "plants": timedelta(days=settings.keep_tasks_days),
        "visit_links": timedelta(days=settings.keep_tasks_days),
        "failed_tries": day,
    }


@dataclass
class Retention:
    """One process's part in it. `step` is called by the sweep as often as it likes; several processes may do so."""

    store: Store
    clinic: str
    settings: Settings
    due: datetime | None = None
    at: tuple[int, object] | None = None
    sealed: bool = False

    def step(self, now: datetime) -> int:
        """A second's work at most every ten minutes, or at once while there is more; how many rows it changed."""
        if self.due is not None and now < self.due:
            return 0
        until = time.monotonic() + MOST_SECONDS
        count, more = self._lapse(now, until)
        count += erase_stragglers(self.store, now)
        more |= self._seal(until)
        self.due = None if more else now + EVERY
        return count

    def _lapse(self, now: datetime, until: float) -> tuple[int, bool]:
        count = 0
        for kind, age in ages(self.settings).items():
            some = PAGE
            while some == PAGE:
                if time.monotonic() > until:
                    return count, True
                with self.store.begin() as tx:
                    some = tx.privacy.lapse(kind, self.clinic, now - age, PAGE)
                count += some
        return count, False

    def _seal(self, until: float) -> bool:
        """True while something sealed by an older key may be left."""
        while time.monotonic() < until and not self.sealed:
            with self.store.begin() as tx:
                self.at, _ = tx.privacy.reseal(self.at)
            self.sealed = self.at is None
        while time.monotonic() < until:
            with self.store.begin() as tx:
                if not tx.privacy.rewrap():
                    return not self.sealed
        return True
