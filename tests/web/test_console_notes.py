"""The review page: for clinicians alone, every step in the audit, and nothing signed by accident."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.adapters.store.documents import DocumentsRoom
from agent.desk.documents import draft_next
from agent.desk.review import undecided
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.model.document import Document
from agent.model.note import Draft, Sentence, Source, Utterance
from agent.ports.notes import Asked
from agent.web.console_review import Remembered, _quotes, read_review
from tests.documents.knee_visit import ROOT
from tests.web.console_desk import World, csrf_of
from tests.web.test_console_task import plain


class Wrong(EmbeddedWriter):
    """Drafts well, and then puts in a wrong dose and a drug that nobody spoke of."""

    def draft(self, asked: Asked) -> Draft:
        good = super().draft(asked)
        sentences = []
        for s in good.sentences:
            text = s.text.replace("1000 mg", "2000 mg")
            sentences.append(s.model_copy(update={"text": text}))
        invented = sentences[-1].model_copy(update={"text": "Start warfarin 5 mg daily."})
        note = good.note.replace("1000 mg", "2000 mg") + "\nStart warfarin 5 mg daily."
        return good.model_copy(update={"note": note, "sentences": (*sentences, invented)})


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.writer, made.desk.verifier = Wrong(ROOT), verify
    while draft_next(made.desk):
        pass
    yield made
    made.desk.store.close()


def document(world: World, name: str = "Jon Smith") -> Document:
    with world.desk.store.begin(write=False) as tx:
        found = tx.documents.by_state(world.desk.clinic.id, ("drafted", "signed", "rejected"))
    return next(d for d in found if d.patient_name == name and not d.amends)


def post(client: TestClient, doc: Document, act: str, **fields: Any) -> Any:
    given = {"csrf": csrf_of(client), "version": doc.version, **fields}
    return client.post(f"/console/notes/{doc.id}/{act}", data=given)


def test_visits_are_for_clinicians_alone(world: World) -> None:
    doc = document(world)
    for role in ("front-desk", "admin"):
        client = world.browser(role)
        for path in ("/console/notes", f"/console/notes/{doc.id}", f"/console/notes/{doc.id}/fhir"):
            assert client.get(path).status_code == 403
        assert post(client, doc, "accept", sentence=0).status_code == 403
        assert "Notes</a>" not in client.get("/console").text
    assert world.browser().get("/console/notes").status_code == 303
    client = world.browser("clinician")
    assert client.get("/console/notes/nothing").status_code == 404
    listed = client.get("/console/notes").text
    assert "Jon Smith" in listed
    assert "conflict" in listed


def test_a_planted_dose_and_drug_stand_first_and_nothing_is_ticked(world: World) -> None:
    client, doc = world.browser("clinician"), document(world)
    page = client.get(f"/console/notes/{doc.id}").text
    asked = page[: page.index("The other sentences")]
    for planted in ("2000 mg", "Start warfarin 5 mg daily."):
        assert planted in asked
    assert asked.index("claim red") < (asked.index("claim amber") if "claim amber" in asked else len(asked))
    assert not re.search(r"<input[^>]*checked", page)
    assert re.search(r'<button class="main" disabled>Sign as', page)
    assert "What this worker can and cannot do" in page


def test_a_visit_is_decided_signed_and_shown_with_its_time(world: World) -> None:
    client, doc = world.browser("clinician"), document(world)
    client.get(f"/console/notes/{doc.id}")
    early = post(client, document(world), "sign", attest="yes", read="x")
    assert (early.status_code, "not decided" in early.text) == (422, True)
    for _ in range(30):
        page = client.get(f"/console/notes/{doc.id}").text
        left = re.findall(r'<li class="claim (?:red|amber)" id="c-(\d+)"', page)
        if not left:
            break
        sentence = int(left[0])
        assert post(client, document(world), "reject", sentence=sentence, reason="wrong").status_code == 303
    read = re.search(r'name="read" value="(\w+)"', client.get(f"/console/notes/{doc.id}").text)
    assert read
    assert post(client, document(world), "sign", read=read[1]).status_code == 422  # not attested
    assert post(client, document(world), "sign", read=read[1], attest="yes").status_code == 303
    page = client.get(f"/console/notes/{doc.id}").text
    assert "Signed by Dr. Amara Okafor" in page
    assert "Time to sign" in page
    assert "warfarin" not in document(world).final
    out = client.get(f"/console/notes/{doc.id}/fhir").json()
    assert out["resourceType"] == "Bundle"
    by = f"staff:{world.user('clinician').id}"
    for tag in ("document:viewed", "document:sentence_reject", "document:signed", "document:exported"):
        assert (by, doc.id) in world.audited(tag)
    again = post(client, document(world), "amend", why="missing", words="the brace")
    assert again.status_code == 303
    assert "amends a signed one" in client.get(again.headers["location"]).text
    assert "Something important is missing" in client.get(f"/console/notes/{doc.id}").text


def test_the_same_step_sent_twice_is_one_step(world: World) -> None:
    client, doc = world.browser("clinician"), document(world)
    client.get(f"/console/notes/{doc.id}")
    doc = document(world)
    fields = {"sentence": 0, "idempotency_key": "a-key-of-one-step-1234"}
    assert [post(client, doc, "accept", **fields).status_code for _ in range(2)] == [303, 303]
    assert len(document(world).decisions) == 1
    assert post(client, doc, "accept", sentence=1).status_code == 422  # an old page
    assert post(client, doc, "dance").status_code == 404
    assert post(client, document(world), "reject", sentence=1, reason="because").status_code == 422


def test_a_whole_document_is_rejected_with_a_reason_and_counted(world: World) -> None:
    client, doc = world.browser("clinician"), document(world)
    client.get(f"/console/notes/{doc.id}")
    assert post(client, document(world), "discard", why="", words="").status_code == 422
    assert post(client, document(world), "discard", why="wrong_facts", words="dose").status_code == 303
    page = client.get("/console/notes").text
    shown = plain(page)
    for what in ("kind: Visit note", f"release: {version('frontdesk')}", "patient's language: en"):
        assert f"Errors, {what} 1 in 1 documents" in shown
    assert document(world).state == "rejected"


def test_what_a_review_cost_is_exported_without_anybodys_name(world: World) -> None:
    client, doc = world.browser("clinician"), document(world)
    client.get(f"/console/notes/{doc.id}")
    for n in undecided(document(world)):
        post(client, document(world), "reject", sentence=n, reason="wrong")
    at = world.desk.clock() + timedelta(seconds=95)
    world.desk.clock = lambda: at
    page = client.get(f"/console/notes/{doc.id}").text
    read = re.search(r'name="read" value="(\w+)"', page)
    assert read
    assert post(client, document(world), "sign", read=read[1], attest="yes").status_code == 303
    file = client.get("/console/notes/figures.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(file.text))
    signed = document(world)
    assert (row["state"], row["kind"], row["writer"]) == ("signed", "visit_note", "embedded")
    assert int(row["seconds_to_sign"]) == 95
    assert int(row["characters_changed"]) == signed.edit_distance
    assert int(row["rejected"]) == len(signed.decisions)
    assert int(row["red"]) >= 2
    assert not any(name in file.text for name in ("Smith", "Okafor", signed.id, signed.title))
    assert (f"staff:{world.user('clinician').id}", "figures") in world.audited("document:exported")
    assert world.browser("admin").get("/console/notes/figures.csv").status_code == 403


def test_a_passage_is_quoted_once_beside_a_sentence(world: World) -> None:
    doc = document(world)
    whole = Source(turn=0, start=0, end=len(doc.dialogue[0].text))
    part = whole.model_copy(update={"start": 1})
    assert [q.start for q in _quotes(doc, [whole, part, Source(turn=1)])] == [0, 0]


def test_the_card_counts_without_opening_what_it_has_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, doc = world.browser("clinician"), document(world)
    client.get(f"/console/notes/{doc.id}")
    post(client, document(world), "discard", why="not_usable", words="")
    opened: list[str] = []
    read = DocumentsRoom.get

    def watched(room: DocumentsRoom, id: str) -> Document | None:
        opened.append(id)
        return read(room, id)

    monkeypatch.setattr(DocumentsRoom, "get", watched)
    with world.desk.store.begin(write=False) as tx:
        counts, versions = Remembered(), tx.documents.versions(world.desk.clinic.id, ("signed", "rejected"), 500)
        assert list(versions) == [doc.id]
        first = counts.of(tx, versions)
        assert [r.problems for r in first] == [1]
        assert (counts.of(tx, versions), opened) == (first, [doc.id])
        counts.of(tx, {doc.id: versions[doc.id] + 1})
    assert opened == [doc.id] * 2


def test_a_sentence_that_is_asked_about_says_why(world: World) -> None:
    """An open question of a payer's form, and words that are hard to read, are no lack of certainty."""
    doc = document(world)
    hard = "Individualized pharmacological prophylaxis necessitates multidisciplinary reevaluation."
    rows = (("prior_authorization", "Drug requested: not answered yet.", "Neither the record nor the visit answers"),
            ("after_visit_summary", hard, "It reads like school grade"),
            ("visit_note", hard, "little certainty"))  # fmt: skip
    for kind, text, why in rows:
        sentence = Sentence(text=text, section="plan", evidence=(), confidence=0.3)
        assert doc.draft is not None
        draft = doc.draft.model_copy(update={"sentences": (sentence,), "note": text})
        found = read_review(doc.model_copy(update={"kind": kind, "draft": draft, "check": None}))
        assert found is not None
        assert why in found.asked[0].unsure


