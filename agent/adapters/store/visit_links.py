"""Links to visits' calendar files."""

from sqlalchemy import bindparam, insert, select

from agent.adapters.store.tables_visits import visit_links
from agent.adapters.store.work import Work
from agent.model.visit_link import VisitLink

_l = visit_links.c
_ADD = insert(visit_links)
_BY_KEY = select(visit_links).where(_l.key == bindparam("of"))
_SENT = select(_l.key).where(_l.appointment == bindparam("of")).limit(1)


class VisitLinksRoom:
    """See `agent.ports.visits.VisitLinks`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, row: VisitLink) -> None:
        self._work.connection.execute(_ADD, row.model_dump())

    def by_key(self, key: str) -> VisitLink | None:
        row = self._work.connection.execute(_BY_KEY, {"of": key}).mappings().first()
        return VisitLink.model_validate(dict(row)) if row is not None else None

    def sent_of(self, appointment: str) -> bool:
        return self._work.connection.execute(_SENT, {"of": appointment}).first() is not None
