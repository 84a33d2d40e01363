"""An inbound message in a worker's hands; how it got there is the inbox's."""

from dataclasses import dataclass

from agent.model.conversation import Conversation
from agent.model.message import Inbound


@dataclass(frozen=True)
class Claimed:
    """An inbound message that this worker alone may process until `lease_until`."""

    inbound: Inbound
    conversation: str
    seq: int
    fence: int  # rises at every claim; checked at commit
    attempts: int
    held: Conversation | None = None  # as it was then, where the store brings it along and it opens
