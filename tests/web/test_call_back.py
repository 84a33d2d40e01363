"""A patient is called back because a colleague asks for it: our telephone rings first, then theirs."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest

from agent.demo.twilio_exchange import E164
from agent.demo.twilio_outbound import OutboundCall, Outcome, refused
from agent.demo.twilio_standin import TwilioStandIn
from agent.desk import call_back
from agent.desk.desk import Desk
from agent.model.call_back import UNDER_WAY, CallBack
from agent.model.fault import Busy, Conflict, Misconfigured, Refused, Unknown
from agent.model.patient import StaffUser
from agent.model.task import Task
from channels.twilio_rest import TwilioRest
from tests.standin import served
from tests.standin.hooks import ACCOUNT, TOKEN
from tests.telephone import Telephone, telephone
from tests.web.console_desk import World, decide

OURS = "+17185550100"


@dataclass
class Line:
    """A telephone line that keeps what it was told to ring, or fails as told."""

    rung: list[str] = field(default_factory=list)
    fails: Exception | None = None

    def dial(self, to: str, sender: str, url: str, status_url: str, seconds: int) -> str:
        self.rung.append(to)
        if self.fails is not None:
            raise self.fails
        return "CA1"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.desk.dialler = Line()
    yield made
    made.desk.store.close()


@pytest.fixture(scope="module")
def line() -> Iterator[Telephone]:
    with telephone() as line:
        yield line


def wanted(world: World, **more: str) -> Task:
    held, _ = world.talk("please call me", phone="+12125550144")
    return world.prepare("callback", held, {"why": "asked"}, **more)


def rung(world: World) -> list[str]:
    assert isinstance(world.desk.dialler, Line)
    return world.desk.dialler.rung


def asked(desk: Desk, task: Task, by: StaffUser) -> CallBack:
    back = call_back.ask(desk, task.id, by)
    call_back.ring(desk, back)
    with desk.store.begin(write=False) as tx:
        return tx.call_backs.get(back.id) or back


def test_one_button_rings_our_telephone_once_however_often_it_is_pressed(world: World) -> None:
    task, browser, key = wanted(world), world.browser("front-desk"), uuid4().hex
    page = browser.get(f"/console/tasks/{task.id}").text
    assert "Call now" in page
    for _ in range(2):
        assert decide(browser, task, "call", idempotency_key=key).status_code == 303
    assert rung(world) == [world.desk.clinic.phone]
    assert "Calling…" in browser.get(f"/console/tasks/{task.id}").text
    again = decide(browser, task, "call", idempotency_key=uuid4().hex)
    assert again.status_code == 409
    assert "somebody is calling them just now" in again.text
    assert rung(world) == [world.desk.clinic.phone]


def test_without_a_line_there_is_no_button_and_nobody_but_those_who_decide_may_press_it(world: World) -> None:
    task = wanted(world)
    reader = world.user("front-desk").model_copy(update={"id": "reader", "email": "r@demo.clinic", "role": "read-only"})
    with world.desk.store.begin() as tx:
        tx.staff.add(reader)
    assert decide(world.enter(reader), task, "call", idempotency_key=uuid4().hex).status_code == 403
    assert "Call now" not in world.enter(reader).get(f"/console/tasks/{task.id}").text
    world.desk.dialler = None
    assert "Call now" not in world.browser("front-desk").get(f"/console/tasks/{task.id}").text


def test_the_bounds_of_texts_are_those_of_calls(world: World) -> None:
    desk, by = world.desk, world.user("front-desk")
    task, urgent = wanted(world), wanted(world, priority="urgent")
    world.clock.pass_time(timedelta(hours=11))  # 9 PM
    with pytest.raises(Refused, match="night there until 8:00 AM"):
        call_back.ask(desk, task.id, by)
    assert asked(desk, urgent, by).state == "ringing"
    world.clock.pass_time(timedelta(hours=13))
    with desk.store.begin() as tx:
        for n in range(desk.settings.texts_per_hour):
            held = tx.conversations.get(task.conversation or "")
            assert held is not None
            tx.sends.take(held.address, f"m{n}", 1, world.clock() - timedelta(hours=1), world.clock(), 1000)
    with pytest.raises(Refused, match="the most texts and calls of an hour"):
        call_back.ask(desk, task.id, by)
    world.clock.pass_time(timedelta(hours=2))
    held, _ = world.talk("hello", channel="chat", phone="c" * 32)
    with pytest.raises(Refused, match="no number"):
        call_back.ask(desk, world.prepare("callback", held, {"why": "asked"}).id, by)


@pytest.mark.parametrize(
    ("fault", "state"), [(Unknown("x"), "unknown"), (Misconfigured("x"), "failed"), (Busy("x"), "failed")]
)
def test_what_may_be_ringing_is_never_dialled_again_and_what_did_not_go_through_is_said(
    world: World, fault: Exception, state: str
) -> None:
    task, by = wanted(world), world.user("front-desk")
    world.desk.dialler = Line(fails=fault)
    assert asked(world.desk, task, by).state == state
    assert call_back._WORDS[state] in world.task(task.id).changes[-1].what  # type: ignore[index]
    assert rung(world) == [world.desk.clinic.phone]


def test_one_whose_end_was_never_told_does_not_stand_in_the_way_for_ever(world: World) -> None:
    task, by = wanted(world), world.user("front-desk")
    asked(world.desk, task, by)
    with pytest.raises(Conflict):
        call_back.ask(world.desk, task.id, by)
    world.clock.pass_time(timedelta(minutes=6))
    assert asked(world.desk, task, by).state == "ringing"


@pytest.mark.parametrize(
    ("takes", "key", "other", "state"),
    [
        (True, "1", "completed", "answered"), (True, "1", "busy", "busy"), (True, "1", "no-answer", "no-answer"),
        (True, "", "completed", "nobody"), (False, "1", "completed", "nobody"),
    ],
)  # fmt: skip
def test_our_telephone_rings_and_with_a_key_the_patients(
    line: Telephone, takes: bool, key: str, other: Outcome, state: str
) -> None:
    world = line.world
    caller, number = line.someone(staff=False)
    caller.press("0")
    caller.hang_up()
    task = next(t for t in line.tasks(number) if t.kind == "callback")
    twilio = TwilioStandIn(ACCOUNT, TOKEN, world.clinic.numbers[0], "")
    twilio.other_end, twilio.call_pace = {"takes": takes, "key": key, "other": other}, 0.01
    with served(twilio.app) as api, closing(TwilioRest(ACCOUNT, TOKEN, api)) as rest:
        world.desk.dialler = rest
        back = asked(world.desk, task, world.staff())
        deadline = time.monotonic() + 10
        while back.state in UNDER_WAY:
            assert time.monotonic() < deadline, back.state
            time.sleep(0.02)
            with world.desk.store.begin(write=False) as tx:
                back = tx.call_backs.get(back.id) or back
        call = twilio.calls[-1]
        while not call.finished:
            time.sleep(0.02)
    world.desk.dialler = None
    assert isinstance(call, OutboundCall)
    assert (back.state, call.errors) == (state, [])
    assert call.number == world.clinic.phone
    assert call.dialled == (number if takes and key else "")
    heard = [u.text for u in call.said]
    assert heard == (["You asked to call a patient back. Press 1, and their phone will ring."] if takes else [])


def test_the_stand_in_refuses_what_the_calls_api_refuses() -> None:
    good = {"To": "+12125550144", "From": OURS, "Url": "https://desk.example.org/x", "Timeout": "25"}
    assert refused(good, OURS, E164.fullmatch) is None
    for change, code in (
        ({"To": ""}, 21201), ({"To": "12"}, 21211), ({"From": ""}, 21213), ({"From": "+15550100001"}, 21210),
        ({"Url": "http://desk.example.org/x"}, 21205), ({"Url": "nowhere"}, 21205), ({"Timeout": "900"}, 20001),
    ):  # fmt: skip
        assert refused(good | change, OURS, E164.fullmatch) == code
