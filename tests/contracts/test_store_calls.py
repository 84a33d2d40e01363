"""Telephone calls and consents, on every database: one row per call, what may be spoken, who has agreed to texts."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from agent.adapters.store.migrations import migrate, migrate_back
from agent.adapters.vault import Vault
from agent.model.address import Address
from agent.model.call import Call
from agent.model.call_back import CallBack
from agent.model.fault import Conflict
from agent.model.outgoing_call import OutgoingCall
from agent.ports import Store
from tests.contracts.samples import ANNA, NOW, all_at_once, appointment, conversation, outbound, patient
from tests.stores import DATA_KEY, open_test_store

MINUTE = timedelta(minutes=1)
SOON = NOW + MINUTE
DAY = timedelta(days=1)


def call(id: str = "CA1", **more: object) -> Call:
    given = {"id": id, "clinic": "k", "conversation": "c1", "opened_at": NOW, "seen_at": NOW, "since": NOW, **more}
    return Call.model_validate(given)


def test_a_call_is_opened_once_and_keeps_how_it_stands_and_since_when(store: Store) -> None:
    with store.begin() as tx:
        assert tx.calls.open(call())
        assert not tx.calls.open(call(way="gather"))
        assert tx.calls.get("CA1", lock=True) == call()
        rung = call(state="transfer", wish="person", seen_at=SOON, since=SOON, drops=1)
        tx.calls.save(rung)
        assert tx.calls.open(call("CA2", opened_at=SOON))
    with store.begin(write=False) as tx:
        assert tx.calls.get("CA1") == rung
        assert tx.calls.get("CA9") is None
        assert (tx.calls.last_of("c1") or rung).id == "CA2"
        assert [c.id for c in tx.calls.up("k", NOW - MINUTE)] == ["CA1", "CA2"]
        assert [c.id for c in tx.calls.up("k", NOW)] == ["CA1"]
        assert tx.calls.up("another", NOW - MINUTE) == []


def test_calls_that_ended_without_a_goodbye_are_found_for_a_while(store: Store) -> None:
    with store.begin() as tx:
        for id, more in (("CA1", {}), ("CA2", {"wish": "bye"}), ("CA3", {"tried": True}), ("CA4", {"seen_at": SOON})):
            assert tx.calls.open(call(id, state="ended", **more))
        assert tx.calls.open(call("CA5"))
    with store.begin(write=False) as tx:
        assert [c.id for c in tx.calls.ended("k", NOW - MINUTE, NOW, 10)] == ["CA1"]
        assert [c.id for c in tx.calls.ended("k", NOW - MINUTE, SOON, 10)] == ["CA1", "CA4"]
        assert len(tx.calls.ended("k", NOW - MINUTE, SOON, 1)) == 1


def test_whether_something_is_to_be_said_is_asked_without_locking_anything(store: Store) -> None:
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.outbox.add(outbound("o1", conversation="c1", channel="voice", due_at=SOON))
        tx.outbox.add(outbound("o2", conversation="c1", channel="sms"))
    with store.begin(write=False) as tx:
        assert not tx.calls.to_say("c1", NOW)
        assert tx.calls.to_say("c1", SOON)
        assert not tx.calls.to_say("c2", SOON)
    with store.begin() as tx:
        assert [row.id for row in tx.calls.due("c1", SOON)] == ["out-o1"]


def test_consent_to_texts_is_kept_by_address_and_goes_with_its_conversation(store: Store) -> None:
    other = Address(channel="sms", value="+15550100099")
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.consents.give(ANNA, "c0", NOW, "said on the phone")
        tx.consents.give(ANNA, "c1", SOON, "said on the phone")
    with store.begin(write=False) as tx:
        assert tx.consents.given(ANNA)
        assert not tx.consents.given(other)
    with store.begin() as tx:
        assert tx.privacy.erase_talk("c1", SOON)["consents"] == 1
        assert not tx.consents.given(ANNA)


def test_a_request_is_called_back_by_one_person_at_a_time(store: Store) -> None:
    first = CallBack(id="b1", clinic="k", task="t1", conversation="c1", by="rosa", asked_at=NOW, seen_at=NOW)
    second = first.model_copy(update={"id": "b2", "by": "ken"})
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        assert tx.call_backs.open(first)
        assert not tx.call_backs.open(second)
        assert tx.call_backs.open(first.model_copy(update={"id": "b3", "task": "t2"}))
    over = first.model_copy(update={"state": "busy", "seen_at": SOON})
    with store.begin() as tx:
        assert tx.call_backs.get("b1", lock=True) == first
        tx.call_backs.save(over)
        assert tx.call_backs.open(second)
    with store.begin(write=False) as tx:
        assert tx.call_backs.get("b1") == over
        assert tx.call_backs.last_of("t1") == second
        assert tx.call_backs.last_of("t9") is None
    with store.begin() as tx:
        assert tx.privacy.erase_talk("c1", SOON)["call_backs"] == 3


def rung(id: str = "r1", **more: object) -> OutgoingCall:
    given = {"id": id, "about": "reminder", "subject": "a1", "rule": "d2", "moment": NOW + DAY,
             "patient": "p1", "clinic": "k", "conversation": "c1",
             "due_at": NOW, "seen_at": NOW, **more}  # fmt: skip
    return OutgoingCall.model_validate(given)


def test_a_reminder_has_one_call_and_a_conversation_one_that_is_dialled(store: Store) -> None:
    with store.begin() as tx:
        assert tx.outgoing_calls.plan(rung())
        assert not tx.outgoing_calls.plan(rung("r2"))
        assert tx.outgoing_calls.plan(rung("r3", rule="h3", due_at=SOON))
        assert tx.outgoing_calls.plan(rung("r4", moment=NOW + 2 * DAY, conversation="c2", due_at=SOON))
        assert tx.outgoing_calls.take_due("another", SOON) is None
        first = tx.outgoing_calls.take_due("k", NOW)
        assert first == rung()
        tx.outgoing_calls.save(first.model_copy(update={"state": "claimed", "tries": 1, "claimed_at": NOW}))
        second = tx.outgoing_calls.take_due("k", SOON)
        assert second is not None
        assert second.id == "r4"
    with pytest.raises(Conflict), store.begin() as tx:
        tx.outgoing_calls.save(rung("r3", state="ringing"))
    with store.begin() as tx:
        ringing = rung(state="ringing", tries=1, claimed_at=NOW, provider_id="CA1", seen_at=SOON)
        tx.outgoing_calls.save(ringing)
        assert tx.outgoing_calls.at("CA1") == tx.outgoing_calls.get("r1", lock=True) == ringing
        assert tx.outgoing_calls.of("reminder", "a1", "d2", NOW + DAY) == ringing
        assert tx.outgoing_calls.of("reminder", "a1", "d2", NOW) is None
        assert tx.outgoing_calls.of("check_in", "a1", "d2", NOW + DAY) is None
        assert [r.id for r in tx.outgoing_calls.lately("c1", NOW)] == ["r1", "r3"]
        assert [r.id for r in tx.outgoing_calls.lately("c1", SOON)] == ["r1"]
        assert tx.outgoing_calls.lately("c9", NOW) == []
        assert tx.outgoing_calls.dialled("k", SOON) == []
        assert tx.outgoing_calls.dialled("k", SOON + MINUTE) == [ringing]
        tx.outgoing_calls.save(ringing.model_copy(update={"state": "over", "outcome": "told"}))
        assert tx.outgoing_calls.dialled("k", SOON + MINUTE) == []
        third = tx.outgoing_calls.take_due("k", SOON)
        assert third is not None
        assert third.id == "r3"


def test_promise_13_many_at_once_dial_each_call_once(store: Store) -> None:
    with store.begin() as tx:
        for n in range(12):
            tx.outgoing_calls.plan(rung(f"r{n}", subject=f"a{n}", conversation=f"c{n}"))

    def take(_: int) -> list[str]:
        mine: list[str] = []
        for _ in range(12):
            with store.begin() as tx:
                found = tx.outgoing_calls.take_due("k", NOW)
                if found is not None:
                    tx.outgoing_calls.save(found.model_copy(update={"state": "claimed", "tries": 1}))
                    mine.append(found.id)
        return mine

    taken = [id for mine in all_at_once(take, range(4), threads=4) for id in mine]
    assert sorted(taken) == sorted(f"r{n}" for n in range(12))


def test_an_end_of_texts_takes_back_what_was_agreed_of_calls_and_both_go_with_the_conversation(store: Store) -> None:
    calls = Address(channel="voice", value=ANNA.value)
    with store.begin() as tx:
        tx.conversations.add(conversation("c1"), NOW)
        tx.consents.give(calls, "c1", NOW, "told staff")
        assert tx.consents.withdraw(calls)
        assert not tx.consents.withdraw(calls)
        tx.consents.give(calls, "c1", NOW, "told staff")
        tx.optouts.stop(ANNA, NOW, "words")
        assert not tx.consents.given(calls)
        tx.consents.give(calls, "c1", SOON, "told staff")
        assert tx.outgoing_calls.plan(rung())
        gone = tx.privacy.erase_talk("c1", SOON)
        assert (gone["outgoing_calls"], gone["consents"]) == (1, 1)
        assert tx.optouts.stopped(ANNA)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_calls_of_an_older_version_keep_what_they_are_about_forward_and_back(
    request: pytest.FixtureRequest, tmp_path: Path, new_id: Callable[[], str], kind: str
) -> None:
    url = str(request.getfixturevalue("empty_postgres_url")) if kind == "postgres" else f"sqlite:///{tmp_path}/desk.db"
    told = rung(state="over", outcome="told", tries=1, claimed_at=NOW, provider_id="CA1")
    asked = rung("r2", about="check_in", rule="d3", conversation="c2")
    offered = rung("r3", about="vacancy", subject="o1", rule="", conversation="c3")
    before = open_test_store(url, new_id)
    with before.begin() as tx:
        tx.patients.add(patient(1, id="p1"))
        tx.appointments.add(appointment("a1", patient="p1"), NOW)
        for row in (told, asked, offered):
            assert tx.outgoing_calls.plan(row)
    before.close()
    migrate_back(url, "0036", Vault(DATA_KEY))
    migrate(url)
    after = open_test_store(url, new_id)
    with after.begin() as tx:
        assert tx.outgoing_calls.get("r1") == told
        assert tx.outgoing_calls.get("r2") == asked
        assert tx.outgoing_calls.get("r3") is None  # the older version knew no such calls
        assert tx.privacy.erase_patient("p1", SOON)["outgoing_calls"] == 2
    after.close()
