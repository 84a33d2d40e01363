"""Promise 33, its texts: a deployment drops none."""

import time

from tests.prove.ground import Ground
from tests.topology import Many, many
from tests.topology.history import History, check, settle
from tests.topology.load import Load, Sent, under

PROMISE = "A deployment drops no text"
RATE = 50
SIZE = f"every web process and worker restarted in turn under {RATE} texts a second (calls come with voice)"


def roll(run: Many, rate: float, settle_seconds: float) -> tuple[Sent, History]:
    """Restarts everything under load. Raises AssertionError where a text was refused, lost or answered twice, or a
    web process stopped before it had said that it is not ready."""
    with under(Load(run, rate=rate, seconds=600, people=2000)) as sent:
        time.sleep(1)
        first = run.roll()
        time.sleep(1)
    assert all(first), f"/readyz failed first at {sum(first)} of {len(first)} web processes"
    assert not sent.refused, f"{sent.refused} texts were refused ({sent})"
    settle(run, settle_seconds)
    found = check(run, sent)
    assert not found.wrong, str(found)
    assert found.turns == found.acknowledged, str(found)
    return sent, found


def prove(ground: Ground) -> str:
    with many(ground.folder(), webs=2, workers=2, concurrency=1) as run:
        sent, found = roll(run, RATE, 200)
        return f"{found}; /readyz failed first at both web processes; {sent}"
