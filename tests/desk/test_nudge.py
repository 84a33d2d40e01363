"""Nothing waits unanswered or unattributed: alarms ring again, owners who left give back, late is said once."""

import secrets
from datetime import timedelta

import pytest

from agent.desk import decide, handoff
from agent.desk.hand_over import come_back, go_away, hand_over, transfer
from agent.desk.nudge import nudge
from agent.model.fault import Refused
from agent.model.task import Task, is_urgent
from tests.desk.world import JON, STRANGER, World
from tests.prove.p35_rung_again import ring


def alarm(world: World) -> Task:
    world.say("crushing chest pain and I cannot breathe", JON)
    return next(t for t in world.tasks(JON) if t.kind == "urgent")


def audited(world: World, tag: str) -> int:
    with world.desk.store.begin(write=False) as tx:
        return sum(e.tag == tag for e in tx.audit.tail(500))


def sign_in(world: World, user: str) -> None:
    with world.desk.store.begin() as tx:
        tx.staff.open_session(secrets.token_hex(8), user, "csrf", world.clock())


def test_promise_35_an_urgent_task_that_nobody_takes_is_rung_again_at_2_5_and_10_minutes(world: World) -> None:
    assert ring(world, 2) == 3


def test_a_task_that_somebody_has_taken_is_not_rung_and_one_given_back_is_rung_anew(world: World) -> None:
    task = alarm(world)
    amara = world.staff("clinician")
    taken = decide.claim(world.desk, task.id, task.version, amara)
    sign_in(world, amara.id)
    world.clock.pass_time(minutes=9)
    nudge(world.desk)
    assert audited(world, "task:rung-again") == 0
    decide.give_up(world.desk, taken.id, taken.version, amara)
    world.clock.pass_time(minutes=2)
    nudge(world.desk)
    assert audited(world, "task:rung-again") == 1


def test_what_an_absent_person_has_goes_back_to_the_queue(world: World) -> None:
    task, rosa = world.book(), world.staff()
    decide.claim(world.desk, task.id, task.version, rosa)
    world.say("I want to talk to a person", JON)
    handoff.take(world.desk, world.conversation(JON).id, rosa)
    assert go_away(world.desk, rosa, rosa.id) >= 2
    assert world.task(task.id).assignee is None
    assert world.task(task.id).status == "requested"
    held = world.conversation(JON)
    assert (held.mode, held.assignee) == ("waiting_staff", None)
    assert all(t.assignee is None for t in world.open_tasks())
    with pytest.raises(Refused, match="away"):
        hand_over(world.desk, task.id, world.task(task.id).version, world.staff("admin"), rosa.id, None, "")
    come_back(world.desk, rosa, rosa.id)
    moved = hand_over(world.desk, task.id, world.task(task.id).version, world.staff("admin"), rosa.id, None, "please")
    assert (moved.assignee, moved.changes[-1].why) == (rosa.id, "please")


def test_of_what_an_absent_person_has_only_what_a_patient_waits_for_is_urgent(world: World) -> None:
    rosa = world.staff()
    for who in (JON, STRANGER):
        world.say("I want to talk to a person", who)
        handoff.take(world.desk, world.conversation(who).id, rosa)
    handoff.reply(world.desk, world.conversation(JON).id, rosa, "all settled, goodbye")
    world.settle()
    go_away(world.desk, rosa, rosa.id)
    asked = {who: next(t for t in world.tasks(who) if t.kind == "handoff") for who in (JON, STRANGER)}
    assert [asked[who].priority for who in (JON, STRANGER)] == ["routine", "urgent"]


def test_what_rings_at_one_moment_is_one_text_that_says_how_many(world: World) -> None:
    world.desk.settings = world.desk.settings.model_copy(update={"on_call": "+12125550199"})
    for sender in (JON, STRANGER, "+12125550177"):
        world.say("I have chest pain and cannot breathe", sender)
    world.settle()
    first = min(t.number for t in world.open_tasks() if is_urgent(t))
    world.clock.pass_time(minutes=2)
    before = len(world.carrier.texts)
    nudge(world.desk)
    nudge(world.desk)
    world.settle()
    told = [t for t in world.carrier.texts[before:] if "nobody has taken" in t]
    assert len(told) == 1
    assert f"3 urgent requests, the first #{first}, have waited 2 min and nobody has taken them" in told[0]
    assert audited(world, "task:rung-again") == 3


def test_the_person_on_call_is_texted_in_the_language_of_the_staff(world: World) -> None:
    world.desk.settings = world.desk.settings.model_copy(update={"on_call": "+12125550199"})
    world.desk.clinic = world.desk.clinic.model_copy(update={"staff_language": "es"})
    world.say("I have chest pain and cannot breathe", JON)
    (task,) = (t for t in world.open_tasks() if is_urgent(t))
    world.clock.pass_time(minutes=2)
    nudge(world.desk)
    world.settle()
    assert f"la solicitud urgente {task.number} lleva 2 min esperando" in world.carrier.texts[-1]
    assert world.carrier.texts[-1].endswith("/console")


def test_the_work_of_somebody_who_is_not_signed_in_goes_back_after_a_while_and_of_one_who_is_does_not(
    world: World,
) -> None:
    task, rosa = world.book(), world.staff()
    decide.claim(world.desk, task.id, task.version, rosa)
    sign_in(world, rosa.id)
    world.clock.pass_time(minutes=29)
    nudge(world.desk)
    assert world.task(task.id).assignee == rosa.id
    world.clock.pass_time(minutes=40)
    nudge(world.desk)
    assert world.task(task.id).assignee is None
    assert "not here" in world.task(task.id).changes[-1].why


