"""Status callbacks in every order, each twice, through the store."""

import itertools
from collections.abc import Iterable

from tests.contracts.samples import NOW, outbound
from tests.prove.ground import Ground
from tests.prove.sending import Clock, desk_at

PROMISE = "A status never runs backwards"
SIZE = "every permutation of 6 statuses, each told twice, for three sets of statuses, on SQLite and PostgreSQL"
BEFORE = ("accepted", "queued", "sending", "sent")
SETS = (
    ((*BEFORE, "delivered", "read"), "read", "delivered"),
    ((*BEFORE, "delivered", "failed"), "delivered", "delivered"),
    ((*BEFORE, "scheduled", "undelivered"), "undelivered", "failed"),
)


def orders(url: str, every: int = 1) -> int:
    """How many orders ended as they must; each `every`-th is tried."""
    desk = desk_at(url, None, Clock())
    count = 0
    for names, last, state in SETS:
        with desk.store.begin() as tx:
            for order in list(itertools.permutations(names))[::every]:
                count += 1
                id, sid = f"out-{count}", f"SM{count}"
                tx.outbox.add(outbound(count, state="sent", provider_ids=(sid,)))
                for status in _twice(order, count):
                    tx.outbox.delivered(sid, status, "30003" if status in ("failed", "undelivered") else None, NOW)
                kept = tx.outbox.get(id)
                assert kept is not None
                assert (kept.delivery, kept.state) == (last, state), (order, kept.delivery, kept.state)
    desk.store.close()
    return count


def _twice(order: tuple[str, ...], n: int) -> Iterable[str]:
    """Each told again at once, or all of them again at the end, or again from behind."""
    if n % 3 == 0:
        return [status for status in order for _ in range(2)]
    return order + (order if n % 3 == 1 else order[::-1])


def prove(ground: Ground) -> str:
    found = [orders(url) for url in (ground.sqlite(), ground.postgres())]
    return f"{found[0]} orders of 12 callbacks on each database, every one with the right last word"
