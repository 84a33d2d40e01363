"""A draft is saved over nobody's head, a revision is written once and in order, on every database."""

import pytest

from agent.model.edit import Change, Edit, Proposal, Revision
from agent.model.fault import Conflict
from agent.ports import Store
from tests.contracts.samples import NOW

KEY = "message/es/booking.ask_day"


def edit(text: str, by: str = "ana", version: int = 0, key: str = KEY, clinic: str = "k") -> Edit:
    return Edit(clinic=clinic, key=key, value={"text": text}, was={"text": "¿Qué día?"}, by=by, at=NOW, version=version)


def revision(number: int, content: str = "c1", clinic: str = "k") -> Revision:
    change = Change(key=KEY, before=None, after={"text": "a"})
    return Revision(clinic=clinic, number=number, content=content, base="b", items={KEY: {"text": "a"}},
                    changes=(change,), author="ana", reason="clearer", at=NOW)  # fmt: skip


def proposal(n: int, clinic: str = "k") -> Proposal:
    return Proposal(id=f"p-{n}", clinic=clinic, on=0, items={}, changes=(), edits={KEY: 1}, author="ana", reason="r",
                    second=True, at=NOW)  # fmt: skip


def test_two_who_edit_one_item_never_overwrite_each_other_silently(store: Store) -> None:
    with store.begin() as tx:
        first = tx.content.put(edit("uno"))
        assert first.version == 1
    with pytest.raises(Conflict), store.begin() as tx:
        tx.content.put(edit("dos", by="bo"))
    with store.begin() as tx:
        assert tx.content.put(edit("uno y medio", version=1)).version == 2
    with pytest.raises(Conflict), store.begin() as tx:
        tx.content.put(edit("dos", by="bo", version=1))
    with pytest.raises(Conflict), store.begin() as tx:
        tx.content.drop("k", KEY, 1)
    with store.begin(write=False) as tx:
        kept = tx.content.edit("k", KEY)
        assert kept is not None
        assert (kept.value, kept.by, kept.version) == ({"text": "uno y medio"}, "ana", 2)
        assert tx.content.edit("other", KEY) is None
    with store.begin() as tx:
        tx.content.drop("k", KEY, 2)
        tx.content.put(edit("b", key="b"))
        tx.content.put(edit("a", key="a"))
        tx.content.put(edit("x", clinic="other"))
        assert [e.key for e in tx.content.edits("k")] == ["a", "b"]


def test_a_revision_is_written_once_in_order_and_found_by_what_it_serves(store: Store) -> None:
    with store.begin() as tx:
        assert tx.content.head("k") == 0
        assert tx.content.revision("k", 1) is None
        tx.content.publish(revision(1))
    for number in (1, 3):
        with pytest.raises(Conflict), store.begin() as tx:
            tx.content.publish(revision(number))
    with store.begin() as tx:
        tx.content.publish(revision(2, "c2"))
        tx.content.publish(revision(3, "c1"))
        tx.content.publish(revision(1, "c9", clinic="other"))
    with store.begin(write=False) as tx:
        assert tx.content.head("k") == 3
        assert tx.content.revision("k", 2) == revision(2, "c2")
        assert tx.content.with_content("k", "c1") == revision(3, "c1")
        assert tx.content.with_content("k", "c9") is None
        assert [r.number for r in tx.content.revisions("k", 2)] == [3, 2]


def test_a_proposal_is_changed_by_one_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        tx.content.propose(proposal(1))
        tx.content.propose(proposal(2))
        tx.content.propose(proposal(3, "other"))
    with store.begin() as tx:
        kept = tx.content.proposal("p-1")
        assert kept == proposal(1)
        assert kept is not None
        assert tx.content.save_proposal(kept.model_copy(update={"state": "checking"})).version == 1
    with pytest.raises(Conflict), store.begin() as tx:
        tx.content.save_proposal(kept)
    with store.begin(write=False) as tx:
        assert [(p.id, p.state) for p in tx.content.proposals("k")] == [("p-2", "waiting"), ("p-1", "checking")]
        assert tx.content.proposal("p-9") is None
