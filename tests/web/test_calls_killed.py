"""A process that is killed around a call of its own: whatever the call is about, nobody is dialled twice, and nobody is
forgotten."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from agent.demo.twilio_standin import Fault
from agent.desk import outgoing_calls
from agent.desk.outgoing_calls import place
from agent.desk.vacancies import fill
from agent.model.outgoing_call import About, OutgoingCall
from tests.desk.world import MONDAY
from tests.outgoing import Outgoing, outgoing
from tests.standin import until
from tests.waitlist_calls import Line, Missed

ABOUT: tuple[About, ...] = ("reminder", "check_in", "vacancy", "missed")


class Killed(BaseException):
    """The process is gone at this line."""


@pytest.fixture
def out() -> Iterator[Outgoing]:
    with outgoing(now=MONDAY + timedelta(days=1)) as out:
        yield out


def due(out: Outgoing, about: About) -> Callable[[], OutgoingCall]:
    """A call about this is due; how its row stands."""
    match about:
        case "reminder":
            made = out.due()[1]
            return lambda: out.row(made)
        case "check_in":
            made = out.to_ask()[1]
            return lambda: out.row(made)
        case "vacancy":
            line = Line(out)
            line.waits()
            line.frees()
            return lambda: line.call(line.offers()[0])
        case _:
            at = Missed(out)
            missed = at.missed()[1]
            return lambda: at.call(missed)


def texts(out: Outgoing) -> list[str]:
    before = len(out.world.carrier.taken)
    fill(out.world.desk)
    return [*out.world.carrier.texts[before:], *out.texts()]


def killed(out: Outgoing, monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> None:
    def gone(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(where, name, gone)
        out._sweep()
        with pytest.raises(Killed):
            place(out.world.desk)


@pytest.mark.parametrize("about", ABOUT)
def test_promise_13_killed_between_dialling_and_writing_it_down_nobody_is_dialled_again(
    out: Outgoing, monkeypatch: pytest.MonkeyPatch, about: About
) -> None:
    row = due(out, about)
    out.twilio.other_end = {"takes": False}
    killed(out, monkeypatch, outgoing_calls, "_move")
    assert len(out.twilio.calls) == 1
    until(lambda: row().state in ("over", "due"))  # the telephone told what became of it
    assert row().outcome in ("no-answer", "")
    out.world.clock.pass_time(minutes=3)
    place(out.world.desk)
    assert len(out.twilio.calls) == 1


@pytest.mark.parametrize("about", ABOUT)
def test_promise_13_killed_so_and_never_told_of_its_end_the_providers_list_says_it(
    out: Outgoing, monkeypatch: pytest.MonkeyPatch, about: About
) -> None:
    row = due(out, about)
    out.twilio.other_end = {"takes": True, "by": "machine_end_beep"}
    out.twilio.call_pace = 0.3
    out.twilio.faults.append(Fault("call_status_lost"))
    killed(out, monkeypatch, outgoing_calls, "_move")
    until(lambda: out.twilio.calls[0].finished)
    assert (row().state, row().outcome) == ("ringing", "machine")
    out.world.clock.pass_time(minutes=3)
    place(out.world.desk)
    assert (row().state, row().outcome, len(out.twilio.calls)) == ("over", "machine", 1)
    assert len(texts(out)) == 1
    assert texts(out) == []


@pytest.mark.parametrize("about", ABOUT)
def test_killed_before_dialling_the_text_takes_its_place_once(
    out: Outgoing, monkeypatch: pytest.MonkeyPatch, about: About
) -> None:
    row = due(out, about)
    killed(out, monkeypatch, outgoing_calls, "_dial")
    assert (row().state, len(out.twilio.calls)) == ("claimed", 0)
    assert place(out.world.desk) == 0, "another process leaves it alone while it may be ringing"
    out.world.clock.pass_time(minutes=3)
    place(out.world.desk)
    assert (row().state, row().outcome, len(out.twilio.calls)) == ("over", "failed", 0)
    assert len(texts(out)) == 1
    assert texts(out) == []
