"""A language from a button: written while nobody meets it, refused to go live while anything is missing."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.consequences import too_few
from agent.content import read_content
from agent.content.items import written
from agent.content.load import corpus
from agent.content.tongues import begun
from agent.desk import editing
from agent.learning import gate_for
from agent.model.edit import Change
from agent.settings import ROOT, Settings
from agent.verbs.export import export_content
from agent.verbs.publish import agrees, in_files
from agent.workbench import Workbench
from tests.web.console_desk import World

SAFETY = "/admin/safety/fa/chest_pain"
PAIN = {"phrases-E1": "سینه‌ام درد می‌کند", "tests": "سلام، سینه‌ام درد می‌کند", "version": "0"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


@pytest.fixture(scope="module")
def client(world: World) -> TestClient:
    return world.admin()


def edits(world: World) -> dict[str, Any]:
    with world.desk.store.begin(write=False) as tx:
        return {e.key: e for e in tx.content.edits(world.desk.clinic.id)}


def publish(world: World, reason: str) -> None:
    """As after its rehearsal, and as a process that has taken it up."""
    desk, by = world.desk, world.user("admin")
    proposal = editing.propose(desk, by, reason)
    with desk.store.begin() as tx:
        tx.content.save_proposal(proposal.model_copy(update={"state": "checked", "reviewer": "another"}))
    bench = Workbench(desk)
    editing.publish(desk, by, proposal.id, *bench.hashes(proposal.items))
    desk.content = bench.shelf().reading.content


def test_what_is_no_language_is_refused_with_what_was_typed(world: World, client: TestClient) -> None:
    for typed, told in (
        ("xx", "no language by this tag"),
        ("<b>", "no language"),
        ("es", "there already"),
        ("", "tag"),
    ):
        answer = client.post("/admin/languages", data={"tag": typed})
        assert answer.status_code == 422, typed
        assert told in answer.text, typed
    assert 'value="&lt;b&gt;"' in client.post("/admin/languages", data={"tag": "<b>"}).text
    assert edits(world) == {}
    assert client.get("/admin/languages/xx").status_code == 404


def test_a_language_is_begun_written_and_kept_from_patients_until_nothing_is_missing(
    world: World, client: TestClient
) -> None:
    assert client.post("/admin/languages", data={"tag": "fa"}).headers["location"] == "/admin/languages/fa"
    assert edits(world)["language/fa"].value["english"] == "Persian"
    page = client.get("/admin/languages/fa").text
    assert "فارسی" in page
    assert "Publish the draft" in page
    assert client.get("/admin/messages?lang=fa").status_code == 404
    live = world.desk.content.live
    publish(world, "many of our patients speak it")
    assert world.desk.content.live == live
    assert world.desk.content.languages["fa"].state == "preparing"
    for room in ("messages?lang=fa", "intents?lang=fa", "safety?lang=fa", "translators/fa", "intents/fa/book"):
        assert client.get(f"/admin/{room}").status_code == 200, room
    message = client.get("/admin/messages/fa/booking.ask_day").text
    assert 'dir="rtl"' in message
    said = {"text": "چه روزی برای شما مناسب است؟", "version": "0"}
    assert client.post("/admin/messages/fa/booking.ask_day", data=said).status_code == 303
    book = {"examples": "می‌خواهم وقت بگیرم", "tests": "", "version": "0"}
    assert client.post("/admin/intents/fa/book", data=book).status_code == 303
    assert client.post(SAFETY, data=PAIN).status_code == 303
    refused = client.post("/admin/languages/fa", data={"state": "live", "version": "0"})
    assert refused.status_code == 422
    assert "It cannot go live yet" in refused.text
    assert "intents/fa/cancel.yaml" in refused.text
    assert "language/fa" not in edits(world)
    page = client.get("/admin/languages/fa").text
    assert "in preparation" in page
    assert "many of our patients speak it" in page
    assert world.user("admin").name in page
    assert "intents/fa/_times.yaml" in page
    assert page.index("Safety and crisis") < page.index("Consent and identity") < page.index("Visits")
    publish(world, "the first sentences")
    content = world.desk.content
    assert content.messages["fa"]["booking.ask_day"].text == said["text"]
    assert "fa" not in corpus(content)  # nothing is learned of it, and none of its phrases rings
    gate = gate_for(content, world.settings.var / "models")
    assert gate.read(PAIN["tests"], "fa").category == "none"


def test_the_publish_check_lets_it_be_prepared_and_names_what_keeps_it_from_patients(world: World) -> None:
    bench, (tag, item) = Workbench(world.desk), begun("fa")
    assert bench.faults({f"language/{tag}": item}) == []
    refused = " ".join(bench.faults({f"language/{tag}": {**item, "state": "live"}}))
    assert "intents/fa/emergency.yaml" in refused
    assert all("measured on 0 messages" in line for line in too_few({}, "Persian"))
    assert len(too_few({}, "Persian")) == 3


def test_going_live_and_ending_it_take_two_people() -> None:
    _, item = begun("fa")
    begins, live = Change(key="language/fa", before=None, after=item), {**item, "state": "live"}
    assert not editing.needs_second((begins,))
    assert editing.needs_second((begins.model_copy(update={"before": item, "after": live}),))
    assert editing.needs_second((begins.model_copy(update={"before": live, "after": item}),))


def test_export_writes_the_language_for_git_and_publish_finds_the_same_there(tmp_path: Path) -> None:
    for folder in ("intents", "workflows", "locales"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    tag, item = begun("sr-Latn")
    text = {"text": "Koji dan Vam odgovara?", "plural": [], "origin": "human", "reviewer": ""}
    items = {f"language/{tag}": item, f"message/{tag}/booking.ask_day": text}
    laid = read_content(tmp_path, edited=written(tmp_path, items))
    assert export_content(Settings(content=tmp_path), items, tmp_path) == 0
    kept = read_content(tmp_path)
    assert kept.faults == laid.faults == ()
    assert kept.content.revision == laid.content.revision
    clinic: Any = None  # nothing of the clinic's facts is asked
    for key, value in items.items():
        assert agrees(value, in_files(kept, clinic, key)), key
    before = (ROOT / "intents/languages.yaml").read_text("utf-8").splitlines()
    after = (tmp_path / "intents/languages.yaml").read_text("utf-8").splitlines()
    assert [line for line in before if line not in after] == []  # comments and order stay
