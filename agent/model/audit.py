"""One row of the audit chain."""

from datetime import datetime
from typing import Any

from pydantic import Field

from agent.model.value import Value


class AuditEvent(Value):
    """What was done, by whom, to what; never a patient's words or values, only ids and field names.

    `tag` is `subject:verb`, e.g. `task:confirmed`. `hash` = HMAC-SHA-256 over `previous_hash` and the canonical row.
    """

    id: str
    at: datetime
    actor: str
    tag: str
    subject: str
    why: str = ""
    fields: tuple[str, ...] = ()
    data: dict[str, Any] = Field(default_factory=dict)
    content_revision: str = ""
