"""What is kept of people, for how long, and what may be asked to be erased."""

from dataclasses import dataclass
from typing import Literal

Keeping = Literal["conversations", "inbox", "outbox", "tasks", "second_looks", "chat_sessions", "staff_sessions",
                  "codes", "failed_tries", "invitations", "nudges", "wrongs", "intake_forms", "intake_photos",
                  "waitlist", "enclosures", "reply_drafts", "bulk_sends", "bulk_places",
                  "chart_writes", "recordings", "plants", "visit_links"]  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A conversation and the patient whom it is known to belong to."""

    id: str
    patient: str | None


@dataclass(frozen=True)
class WrappedKey:
    """A key as it stands in the database; of no use without the master key."""

    id: str
    owner: str
    wrapped: bytes
