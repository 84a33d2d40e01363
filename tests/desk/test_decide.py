"""Staff decide once: rivals lose cleanly, late decisions are safe, and the patient hears of the committed row."""

import pytest

from agent.actions.openings import opening_dict
from agent.desk import decide
from agent.model.calendar import Opening
from agent.model.fault import Conflict, Refused
from tests.desk.deciding import booked, heard, openings, prepared, rivals, visit
from tests.desk.world import STRANGER, World


def test_a_confirmed_visit_is_booked_and_the_patient_hears_who_confirmed_it(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    done = decide.confirm(world.desk, task.id, task.version, world.staff())
    row = visit(world, task.appointment)
    assert (done.status, done.decided_by, row.status) == ("completed", "Rosa Delgado", "booked")
    text = heard(world, before)
    assert "Rosa Delgado" in text
    assert f"#{task.number}" in text
    with world.desk.store.begin(write=False) as tx:
        assert row.patient
        patient = tx.patients.get(row.patient)
        assert patient is not None
        assert (patient.name, patient.phones) == ("Ana Torres", (STRANGER,))


def test_a_decision_on_a_page_that_is_out_of_date_is_refused(world: World) -> None:
    task, by = world.book(), world.staff()
    decide.claim(world.desk, task.id, task.version, by)
    for deed in (
        lambda: decide.confirm(world.desk, task.id, task.version, by),
        lambda: decide.decline(world.desk, task.id, task.version, by, "call_us"),
        lambda: decide.close(world.desk, task.id, task.version, by),
        lambda: decide.offer(world.desk, task.id, task.version, by, [{"id": "x"}]),
        lambda: decide.give_up(world.desk, task.id, task.version, by),
    ):
        with pytest.raises(Conflict, match="look again"):
            deed()
    assert visit(world, task.appointment).status == "pending"


def test_what_is_decided_stays_decided_and_says_by_whom(world: World) -> None:
    task, by = world.book(), world.staff()
    decide.decline(world.desk, task.id, task.version, by, "call_us")
    with pytest.raises(Conflict, match="already decided by Rosa Delgado"):
        decide.confirm(world.desk, task.id, task.version + 1, by)
    assert visit(world, task.appointment).status == "cancelled"


def test_another_time_is_booked_at_once_and_the_held_one_is_free(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    other = openings(world)[-1]
    done = decide.change(world.desk, task.id, task.version, world.staff(), other)
    assert visit(world, task.appointment).status == "cancelled"
    assert visit(world, done.appointment).start == other.start
    assert visit(world, done.appointment).status == "booked"
    assert "Rosa Delgado" in heard(world, before)


def test_a_change_to_a_time_that_somebody_has_leaves_everything_as_it_was(world: World) -> None:
    first, second = world.book(), world.book("+12125550177", "Ben Ortiz")
    taken = visit(world, second.appointment)
    fields = {k: getattr(taken, k) for k in Opening.model_fields}
    with pytest.raises(Conflict, match=r"^somebody else has this time now; choose another one$"):
        decide.change(world.desk, first.id, first.version, world.staff(), Opening(**fields))
    assert visit(world, first.appointment).status == "pending"
    assert world.task(first.id).status == "requested"


def test_other_times_are_offered_in_the_conversation_and_the_patient_chooses(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    times = [opening_dict(world.clinic, o) for o in openings(world)[:2]]
    decide.offer(world.desk, task.id, task.version, world.staff(), times)
    assert f"#{task.number}" in heard(world, before)
    assert world.task(task.id).status == "on-hold"
    assert visit(world, task.appointment).status == "cancelled"
    for words in ("2", "1", "yes"):
        world.say(words)
    fresh = [t for t in world.tasks() if t.status == "requested" and t.appointment]
    assert len(fresh) == 1
    assert visit(world, fresh[0].appointment).start.isoformat() == times[1]["start"]
    decide.confirm(world.desk, fresh[0].id, fresh[0].version, world.staff())
    assert visit(world, fresh[0].appointment).status == "booked"


def test_an_offer_without_times_and_a_refusal_without_reason_are_refused(world: World) -> None:
    task, by = world.book(), world.staff()
    with pytest.raises(Refused):
        decide.offer(world.desk, task.id, task.version, by, [])
    with pytest.raises(Refused):
        decide.decline(world.desk, task.id, task.version, by, "because", " ")
    with pytest.raises(Refused):
        decide.confirm(world.desk, "nothing", 0, by)


def test_staff_may_refuse_in_their_own_words_even_words_of_a_booking(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    words = "Dr. Okafor is booked solid; your visit is confirmed by phone only."
    decide.decline(world.desk, task.id, task.version, world.staff(), "words", words)
    assert words in heard(world, before)


def test_work_done_by_hand_is_closed_with_a_word_to_the_patient(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    decide.close(world.desk, task.id, task.version, world.staff(), "We have called you.")
    assert "We have called you." in heard(world, before)
    assert (world.task(task.id).status, visit(world, task.appointment).status) == ("completed", "cancelled")


def test_a_task_may_be_taken_and_given_back(world: World) -> None:
    task, by = world.book(), world.staff()
    taken = decide.claim(world.desk, task.id, task.version, by)
    assert (taken.assignee, taken.status) == (by.id, "accepted")
    given = decide.give_up(world.desk, task.id, taken.version, by)
    assert (given.assignee, given.status) == (None, "requested")


def test_a_moved_visit_gives_up_the_old_time_only_with_the_new_one(world: World) -> None:
    _, old = booked(world)
    for words in ("I need to move my appointment", "Ana Torres", "March 3 1980", "1", "next Thursday", "1", "yes"):
        world.say(words)
        if any(t.kind == "reschedule" for t in world.tasks()):
            break
    task = next(t for t in world.tasks() if t.kind == "reschedule")
    assert visit(world, old.id).status == "booked"
    assert visit(world, task.appointment).replaces == old.id
    decide.confirm(world.desk, task.id, task.version, world.staff())
    assert (visit(world, old.id).status, visit(world, task.appointment).status) == ("cancelled", "booked")


def test_a_move_for_which_other_times_were_offered_still_gives_up_the_old_visit(world: World) -> None:
    _, old = booked(world)
    proposal = {"appointment": {"id": old.id}, "name": "Ana Torres", "dob": "1980-03-03"}
    task = prepared(world, "reschedule", proposal)
    done = decide.change(world.desk, task.id, task.version, world.staff(), openings(world)[0], old.patient)
    assert (visit(world, old.id).status, visit(world, done.appointment).status) == ("cancelled", "booked")


def test_a_confirmed_cancellation_voids_what_still_waits_to_be_said_of_the_visit(world: World) -> None:
    from agent.model.message import Claim
    from tests.desk.test_send import queued

    _, row = booked(world)
    reminder = queued(world, "You are booked.", claims=(Claim(fact="booked", row=row.id),))
    task = prepared(world, "cancel", {"appointment": {"id": row.id}})
    decide.confirm(world.desk, task.id, task.version, world.staff())
    assert (visit(world, row.id).status, world.row(reminder.id).state) == ("cancelled", "void")
    again = prepared(world, "cancel", {"appointment": {"id": row.id}})
    with pytest.raises(Refused):
        decide.change(world.desk, again.id, again.version, world.staff(), openings(world)[0])


def test_staff_may_knowingly_overbook_where_the_clinic_lets_them(world: World) -> None:
    first, second = rivals(world, 1)[0]
    decide.confirm(world.desk, second.id, second.version, world.staff())
    with pytest.raises(Conflict):
        decide.confirm(world.desk, first.id, world.task(first.id).version, world.staff())
    done = decide.confirm(world.desk, first.id, world.task(first.id).version, world.staff(), overbook=True)
    row, other = visit(world, str(done.result["appointment"])), visit(world, second.appointment)
    assert (row.status, row.start, row.provider) == ("booked", other.start, other.provider)
    assert row.lane != other.lane


def test_a_patient_of_nobody_here_cannot_be_chosen(world: World) -> None:
    task = world.book()
    with pytest.raises(Refused, match="no such patient"):
        decide.confirm(world.desk, task.id, task.version, world.staff(), "somebody-elsewhere")
