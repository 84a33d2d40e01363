"""How long the queues are and how old their oldest entries; what waits in them belongs to the rooms beside."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, text

from agent.adapters.ids import made_at
from agent.adapters.store.tables import OPEN_INBOUND, OPEN_OUTBOUND, inbox, outbox
from agent.adapters.store.work import Work, word
from agent.ports.queues import Lengths

_INBOUND = select(func.count(), func.min(inbox.c.seq)).where(text(OPEN_INBOUND))
_OLDEST = select(inbox.c.id).where(inbox.c.seq == bindparam("of"))
_OUTBOUND = select(func.count(), func.min(outbox.c.due_at)).where(
    text(OPEN_OUTBOUND), outbox.c.due_at <= bindparam("now")
)
_UNKNOWN = select(func.count()).select_from(outbox).where(outbox.c.state == word("unknown"))


class QueuesRoom:
    """See `agent.ports.queues.Queues`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def lengths(self, now: datetime) -> Lengths:
        run = self._work.connection.execute
        inbound, first = run(_INBOUND).one()
        oldest = run(_OLDEST, {"of": first}).scalar() if first is not None else None
        outbound, due = run(_OUTBOUND, {"now": now}).one()
        since = made_at(oldest) if oldest else None
        return Lengths(int(inbound), since, int(outbound), due, int(run(_UNKNOWN).scalar_one()))