def test_a_patient_whom_nobody_answers_waits_for_somebody_else_after_a_quarter_of_an_hour(world: World) -> None:
    world.say("I want to talk to a person", JON)
    talk = world.conversation(JON).id
    rosa = world.staff()
    handoff.take(world.desk, talk, rosa)
    sign_in(world, rosa.id)
    handoff.reply(world.desk, talk, rosa, "how can I help?")
    world.clock.pass_time(minutes=20)
    nudge(world.desk)
    assert world.conversation(JON).mode == "staff"  # it is the patient's turn
    world.say("my card was not accepted", JON)
    world.clock.pass_time(minutes=16)
    assert nudge(world.desk) > 0
    held = world.conversation(JON)
    assert (held.mode, held.assignee) == ("waiting_staff", None)
    task = next(t for t in world.tasks(JON) if t.kind == "handoff" and t.status == "requested")
    assert task.priority == "urgent"
    assert "no answer" in task.changes[-1].why
    assert task.due_at - world.clock() <= timedelta(minutes=15)  # ten, and up to the next five
    assert audited(world, "task:rung-again") == 0  # the time in which nobody had it begins now
    world.clock.pass_time(minutes=2)
    nudge(world.desk)
    assert audited(world, "task:rung-again") == 1


def test_whoever_writes_to_somebody_who_has_gone_home_hears_when_the_clinic_opens(world: World) -> None:
    world.say("I want to talk to a person", JON)
    talk, rosa = world.conversation(JON).id, world.staff()
    handoff.take(world.desk, talk, rosa)
    handoff.reply(world.desk, talk, rosa, "how can I help?")
    world.settle()
    world.clock.now = world.clock.now.replace(hour=0, minute=30) + timedelta(days=1)  # 19:30 in Brooklyn
    sign_in(world, rosa.id)
    before = len(world.carrier.texts)
    world.say("my card was not accepted", JON)
    nudge(world.desk)
    assert world.carrier.texts[before:] == []  # she may be there still
    world.clock.pass_time(minutes=16)
    nudge(world.desk)
    world.settle()
    assert len(world.carrier.texts[before:]) == 1
    assert "closed until Tuesday, March 3 at 8:00 AM" in world.carrier.texts[-1]
    task = next(t for t in world.tasks(JON) if t.kind == "handoff" and t.status == "requested")
    assert (task.priority, task.assignee) == ("routine", None)  # nobody is called in for it
    assert f"{task.due_at:%d %H:%M}" == "03 13:30"  # half an hour after opening
    assert len(world.say("are you there?", JON)) == 1  # as to anybody who waits for a person


def test_a_conversation_whose_owner_has_gone_is_for_everybody_again(world: World) -> None:
    world.say("I want to talk to a person", JON)
    talk, rosa = world.conversation(JON).id, world.staff()
    handoff.take(world.desk, talk, rosa)
    handoff.reply(world.desk, talk, rosa, "all settled, goodbye")
    sign_in(world, rosa.id)
    world.clock.pass_time(minutes=59)
    nudge(world.desk)
    assert world.conversation(JON).mode == "staff"
    world.clock.pass_time(minutes=20)
    nudge(world.desk)
    held = world.conversation(JON)
    assert (held.mode, held.assignee) == ("waiting_staff", None)
    assert all(t.assignee is None for t in world.open_tasks())


def test_whoever_takes_a_conversation_has_as_long_to_answer_and_not_for_ever(world: World) -> None:
    world.say("I want to talk to a person", JON)
    world.clock.pass_time(minutes=60)
    rosa = world.staff()
    handoff.take(world.desk, world.conversation(JON).id, rosa)
    sign_in(world, rosa.id)
    nudge(world.desk)
    assert world.conversation(JON).mode == "staff"
    world.clock.pass_time(minutes=16)
    nudge(world.desk)
    assert world.conversation(JON).mode == "waiting_staff"


def test_a_patient_whose_request_is_late_is_told_once_and_only_while_somebody_is_at_a_desk(world: World) -> None:
    task, before = world.book(), len(world.carrier.texts)
    world.clock.now = task.due_at + timedelta(minutes=1)
    for _ in range(3):
        nudge(world.desk)
        world.settle()
    late = [t for t in world.carrier.texts[before:] if "longer than we said" in t]
    assert len(late) == 1
    assert str(task.number) in late[0]
    other = world.book("+12125550188", "Ben Ruiz")
    world.clock.now = other.due_at.replace(hour=7) + timedelta(days=1)  # the middle of the night
    nudge(world.desk)
    world.settle()
    assert not [t for t in world.carrier.texts if "longer than we said" in t and str(other.number) in t]


def test_a_conversation_is_transferred_with_a_summary_and_the_desk_stays_silent(world: World) -> None:
    world.say("I want to talk to a person", STRANGER)
    talk, rosa, tom = world.conversation().id, world.staff(), world.staff("admin")
    handoff.take(world.desk, talk, rosa)
    with pytest.raises(Refused):
        transfer(world.desk, talk, rosa, tom.id, None, " ")
    held = transfer(world.desk, talk, rosa, tom.id, None, "wants a bill explained")
    assert held.mode == "waiting_staff"
    task = next(t for t in world.tasks() if t.kind == "handoff")
    assert (task.assignee, task.status) == (tom.id, "accepted")
    assert [x.text for x in world.thread() if x.author == f"note:{rosa.id}"] == ["wants a bill explained"]
    handoff.take(world.desk, talk, tom)
    assert world.conversation().assignee == tom.id
    assert world.task(task.id).status == "in-progress"
