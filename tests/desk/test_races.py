"""Fifty people want the same times at once: nobody gets what another one has."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import pytest

from agent.desk import turn
from agent.desk.send import drain
from agent.desk.turn import work
from agent.model.address import Address
from agent.model.calendar import Appointment
from tests.contracts.samples import appointment as sample
from tests.desk.test_offered_there import GOT, HANDLE, WHO, code, heard_there, held, there
from tests.desk.test_vacancies import ANA, Line
from tests.desk.world import World, sid_of


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_promise_17_fifty_people_racing_for_the_same_times_never_get_the_same_one(
    kind: str, request: pytest.FixtureRequest, tmp_path: object
) -> None:
    """Real conversations by text, four workers on two desks; losers are offered other times and may take them."""
    where = request.getfixturevalue("swept_postgres_url") if kind == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    with closing(World(where)) as first, closing(World(where)) as second:
        _race(first, second)


def _race(first: World, second: World) -> None:
    people = {f"+1212555{n:04d}": str(n % 3 + 1) for n in range(50)}
    asked = ["an appointment next Tuesday, my knee hurts", "", "Ana Torres", "March 3 1980", "yes", "", "yes"]
    waiting = list(people)
    for at, words in enumerate(asked):
        for n, number in enumerate(waiting):  # "": the option that this person likes
            first.text(words or people[number], number, sid=sid_of(at * 1000 + n))
        with ThreadPoolExecutor(8) as pool:
            for one in [pool.submit(_work_off, world) for world in (first, second) * 2]:
                one.result()
        assert first.inbox_waiting() == 0
        waiting = [n for n in waiting if not any(t.kind == "booking" for t in first.tasks(n))]
    while drain(first.desk):
        pass
    held = [t for t in first.open_tasks() if t.kind == "booking" and t.appointment]
    assert len(held) == 50 - len(waiting) >= 6
    assert [t.kind for t in first.open_tasks()] == ["booking"] * len(held)
    for number in waiting:  # whoever was late is asked to choose among other times
        assert first.conversation(number).frames[-1].asked == "opening"
    with first.desk.store.begin(write=False) as tx:
        rows = [tx.appointments.get(str(t.appointment)) for t in held]
    spans: dict[str, list[tuple[object, object]]] = {}
    for row in rows:
        assert row is not None
        assert row.status == "pending"
        spans.setdefault(f"{row.provider} {row.lane}", []).append((row.busy_from, row.busy_until))
    for taken in spans.values():
        taken.sort()  # type: ignore[type-var]
        assert all(a[1] <= b[0] for a, b in pairwise(taken))  # type: ignore[operator]
    assert first.faults == second.faults == []


def test_who_must_wait_for_a_time_that_another_desk_is_just_taking_is_not_sent_to_a_person(
    swept_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns that are taken together wait for little; what they did not get is asked for again, by each alone."""
    take, together = turn._take, list[int]()
    with closing(World(swept_postgres_url)) as world, closing(World(swept_postgres_url)) as other:

        def slowly(desk: object, mine: list[object], *rest: object) -> object:
            together.append(len(mine))
            if len(mine) == 1:
                return take(desk, mine, *rest)  # type: ignore[arg-type]
            with other.desk.store.begin() as tx:
                for provider in world.desk.clinic.providers:
                    tx.appointments.add(_elsewhere(world, provider.id), other.desk.clock())
                return take(desk, mine, *rest)  # type: ignore[arg-type]

        for words in ("an appointment next Tuesday, my knee hurts", "", "Ana Torres", "March 3 1980"):
            for n in range(3):
                world.text(words or str(n + 1), f"+1212555{n:04d}")
            _work_off(world)
        monkeypatch.setattr(turn, "_take", slowly)
        for n in range(3):
            world.text("yes", f"+1212555{n:04d}")
        _work_off(world)
        assert max(together) > 1
        assert [t.kind for t in world.open_tasks()] == ["booking"] * 3
        assert world.faults == []


def _elsewhere(world: World, provider: str) -> Appointment:
    """A visit far from what anybody is offered."""
    at = world.desk.clock() + timedelta(days=300)
    return sample(f"far-{provider}", at, clinic=world.desk.clinic.id, provider=provider)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_an_offer_that_is_taken_by_text_and_in_a_chat_at_once_is_one_request(
    kind: str, request: pytest.FixtureRequest, tmp_path: object
) -> None:
    where = request.getfixturevalue("swept_postgres_url") if kind == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    with closing(Line(second=False, url=where)) as first, closing(World(where, clock=first.clock)) as second:
        assert len(first.frees()) == 1
        there(first, GOT, *WHO)
        assert "10:00" in there(first, code(first))[0]
        first.text("1", ANA)
        heard_there(first, "yes please", Address(channel="chat", value=HANDLE))
        with ThreadPoolExecutor(2) as pool:
            for one in [pool.submit(_work_off, world) for world in (first, second)]:
                one.result()
        first.settle()
        assert [t.kind for t in first.open_tasks()] == ["booking"]
        assert first.states() == ["accepted"]
        assert first.faults == second.faults == []
        with first.desk.store.begin(write=False) as tx:
            lines = [line.text for line in tx.conversations.thread(held(first).id) if line.direction == "out"]
        assert any("not booked yet" in text or "already said yes" in text for text in lines)


def _work_off(world: World) -> None:
    while world.inbox_waiting():
        if not work(world.desk):
            time.sleep(0.02)
