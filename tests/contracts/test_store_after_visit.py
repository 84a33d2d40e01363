"""Instructions are approved once a version, check-ins asked once a visit and rule, on every database."""

from datetime import timedelta

import pytest

from agent.model.check_in import NOTHING, CheckIn
from agent.model.fault import Conflict
from agent.model.instructions import CheckInRule, Sheet, SheetText
from agent.ports import Store
from tests.contracts.samples import NOW, all_at_once, appointment, dump, patient

HOUR = timedelta(hours=1)


def sheet(id: str = "s1", **given: object) -> Sheet:
    text = SheetText(title="After a mole is removed", about=("mole",), body="[shower]\nYou may shower after a day.")
    kept = {"id": id, "clinic": "k", "visit_type": "procedure", "texts": {"en": text}, "written_by": "u-1",
            "written_at": NOW, "check_ins": (CheckInRule(day=3),)}  # fmt: skip
    return Sheet.model_validate({**kept, **given})


def approved(of: Sheet) -> Sheet:
    return of.model_copy(
        update={"state": "approved", "approved_by": "u-2", "approved_name": "Dr. O", "approved_at": NOW}
    )


def row(n: int = 1, *, minutes: int = -10, rule: str = "d3", **given: object) -> CheckIn:
    kept = {"appointment": f"a{n}", "rule": rule, "clinic": "k", "due_at": NOW + timedelta(minutes=minutes)}
    return CheckIn.model_validate({**kept, **given})


def test_a_version_is_in_force_from_its_approval_until_the_next_one_is_approved(store: Store) -> None:
    first = sheet()
    second = sheet(version=2, texts={"en": SheetText(title="New", body="Dry for two days.")})
    with store.begin() as tx:
        none = tx.instructions.stamp("k")
        tx.instructions.add(first)
        assert tx.instructions.approved("k") == []
        tx.instructions.settle(approved(first))
        assert tx.instructions.approved("k") == [approved(first)]
        one = tx.instructions.stamp("k")
        tx.instructions.add(second)
        assert tx.instructions.approved("k") == [approved(first)]
        assert tx.instructions.newest("k", "s1") == second
        assert tx.instructions.all("k") == [second]
        assert tx.instructions.stamp("k") == one != none
        tx.instructions.settle(approved(second))
        assert tx.instructions.approved("k") == [approved(second)]
        assert [s.state for s in tx.instructions.versions("k", "s1")] == ["approved", "replaced"]
        assert tx.instructions.stamp("k") not in (one, none)
        tx.instructions.settle(approved(second).model_copy(update={"state": "withdrawn"}))
        assert tx.instructions.approved("k") == []
        assert tx.instructions.stamp("k") == none
        assert tx.instructions.newest("elsewhere", "s1") is None


def test_a_withdrawn_draft_takes_the_version_in_force_along(store: Store) -> None:
    with store.begin() as tx:
        tx.instructions.add(sheet())
        tx.instructions.settle(approved(sheet()))
        tx.instructions.add(sheet(version=2))
        tx.instructions.settle(sheet(version=2, state="withdrawn"))
        assert tx.instructions.approved("k") == []
        assert [s.state for s in tx.instructions.versions("k", "s1")] == ["withdrawn", "withdrawn"]


def test_two_clinicians_cannot_change_or_approve_one_version_twice(store: Store) -> None:
    with store.begin() as tx:
        tx.instructions.add(sheet())
    for again in (sheet(), sheet(version=3)):
        with pytest.raises(Conflict), store.begin() as tx:
            tx.instructions.add(again)
    with store.begin() as tx:
        tx.instructions.settle(approved(sheet()))
    for late in (approved(sheet()), sheet(state="replaced"), sheet(version=2, state="approved")):
        with pytest.raises(Conflict), store.begin() as tx:
            tx.instructions.settle(late)
    with store.begin() as tx:
        tx.instructions.add(sheet(version=2))
    with pytest.raises(Conflict), store.begin() as tx:  # no longer the newest
        tx.instructions.settle(approved(sheet()).model_copy(update={"state": "withdrawn"}))


