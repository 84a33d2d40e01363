"""Writing to the record from the console: previewed by field, pressed by those who may, its troubles shown."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.model.task import Task
from tests.fhir.fake_server import Fake, Fault, fake_server
from tests.fhir.written import SAID, kept, note_of, work, world_with
from tests.web.console_desk import World, csrf_of, decide
from tests.web.test_console_forms import handed_in
from tests.web.test_console_task import plain


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_server() as made:
        yield made


@pytest.fixture
def world(fake: Fake) -> Iterator[World]:
    made = world_with(fake.url)
    yield made
    made.desk.store.close()


def post(client: TestClient, page: str, act: str, **fields: Any) -> Any:
    return client.post(f"/console/record/{page}/{act}", data={"csrf": csrf_of(client), **fields})


def read(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(read|chosen|withdraws)" value="(\w+)"', page))


def approved(world: World) -> Task:
    task = handed_in(world, *SAID, form="new-patient")
    fields = {"patient": "new", "pick": "needed"}
    assert decide(world.browser("front-desk"), task, "confirm", **fields).status_code == 303
    return world.task(task.id)


def test_a_signed_document_is_looked_at_pressed_and_seen_to_be_there(world: World, fake: Fake) -> None:
    note = note_of(world)
    client, page = world.browser("clinician"), f"note/{note.id}"
    assert "not written" in client.get(f"/console/record/{page}").text
    assert fake.asked == []
    seen = post(client, page, "look").text
    text = plain(seen)
    assert "Who made and checked it" in text
    assert "Write 6 changes as Dr. Amara Okafor" in text
    assert fake.held == {}
    assert post(client, page, "write", **read(seen)).status_code == 303
    assert "being written" in client.get(f"/console/record/{page}").text
    assert post(client, page, "write", **read(seen)).status_code == 422
    work(world)
    done = plain(client.get(f"/console/record/{page}").text)
    assert "written" in done
    assert len(fake.of("Composition")) == 1
    assert "nothing to write" in plain(post(client, page, "look").text)
    assert "Jon Smith" in client.get("/console/record").text
    by = f"staff:{world.user('clinician').id}"
    assert (by, f"note:{note.id}") in world.audited("record:approved")


def test_what_is_in_the_way_is_said_in_one_sentence_until_it_is_gone(world: World, fake: Fake) -> None:
    note = note_of(world)
    client, page = world.browser("clinician"), f"note/{note.id}"
    fake.faults.append(Fault(401, writes=False))
    assert "FRONTDESK_FHIR_TOKEN is missing" in post(client, page, "look").text
    assert post(client, page, "write", **read(post(client, page, "look").text)).status_code == 303
    fake.faults.append(Fault(422, {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "no <b> code"}]}))
    work(world)
    for path in (f"/console/record/{page}", "/console/record"):
        told = client.get(path).text
        assert "does not accept it (422): no &lt;b&gt; code" in told
        assert "needs a person" in told
    assert post(client, page, "write", **read(post(client, page, "look").text)).status_code == 303
    work(world)
    assert kept(world, note).why == ""
    assert "(422)" not in client.get("/console/record").text


def test_a_form_is_written_by_who_decides_it_and_taken_back(world: World, fake: Fake) -> None:
    task = approved(world)
    client, page = world.browser("front-desk"), f"form/{task.id}"
    assert f"/console/record/{page}" in client.get(f"/console/tasks/{task.id}").text
    seen = post(client, page, "look")
    assert {"Allergy penicillin", "Insurance Healthfirst"} <= set(
        re.findall(r"(?:Allergy|Insurance) \w+", plain(seen.text))
    )
    post(client, page, "write", **read(seen.text))
    work(world)
    assert [a["code"]["text"] for a in fake.of("AllergyIntolerance")] == ["penicillin"]
    (made_by,) = fake.of("Provenance")
    assert made_by["agent"][0]["who"]["display"] == world.user("front-desk").name
    back = post(client, page, "look", withdraws="yes").text
    assert "entered in error" in plain(back)
    assert post(client, page, "write", **read(back)).status_code == 303
    work(world)
    assert "taken back" in client.get(f"/console/record/{page}").text
    assert fake.of("AllergyIntolerance")[0]["verificationStatus"]["coding"][0]["code"] == "entered-in-error"


def test_only_those_who_may_and_only_what_a_person_approved(world: World) -> None:
    note, task = note_of(world), approved(world)
    open_task = handed_in(world, *SAID, form="new-patient")
    draft = note_of(world, state="drafted")
    for role, page in (
        ("front-desk", f"note/{note.id}"), ("admin", f"note/{note.id}"), ("clinician", f"form/{task.id}"),
        ("clinician", f"note/{draft.id}"), ("front-desk", f"form/{open_task.id}"), ("clinician", "other/1"),
        ("clinician", "note/nothing"), ("front-desk", "form/nothing"),
    ):  # fmt: skip
        client = world.browser(role)
        for answer in (client.get(f"/console/record/{page}"), post(client, page, "look"), post(client, page, "write")):
            assert answer.status_code == 404, (role, page)
    for role in ("auditor", "read-only"):
        with world.desk.store.begin() as tx:
            user = world.user("front-desk").model_copy(update={"role": role})
            tx.staff.save(user)
        assert world.enter(user).get("/console/record").status_code == 403


def test_without_a_record_it_is_said_and_nothing_is_offered(world: World) -> None:
    note = note_of(world)
    world.desk.chart = None
    client = world.browser("clinician")
    page = client.get(f"/console/record/note/{note.id}").text
    assert "No record system is configured" in page
    assert "/look" not in page
    assert post(client, f"note/{note.id}", "look").status_code == 424
    assert f"/console/record/note/{note.id}" not in client.get(f"/console/notes/{note.id}").text
