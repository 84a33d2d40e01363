"""What is on file stands filled in on a form's page: left alone it is confirmed, emptied it is gone, changed it is said
so; and only what was shown as known is ever marked as known."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from agent.model.form import FormRow
from tests.web.console_desk import World
from tests.web.test_form_page import opened, page, post, row_of, sent


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


def filled(world: World) -> None:
    """Somebody has handed in a form with two allergies."""
    link = sent(world)
    client = opened(world, link)
    post(client, link, r0_allergies_any="yes")
    post(client, link, r0_allergies_any="yes", r0_allergies_substance="peanuts", add="allergies.list")
    done = post(client, link, r0_allergies_any="yes", r0_allergies_substance="peanuts", r1_allergies_substance="latex")
    assert "last question" in done.text
    assert not any(g.confirmed for g in row_of(world).given)


def again(world: World) -> tuple[TestClient, str]:
    link = sent(world)
    return opened(world, link), link


def substances(row: FormRow) -> list[tuple[object, bool]]:
    return [(g.values, g.confirmed) for g in row.given if g.link == "allergies.substance"]


def test_a_page_with_what_is_on_file_says_so_and_left_alone_confirms_it(world: World) -> None:
    filled(world)
    client, link = again(world)
    shown = page(client, link)
    assert "What we have on file is filled in" in shown
    assert re.findall(r'id="f\d+" name="\d:allergies.substance" value="(\w+)"', shown) == ["peanuts", "latex"]
    given = {"r0_allergies_any": "yes", "r0_allergies_substance": "peanuts", "r1_allergies_substance": "latex"}
    assert "last question" in post(client, link, **given).text
    row = row_of(world)
    assert substances(row) == [(("peanuts",), True), (("latex",), True)]
    assert [f.state for f in row.former] == ["kept", "kept"]


def test_what_is_changed_emptied_and_added_is_told_apart_on_the_card(world: World) -> None:
    filled(world)
    client, link = again(world)
    given = {"r0_allergies_any": "yes", "r0_allergies_substance": "tree nuts", "r1_allergies_substance": ""}
    assert "last question" in post(client, link, **given).text
    row = row_of(world)
    assert substances(row)[0] == (("tree nuts",), False)
    assert [(f.state, f.values["allergies.substance"]) for f in row.former] == [
        ("changed", ("peanuts",)), ("gone", ("latex",)),
    ]  # fmt: skip
    assert not any(g.unsure for g in row.given)
    with world.desk.store.begin(write=False) as tx:
        task = next(t for t in tx.tasks.open(world.desk.clinic.id) if t.proposal.get("form") == row.id)
    card = world.browser("clinician").get(f"/console/tasks/{task.id}").text
    assert "On file before" in card
    assert "no longer so, the patient says" in card
    assert card.rindex("latex") > card.index("On file before")


def test_what_was_kept_and_is_changed_on_the_same_page_later_has_changed(world: World) -> None:
    filled(world)
    client, link = again(world)
    given = {"r0_allergies_any": "yes", "r0_allergies_substance": "peanuts", "r1_allergies_substance": "latex"}
    assert post(client, link, **given, add="allergies.list").status_code == 303
    assert [f.state for f in row_of(world).former] == ["kept", "kept"]
    post(client, link, **(given | {"r1_allergies_substance": "latex gloves"}))
    assert [f.state for f in row_of(world).former] == ["kept", "changed"]
    assert substances(row_of(world))[:2] == [(("peanuts",), True), (("latex gloves",), False)]


def test_a_no_on_the_page_gives_up_what_is_on_file(world: World) -> None:
    filled(world)
    client, link = again(world)
    given = {"r0_allergies_any": "no", "r0_allergies_substance": "peanuts", "r1_allergies_substance": "latex"}
    assert "last question" in post(client, link, **given).text
    assert [f.state for f in row_of(world).former] == ["gone", "gone"]


def test_a_page_handed_back_unchanged_marks_no_answer_of_this_form_as_known_before(world: World) -> None:
    link = sent(world)
    client = opened(world, link)
    given = {"r0_allergies_any": "yes", "r0_allergies_substance": "nuts"}
    post(client, link, r0_allergies_any="yes")
    post(client, link, **given, add="allergies.list")
    post(client, link, **given, add="allergies.list")
    row = row_of(world)
    assert {g.link for g in row.given} >= {"allergies.any", "allergies.substance"}
    assert not any(g.confirmed for g in row.given)
