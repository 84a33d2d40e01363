"""Twilio's auth token is changed while texts come in."""

import time
from datetime import UTC, datetime, timedelta
from random import Random

from tests.ports import free_port
from tests.prove.ground import Ground
from tests.prove.history import History
from tests.prove.load import Post, deliver, opened, text, until_listening, until_quiet
from tests.prove.nursery import Nursery, nursery

PROMISE = "A token is changed without losing a message"
SIZE = "100 texts a second for 40 s, signed with the old token, then with either, then with the new one"
OLD, NEW = "the-old-token", "the-new-token"


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return rotation(nursed, ground.sqlite(), 100, 20.0, ground.seed)


def rotation(nursed: Nursery, url: str, rate: int, seconds: float, seed: int) -> str:
    """The old token alone; a second process that takes both, for `seconds`; a third one, set a day later, when the
    window is over. Every text that is rightly signed is taken, every other one is refused and leaves no trace."""
    random, store = Random(seed), opened(url)
    first, second, third = free_port(), free_port(), free_port()
    nursed.start("serve", url, port=first, tokens=OLD)
    until_listening([first])
    numbers = iter(range(1, 1_000_000))
    taken = _paced([text(next(numbers), n % 90, token=OLD) for n in range(int(rate * seconds / 2))], first, rate)
    window = {"tokens": f"{NEW},{OLD}", "old_until": (datetime.now(UTC) + timedelta(hours=12)).isoformat()}
    nursed.start("serve", url, port=second, **window)
    until_listening([second])
    both = [text(next(numbers), n % 90, token=random.choice((OLD, NEW))) for n in range(int(rate * seconds))]
    taken += _paced(both, second, rate)
    nursed.start("serve", url, port=third, days=1, **window)
    until_listening([third])
    old = [text(next(numbers), n % 90, token=OLD) for n in range(int(rate * seconds / 2))]
    refused = deliver(old, [third])
    assert set(refused) <= {403, 429}, "the old token was taken after its window"  # forged often: told to wait
    taken += _paced([text(next(numbers), n % 90, token=NEW) for n in range(int(rate * seconds / 2))], third, rate)
    until_quiet(store)
    history = History(store)
    store.close()
    history.check([post.sid for post in taken])
    return (
        f"{len(taken)} texts taken, none refused in the window; after it {len(refused)} with the old token, all refused"
    )


def _paced(posts: list[Post], port: int, rate: int) -> list[Post]:
    """Delivered at `rate` a second, a tenth of a second's worth at a time; each is answered 200."""
    began, step = time.monotonic(), max(1, rate // 10)
    for at in range(0, len(posts), step):
        time.sleep(max(0.0, began + at / rate - time.monotonic()))
        answers = deliver(posts[at : at + step], [port])
        assert set(answers) == {200}, f"refused: {sorted(set(answers))}"
    return posts
