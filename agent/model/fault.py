"""What can go wrong at an edge, named for what the caller does next."""

from agent.model.wording import Sayable


class Refused(Sayable):
    """The caller asked for something that cannot be: tell them why, do not retry."""


class Forged(Refused):
    """A webhook without a valid signature: 403."""


class Unreadable(Refused):
    """Signed but not decodable: 400-family, logged without its content."""


class Conflict(Refused):
    """Somebody else was first (compare-and-swap lost, time taken): reload and decide again."""


class Spoiled(Exception):
    """A stored row that does not open: changed from outside, or its key is gone. It must not hold up the others."""

    def __init__(self, table: str, row: str, why: str) -> None:
        super().__init__(f"{table} row {row}: {why}")
        self.table, self.row = table, row


class SendFault(Exception):
    """A send that did not succeed; `code` is the provider's own."""

    def __init__(self, why: str, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.why, self.code, self.retry_after = why, code, retry_after


class Busy(SendFault):
    """Not accepted, try again later: 429, 5xx, no connection."""


class Stopped(SendFault):
    """The person opted out: never retry, record the opt-out."""


class Rejected(SendFault):
    """This message or number will never be accepted: staff must reach the person otherwise."""


class Misconfigured(SendFault):
    """Our account or number is wrong: staff and the operator must know."""


class Unknown(SendFault):
    """Perhaps accepted, perhaps not: reconcile by listing, never resend blindly."""
