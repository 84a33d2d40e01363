"""What goes beside a reply: documents by link and drafts are sealed, found again, and gone with their people."""

from datetime import timedelta

import pytest

from agent.model.draft import ReplyDraft
from agent.model.enclosure import Enclosure
from agent.model.fault import Conflict
from agent.ports import Store
from tests.contracts.samples import NOW, conversation, raw


def paper(n: int = 1, **given: object) -> Enclosure:
    kept = {"id": f"e-{n}", "clinic": "k", "conversation": "c1", "patient": "p-1", "kind": "sheet", "ref": "s-1",
            "nth": 1, "title": "After a biopsy", "outbound": f"o-{n}", "by": "u-1", "key": f"hash-{n}", "made_at": NOW,
            "expires_at": NOW + timedelta(days=7)}  # fmt: skip
    return Enclosure.model_validate(kept | given)


def draft(n: int = 1, **given: object) -> ReplyDraft:
    kept = {"id": f"d-{n}", "conversation": "c1", "by": "u-1", "text": "Good morning, Ana", "language": "en",
            "model": "m", "prompt": "p", "ms": 5, "made_at": NOW}  # fmt: skip
    return ReplyDraft.model_validate(kept | given)


def test_a_document_is_found_by_its_link_and_its_conversation_and_changed_by_one_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        tx.enclosures.add(paper(1))
        tx.enclosures.add(paper(2, conversation="c2"))
    with store.begin() as tx:
        saved = tx.enclosures.save(paper(1, state="opened", browser="b"))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.enclosures.save(paper(1, state="withdrawn"))
    with store.begin(write=False) as tx:
        assert tx.enclosures.by_key("hash-1") == saved == tx.enclosures.get("e-1")
        assert tx.enclosures.by_key("hash-9") is None
        assert [e.id for e in tx.enclosures.of("c2")] == ["e-2"]
    with raw(store) as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM enclosures").scalars().all()
    assert not any(b"biopsy" in bytes(body) for body in bodies)


def test_a_draft_is_kept_sealed_with_what_became_of_it(store: Store) -> None:
    with store.begin() as tx:
        tx.drafts.add(draft(1))
        tx.drafts.add(draft(2))
        tx.drafts.save(draft(1, outbound="o-1", edited=True))
    with store.begin(write=False) as tx:
        assert [(d.id, d.outbound, d.edited) for d in tx.drafts.of("c1")] == [("d-1", "o-1", True), ("d-2", "", False)]
    with raw(store) as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM reply_drafts").scalars().all()
    assert not any(b"Ana" in bytes(body) for body in bodies)


def test_they_go_with_the_conversation_and_documents_with_the_patient(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.enclosures.add(paper(1))
        tx.enclosures.add(paper(2, conversation="c2"))
        tx.drafts.add(draft())
    with store.begin() as tx:
        gone = tx.privacy.erase_talk("c1", NOW)
        assert (gone["enclosures"], gone["reply_drafts"]) == (1, 1)
        assert tx.privacy.erase_patient("p-1", NOW)["enclosures"] == 1
        assert tx.enclosures.get("e-2") is None


def test_old_ones_lapse_but_not_under_a_legal_hold(store: Store) -> None:
    with store.begin() as tx:
        tx.enclosures.add(paper(1))
        tx.enclosures.add(paper(2, patient="p-2"))
        tx.privacy.hold("p-2", "admin", "case 1", NOW)
        assert tx.privacy.lapse("enclosures", "k", NOW + timedelta(days=9999), 100) == 1
        assert tx.enclosures.get("e-1") is None
        assert tx.enclosures.get("e-2") == paper(2, patient="p-2")
