"""Links to visits' calendar files: found by their hash, gone with the conversation, the patient and their time."""

from datetime import timedelta

from agent.model.visit_link import VisitLink
from agent.ports import Store
from tests.contracts.samples import NOW, appointment, conversation, patient


def link(n: int = 1, **given: object) -> VisitLink:
    kept = {"key": f"hash-{n}", "clinic": "k", "conversation": "c1", "appointment": "a1", "made_at": NOW}
    return VisitLink.model_validate(kept | given)


def test_a_link_is_found_by_its_hash_and_a_visit_knows_whether_one_was_made(store: Store) -> None:
    with store.begin() as tx:
        tx.visit_links.add(link(1))
    with store.begin(write=False) as tx:
        assert tx.visit_links.by_key("hash-1") == link(1)
        assert tx.visit_links.by_key("hash-2") is None
        assert (tx.visit_links.sent_of("a1"), tx.visit_links.sent_of("a2")) == (True, False)


def test_links_go_with_the_conversation_with_the_patient_and_with_age(store: Store) -> None:
    with store.begin() as tx:
        tx.patients.add(patient(1))
        tx.conversations.add(conversation("c1"), NOW)
        tx.appointments.add(appointment("a2", patient="p-1"), NOW)
        for n, given in enumerate(({}, {"conversation": "c2", "appointment": "a2"}, {"conversation": "c3"}), 1):
            tx.visit_links.add(link(n, **given))
    with store.begin() as tx:
        assert tx.privacy.erase_talk("c1", NOW)["visit_links"] == 1
        assert tx.privacy.erase_patient("p-1", NOW)["visit_links"] == 1
        assert tx.privacy.lapse("visit_links", "k", NOW, 100) == 0
        assert tx.privacy.lapse("visit_links", "k", NOW + timedelta(days=1), 100) == 1
        assert [tx.visit_links.by_key(f"hash-{n}") for n in (1, 2, 3)] == [None] * 3
