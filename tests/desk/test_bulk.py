"""A bulk send goes to whom the rows mean, after another person agreed, stage by stage, and stops when told to."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.desk import bulk
from agent.desk.bulk_out import bulk_out
from agent.desk.bulk_rules import by_rules
from agent.desk.bulk_whom import months_before
from agent.model.address import Address
from agent.model.bulk import Choice
from agent.model.clinic import RecallRule
from agent.model.fault import Refused
from agent.model.message import Claim
from tests.desk.bulked import RECALL, YEAR, agreed, crowd, goes, held, number, on_file, people, recall, state, visits
from tests.desk.world import MONDAY, World

DAY = timedelta(days=1)


def test_a_recall_means_who_was_last_seen_long_ago_and_has_nothing_to_come() -> None:
    world = World()
    long_ago, lately, coming = (on_file(world.desk, number(n), f"Pat{n} Marin") for n in range(3))
    for n, who in enumerate((long_ago, lately, coming)):
        visits(world.desk, who, MONDAY - YEAR, lane=n)
    visits(world.desk, lately, MONDAY - 30 * DAY)
    visits(world.desk, coming, MONDAY + 30 * DAY, "follow_up" if "follow_up" in _kinds(world) else "physical")
    other = on_file(world.desk, number(4))
    visits(world.desk, other, MONDAY - YEAR, next(k for k in _kinds(world) if k != "physical"), lane=9)
    made = recall(world.desk, world.staff())
    assert [p.patient for p in people(world, made.id)] == [long_ago.id]
    assert made.reasons == ()
    assert world.carrier.taken == []
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 15, tzinfo=UTC), 13) == datetime(2024, 12, 15, tzinfo=UTC)


def _kinds(world: World) -> list[str]:
    return [v.id for v in world.clinic.visit_types if any(v.id in p.visit_types for p in world.clinic.providers)]


def test_promise_51_more_people_than_the_threshold_need_a_second_person_and_go_in_three_stages() -> None:
    world = World()
    rosa = world.staff()
    crowd(world, 30)
    made = recall(world.desk, rosa)
    assert made.reasons == ("many:30",)
    with pytest.raises(Refused, match="second person"):
        bulk.release(world.desk, made.id, rosa, 1)
    with pytest.raises(Refused, match="another person"):
        bulk.agree(world.desk, made.id, rosa)
    agreed(world, made)
    with pytest.raises(Refused, match="already"):
        bulk.release(world.desk, made.id, rosa, 2)
    sizes = []
    for stage in (1, 2, 3):
        bulk.release(world.desk, made.id, rosa, stage)
        with pytest.raises(Refused, match=r"on its way|already"):
            bulk.release(world.desk, made.id, rosa, stage + 1)
        sizes.append(len(goes(world, 60)))
    assert sizes == [1, 2, 27]
    assert held(world, made.id).state == "done"
    assert len({m.to.value for _, m in world.carrier.taken}) == 30


def test_the_first_stage_is_no_choice_of_anybodys() -> None:
    world = World()
    crowd(world, 20)
    first = []
    for _ in range(6):
        made = recall(world.desk, world.staff())
        first += [p.patient for p in people(world, made.id) if p.stage == 1]
        bulk.drop(world.desk, made.id, world.staff())
    assert len(set(first)) > 1


def test_texts_go_no_faster_than_the_clinic_says() -> None:
    world = World()
    crowd(world, 30)
    made = recall(world.desk, world.staff())
    agreed(world, made)
    for stage in (1, 2):
        bulk.release(world.desk, made.id, world.staff(), stage)
        goes(world, 5)
    bulk.release(world.desk, made.id, world.staff(), 3)
    assert len(goes(world)) == 1
    assert len(goes(world, 10)) == 10
    assert len(goes(world, 60)) == 16


def test_promise_51_the_stop_holds_back_what_is_queued_and_due_and_going_on_sends_each_once() -> None:
    world = World()
    rosa = world.staff()
    crowd(world, 30)
    made = recall(world.desk, rosa)
    agreed(world, made)
    for stage in (1, 2):
        bulk.release(world.desk, made.id, rosa, stage)
        goes(world, 5)
    bulk.release(world.desk, made.id, rosa, 3)
    world.clock.pass_time(seconds=9)
    bulk_out(world.desk)  # ten texts are rows now, none has gone
    bulk.stop(world.desk, made.id, world.staff("clinician"))
    assert goes(world, 3600) == []
    assert len(world.carrier.taken) == 3
    with pytest.raises(Refused, match="not on its way"):
        bulk.stop(world.desk, made.id, rosa)
    bulk.go_on(world.desk, made.id, rosa)
    assert len(goes(world, 60)) == 27
    assert set(Counter(m.to.value for _, m in world.carrier.taken).values()) == {1}


def test_promise_51_a_row_that_was_made_while_somebody_stopped_is_caught_at_the_claim() -> None:
    world = World()
    crowd(world, 1)
    made = recall(world.desk, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    bulk_out(world.desk)
    state(world, made.id, state="stopped")  # the stop came between: nothing was withdrawn
    world.settle()
    assert world.carrier.taken == []
    (row,) = world.rows(number(0))
    assert (row.state, row.failure) == ("void", "no longer true")


def test_promise_51_a_loop_gone_wrong_cannot_text_a_person_again() -> None:
    world = World()
    (to,) = crowd(world, 1)
    made = recall(world.desk, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    for _ in range(20):
        bulk_out(world.desk)
        world.settle()
        (person,) = people(world, made.id)
        state(world, made.id, state="sending")  # the bug: everybody is due again, and the send goes on
        with world.desk.store.begin() as tx:
            tx.bulk.settle(person.model_copy(update={"state": "due", "due_at": world.clock(), "outbound": None}))
        world.clock.pass_time(minutes=1)
    assert len(world.carrier.taken) == 1
    stray = world.rows(to)[0].model_copy(update={"id": world.desk.new_id(), "state": "queued", "attempts": 0})
    with world.desk.store.begin() as tx:
        tx.outbox.add(stray.model_copy(update={"claims": (Claim(fact="released", row=made.id),)}))
    world.settle()
    assert (world.row(stray.id).state, world.row(stray.id).failure) == ("blocked", "bulk cap")


def test_nobody_is_texted_in_their_night_and_whoever_stopped_or_has_a_visit_meanwhile_is_passed_over() -> None:
    world = World()
    for n, phone in enumerate((number(0), "+14155550123", number(2), number(3))):  # the second one in California
        visits(world.desk, on_file(world.desk, phone, f"Pat{n} Marin"), MONDAY - YEAR, lane=n)
    world.clock.now = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)  # 8:30 in New York
    made = recall(world.desk, world.staff())
    by_stage = sorted(people(world, made.id), key=lambda p: p.stage)
    with world.desk.store.begin() as tx:
        for p in by_stage:
            tx.bulk.settle(p)
        tx.optouts.stop(Address(channel="sms", value=number(2)), world.clock(), "words")
        fourth = tx.patients.by_phone(world.clinic.id, number(3))[0]
    visits(world.desk, fourth, MONDAY + 7 * DAY)
    for stage in (1, 2, 3):
        bulk.release(world.desk, made.id, world.staff(), stage)
        goes(world, 60)
    assert [m.to.value for _, m in world.carrier.taken] == [number(0)]
    whys = {p.why for p in people(world, made.id)}
    assert whys == {"", "night", "opted out", "has a visit"}
    assert goes(world, 3 * 3600)[0].startswith("Linden")
    assert held(world, made.id).state == "done"


def test_who_is_left_out_stands_there_with_the_reason() -> None:
    world = World()
    crowd(world, 2)
    family = [on_file(world.desk, number(50), f"Kid{n} Marin") for n in range(4)]
    for n, who in enumerate(family):
        visits(world.desk, who, MONDAY - YEAR, lane=20 + n)
    with world.desk.store.begin() as tx:
        tx.optouts.stop(Address(channel="sms", value=number(0)), world.clock(), "words")
    made = recall(world.desk, world.staff())
    out = Counter(p.why for p in people(world, made.id) if not p.stage)
    assert out == {"opted out": 1, "share": 1}
    with pytest.raises(Refused, match="nobody"):
        recall(world.desk, world.staff(), choice=RECALL.model_copy(update={"months": 60}))


def test_a_visit_that_staff_moved_meanwhile_is_no_longer_spoken_of() -> None:
    world = World()
    who = on_file(world.desk, number(0))
    visit = visits(world.desk, who, MONDAY + DAY)
    made = bulk.prepare(world.desk, world.staff(), "closing", Choice(day=date(2026, 3, 3)), {})
    with world.desk.store.begin() as tx:
        world.desk.calendar.cancel(tx, visit.id, world.clock())
    bulk.release(world.desk, made.id, world.staff(), 1)
    assert goes(world, 5) == []
    assert [p.why for p in people(world, made.id)] == ["no longer booked"]


def test_nobody_is_recalled_twice_in_a_month() -> None:
    world = World()
    crowd(world, 1)
    made = recall(world.desk, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    assert len(goes(world, 5)) == 1
    world.clock.pass_time(days=7)
    again = recall(world.desk, world.staff())
    assert [(p.stage, p.why) for p in people(world, again.id)] == [(0, "recalled lately")]


def test_a_standing_rule_prepares_one_recall_a_month_and_a_person_answers_for_it() -> None:
    world = World()
    (to,) = crowd(world, 1)
    rules = (RecallRule(visit_type="physical", months=12), RecallRule(visit_type="labs", months=12))
    world.desk.clinic = world.desk.clinic.model_copy(
        update={"bulk": world.desk.clinic.bulk.model_copy(update={"recalls": rules})}
    )
    assert by_rules(world.desk) == 2
    assert by_rules(world.desk) == 0
    with world.desk.store.begin(write=False) as tx:
        sends = {b.choice.visit_type: b for b in tx.bulk.all(world.clinic.id)}
        assert tx.bulk.waiting(world.clinic.id) == 1
    assert (sends["labs"].state, sends["physical"].state) == ("dropped", "prepared")
    made = sends["physical"]
    with pytest.raises(Refused, match="answer for it"):
        bulk.release(world.desk, made.id, world.staff(), 1)
    with pytest.raises(Refused, match="does not wait"):
        agreed(world, made)
    assert goes(world, 60) == []
    bulk.adopt(world.desk, made.id, world.staff())
    bulk.release(world.desk, made.id, world.staff(), 1)
    assert [m.to.value for _, m in world.carrier.taken] == []
    assert len(goes(world, 5)) == 1
    world.clock.pass_time(days=31)
    assert by_rules(world.desk) == 2
    assert to in {m.to.value for _, m in world.carrier.taken}
