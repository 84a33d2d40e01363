"""The link by which a patient takes a visit into a calendar of their own."""

from datetime import datetime

from agent.model.value import Value


class VisitLink(Value):
    """`key`: the hash of the link's token, which is kept nowhere; `conversation`: the one that it was sent in."""

    key: str
    clinic: str
    conversation: str
    appointment: str
    made_at: datetime
