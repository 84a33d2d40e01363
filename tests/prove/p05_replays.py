"""Captured webhooks are played again, a day later."""

from tests.ports import free_port
from tests.prove.ground import Ground
from tests.prove.history import History
from tests.prove.load import deliver, opened, text, until_listening, until_quiet
from tests.prove.nursery import Nursery, nursery

PROMISE = "A replayed request has no second effect"
SIZE = "5,000 captured posts, each played again 5 times a day later"


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return replays(nursed, ground.sqlite(), 5000, 5, ground.seed)


def replays(nursed: Nursery, url: str, posts: int, times: int, seed: int) -> str:
    """One process takes the posts and their turns; its successor, a day later, gets them all again."""
    from random import Random

    captured = [text(n, n % 400) for n in range(1, posts + 1)]
    store, port = opened(url), free_port()
    first = nursed.start("serve", url, port=port)
    until_listening([port])
    assert set(deliver(captured, [port])) == {200}
    until_quiet(store)
    nursed.kill(first)
    before = History(store)
    before.check([post.sid for post in captured])
    nursed.start("serve", url, port=port, days=1)
    until_listening([port])
    again = captured * times
    Random(seed).shuffle(again)
    assert set(deliver(again, [port])) == {200}
    until_quiet(store)
    after = History(store)
    after.check([post.sid for post in captured])
    assert after.sent == before.sent, "a replay has made an answer"
    assert after.told == before.told, "a replay stands in the audit trail"
    store.close()
    return f"{len(again)} replays answered 200; {len(after.decided)} turns, {len(after.sent)} answers, as before"
