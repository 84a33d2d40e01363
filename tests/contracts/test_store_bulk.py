"""Bulk sends, on every database: what no bug may pass is a rule of the database itself."""

from datetime import timedelta

import pytest

from agent.model.address import Address
from agent.model.bulk import A_DAY, Bulk, Choice, Person
from agent.model.fault import Conflict
from agent.model.message import Claim
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, appointment, outbound

ROSA, LUIS = "staff:rosa", "staff:luis"
NUMBER = Address(channel="sms", value="+17185550177")


def bulk(id: str = "b1", **more: object) -> Bulk:
    given = {"id": id, "clinic": "linden", "kind": "recall", "choice": Choice(visit_type="canary-kind", months=12),
             "made_by": ROSA, "made_at": NOW}  # fmt: skip
    return Bulk.model_validate({**given, **more})


def person(patient: str = "p1", stage: int = 1, **more: object) -> Person:
    given = {"bulk": "b1", "patient": patient, "about": "recall", "clinic": "linden", "language": "es", "stage": stage}
    return Person.model_validate({**given, **more})


def sending(store: Store, *people: Person, **more: object) -> None:
    with store.begin() as tx:
        tx.bulk.add(bulk(state="sending", stage=1, **more), people)
        tx.bulk.release("b1", 1, NOW, {"text": 1.0, "call": 60.0})


def test_people_of_a_released_stage_are_due_one_after_another_and_each_is_taken_once(store: Store) -> None:
    sending(store, person("p1"), person("p2"), person("p3", stage=2))
    with store.begin() as tx:
        assert tx.bulk.sending("linden") == ["b1"]
        assert tx.bulk.take_due("elsewhere", NOW) is None
        taken = tx.bulk.take_due("linden", NOW)
        assert taken is not None
        assert (taken[0].choice.visit_type, taken[1].patient) == ("canary-kind", "p1")
        tx.bulk.settle(taken[1].model_copy(update={"state": "skipped", "why": "opted out"}))
        assert tx.bulk.take_due("linden", NOW) is None, "the next one is due a second later"
        later = tx.bulk.take_due("linden", NOW + timedelta(hours=1))
        assert later is not None
        assert later[1].patient == "p2"
        assert tx.bulk.on_their_way("b1") == 1
        assert {(t.stage, t.how, t.why, t.count) for t in tx.bulk.tallies("b1")} == {
            (1, "skipped", "opted out", 1), (1, "due", "", 1), (2, "due", "", 1),
        }  # fmt: skip


def test_promise_51_nobody_agrees_with_themselves_and_no_stage_goes_without_the_second_person(store: Store) -> None:
    with pytest.raises(Conflict), store.begin() as tx:
        tx.bulk.add(bulk(agreed_by=ROSA), ())
    with pytest.raises(Conflict), store.begin() as tx:
        tx.bulk.add(bulk(reasons=("many:300",), stage=1, state="sending"), ())
    with store.begin() as tx:
        tx.bulk.add(bulk(reasons=("many:300",)), ())
    with pytest.raises(Conflict), store.begin() as tx:
        tx.bulk.save(bulk(reasons=("many:300",), stage=1, state="sending"))
    with store.begin() as tx:
        tx.bulk.save(bulk(reasons=("many:300",), stage=1, state="sending", agreed_by=LUIS))
        assert tx.bulk.going("b1")


def test_promise_51_a_number_has_a_few_places_in_a_day_however_it_is_written_and_whoever_asks(store: Store) -> None:
    def asks(n: int) -> bool:
        to = Address(channel="sms", value=("+17185550177", "17185550177", "+1 (718) 555-0177")[n % 3])
        with store.begin() as tx:
            return tx.bulk.place(person(f"p{n}"), to, "2026-03-02", f"m{n}", NOW)

    assert sum(all_at_once(asks, range(3 * A_DAY))) == A_DAY
    with store.begin() as tx:
        assert tx.bulk.place(person("p100"), NUMBER, "2026-03-03", "m100", NOW)
        assert tx.bulk.place(person("p100"), NUMBER, "2026-03-03", "m100", NOW), "the same text tried again"
        assert not tx.bulk.place(person("p100"), NUMBER, "2026-03-03", "m101", NOW), "the same thing twice in a day"
        assert tx.bulk.place(person("p100", about="v1"), NUMBER, "2026-03-03", "m102", NOW)
        week = NOW - timedelta(days=7)
        assert [tx.bulk.texts_since("linden", who, week) for who in ("p100", "nobody")] == [2, 0]
        assert tx.bulk.texts_since("linden", "p100", NOW) == 0, "since then, not at it"
        assert tx.bulk.told_since("linden", "p100", "recall", NOW)
        assert not tx.bulk.told_since("linden", "p100", "recall", NOW + timedelta(seconds=1))


def test_promise_51_a_number_that_is_dialled_takes_places_as_texts_do_and_none_is_taken_twice(store: Store) -> None:
    voice = Address(channel="voice", value=NUMBER.value)

    def dials(n: int) -> bool:
        with store.begin() as tx:
            return tx.bulk.place(person("p1"), voice, "2026-03-02", f"call:c{n}:1", NOW, dial=1)

    assert sum(all_at_once(dials, range(6))) == 1, "whatever the calls are named, one of them rings"
    with store.begin() as tx:
        assert tx.bulk.has_room("linden", NUMBER, "2026-03-02")
        assert tx.bulk.place(person("p1"), voice, "2026-03-02", "call:c9:2", NOW, dial=2)
        assert not tx.bulk.place(person("p1"), voice, "2026-03-02", "call:c9:2", NOW, dial=2), "dialled once for it"
        assert tx.bulk.place(person("p1"), NUMBER, "2026-03-02", "m1", NOW), "the text that follows"
        assert not tx.bulk.place(person("p2"), NUMBER, "2026-03-02", "m2", NOW), "one cap over texts and calls"
        assert not tx.bulk.has_room("linden", NUMBER, "2026-03-02")
        assert tx.bulk.texts_since("linden", "p1", NOW - timedelta(days=1)) == 3
        tx.bulk.give_back("call:c9:2")
        tx.bulk.give_back("m1")
        assert tx.bulk.place(person("p1"), voice, "2026-03-02", "call:c9:2", NOW, dial=2), "it had not rung"
        assert not tx.bulk.place(person("p2"), NUMBER, "2026-03-02", "m2", NOW), "a text has gone"


