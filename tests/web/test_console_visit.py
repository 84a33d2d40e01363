"""A clinician hands in a visit: each line that cannot be read is named, nothing is lost, and the draft appears."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from agent.desk.documents import draft_next
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.model.document import Document
from tests.documents.knee_visit import ROOT, TALK
from tests.fhir.written import jon
from tests.web.console_desk import World, csrf_of
from tests.web.test_console_task import plain

VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Doctor>What brings you in?\n\n"
VTT += "00:04.000 --> 00:06.000\n<v Patient>My knee hurts.\n"
JSON = json.dumps(
    [{"speaker": "Doctor", "text": "What brings you in?"}, {"speaker": "Patient", "text": "My knee hurts."}]
)
PLAIN = "Doctor: What brings you in?\nPatient: My knee hurts."


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.writer, made.desk.verifier = EmbeddedWriter(ROOT), verify
    while draft_next(made.desk):
        pass
    yield made
    made.desk.store.close()


def record(name: str = "Smith", born: str = "1985-03-14") -> str:
    patient = {"resourceType": "Patient", "id": "x", "name": [{"family": name}], "birthDate": born}
    drug = {"resourceType": "MedicationStatement", "id": "m", "subject": {"reference": "Patient/x"},
            "medicationCodeableConcept": {"text": "lisinopril"}}  # fmt: skip
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": patient}, {"resource": drug}]})


def handed(world: World, files: dict[str, Any] | None = None, role: str = "clinician", **fields: str) -> Any:
    client = world.browser(role)
    data = {"csrf": csrf_of(client), "kind": "visit_note", "language": "en", **fields}
    return client.post(f"/console/visits/{jon(world).id}", data=data, files=files or {"transcript_file": ("", b"")})


def last(world: World) -> Document | None:
    with world.desk.store.begin(write=False) as tx:
        return next((d for d in reversed(tx.documents.of_patient(jon(world).id)) if d.title == "Handed in"), None)


def test_a_visit_is_handed_in_drafted_and_waits_for_review(world: World) -> None:
    files = {"record_file": ("r.json", record().encode()), "transcript_file": ("t.txt", TALK.encode())}
    answer = handed(world, files, consent="yes", title="Handed in")
    made = last(world)
    assert made is not None
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/notes/{made.id}")
    assert (made.consent, made.state, made.owner) == (True, "waiting", world.user("clinician").id)
    assert draft_next(world.desk)
    page = plain(world.browser("clinician").get(answer.headers["location"]).text)
    assert "meniscus" in page
    assert "lisinopril" in page
    assert (f"staff:{world.user('clinician').id}", made.id) in world.audited("document:handed_in")


@pytest.mark.parametrize("words", [VTT, JSON, PLAIN, "\ufeff" + PLAIN.replace("\n", "\r\n")])
def test_each_form_of_transcript_is_read_from_a_file_and_from_the_box(world: World, words: str) -> None:
    assert handed(world, consent="yes", title="Handed in", transcript=words).status_code == 303
    made = last(world)
    assert made is not None
    assert [(u.speaker, u.text) for u in made.dialogue] == [
        ("Doctor", "What brings you in?"), ("Patient", "My knee hurts."),
    ]  # fmt: skip
    file = {"transcript_file": ("t", words.encode("utf-16" if "\ufeff" in words else "utf-8"))}
    assert handed(world, file, consent="yes", title="Again").headers["location"] == f"/console/notes/{made.id}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Hello there\nand more\nDoctor: hi", "Line 1: this line has no speaker"),
        ("Hello there\nand more\nDoctor: hi", "Line 2: this line has no speaker"),
        ('[{"speaker": "Doctor",\n "text": }]', "Line 2: this is not JSON: Expecting value"),
        ('{"speaker": "Doctor"}', "no list of turns"),
        ('[{"speaker": "Doctor", "text": "hi"}, 7]', "turn 2 is no object"),
        ("WEBVTT\n\n00:01 --> later\nDoctor: hi\n", "Line 3: the times of this cue"),
        ("WEBVTT\n\n", "Nobody says anything"),
        ("[" * 100_000, "nested too deeply"),
        ("Doctor: " + "x" * 400_001, "too long"),
        ('[{"text": "hello, I am nobody"}]', "No speaker is named"),
        ("", "nothing to draft from"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line_and_nothing_typed_is_lost(
    world: World, words: str, told: str
) -> None:  # fmt: skip
    answer = handed(world, consent="yes", title="Handed in", transcript=words)
    assert answer.status_code == 422
    assert told in plain(answer.text)
    assert 'value="Handed in"' in answer.text
    if words and len(words) < 100:
        assert plain(words.replace("&", "&amp;").replace("<", "&lt;"))[:10] in plain(answer.text)
    assert last(world) is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (record("Torres"), "another name: it is somebody else"),
        (record(born="1999-01-01"), "another date of birth: it is somebody else"),
        ('{"resourceType": "Bundle", "entry": []}', "of one patient and say which"),
        ('{"resourceType": "Patient"}', "no FHIR Bundle"),
        ("{\n\n oops", "Line 3: this is not JSON"),
    ],
)
def test_the_record_of_somebody_else_is_refused(world: World, content: str, told: str) -> None:
    files = {"record_file": ("r.json", content.encode())}
    answer = handed(world, files, consent="yes", title="Handed in", transcript=PLAIN)
    assert (answer.status_code, told in plain(answer.text)) == (422, True)
    assert last(world) is None


def test_no_transcript_without_consent_and_no_file_that_is_no_text(world: World) -> None:
    answer = handed(world, title="Handed in", transcript=PLAIN)
    assert "Without the patient&#39;s consent" in answer.text
    for content, told in ((b"\x89PNG\r\n\x1a\n\x00", "no text in UTF-8"), (b"x" * (8 * 1024 * 1024 + 1), "too large")):
        file = {"transcript_file": ("t.txt", content)}
        assert told in plain(handed(world, file, consent="yes").text)
    huge = {"transcript_file": ("t.txt", b"x" * 30_000_000)}
    assert handed(world, huge).status_code == 403
    assert last(world) is None


def test_it_is_for_clinicians_and_once(world: World) -> None:
    for role in ("front-desk", "admin"):
        assert world.browser(role).get(f"/console/visits/{jon(world).id}").status_code == 403
        assert handed(world, role=role, consent="yes", transcript=PLAIN).status_code == 403
    client = world.browser("clinician")
    assert client.get("/console/visits/nobody").status_code == 404
    assert not re.search(r"<input[^>]*checked", client.get(f"/console/visits/{jon(world).id}").text)
    key = {"idempotency_key": "a-key-of-one-step-1234"}
    both = [handed(world, consent="yes", title="Handed in", transcript=PLAIN, **key) for _ in range(2)]
    assert [a.status_code for a in both] == [303, 303]
    assert len(world.audited("document:handed_in")) == 1


def wrote(world: World, whose: str | None, text: str, phone: str) -> str:
    """A conversation of this patient, or of a telephone that nobody has proven to be somebody's, with one message."""
    held, _ = world.talk(text, phone=phone)
    with world.desk.store.begin() as tx:
        tx.conversations.save(held.model_copy(update={"patient": whose}), world.desk.clock())
    return held.id


