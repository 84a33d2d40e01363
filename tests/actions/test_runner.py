"""What an action can and cannot do to the desk."""

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from rasa_sdk import Action
from rasa_sdk.events import AllSlotsReset, FollowupAction, SlotSet
from rasa_sdk.interfaces import ActionNotFoundException

from agent.actions import ACTIONS, built_in
from agent.actions.context import Rules
from agent.actions.runner import InProcessActions, draw_code
from agent.adapters.calendar.local import LocalCalendar
from agent.model.fault import Busy, Conflict
from agent.model.task import Task
from agent.settings import ROOT
from tests.actions.counter import CLINIC, NOW, Counter, open_counter
from tests.shared import read_quickly


class Scripted(Action):  # type: ignore[misc]
    """An action of a clinic's own."""

    def __init__(self, does: Callable[[Any, Any], Any]) -> None:
        self.does = does

    def name(self) -> str:
        return "action_scripted"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        await asyncio.sleep(0)
        return self.does(dispatcher, tracker)


def with_action(counter: Counter, does: Callable[[Any, Any], Any]) -> None:
    ids = iter(str(n) for n in range(1000))
    counter.actions = InProcessActions(
        CLINIC, LocalCalendar(CLINIC), lambda: next(ids), Rules(secret=b"k"), more=[Scripted(does)]
    )


def fails(fault: Exception) -> Callable[[Any, Any], Any]:
    def does(_dispatcher: Any, _tracker: Any) -> Any:
        raise fault

    return does


def test_every_action_that_the_flows_name_is_registered() -> None:
    assert tuple(a.name() for a in built_in()) == ACTIONS
    named = {
        step["action"]
        for path in (ROOT / "workflows").rglob("*.yaml")
        for step in read_quickly(path.read_text("utf-8")).get("steps", ())
        if "action" in step
    }
    assert named
    assert named <= set(ACTIONS)


def test_an_action_can_set_slots_and_send_the_flow_elsewhere_but_not_speak(counter: Counter) -> None:
    def does(dispatcher: Any, _tracker: Any) -> Any:
        dispatcher.utter_message(text="You are booked!")
        return [SlotSet("a", 1), FollowupAction("choose"), {"event": "user", "text": "hi"}, {"event": "restart"}]

    with_action(counter, does)
    answer = counter.run("action_scripted")
    assert (answer.slots, answer.followup, answer.failed, answer.outbound) == ({"a": 1}, "choose", None, ())


def test_an_action_may_empty_every_slot(counter: Counter) -> None:
    with_action(counter, lambda _d, _t: [SlotSet("a", 1), AllSlotsReset(), SlotSet("b", 2)])
    assert counter.run("action_scripted", a=0, c=3).slots == {"a": None, "c": None, "b": 2}


def test_an_action_cannot_change_the_conversation_behind_the_desks_back(counter: Counter) -> None:
    with_action(counter, lambda _d, tracker: tracker.slots["openings"].clear())
    openings = [{"id": "x"}]
    assert counter.run("action_scripted", openings=openings).slots == {}
    assert openings == [{"id": "x"}]


@pytest.mark.parametrize("fault", [ValueError("secret words"), KeyError("x"), RuntimeError(), LookupError()])
def test_a_broken_action_is_an_answer_that_says_so_and_nothing_else(counter: Counter, fault: Exception) -> None:
    with_action(counter, fails(fault))
    answer = counter.run("action_scripted")
    assert (answer.failed, answer.slots) == (fault, {})


@pytest.mark.parametrize("fault", [Conflict("taken"), Busy("locked")])
def test_a_lost_race_or_a_busy_database_starts_the_turn_anew(counter: Counter, fault: Exception) -> None:
    with_action(counter, fails(fault))
    with pytest.raises(type(fault)):
        counter.run("action_scripted")


def test_an_unknown_action_is_a_failure_not_a_crash(counter: Counter) -> None:
    assert isinstance(counter.run("action_unheard_of").failed, ActionNotFoundException)


def test_turns_in_several_threads_do_not_mix_their_patients(counter: Counter) -> None:
    def locale(n: int) -> bool:
        tag = ("en", "es")[n % 2]
        answer = counter.run("action_clinic_facts", counter.conversation(locale=tag), topic="cost")
        return bool(answer.slots["facts"]["answer"] == CLINIC.answers["cost"][tag])

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(locale, range(40)))


def test_a_thrown_away_desk_leaves_no_event_loop_to_the_garbage_collector(new_id: Callable[[], str]) -> None:
    def loops() -> int:
        gc.collect()
        return sum(isinstance(o, asyncio.AbstractEventLoop) for o in gc.get_objects())

    def one_desk() -> None:
        counter = open_counter(new_id)
        counter.run("action_clinic_facts", topic="cost")
        counter.store.close()
        counter.itself = counter  # type: ignore[attr-defined]  # a cycle, as a whole desk has

    one_desk()
    before = loops()
    one_desk()
    assert loops() == before
    gc.disable()
    try:
        one_desk()
        assert sum(isinstance(o, asyncio.AbstractEventLoop) for o in gc.get_objects()) == before
    finally:
        gc.enable()


def test_a_code_has_six_digits() -> None:
    assert all(len(draw_code()) == 6 and draw_code().isdigit() for _ in range(200))


def test_an_open_request_is_found_again_by_its_own_conversation_only(counter: Counter) -> None:
    here = counter.conversation()
    assert counter.run("action_pending_request", here).slots == {"pending_task": None, "pending_number": None}
    with counter.store.begin() as tx:
        tx.conversations.add(here, NOW)
        proposal = {"appointment_type": "physical", "opening": {"provider": "okafor", "location": "brooklyn"}}
        task = tx.tasks.add(
            Task(
                id="t1", number=0, clinic=CLINIC.id, kind="booking", conversation=here.id, proposal=proposal,
                created_at=NOW, due_at=NOW,
            )
        )  # fmt: skip
    answer = counter.run("action_pending_request", here, location="chicago").slots
    assert answer == {
        "pending_task": "t1",
        "pending_number": str(task.number),
        "appointment_type": "physical",
        "provider": "okafor",
    }
    other = counter.conversation(handle="+17185550199")
    assert counter.run("action_pending_request", other).slots["pending_task"] is None