def test_promise_45_instructions_for_one_patient_are_sealed_and_go_with_them(store: Store) -> None:
    own = sheet("s2", visit_type="", patient="p-1", appointment="a1")
    with store.begin() as tx:
        tx.patients.add(patient(1))
        tx.appointments.add(appointment("a1", NOW - HOUR, patient="p-1"), NOW)
        tx.instructions.add(own)
        tx.instructions.settle(approved(own))
        tx.check_ins.plan(row())
        assert tx.instructions.approved("k") == []
        assert tx.instructions.of_patient("p-1") == [approved(own)]
    assert "mole" not in dump(store)
    with store.begin() as tx:
        gone = tx.privacy.erase_patient("p-1", NOW)
        assert (gone["instructions"], gone["check_ins"]) == (1, 1)
        assert tx.instructions.of_patient("p-1") == []
        assert tx.check_ins.of("a1") == []


def test_visits_that_took_place_wait_to_be_planned_once(store: Store) -> None:
    with store.begin() as tx:
        tx.patients.add(patient(1))
        for n, who, status in (
            (1, "p-1", "booked"), (2, "p-1", "fulfilled"), (3, None, "fulfilled"), (4, "p-1", "cancelled"),
            (5, "p-1", "noshow"), (60, "p-1", "booked"),
        ):  # fmt: skip
            tx.appointments.add(appointment(f"a{n}", NOW - HOUR * n, patient=who, status=status), NOW)
        tx.appointments.add(appointment("later", NOW + HOUR, patient="p-1"), NOW)
        found = tx.check_ins.unplanned("k", NOW - HOUR * 48, NOW, 10)
        assert [a.id for a in found] == ["a2", "a1"]
        assert tx.check_ins.plan(row(1))
        assert not tx.check_ins.plan(row(1))
        assert tx.check_ins.plan(row(2, rule=NOTHING, state="skipped"))
        assert tx.check_ins.unplanned("k", NOW - HOUR * 48, NOW, 10) == []
        assert [r.appointment for r in tx.check_ins.between("k", NOW - HOUR, NOW)] == ["a1"]


def test_the_longest_due_is_taken_first_and_silence_counts_once_its_time_is_over(store: Store) -> None:
    with store.begin() as tx:
        for n, minutes in ((1, -5), (2, -9), (3, 5)):
            tx.check_ins.plan(row(n, minutes=minutes, must_answer=True))
        first = tx.check_ins.take_due("k", NOW)
        assert first == row(2, minutes=-9, must_answer=True)
        assert first is not None
        asked = {"state": "asked", "settled_at": NOW, "silent_at": NOW + HOUR, "conversation": "c1", "outbound": "o1"}
        tx.check_ins.save(first.model_copy(update=asked))
        assert tx.check_ins.take_silent("k", NOW) is None
        assert tx.check_ins.take_due("elsewhere", NOW + HOUR) is None
        late = tx.check_ins.take_silent("k", NOW + HOUR)
        assert late == first.model_copy(update=asked)
        assert late is not None
        tx.check_ins.save(late.model_copy(update={"state": "answered", "answered_at": NOW, "task": "t1"}))
        assert tx.check_ins.take_silent("k", NOW + HOUR) is None
        assert tx.check_ins.get("a2", "d3", lock=True) == tx.check_ins.of("a2")[0]
        assert tx.check_ins.get("a9", "d3") is None
        tx.privacy.erase_talk("c1", NOW)
        loose = tx.check_ins.get("a2", "d3")
        assert loose is not None
        assert (loose.conversation, loose.task, loose.outbound) == (None, None, None)


@pytest.mark.parametrize("count", [16])
def test_promise_15_many_at_once_take_each_check_in_once(store: Store, count: int) -> None:
    with store.begin() as tx:
        for n in range(count):
            tx.check_ins.plan(row(n))

    def take(_: int) -> list[str]:
        mine: list[str] = []
        for _ in range(count):
            with store.begin() as tx:
                found = tx.check_ins.take_due("k", NOW)
                if found is not None:
                    tx.check_ins.save(found.model_copy(update={"state": "asked", "settled_at": NOW}))
                    mine.append(found.appointment)
        return mine

    taken = [each for mine in all_at_once(take, range(4)) for each in mine]
    assert sorted(taken) == sorted(f"a{n}" for n in range(count))
