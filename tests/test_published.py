"""What admins publish serves beside the files: facts move at once, new processes begin with it, git gets it back."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.adapters.clinic_edits import edited_clinic, edited_text, standing_fact
from agent.adapters.clinic_file import load_clinic
from agent.content import read_content
from agent.content.items import written
from agent.content.kept import Published
from agent.content.load import revision_of
from agent.desk import editing
from agent.desk.desk import Desk
from agent.model.edit import Item
from agent.renewal import Renewal
from agent.settings import ROOT, load_settings
from agent.verbs.export import export_content
from agent.verbs.publish import agrees, taken
from agent.workbench import Workbench
from tests import shared
from tests.desk.world import World
from tests.prove.p50_safe_change import KEY, WAS, admin, hashes

HOURS = "clinic/hours/brooklyn"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(f"sqlite:///{tmp_path}/desk.db", content=ROOT)
    yield made
    made.desk.store.close()


def publish(desk: Desk, by: Any, **items: tuple[Item, Item | None]) -> str:
    """Key -> (value, what stood there); answers the hash of the content."""
    for key, (value, was) in items.items():
        editing.save(desk, by, key, value, was, 0)
    proposal = editing.propose(desk, by, "because")
    with desk.store.begin() as tx:
        tx.content.save_proposal(proposal.model_copy(update={"state": "checked"}))
    content, base = hashes(desk, proposal.items)
    editing.publish(desk, by, proposal.id, content, base)
    return content


def test_published_hours_move_answers_and_openings_at_once_and_a_step_back_returns_them(world: World) -> None:
    desk, ana = world.desk, admin(world)
    renewal = Renewal(desk, desk.settings.content)
    was = standing_fact(desk.clinic, HOURS)
    assert was is not None
    closed = {"hours": {**was["hours"], "mon": [], "sat": ["09:00-13:00"]}}
    publish(desk, ana, **{HOURS: (closed, was)})
    assert renewal.look()
    place = desk.clinic.location("brooklyn")
    assert "mon" not in place.hours
    assert f"{place.hours['sat'][0][0]:%H:%M}" == "09:00"
    assert desk.calendar.clinic is desk.clinic  # type: ignore[attr-defined]
    content, base = hashes(desk, {})
    editing.restore(desk, ana, 0, "open on Mondays after all", content, base)
    assert renewal.look()
    assert desk.clinic == load_clinic(desk.settings.clinic_file)


def test_a_new_process_begins_with_what_is_published_and_leaves_open_conversations_their_words(world: World) -> None:
    desk, ana = world.desk, admin(world)
    renewal = Renewal(desk, desk.settings.content)
    first = publish(desk, ana, **{KEY: (WAS | {"text": "Which day is best?"}, WAS)})
    renewal.look()
    assert "Which day is best?" in world.say("I need an appointment for a checkup")[-1]
    with desk.store.begin(write=False) as tx:
        serving = tx.content.revision(desk.clinic.id, 1)
    assert serving is not None
    publish(desk, ana, **{KEY: (WAS | {"text": "What day?"}, serving.items[KEY])})
    fresh = World(str(desk.store._engine.url), clock=world.clock)  # type: ignore[attr-defined]
    again = Renewal(fresh.desk, ROOT)
    again.look()
    assert fresh.desk.content.messages["en"]["booking.ask_day"].text == "What day?"
    held = fresh.desk.content_for(world.conversation())
    assert (held.revision, held.messages["en"]["booking.ask_day"].text) == (first, "Which day is best?")
    fresh.desk.store.close()


def test_a_new_process_reads_no_file_of_what_was_published_and_kept_and_takes_up_the_next_publish(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ana, kept = world.desk, admin(world), Published(tmp_path / "models", 4)
    renewal = Renewal(desk, desk.settings.content, kept=kept)
    publish(desk, ana, **{KEY: (WAS | {"text": "Which day is best?"}, WAS)})
    assert renewal.look()
    assert "Which day is best?" in world.say("I need an appointment for a checkup")[-1]
    with desk.store.begin(write=False) as tx:
        serving = tx.content.revision(desk.clinic.id, 1)
    assert serving is not None
    publish(desk, ana, **{KEY: (WAS | {"text": "What day?"}, serving.items[KEY])})
    assert renewal.look()
    fresh = World(str(desk.store._engine.url), clock=world.clock)  # type: ignore[attr-defined]
    again = Renewal(fresh.desk, ROOT, kept=kept)
    with monkeypatch.context() as nothing:
        for room in ("agent.renewal", "agent.content.service"):
            nothing.setattr(f"{room}.read_content", lambda *_, **__: pytest.fail("read anew"))
        assert again.look()
    assert fresh.desk.content.messages["en"]["booking.ask_day"].text == "What day?"
    held = fresh.desk.content_for(world.conversation())
    assert held.messages["en"]["booking.ask_day"].text == "Which day is best?"  # begun before
    with desk.store.begin(write=False) as tx:
        serving = tx.content.revision(desk.clinic.id, 2)
    assert serving is not None
    publish(desk, ana, **{KEY: (WAS | {"text": "On which day?"}, serving.items[KEY])})
    assert again.look()
    assert fresh.desk.content.messages["en"]["booking.ask_day"].text == "On which day?"
    fresh.desk.store.close()


def test_an_admin_who_has_published_does_not_wait_for_a_second_reading_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ana = world.desk, admin(world)
    renewal, bench = Renewal(desk, desk.settings.content), Workbench(desk)
    renewal.start()
    try:
        content = publish(desk, ana, **{KEY: (WAS | {"text": "Which day is best?"}, WAS)})
        monkeypatch.setattr("agent.workbench.read_content", lambda *_, **__: pytest.fail("read twice"))
        monkeypatch.setattr("agent.workbench._TAKEN_UP", 60.0)
        shelf = bench.shelf()
    finally:
        renewal.stop()
    assert shelf.reading.content is desk.content
    assert shelf.reading.content.revision == content


def test_two_who_come_at_once_to_what_was_published_have_it_read_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ana, made = world.desk, admin(world), list[Any]()
    publish(desk, ana, **{KEY: (WAS | {"text": "Which day is best?"}, WAS)})
    read = Workbench.read
    monkeypatch.setattr(Workbench, "read", lambda *given: made.append(given) or read(*given))
    bench = Workbench(desk)
    with ThreadPoolExecutor(4) as pool:
        shelves = set(map(id, pool.map(lambda _: bench.shelf(), range(4))))
    assert len(made) == len(shelves) == 1


def test_only_the_newest_contents_that_were_published_are_kept(tmp_path: Path) -> None:
    content, kept = shared.content(), Published(tmp_path, 2)
    for n in range(4):
        kept.keep(replace(content, revision=f"{n:016d}"), frozenset())
        os.utime(tmp_path / f"content-{n:016d}.json", (n, n))
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"content-{n:016d}.json" for n in (2, 3)]
    assert kept.find(f"{3:016d}", frozenset()) is not None
    assert kept.find(f"{1:016d}", frozenset()) is None


def test_what_no_longer_fits_newer_files_is_told_and_the_rest_serves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.renewal.prove", lambda *_: [])  # seconds of other defects
    desk, ana = world.desk, admin(world)
    spoiled, es = {"text": "¿Qué {día}?", "plural": [], "origin": "human", "reviewer": ""}, "message/es/booking.ask_day"
    publish(desk, ana, **{es: (spoiled, None), KEY: (WAS | {"text": "Which day is best?"}, WAS)})
    with desk.store.begin() as tx:  # as if checked against files of another day
        row = tx.content.revision(desk.clinic.id, 1)
        assert row is not None
        tx.content.publish(row.model_copy(update={"number": 2, "content": "another hash"}))
    told: list[Any] = []
    assert Renewal(desk, ROOT, told.append).look()
    assert desk.content.messages["en"]["booking.ask_day"].text == "Which day is best?"
    assert "{" not in desk.content.messages["es"]["booking.ask_day"].text
    assert any("locales/es" in str(fault) for fault in told)


def test_export_writes_the_files_and_publish_takes_them_from_there_and_shows_conflicts(
    world: World, tmp_path: Path
) -> None:
    root = tmp_path / "house"
    for name in ("intents", "workflows", "locales"):
        shutil.copytree(ROOT / name, root / name)
    desk, ana = world.desk, admin(world)
    facts = root / "clinic.yaml"
    shutil.copy(desk.settings.clinic_file, facts)
    desk.settings = desk.settings.model_copy(update={"content": root, "clinic_file": facts})
    was = standing_fact(desk.clinic, HOURS)
    assert was is not None
    hours = {"hours": {**was["hours"], "sat": ["10:00-11:00"]}}
    content = publish(desk, ana, **{KEY: (WAS | {"text": "Which day is best?"}, WAS), HOURS: (hours, was)})

    def take(which: str | None) -> tuple[list[str], str | None]:
        with desk.store.begin() as tx:
            clinic, reading = load_clinic(facts), read_content(root)
            return taken(tx, desk.settings, clinic, reading, which, "from git", desk.new_id, desk.clock())

    lines, done = take(None)
    assert done is None
    assert [line.split(":")[0] for line in lines[:2]] == [HOURS, KEY]  # neither stands in the files yet
    with desk.store.begin(write=False) as tx:
        serving = tx.content.revision(desk.clinic.id, 1)
    assert serving is not None
    assert export_content(desk.settings, serving.items, root) == 0
    assert revision_of(root) == content  # the files alone are now what was published
    assert "Nguyen" in facts.read_text() or "# " in facts.read_text()
    assert edited_text(facts, {HOURS: hours}) == facts.read_text()
    assert take(None) == ([], "revision 2: 2 taken from the files, 0 still laid over them")
    assert written(root, {}) == {}
    assert edited_clinic(facts, {}) == load_clinic(facts)
    with desk.store.begin(write=False) as tx:
        now = tx.content.revision(desk.clinic.id, 2)
    assert now is not None
    assert (now.items, now.content) == ({}, content)


def test_what_an_older_version_published_is_no_conflict_for_what_it_did_not_know() -> None:
    clinic = load_clinic(load_settings().clinic_file)
    now = standing_fact(clinic, "clinic/visit/office")
    assert now is not None
    old = {name: value for name, value in now.items() if name not in ("aliases", "notice_hours")}
    assert agrees(old, now)
    assert not agrees(old | {"minutes": 25}, now)
    assert not agrees(now, old)
