"""What a rehearsal found, as a manager reads it: the worst kind first, a few of each unfolded, all of them there."""

from collections.abc import Iterator

import pytest

from agent.desk import editing
from tests.web.console_desk import World

MANY = 20


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


def test_many_differences_are_told_by_kind_and_the_first_of_each_are_unfolded(world: World) -> None:
    desk, by, client = world.desk, world.user("admin"), world.admin()
    was = {"text": "¿Qué día le conviene?", "plural": [], "origin": "machine", "reviewer": "", "source": ""}
    editing.save(desk, by, "message/es/booking.ask_day", was | {"text": "¿Qué día prefiere?"}, was, 0)
    proposal = editing.propose(desk, by, "shorter")
    same = {"where": "a test in Spanish", "inbound": "", "before": "a", "after": "b"}
    rows = [{"kind": "alarm", "said": "me duele el pecho", **same}]
    rows += [{"kind": "wording", "said": f"frase {n}.", **same} for n in range(MANY)]
    report = {"faults": [], "below": [], "moved": [], "measured": 1, "played": 1, "heard": 0, "seconds": 1.0}
    with desk.store.begin() as tx:
        done = proposal.model_copy(update={"state": "checked", "report": {**report, "differences": rows}})
        tx.content.save_proposal(done)
    page = client.get(f"/admin/proposals/{proposal.id}").text
    assert page.index("Danger heard more urgently") < page.index("Said differently")
    assert all(f"frase {n}." in page for n in range(MANY))
    open_ones, folded = page.split("14 more")
    assert "frase 5." in open_ones
    assert "frase 6." not in open_ones
    assert "frase 6." in folded
    assert "booking.ask_day" in folded
    assert "<small>Spanish</small>" in folded
