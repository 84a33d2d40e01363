"""Calls in which something of ours does not work: whoever calls still hears a next word, or a person."""

import asyncio
from typing import Any

import pytest

from agent.adapters.store.calls import CallsRoom
from agent.demo.twilio_calls import SimulatedCall
from agent.desk import calls
from agent.model.fault import Busy
from channels import voice
from tests.telephone import Caller, telephone
from tests.web.test_voice import DAY, KNEE, kinds


def test_a_fault_of_ours_in_a_call_is_told_and_a_person_is_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    with telephone() as line:
        caller = line.answered(staff=True)
        monkeypatch.setattr(voice, "more_to_come", lambda *_: 1 // 0)
        assert "something on our side isn't working" in caller.say(KNEE)[0]
        caller.until("person")
        assert [type(f) for f in line.world.faults] == [ZeroDivisionError]
        line.world.faults.clear()


def test_a_call_that_begins_twice_at_one_moment_is_greeted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with telephone() as line:
        caller, number = line.someone()
        found, blind = CallsRoom.get, [1]

        def late(room: CallsRoom, id: str, *, lock: bool = False) -> Any:
            if blind[0]:
                blind[0] -= 1
                return None
            return found(room, id, lock=lock)

        monkeypatch.setattr(CallsRoom, "get", late)
        line.again(caller.call, "", step="")
        assert blind == [0]
        assert len([x for x in line.thread(number) if x.direction == "out"]) == 1


def test_trouble_late_in_a_call_rings_and_goes_on_with_the_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    takes, left = calls.take, [1]

    def away_once(*given: Any, **how: Any) -> Any:
        if left[0] and given[1].text == "Ana Torres":
            left[0] -= 1
            raise Busy("away")
        return takes(*given, **how)

    with telephone(voice="gather") as line:
        monkeypatch.setattr(calls, "take", away_once)
        caller = line.ring()
        caller.wait()
        caller.say(KNEE)
        caller.say(DAY)
        asked = caller.press("1")
        said = caller.say("Ana Torres")
        assert "something on our side isn't working" in said[0]
        assert "the line broke" in said[1]
        assert said[2 : 2 + len(asked)] == asked  # and then, perhaps, that nothing is heard


def test_an_answer_that_was_lost_is_given_again_and_no_caller_hears_nothing() -> None:
    with telephone(voice="gather") as line:
        caller = line.ring()
        first = caller.wait()
        again = line.again(caller.call, "", step="")
        assert "<Say" in again
        assert first[-1] in again


def test_who_talked_with_a_person_in_trouble_is_not_greeted_by_the_machine_again() -> None:
    with telephone(voice="gather") as line:
        caller = line.answered()
        url = f"{line.twilio.voice_url}?step=10000"
        params = {**line.twilio.hooks.log[-1].params, "DialCallStatus": "completed"}
        body = line.run(line.twilio.hooks.post(url, params, "dial")).body
        assert "<Hangup" in body
        assert "<Say" not in body
        assert caller.call.state != "ended"


def test_danger_is_met_before_the_sentence_ends_where_words_have_no_spaces() -> None:
    with telephone() as line:
        caller, number = line.someone()
        caller.say("请说中文")
        assert line.conversation(number).locale == "zh"
        assert caller.say("我胸口剧烈疼痛喘不过气", last=False)
        assert "urgent" in kinds(line, number)


def test_promise_29_a_caller_whose_number_is_withheld_is_asked_where_to_call_back() -> None:
    with telephone() as line:
        caller = line.answered("Restricted", staff=False)
        assert "at which number" in caller.say("let me talk to a person")[-1]
        caller.say("two one two five five five zero one four four, it is about the stitches")
        held = next(u for u, _ in line.recent() if u.address.value.startswith("withheld:"))
        task = next(t for t in line.tasks(held.address.value) if t.kind == "callback")
        assert "phone" not in task.proposal
        assert any("zero one four four" in x.text for x in line.thread(held.address.value))


def test_who_hangs_up_or_is_led_away_while_the_line_is_being_made_is_gone_at_once() -> None:
    with telephone() as line:

        async def rings_and_leaves(led: str = "") -> SimulatedCall:
            call = line.twilio.dial("+12125560199", pace=0.02)
            call.staff_answers = False
            for _ in range(100_000):
                if call.relays:  # and not open yet
                    break
                await asyncio.sleep(0)
            await (call.lead(led) if led else call.hang_up())
            return call

        Caller(line.run(rings_and_leaves()), line).over()
        Caller(
            line.run(rings_and_leaves(f"{line.world.desk.settings.public_url}/twilio/voice/back?id=none")), line
        ).over()
