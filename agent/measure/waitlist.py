"""What came of the waitlist's offers, by language, so that nobody's language turns out to be a place in the line."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from statistics import median

from agent.model.waitlist import Entry, Offer


@dataclass(frozen=True)
class Row:
    """One language: who waits, what was offered, what came of it. `middle`: seconds until half of them answered."""

    waiting: int
    offered: int
    accepted: int
    declined: int
    silent: int
    withdrawn: int
    open: int
    middle: float | None

    @property
    def answered_in(self) -> timedelta | None:
        return None if self.middle is None else timedelta(seconds=self.middle)


def by_language(entries: Iterable[Entry], offers: Iterable[Offer]) -> dict[str, Row]:
    """Languages in which somebody waits or was offered a time."""
    waits, made = list(entries), list(offers)
    found = {}
    for language in sorted({e.language for e in waits} | {o.language for o in made}):
        mine = [o for o in made if o.language == language]
        counts = {state: sum(o.state == state for o in mine) for state in
                  ("accepted", "declined", "silent", "withdrawn", "open")}  # fmt: skip
        took = [(o.settled_at - o.made_at).total_seconds() for o in mine
                if o.settled_at is not None and o.state in ("accepted", "declined")]  # fmt: skip
        found[language] = Row(
            waiting=sum(e.language == language for e in waits), offered=len(mine),
            middle=median(took) if took else None, **counts,
        )  # fmt: skip
    return found


def as_json(rows: dict[str, Row]) -> dict[str, dict[str, object]]:
    """Language -> counts, and `median_seconds_to_answer` or null."""
    told = {}
    for language, row in rows.items():
        given = asdict(row)
        told[language] = {**{k: v for k, v in given.items() if k != "middle"}, "median_seconds_to_answer": row.middle}
    return told