def test_how_hard_other_languages_are_to_read_is_not_guessed(world: World) -> None:
    doc = document(world)
    assert doc.draft is not None
    text = "“خذي ibuprofen 400 mg ثلاث مرات في اليوم مع الطعام”"
    sentence = Sentence(text=text, section="medicines", evidence=(), confidence=0.3)
    draft = doc.draft.model_copy(update={"sentences": (sentence,), "note": text})
    talk = (Utterance(speaker="Doctor", text=text),)
    more = {"kind": "after_visit_summary", "draft": draft, "check": None, "dialogue": talk}
    found = read_review(doc.model_copy(update=more))
    assert found is not None
    assert "little certainty" in found.asked[0].unsure
    assert found.reads_like == ""


def test_a_summary_for_the_patient_says_how_hard_it_is_to_read(world: World) -> None:
    doc = document(world)
    assert doc.draft is not None
    for kind, said in (("after_visit_summary", "It reads like school grade"), ("visit_note", "")):
        found = read_review(doc.model_copy(update={"kind": kind}))
        assert found is not None
        assert found.reads_like.startswith(said)
        assert bool(found.reads_like) is bool(said)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("late", "It did not answer in time."),
        ("busy", "It was busy with other visits."),
        ("failed", "It could not be reached."),
        ("not_understood", "Its answer could not be read."),
        ("unfaithful", "Too much of what it wrote was not said in the visit."),
        ("too_long", "The visit is too long for it."),
    ],
)
def test_why_a_models_draft_is_not_used_is_said_in_words(world: World, why: str, said: str) -> None:
    doc = document(world)
    assert doc.draft is not None
    with world.desk.store.begin() as tx:
        tx.documents.save(doc.model_copy(update={"draft": doc.draft.model_copy(update={"instead": why})}))
    page = plain(world.browser("clinician").get(f"/console/notes/{doc.id}").text)
    assert f"its words are not used. {said} What stands here was put together from the visit itself." in page
    assert why not in ("unfaithful", "not_understood", "too_long") or why not in page


@pytest.mark.parametrize(("count", "said"), [(1, "1 sentence that"), (3, "3 sentences that")])
def test_how_many_sentences_of_a_model_were_left_out_is_told(world: World, count: int, said: str) -> None:
    client = world.browser("clinician")
    assert "the language model wrote" not in client.get(f"/console/notes/{document(world).id}").text
    doc = document(world)
    assert doc.draft is not None
    with world.desk.store.begin() as tx:
        tx.documents.save(doc.model_copy(update={"draft": doc.draft.model_copy(update={"left_out": count})}))
    assert f"{said} the language model wrote" in plain(client.get(f"/console/notes/{doc.id}").text)


def test_what_is_odd_in_who_speaks_stands_above_the_draft(world: World) -> None:
    client = world.browser("clinician")
    told = "Somebody besides the patient and staff speaks in this transcript"
    assert told not in client.get(f"/console/notes/{document(world).id}").text
    doc = document(world)
    with world.desk.store.begin() as tx:
        said = (*doc.dialogue, Utterance(speaker="Ben", text="And my rash itches."))
        tx.documents.save(doc.model_copy(update={"dialogue": said}))
    assert told in client.get(f"/console/notes/{doc.id}").text