def test_who_is_to_be_called_leaves_at_a_pace_of_their_own_and_stands_with_what_came_of_it(store: Store) -> None:
    sending(store, person("p1"), person("p2", way="call"), person("p3", way="call"), person("p4", stage=2, way="call"))
    with store.begin() as tx:
        assert [(p.patient, p.due_at) for p in tx.bulk.people("b1") if p.due_at] == [
            ("p1", NOW), ("p2", NOW), ("p3", NOW + timedelta(seconds=60)),
        ]  # fmt: skip
        tx.bulk.settle(person("p2", way="call", state="calling", call="c2"))
        assert tx.bulk.of_call("c2", lock=True) == person("p2", way="call", state="calling", call="c2")
        assert tx.bulk.on_their_way("b1") == 3
        assert tx.bulk.note("b1", "p2", "recall", "yes", NOW)
        tx.bulk.settle(person("p2", way="call", state="called", call="c2", rang="told"))
        assert [(t.person.patient, t.how) for t in tx.bulk.called("b1")] == [("p3", "due"), ("p2", "called")]
        assert {(t.way, t.how, t.rang, t.count) for t in tx.bulk.tallies("b1") if t.stage == 1} == {
            ("text", "due", "", 1), ("call", "due", "", 1), ("call", "called", "told", 1),
        }  # fmt: skip


def test_who_was_texted_is_known_by_the_text_and_withdrawn_ones_are_due_again(store: Store) -> None:
    sending(store, person("p1"))
    text = outbound(1, claims=(Claim(fact="released", row="b1"),))
    with store.begin() as tx:
        tx.outbox.add(text)
        tx.bulk.settle(person("p1", state="queued", outbound="out-1"))
        assert tx.bulk.of_text("out-1") == person("p1", state="queued", outbound="out-1")
        assert tx.bulk.of_text("out-2") is None
        assert tx.bulk.on_their_way("b1") == 1
        assert tx.bulk.note("b1", "p1", "recall", "yes", NOW)
        assert not tx.bulk.note("b1", "p2", "recall", "yes", NOW)
        assert tx.bulk.finish("linden", NOW) == 0
        assert tx.outbox.void(None, "b1", "stopped") == 1
        assert tx.bulk.take_back("b1", NOW) == 1
        assert [p.state for p in tx.bulk.people("b1")] == ["due"]


def test_a_send_of_which_nothing_is_left_is_done(store: Store) -> None:
    sending(store, person("p1"), person("p2", stage=0, state="left_out", why="opted out"))
    with store.begin() as tx:
        assert tx.bulk.finish("linden", NOW) == 0
        tx.bulk.settle(person("p1", state="skipped"))
        held = tx.bulk.get("b1", lock=True)
        assert held is not None
        tx.bulk.save(held.model_copy(update={"stage": 3}))
        assert tx.bulk.finish("linden", NOW) == 1
        assert not tx.bulk.going("b1")
    with store.begin() as tx:
        assert [(b.id, b.state) for b in tx.bulk.all("linden")] == [("b1", "done")]


def test_one_send_for_each_standing_rule_and_month(store: Store) -> None:
    with store.begin() as tx:
        tx.bulk.add(bulk("b1", rule="physical:12:2026-03", made_by="agent"), ())
    with pytest.raises(Conflict), store.begin() as tx:
        tx.bulk.add(bulk("b2", rule="physical:12:2026-03", made_by="agent"), ())


def test_past_visits_are_those_of_patients_with_nothing_to_come(store: Store) -> None:
    day = timedelta(days=1)
    with store.begin() as tx:
        for n, (who, start) in enumerate([("p1", NOW - 400 * day), ("p1", NOW - 30 * day), ("p2", NOW - 400 * day),
                                          ("p2", NOW + day), ("p3", NOW - 500 * day)]):  # fmt: skip
            visit = appointment(f"a{n}", start, patient=who, clinic="linden", lane=n)
            tx.appointments.add(visit, NOW)
    with store.begin(write=False) as tx:
        found = [[a.patient for a in group] for group in tx.bulk.past_visits("linden", NOW)]
    assert found == [["p1", "p1"], ["p3"]]


def test_erasing_a_patient_erases_their_rows_and_old_sends_lapse(store: Store) -> None:
    sending(store, person("p1"), person("p2"))
    with store.begin() as tx:
        tx.bulk.place(person("p1"), NUMBER, "2026-03-02", "m1", NOW)
        assert tx.privacy.erase_patient("p1", NOW)["bulk_people"] == 2
        assert [p.patient for p in tx.bulk.people("b1")] == ["p2"]
        held = tx.bulk.get("b1", lock=True)
        assert held is not None
        tx.bulk.save(held.model_copy(update={"state": "done"}))
        assert tx.privacy.lapse("bulk_sends", "linden", NOW + timedelta(days=1), 10) == 1
        assert tx.bulk.people("b1") == []
