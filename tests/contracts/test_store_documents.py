"""Documents are stored once, drafted by one worker at a time, and changed by compare-and-swap, on every database."""

from datetime import timedelta

import pytest

from agent.model.document import Document
from agent.model.fault import Conflict
from agent.ports import Store
from tests.contracts.samples import NOW


def document(n: int, **given: object) -> Document:
    kept = {"id": f"doc-{n}", "clinic": "k", "patient": "p-1", "key": f"key-{n}", "kind": "visit_note",
            "patient_name": "Dorothy Wilson", "created_at": NOW}  # fmt: skip
    return Document.model_validate(kept | given)


def test_a_visit_handed_in_twice_is_one_document(store: Store) -> None:
    with store.begin() as tx:
        assert tx.documents.add(document(1)).id == "doc-1"
        assert tx.documents.add(document(2, key="key-1")).id == "doc-1"
        assert tx.documents.add(document(3, key="key-1", clinic="other")).id == "doc-3"
    with store.begin(write=False) as tx:
        assert tx.documents.get("doc-1") == document(1)
        assert tx.documents.get("doc-2") is None
        assert [d.id for d in tx.documents.of_patient("p-1")] == ["doc-1", "doc-3"]


def test_one_worker_drafts_it_until_the_lease_runs_out(store: Store) -> None:
    with store.begin() as tx:
        tx.documents.add(document(1))
        tx.documents.add(document(2))
    with store.begin() as tx:
        first = tx.documents.claim("k", NOW, 60)
        second = tx.documents.claim("k", NOW, 60)
        assert tx.documents.claim("k", NOW, 60) is None
    assert (first and first.id, second and second.id) == ("doc-1", "doc-2")
    with store.begin() as tx:
        again = tx.documents.claim("k", NOW + timedelta(seconds=61), 60)
        assert again is not None
        assert (again.id, again.attempts) == ("doc-1", 2)
    assert first is not None
    with pytest.raises(Conflict), store.begin() as tx:  # whoever had the first lease comes too late
        tx.documents.save(first.model_copy(update={"state": "drafted"}))
    with store.begin() as tx:
        saved = tx.documents.save(again.model_copy(update={"state": "drafted"}))
        assert saved.version == again.version + 1
        assert [d.id for d in tx.documents.by_state("k", ("drafted",))] == ["doc-1"]
        assert [d.id for d in tx.documents.by_state("k", ("waiting", "drafted"))] == ["doc-1", "doc-2"]
        assert [d.id for d in tx.documents.by_state("k", ("waiting", "drafted"), 1)] == ["doc-1"]


def test_of_many_the_newest_are_given_oldest_first(store: Store) -> None:
    with store.begin() as tx:
        for n in range(1, 6):
            tx.documents.add(document(n, state="signed"))
        tx.documents.add(document(6))
        assert [d.id for d in tx.documents.newest("k", ("signed", "rejected"), 3)] == ["doc-3", "doc-4", "doc-5"]


def test_who_is_forgotten_leaves_no_document_behind(store: Store) -> None:
    with store.begin() as tx:
        tx.documents.add(document(1))
        tx.documents.add(document(2, patient="p-2"))
    with store.begin() as tx:
        assert tx.privacy.erase_patient("p-1", NOW)["documents"] == 1
    with store.begin(write=False) as tx:
        assert tx.documents.of_patient("p-1") == []
        assert [d.id for d in tx.documents.of_patient("p-2")] == ["doc-2"]
