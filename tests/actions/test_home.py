"""Who was always seen in one place is offered times there first; somebody new is offered all places."""

from datetime import timedelta

import pytest

from tests.desk.reminded import somebody
from tests.desk.waitlisted import visit_of
from tests.desk.world import MONDAY, World

PHONE = "+17185550177"


def offered(*seen_by: str) -> set[str]:
    """The places in the first three times for who was seen by these."""
    world = World()
    who = somebody(world, PHONE)
    for at, provider in enumerate(seen_by):
        visit = visit_of(world.desk, MONDAY - timedelta(days=30 + at), f"old{at}", provider)
        with world.desk.store.begin() as tx:
            tx.appointments.add(visit.model_copy(update={"patient": who.id, "status": "fulfilled"}), world.clock())
    world.say("I need an appointment, my knee hurts", PHONE)
    said = world.say("next Tuesday", PHONE)[0]
    return {place for place in ("Brooklyn", "Chicago") if place in said}


@pytest.mark.parametrize(
    ("seen_by", "places"),
    [((), {"Brooklyn", "Chicago"}), (("okafor",), {"Brooklyn"}), (("nguyen",), {"Chicago"}),
     (("okafor", "nguyen"), {"Brooklyn", "Chicago"})],
)  # fmt: skip
def test_times_are_offered_where_somebody_has_always_been_seen(seen_by: tuple[str, ...], places: set[str]) -> None:
    assert offered(*seen_by) == places


def test_a_place_that_is_named_goes_before() -> None:
    world = World()
    who = somebody(world, PHONE)
    visit = visit_of(world.desk, MONDAY - timedelta(days=30), "old").model_copy(update={"patient": who.id})
    with world.desk.store.begin() as tx:
        tx.appointments.add(visit.model_copy(update={"status": "fulfilled"}), world.clock())
    world.say("I need an appointment in Chicago, my knee hurts", PHONE)
    said = world.say("next Tuesday", PHONE)[0]
    assert "Chicago" in said
    assert "Brooklyn" not in said
