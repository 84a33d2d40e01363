"""Promise 1: what Twilio did not sign never has an effect, and never breaks the desk."""

import random
from collections import Counter

from tests.desk.world import pairs_of, sid_of
from tests.prove.asking import Asker
from tests.prove.ground import Ground
from tests.standin.hooks import PUBLIC, hook
from tests.standin.mutants import mutants
from tests.web.outside import Outside

PROMISE = "A forged webhook never has an effect"
SIZE = "20,000 requests with one thing altered, through the whole application"


def forge(count: int, dice: random.Random) -> Counter[int]:
    """Statuses of so many altered posts to a desk that then still takes the unaltered one. Raises AssertionError."""
    world = Outside()
    right = hook(pairs_of(world, "I need a visit", sid_of(1)), host=PUBLIC)
    with Asker(world.client().app) as caller:
        statuses: Counter[int] = Counter()
        for number, forged in enumerate(mutants(right, count, dice)):
            answer = caller.ask("POST", forged.url, forged.body, forged.headers.items(), peer=f"198.51.{number % 9999}")
            statuses[answer.status] += 1
        assert set(statuses) <= {403, 404, 405, 429}, statuses
        assert (world.inbox_waiting(), world.faults) == (0, [])
        assert caller.ask("POST", right.url, right.body, right.headers.items()).status == 200
        assert world.inbox_waiting() == 1
    world.close()
    return statuses


def prove(ground: Ground) -> str:
    statuses = forge(20_000, ground.random())
    return f"0 accepted, 0 of status 500; {dict(sorted(statuses.items()))}; the unaltered one was then taken"
