"""Each message is delivered three times, at four processes, in any order, with different idempotency tokens."""

from random import Random

from tests.ports import free_port
from tests.prove.ground import Ground
from tests.prove.history import History
from tests.prove.load import deliver, opened, text, until_listening, until_quiet
from tests.prove.nursery import Nursery, nursery

PROMISE = "Each inbound message is handled exactly once"
SIZE = "10,000 messages, 3 deliveries each with tokens of their own, shuffled over 4 processes on PostgreSQL"


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return deliveries(nursed, ground.postgres(), 10_000, 4, ground.seed)


def deliveries(nursed: Nursery, url: str, messages: int, processes: int, seed: int) -> str:
    random = Random(seed)
    ports = [free_port() for _ in range(processes)]
    for port in ports:
        nursed.start("serve", url, port=port)
    until_listening(ports)
    texts = [text(n, n % 500) for n in range(1, messages + 1)]
    posts = [post.again(random.randbytes(16).hex()) for post in texts for _ in range(3)]
    random.shuffle(posts)
    answers = deliver(posts, ports)
    refused = [status for status in answers if status != 200]
    assert not refused, f"{len(refused)} not taken, first {refused[0]}"
    store = opened(url)
    until_quiet(store)
    history = History(store)
    history.check([post.sid for post in texts])
    store.close()
    return f"{len(posts)} deliveries, {sum(history.decided.values())} turns of {len(history.heard)} messages"
