"""Promise 33: a deployment drops no text, and calls end or go on."""

import time

from tests.prove.ground import Ground
from tests.topology import Many, many
from tests.topology.calls import Called, calling, held_twice
from tests.topology.history import History, check, settle
from tests.topology.load import Load, Sent, under

PROMISE = "A deployment drops no text and no call"
RATE, CALLS = 25, 50
SIZE = (
    f"every web process and worker restarted in turn under {CALLS} calls and {RATE} texts a second "
    "(2 cores carry no 100 beside them)"
)


def roll(run: Many, rate: float, settle_seconds: float, calls: int) -> tuple[Sent, History, Called]:
    """Restarts everything under load. Raises AssertionError where a text was refused, lost or answered twice, a call
    was cut off, met with silence or answered twice, or a web process stopped before it had said that it is not
    ready."""
    with calling(run, calls) as called, under(Load(run, rate=rate, seconds=600, people=2000)) as sent:
        time.sleep(4)
        first = run.roll()
        time.sleep(2)
    assert all(first), f"/readyz failed first at {sum(first)} of {len(first)} web processes"
    assert not sent.refused, f"{sent.refused} texts were refused ({sent})"
    assert not called.wrong, f"{len(called.wrong)} calls went wrong: {called.wrong[:5]} ({called})"
    assert called.resumed, "no call was up while its process ended"
    settle(run, settle_seconds)
    found = check(run, sent)
    assert not found.wrong, str(found)
    assert not (twice := held_twice(run)), f"taken twice: {twice[:3]}"
    return sent, found, called


def prove(ground: Ground) -> str:
    with many(ground.folder(), webs=2, workers=2, concurrency=1) as run:
        sent, found, called = roll(run, RATE, 200, CALLS)
        return f"{called}; {found}; /readyz failed first at both web processes; {sent}"
