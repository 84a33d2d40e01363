"""The desk is away for ten minutes; what Twilio has logged meanwhile is found in its list."""

import time
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import parse_qs

from agent.demo.twilio_standin import TwilioStandIn
from agent.ports import Store
from tests.ports import free_port
from tests.prove.ground import Ground
from tests.prove.history import History, accepted
from tests.prove.load import NUMBER, deliver, opened, text, until_listening, until_quiet
from tests.prove.nursery import Nursery, nursery
from tests.standin import Fault, served
from tests.standin.hooks import ACCOUNT, TOKEN

PROMISE = "No inbound message is lost even if we were down"
SIZE = "2,500 texts of 300 people in 10 minutes without a desk, in the list of the stand-in; 2 processes fill the gap"

UNHEARD = {"public_url": "http://127.0.0.1:9"}  # status callbacks are another promise's


def prove(ground: Ground) -> str:
    with nursery(ground.folder()) as nursed:
        return gap(nursed, ground.postgres(), 2500, 300, ground.seed)


def gap(nursed: Nursery, url: str, texts: int, people: int, seed: int) -> str:
    """The stand-in's clock runs through the ten minutes at once; the desk's own is real. The list fails three times
    before it answers; a tenth of the webhooks come after all, late, while the gap is being filled."""
    random, store = Random(seed), opened(url)
    now = datetime.now(UTC).replace(microsecond=0)
    with store.begin() as tx:
        tx.readings.claim(NUMBER, now - timedelta(minutes=30), 1.0)  # the desk was up half an hour ago
    twilio = TwilioStandIn(ACCOUNT, TOKEN, NUMBER, "http://127.0.0.1:9/twilio/sms")
    posts = []
    for n in range(1, texts + 1):
        post = text(n, random.randrange(people))
        held = twilio.add(_sender(post.body), NUMBER, "what are your hours?", "inbound", "lost")
        held.sid = post.sid
        held.created_at = held.sent_at = now - timedelta(minutes=12) + timedelta(seconds=600 * n / texts)
        posts.append(post)
    twilio.faults.extend(Fault(kind) for kind in ("list_429", "list_500", "list_garbage"))
    with served(twilio.app) as api:
        ports = [free_port(), free_port()]
        for port in ports:
            nursed.start("serve", url, port=port, twilio=api, sweep=0.5, senders=1, settings=UNHEARD)
        until_listening(ports)
        assert set(answers := deliver(random.sample(posts, texts // 10), ports)) == {200}, answers
        _until_stored(store, texts)
        until_quiet(store)
        assert set(deliver(random.sample(posts, texts // 10), ports)) == {200}  # later still
        until_quiet(store, sends=True)
    history, taken = History(store), accepted(twilio)
    store.close()
    history.check([post.sid for post in posts], taken)
    assert len(taken) == len(history.sent)
    looks = history.told["inbox:caught_up"]
    return (
        f"{len(history.heard)} of {texts} there, {history.decided.total()} turns, {len(taken)} answers sent once; "
        f"{looks} looks found something, after 3 bad answers"
    )


def _sender(body: bytes) -> str:
    return parse_qs(body.decode())["From"][0]


def _until_stored(store: Store, count: int, seconds: float = 240.0) -> None:
    deadline = time.monotonic() + seconds
    while (there := len(History(store).heard)) < count:
        assert time.monotonic() < deadline, f"{there} of {count} were found"
        time.sleep(0.3)
