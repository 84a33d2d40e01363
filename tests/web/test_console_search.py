"""Search over a patient's notes: for clinicians, quoted and dated, on record, and with nothing of the question left
behind."""

import base64
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.model.form import FormRow, Given
from agent.model.note import Utterance
from tests.contracts.samples import NOW
from tests.fhir.written import jon, note_of
from tests.web.console_desk import World, csrf_of
from tests.web.test_console_task import plain

SAID = (
    Utterance(speaker="Doctor", text="How is your knee?"),
    Utterance(speaker="Patient", text="The pain in my knee came back in spring."),
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    old = base64.b64encode(b"Complains of knee pain after a fall. Denies fever.").decode()
    past = {"resourceType": "DocumentReference", "id": "d", "date": "2019-05-02", "type": {"text": "Old note"},
            "content": [{"attachment": {"contentType": "text/plain", "data": old}}]}  # fmt: skip
    record = {"resourceType": "Bundle", "entry": [{"resource": past}, {"resource": {"resourceType": "Nothing"}}, 7]}
    for n, text in enumerate(
        ("PLAN\nKnee pain is gone. <script>alert(1)</script> ice.", "PLAN\nBlood pressure is fine.")
    ):
        at = NOW - timedelta(days=400 * (n + 1))
        note_of(
            made, final=text, signed_at=at, created_at=at, record=record, dialogue=SAID if n == 0 else (), title="Knee"
        )
    note_of(made, final="PLAN\nLa paciente refiere dolor de rodilla.", language="es", record=None, dialogue=())
    replaced = note_of(made, final="PLAN\nKnee pain, wrongly.", record=None, dialogue=())
    note_of(made, final="PLAN\nNothing wrong.", record=None, dialogue=(), amends=replaced.id)
    with made.desk.store.begin() as tx:
        clinic = made.desk.clinic.id
        row = FormRow(id="f-1", clinic=clinic, form="new-patient", patient=jon(made).id, state="approved",
                      given=(Given(link="x", words="knee pain since Monday"),),
                      made_at=NOW, changed_at=NOW)  # fmt: skip
        tx.forms.add(row)
    yield made
    made.desk.store.close()


def asked(client: TestClient, world: World, question: str, **more: Any) -> Any:
    given = {"csrf": csrf_of(client), "q": question, **more}
    return client.post(f"/console/search/{jon(world).id}", data=given)


def test_passages_are_quoted_with_date_place_and_who_said_it(world: World) -> None:
    client = world.browser("clinician")
    page = asked(client, world, "when did she last mention knee pain?").text
    text = plain(page)
    assert "June 15, 2026 Form, in the patient's words new-patient knee pain since Monday" in text
    assert "Said in the visit Patient Knee The pain in my knee came back in spring." in text
    assert "May 2, 2019 Note in the record Old note" in text
    assert "<mark>knee</mark> <mark>pain</mark> since Monday" in page
    assert "wrongly" not in text  # an amendment took its place
    assert page.count("Old note") == 1  # the same note came with two visits
    assert "<script>alert" not in page
    assert text.index("since Monday") < text.index("Old note")


def test_words_are_found_in_the_notes_own_language_and_denials_are_marked(world: World) -> None:
    client = world.browser("clinician")
    assert "<mark>dolor</mark> de <mark>rodilla</mark>" in asked(client, world, "dolores de rodillas").text
    assert "denied" in plain(asked(client, world, "fever").text)


def test_newest_first_is_by_the_day(world: World) -> None:
    client = world.browser("clinician")
    text = plain(asked(client, world, "knee", order="newest").text)
    days = [text.index(day) for day in ("2026", "2025", "2019") if day in text]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("", "Write what you look for"),
        ("   ", "Write what you look for"),
        ("zebra", "Nothing in these notes says so"),
        ("?!… -- ' ; (.*)+$ %%", "Nothing in these notes says so"),
        ("\x00\u202e" + "膝" * 500, "Nothing in these notes says so"),
        ("<b>" * 400, "Nothing in these notes says so"),
    ],
)
def test_whatever_is_asked_there_is_an_answer(world: World, question: str, told: str) -> None:
    answer = asked(world.browser("clinician"), world, question)
    assert answer.status_code == 200
    assert told in plain(answer.text)
    assert "<b><b>" not in answer.text


def test_it_is_for_clinicians_and_each_search_is_on_record_without_its_words(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for role in ("front-desk", "admin"):
        client = world.browser(role)
        assert client.get(f"/console/search/{jon(world).id}").status_code == 403
        assert asked(client, world, "knee").status_code == 403
        assert "/console/search" not in client.get(f"/console/patients/{jon(world).id}").text
    client = world.browser("clinician")
    assert client.get("/console/search/nobody").status_code == 404
    assert "/console/search" in client.get(f"/console/patients/{jon(world).id}").text
    answer = asked(client, world, "quokkas and knee pain")
    assert answer.history == []
    assert "quokka" not in str(answer.url) + caplog.text + str(capsys.readouterr())
    with world.desk.store.begin(write=False) as tx:
        rows = [e for e in tx.audit.tail(20) if e.tag == "document:searched"]
    assert rows[-1].subject == jon(world).id
    assert "quokka" not in str(rows)


def test_where_no_passage_has_all_of_the_words_the_page_says_so(world: World) -> None:
    client = world.browser("clinician")
    words = "No passage has all of these words."
    assert words in asked(client, world, "blood transfusion").text
    assert words not in asked(client, world, "knee pain").text
