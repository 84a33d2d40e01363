"""What the desk needs from outside beside a visit, as Protocols: the links to its calendar file."""

from typing import Protocol

from agent.model.visit_link import VisitLink


class VisitLinks(Protocol):
    """Links that were sent; none is ever changed."""

    def add(self, row: VisitLink) -> None: ...

    def by_key(self, key: str) -> VisitLink | None:
        """The one behind a link, by the hash of its token."""

    def sent_of(self, appointment: str) -> bool:
        """Was a link to this very visit made, so that it was confirmed once?"""
