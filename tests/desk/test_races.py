"""Fifty people want the same times at once: nobody gets what another one has."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.desk.send import drain
from agent.desk.turn import work
from tests.desk.world import World, sid_of

ASKED = ("I need an appointment, my knee hurts", "next Tuesday at 9 am with Dr. Okafor", "1", "Ana Torres", "March 3 1980", "yes")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_promise_17_fifty_people_racing_for_the_same_times_never_get_the_same_one(
    kind: str, request: pytest.FixtureRequest, tmp_path: object
) -> None:
    """Real conversations by text, eight workers on two desks; losers are offered other times and may take them."""
    where = request.getfixturevalue("swept_postgres_url") if kind == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    first, second = World(where, texts_per_hour=1000), World(where, texts_per_hour=1000)
    people = [f"+1212555{n:04d}" for n in range(50)]
    for at, words in enumerate((*ASKED, "1", "yes")):
        for n, number in enumerate(people):
            first.text(words, number, sid=sid_of(at * 1000 + n))
        with ThreadPoolExecutor(8) as pool:
            for one in [pool.submit(_work_off, world) for world in (first, second) * 4]:
                one.result()
        assert first.inbox_waiting() == 0
    while drain(first.desk):
        pass
    held = [t for t in first.open_tasks() if t.kind == "booking" and t.appointment]
    assert len(held) >= 40, Counter(t.kind for t in first.open_tasks())
    with first.desk.store.begin(write=False) as tx:
        rows = [tx.appointments.get(str(t.appointment)) for t in held]
    spans: dict[str, list[tuple[object, object]]] = {}
    for row in rows:
        assert row is not None
        assert row.status == "pending"
        spans.setdefault(f"{row.provider} {row.lane}", []).append((row.busy_from, row.busy_until))
    for taken in spans.values():
        taken.sort()  # type: ignore[type-var]
        assert all(a[1] <= b[0] for a, b in zip(taken, taken[1:], strict=False))  # type: ignore[operator]
    for world in (first, second):
        assert world.faults == []
        world.desk.store.close()


def _work_off(world: World) -> None:
    while world.inbox_waiting():
        work(world.desk)
