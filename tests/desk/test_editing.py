"""Two admins on one message, a publish that is whole or not at all, two people for what is grave, one step back."""

from collections.abc import Iterator

import pytest

from agent.desk import editing
from agent.desk.desk import Desk
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from tests.web.console_desk import World

KEY, GRAVE = "message/es/courtesy.welcome", "message/es/safety.urgent"
WAS = {"text": "Con mucho gusto."}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


@pytest.fixture
def desk(world: World) -> Desk:
    return world.desk


@pytest.fixture
def ana(world: World) -> StaffUser:
    return world.user("admin")


@pytest.fixture
def bo(world: World, ana: StaffUser) -> StaffUser:
    made = ana.model_copy(update={"id": "bo", "name": "Bo", "email": "bo@demo.clinic"})
    with world.desk.store.begin() as tx:
        tx.staff.add(made)
    return made


def rehearsed(desk: Desk, id: str) -> None:
    with desk.store.begin() as tx:
        found = tx.content.proposal(id)
        assert found is not None
        tx.content.save_proposal(found.model_copy(update={"state": "checked"}))


def published(desk: Desk, by: StaffUser, text: str, key: str = KEY) -> int:
    with desk.store.begin(write=False) as tx:
        kept = tx.content.edit(desk.clinic.id, key)
    editing.save(desk, by, key, {"text": text}, WAS, kept.version if kept else 0)
    proposal = editing.propose(desk, by, f"say {text}")
    rehearsed(desk, proposal.id)
    return editing.publish(desk, by, proposal.id, f"hash of {text}", "base").number


def test_whoever_saves_second_sees_what_the_first_wrote_and_overwrites_nothing(
    desk: Desk, ana: StaffUser, bo: StaffUser
) -> None:
    first = editing.save(desk, ana, KEY, {"text": "A la orden."}, WAS, 0)
    assert first is not None
    with pytest.raises(editing.Clash) as clash:
        editing.save(desk, bo, KEY, {"text": "De nada."}, WAS, 0)
    assert clash.value.kept == first
    seen = editing.save(desk, bo, KEY, {"text": "De nada."}, WAS, first.version)
    assert seen is not None
    assert (seen.by, seen.version) == ("bo", 2)
    assert editing.save(desk, ana, KEY, WAS, WAS, 2) is None  # as published: no change is left
    with pytest.raises(Refused, match="nothing to publish"):
        editing.propose(desk, ana, "because")


def test_promise_50_a_publish_waits_for_its_rehearsal_and_keeps_what_was_saved_meanwhile(
    desk: Desk, ana: StaffUser
) -> None:
    editing.save(desk, ana, KEY, {"text": "A la orden."}, WAS, 0)
    editing.save(desk, ana, "message/es/option.yes", {"text": "Sí, gracias"}, {"text": "Sí"}, 0)
    with pytest.raises(Refused, match="say why"):
        editing.propose(desk, ana, "  ")
    proposal = editing.propose(desk, ana, "warmer")
    with pytest.raises(Refused, match="open already"):
        editing.propose(desk, ana, "again")
    with pytest.raises(Refused, match="not been rehearsed"):
        editing.publish(desk, ana, proposal.id, "c", "b")
    rehearsed(desk, proposal.id)
    later = editing.save(desk, ana, KEY, {"text": "Para servirle."}, WAS, 1)
    assert later is not None
    rung: list[str] = []
    desk.bus.listen("content", rung.append)
    revision = editing.publish(desk, ana, proposal.id, "c", "b")
    assert rung == ["1"]
    assert revision.items[KEY] == {"text": "A la orden."}
    with desk.store.begin(write=False) as tx:
        left = tx.content.edits(desk.clinic.id)
        assert [(e.key, e.value["text"], e.was) for e in left] == [(KEY, "Para servirle.", {"text": "A la orden."})]
    with pytest.raises(Refused, match="published already"):
        editing.publish(desk, ana, proposal.id, "c", "b")


def test_what_is_grave_needs_two_people(desk: Desk, ana: StaffUser, bo: StaffUser) -> None:
    editing.save(desk, ana, GRAVE, {"text": "…"}, WAS, 0)
    proposal = editing.propose(desk, ana, "clearer")
    assert proposal.second
    rehearsed(desk, proposal.id)
    with pytest.raises(Refused, match="second person"):
        editing.publish(desk, ana, proposal.id, "c", "b")
    with pytest.raises(Refused, match="another person"):
        editing.agree(desk, ana, proposal.id)
    editing.agree(desk, bo, proposal.id)
    assert editing.publish(desk, ana, proposal.id, "c", "b").reviewer == "bo"


def test_promise_50_one_step_back_is_a_revision_of_its_own_and_is_audited(
    world: World, desk: Desk, ana: StaffUser
) -> None:
    assert published(desk, ana, "A la orden.") == 1
    assert published(desk, ana, "De nada.") == 2
    back = editing.restore(desk, ana, 1, "too short", "hash of A la orden.", "base")
    assert (back.number, back.undoes, back.items[KEY]) == (3, 2, {"text": "A la orden."})
    assert [(c.before, c.after) for c in back.changes] == [({"text": "De nada."}, {"text": "A la orden."})]
    assert editing.restore(desk, ana, 0, "as it came", "base", "base").items == {}
    assert world.audited("content:restored") == [(f"staff:{ana.id}", "4"), (f"staff:{ana.id}", "3")]


def test_promise_50_of_two_who_publish_at_once_one_is_told(desk: Desk, ana: StaffUser) -> None:
    published(desk, ana, "A la orden.")
    editing.save(desk, ana, KEY, {"text": "De nada."}, WAS, 0)
    proposal = editing.propose(desk, ana, "shorter")
    rehearsed(desk, proposal.id)
    editing.restore(desk, ana, 0, "another admin was faster", "c", "b")
    with pytest.raises(Conflict, match="meanwhile"):
        editing.publish(desk, ana, proposal.id, "c", "b")
    with desk.store.begin(write=False) as tx:
        assert tx.content.head(desk.clinic.id) == 2
        assert [e.key for e in tx.content.edits(desk.clinic.id)] == [KEY]
