"""Conversations keep their promises on every database."""

from datetime import timedelta

import pytest

from agent.adapters.vault import Tampered
from agent.model.address import Address
from agent.model.event import Event
from agent.model.fault import Conflict
from agent.model.message import Button, Line
from agent.ports import Store
from tests.contracts.samples import ANNA, NOW, all_at_once, conversation, dump, inbound, outbound, patient, raw, task


def test_a_conversation_comes_back_as_it_was_left(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
    with store.begin() as tx:
        assert tx.conversations.get("c1") == conversation()
        assert tx.conversations.get("c1", lock=True) == conversation()
        assert tx.conversations.get("c2") is None
        saved = tx.conversations.save(conversation(locale="es"), NOW)
        assert saved == conversation(locale="es", version=1)
        assert tx.conversations.get("c1") == saved


def test_the_newest_open_conversation_with_an_address_is_found(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.conversations.add(conversation("c2"), NOW)
        tx.conversations.add(conversation("c3", mode="closed"), NOW)
        tx.conversations.add(conversation("c4", clinic="other"), NOW)
        found = tx.conversations.by_address("k", ANNA)
        assert found is not None
        assert found.id == "c2"
        assert tx.conversations.id_at("k", ANNA) == "c2"
        assert tx.conversations.by_address("k", Address(channel="voice", value=ANNA.value)) is None
        tx.conversations.save(found.model_copy(update={"mode": "closed"}), NOW)
        found = tx.conversations.by_address("k", ANNA)
        assert found is not None
        assert found.id == "c1"


def test_a_conversation_is_locked_as_it_now_is(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
    with store.begin() as tx:
        held = tx.conversations.get("c1")
        assert held is not None
        assert tx.conversations.relock([held]) == [held]
        saved = tx.conversations.save(held.model_copy(update={"mode": "staff"}), NOW)
        assert tx.conversations.relock([held]) == [saved]
        with pytest.raises(Conflict):
            tx.conversations.relock([saved, held.model_copy(update={"id": "none"})])


def test_a_first_contact_in_many_threads_opens_one_conversation(store: Store) -> None:
    def arrive(n: int) -> str:
        with store.begin() as tx:
            found = tx.conversations.by_address("k", ANNA)
            if found is None:
                found = conversation(f"c{n}")
                tx.conversations.add(found, NOW)
            return found.id

    assert len(set(all_at_once(arrive, range(12)))) == 1


def test_promise_11_of_two_who_save_the_same_version_one_is_refused(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)

    def save(n: int) -> bool:
        try:
            with store.begin() as tx:
                tx.conversations.save(conversation(turns=n), NOW)
        except Conflict:
            return False
        return True

    assert sum(all_at_once(save, range(10))) == 1


def test_a_refused_save_writes_nothing_else_either(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation(version=4), NOW)

    def late() -> None:
        with store.begin() as tx:
            tx.outbox.add(outbound(1))
            tx.conversations.append("c1", [Event(name="Asked")], None, NOW)
            tx.conversations.save(conversation(version=3), NOW)

    with pytest.raises(Conflict):
        late()
    with store.begin() as tx:
        assert tx.outbox.get("out-1") is None
        assert tx.conversations.events("c1") == []


def test_events_are_kept_in_order(store: Store) -> None:
    first = [Event(name="MessageHeard", data={"inbound": "in-1"}), Event(name="SlotFilled", data={"slot": "día"})]
    with store.begin() as tx:
        tx.conversations.append("c1", first, "in-1", NOW)
        tx.conversations.append("c2", [Event(name="Closed")], None, NOW)
        tx.conversations.append("c1", [], None, NOW)
        tx.conversations.append("c1", iter([Event(name="Asked", data={"slot": "day"})]), "in-2", NOW)
    with store.begin(write=False) as tx:
        assert tx.conversations.events("c1") == [*first, Event(name="Asked", data={"slot": "day"})]
        assert tx.conversations.events("c3") == []


def test_the_thread_shows_both_sides_and_the_notes_in_order(store: Store) -> None:
    note = Line(id="3", direction="out", author="note:u-1", text="called back", at=NOW)
    elsewhere = Address(channel="sms", value="+12125550188")
    with store.begin() as tx:
        tx.conversations.add(conversation(), NOW)
        tx.outbox.add(outbound(21, id="21", to=elsewhere))  # a one-time code for the phone on file is not of this talk
        tx.inbox.store(inbound(1, id="1", provider={"client_id": "k1"}), "c1")
        tx.inbox.store(inbound(0, id="0", kind="joined", text=""), "c1")
        tx.outbox.add(outbound(2, id="2", buttons=(Button(label="a", payload="b"),), author="staff:u-1"))
        tx.conversations.note("c1", note)
        tx.inbox.store(inbound(4, id="4"), "c1")
        tx.inbox.store(inbound(5, id="5"), "c2")
        tx.outbox.mark("2", "sent", NOW)
    with store.begin(write=False) as tx:
        lines = tx.conversations.thread("c1")
        assert [line.id for line in lines] == ["1", "2", "3", "4"]
        assert [line.id for line in tx.conversations.thread("c1", after="2")] == ["3", "4"]
        assert [line.id for line in tx.conversations.thread("c1", limit=2)] == ["1", "2"]
    heard, said, noted, _ = lines
    assert (heard.direction, heard.author, heard.text, heard.client_id) == ("in", "patient", "words 1", "k1")
    assert (said.direction, said.author, said.text, said.state) == ("out", "staff:u-1", "answer 2", "sent")
    assert said.buttons == (Button(label="a", payload="b"),)
    assert noted == note


def test_recent_conversations_are_listed_newest_activity_first(store: Store) -> None:
    with store.begin() as tx:
        for n in range(3):
            tx.conversations.add(conversation(f"c{n}"), NOW + timedelta(minutes=n))
        tx.conversations.add(conversation("x", clinic="other"), NOW)
        tx.conversations.save(conversation("c0"), NOW + timedelta(hours=1))
        found = tx.conversations.recent("k", limit=2)
    assert [(c.id, at) for c, at in found] == [("c0", NOW + timedelta(hours=1)), ("c2", NOW + timedelta(minutes=2))]
    assert found[0][1].utcoffset() == timedelta(0)


def test_promise_43_nothing_a_patient_said_stands_in_the_database(store: Store) -> None:
    secret = "Xylophonia Canary"
    number = Address(channel="sms", value="+15559998887")
    with store.begin() as tx:
        tx.conversations.add(conversation(address=number, locale="en", assignee=secret), NOW)
        tx.inbox.store(inbound(1, text=secret, sender=number), "c1")
        tx.outbox.add(outbound(1, text=secret, to=number))
        tx.conversations.note("c1", Line(id="n", direction="out", author="note:u", text=secret, at=NOW))
        tx.tasks.add(task(1, proposal={"name": secret}, reason=secret))
        tx.patients.add(patient(1, name=secret, phones=(number.value,)))
        tx.optouts.stop(number, NOW, "words")
        grip = tx.keys.begin(secret, secret, secret.encode(), NOW, 60).grip
        assert grip is not None
        tx.keys.finish(grip, secret.encode())
    written = dump(store)
    assert "c1" in written
    for word in ("Xylophonia", "Canary", "5559998887", "1980-02-29"):
        assert word not in written


def test_promise_43_a_ciphertext_moved_to_another_row_does_not_open(store: Store) -> None:
    from sqlalchemy import text

    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.conversations.add(conversation("c2"), NOW)
    with raw(store) as connection:
        connection.execute(
            text("UPDATE conversations SET body = (SELECT body FROM conversations WHERE id = 'c2') WHERE id = 'c1'")
        )
    with pytest.raises(Tampered), store.begin() as tx:
        tx.conversations.get("c1")
