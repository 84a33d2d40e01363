"""A message is stored once, before anything is answered; consent counts from that moment."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from agent.desk.receive import receive
from agent.desk.send import drain
from agent.desk.turn import work
from agent.model.address import Address
from tests.desk.world import JON, STRANGER, World, sid_of


def _stopped(world: World, number: str = STRANGER) -> bool:
    with world.desk.store.begin(write=False) as tx:
        return tx.optouts.stopped(Address(channel="sms", value=number))


def test_a_repeat_of_a_text_changes_nothing(world: World) -> None:
    first = world.text("hello", sid=sid_of(1))
    again = world.text("hello", sid=sid_of(1))
    assert (first.fresh, again.fresh, again.inbound) == (True, False, first.inbound)
    assert world.inbox_waiting() == 1


def test_promise_20_one_id_with_other_words_is_told_from_a_repeat(world: World) -> None:
    world.text("hello", sid=sid_of(1))
    assert world.text("hello", sid=sid_of(1)).same
    assert not world.text("help", sid=sid_of(1)).same
    assert world.inbox_waiting() == 1


def test_a_known_number_is_answered_in_the_language_on_file(world: World) -> None:
    world.text("?", sender="+17185550139")
    assert world.conversation("+17185550139").locale == "es"
    world.text("?", sender=JON)
    assert world.conversation(JON).locale == "en"


def test_stop_counts_before_its_turn_is_taken(world: World) -> None:
    world.text("where are you located?")
    while work(world.desk):
        pass
    world.text("STOP")
    while drain(world.desk):
        pass
    assert _stopped(world)
    assert world.carrier.texts == []
    world.settle()
    assert len(world.carrier.texts) == 1  # one confirmation
    assert "STOP" not in world.carrier.texts[0].split()


def test_a_yes_is_no_start_for_somebody_who_never_stopped(world: World) -> None:
    world.text("YES")
    assert not _stopped(world)
    world.say("STOP")
    assert _stopped(world)
    world.text("YES")
    assert not _stopped(world)


def test_an_old_stop_that_is_played_again_does_not_undo_a_start(world: World) -> None:
    world.text("STOP", sid=sid_of(1))
    world.text("START", sid=sid_of(2))
    world.text("STOP", sid=sid_of(1))
    assert not _stopped(world)


@pytest.mark.parametrize("url", ["sqlite", "postgres"])
def test_first_contact_twice_at_one_moment_is_one_conversation(
    url: str, request: pytest.FixtureRequest, tmp_path: object
) -> None:
    where = request.getfixturevalue("swept_postgres_url") if url == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    world, other = World(where), World(where)
    for round in range(5):
        number = f"+1212555{round:04d}"
        desks = [world.desk, other.desk] * 4
        inbounds = [world.inbound("hello", number, sid=sid_of(round * 100 + at)) for at in range(8)]
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda pair: receive(*pair), zip(desks, inbounds, strict=True)))
        assert len({r.conversation for r in got}) == 1
        assert all(r.fresh for r in got)
    for one in (world, other):
        one.desk.store.close()


def test_promise_06_each_text_makes_one_turn_however_often_it_is_delivered(tmp_path: object) -> None:
    """300 texts of 30 people, each delivered three times, shuffled over eight threads while two take turns."""
    world = World(f"sqlite:///{tmp_path}/desk.db")
    deliveries = [(f"+1212555{n % 30:04d}", sid_of(n)) for n in range(300)] * 3
    Random(6).shuffle(deliveries)

    def deliver(pair: tuple[str, str]) -> bool:
        return receive(world.desk, world.inbound("what are your hours?", pair[0], sid=pair[1])).fresh

    with ThreadPoolExecutor(10) as pool:
        turns = [pool.submit(lambda: sum(1 for _ in iter(lambda: work(world.desk), False))) for _ in range(2)]
        fresh = list(pool.map(deliver, deliveries))
        for turn in turns:
            turn.result()
    while work(world.desk):
        pass
    assert sum(fresh) == 300
    heard = []
    for number in sorted({number for number, _ in deliveries}):
        held = world.conversation(number)
        with world.desk.store.begin(write=False) as tx:
            heard += [e.data["inbound"] for e in tx.conversations.events(held.id) if e.name == "MessageHeard"]
    assert (len(heard), len(set(heard)), world.inbox_waiting()) == (300, 300, 0)
    world.close()
    assert world.faults == []


def test_promise_34_danger_beside_an_opt_out_is_met_and_the_opt_out_counts() -> None:
    world = World()
    said = world.say("Stop texting me. I have crushing chest pain and can't breathe")
    assert any("may be an emergency" in text for text in said)
    with world.desk.store.begin(write=False) as tx:
        assert tx.optouts.stopped(world.inbound("x").sender)
    world.close()