def test_messages_with_the_front_desk_are_offered_and_stand_in_the_draft(world: World) -> None:
    jons = wrote(world, jon(world).id, "My knee swells and I am allergic to penicillin", "+17185550133")
    page = world.browser("clinician").get(f"/console/visits/{jon(world).id}").text
    assert f'value="{jons}"' in page
    handed(world, consent="yes", title="Handed in", transcript=PLAIN, thread=jons)
    assert draft_next(world.desk)
    made = last(world)
    assert made is not None
    assert made.draft is not None
    assert "allergic to penicillin" in made.draft.note
    shown = plain(world.browser("clinician").get(f"/console/notes/{made.id}").text)
    assert "Message" in shown
    assert shown.count("allergic to penicillin") >= 3  # the sentence, its source, and the messages beside it


def test_nobody_elses_messages_are_offered_or_taken(world: World) -> None:
    with world.desk.store.begin(write=False) as tx:
        other = next(p for p in tx.patients.search(world.desk.clinic.id, "Wilson") if p.id != jon(world).id)
    theirs = [
        wrote(world, other.id, "I am allergic to penicillin", "+17185550144"),
        wrote(world, None, "I take warfarin", jon(world).phones[0]),
    ]
    page = world.browser("clinician").get(f"/console/visits/{jon(world).id}").text
    assert not [id for id in theirs if id in page]
    for id in theirs:
        handed(world, consent="yes", title="Handed in", transcript=PLAIN, thread=id)
    made = last(world)
    assert made is not None
    assert made.thread == ()
