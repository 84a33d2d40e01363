"""Every error code that Twilio documents, and some that it does not, at the send and in a status callback."""

from collections import Counter
from datetime import timedelta

from agent.desk.desk import Desk
from agent.desk.send import delivery, drain, reconcile
from agent.model.fault import SendFault, Stopped
from agent.model.message import Outbound
from agent.ports import Receipt
from agent.web.console_unsent import UNSENT
from channels.sms_data import table
from channels.twilio_errors import fault, meaning
from tests.prove.ground import Ground
from tests.prove.sending import Clock, Ledger, desk_at, talk, text_to

PROMISE = "Delivery failures reach a human"
SIZE = "each of Twilio's listed codes and 20 unknown ones, refused at the send and told by callback three times"
UNKNOWN = (0, 1, 999, 12345, 21999, 30099, 63999, 99999, *range(40001, 40013))


class Refusing(Ledger):
    """A carrier that answers every send of a row with the same fault."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.faults: dict[str, SendFault] = {}
        self.calls: Counter[str] = Counter()

    def send(self, message: Outbound, sender: str, status_url: str | None) -> Receipt:
        self.calls[message.id] += 1
        if message.id in self.faults:
            raise self.faults[message.id]
        return super().send(message, sender, status_url)


def codes() -> list[int]:
    return [*sorted(table("twilio_errors")["codes"]), *UNKNOWN]


def refused(desk: Desk, carrier: Refusing, clock: Clock, some: list[int]) -> int:
    """Every text ends failed with one task whose words staff can read; the carrier is left alone afterwards."""
    rows = {}
    for n, code in enumerate(some):
        row = text_to(desk, talk(desk, n), f"refused with {code}")
        carrier.faults[row.id] = fault(400, code or None)
        rows[row.id] = (row, code)
        with desk.store.begin() as tx:
            tx.outbox.add(row)
    for _ in range(16):
        while drain(desk):
            pass
        reconcile(desk)
        clock.ahead += timedelta(minutes=1)
    calls = carrier.calls.total()
    clock.ahead += timedelta(hours=3)
    assert drain(desk) == 0
    assert carrier.calls.total() == calls, "a failed text was tried again"
    for id, (row, code) in rows.items():
        _one_task(desk, id, "failed", code)
        if isinstance(carrier.faults[id], Stopped):
            with desk.store.begin(write=False) as tx:
                assert tx.optouts.stopped(row.to)
    return len(rows)


def undelivered(desk: Desk, some: list[int], first: int) -> int:
    """The same by callback, told three times."""
    for n, code in enumerate(some):
        row = text_to(desk, talk(desk, first + n), f"undelivered with {code}")
        with desk.store.begin() as tx:
            tx.outbox.add(row)
        assert drain(desk) == 1
        with desk.store.begin(write=False) as tx:
            sent = tx.outbox.get(row.id)
        assert sent is not None
        known = meaning(code)
        for _ in range(3):
            delivery(desk, sent.provider_ids[0], "undelivered", str(code), row.id, next=known.next, why=known.staff)
        _one_task(desk, row.id, "failed", code)
        with desk.store.begin(write=False) as tx:
            assert tx.optouts.stopped(row.to) == (known.next == "stopped")
    return len(some)


def _one_task(desk: Desk, id: str, state: str, code: int) -> None:
    with desk.store.begin(write=False) as tx:
        row = tx.outbox.get(id)
        assert row is not None
        assert row.state == state, (code, row.state)
        tasks = [t for t in tx.tasks.of(row.conversation) if t.proposal.get("outbound") == id]
    assert len(tasks) == 1, (code, len(tasks))
    assert tasks[0].proposal["why"] in UNSENT, (code, tasks[0].proposal["why"])
    assert tasks[0].proposal["unsent"] == row.text


def both(url: str, path: str, some: list[int]) -> tuple[int, int]:
    carrier, clock = Refusing(path), Clock()
    desk = desk_at(url, carrier, clock)
    done = refused(desk, carrier, clock, some), undelivered(desk, some, len(some))
    desk.store.close()
    return done


def prove(ground: Ground) -> str:
    sends, callbacks = both("sqlite://", str(ground.folder() / "accepted"), codes())
    return f"{sends} refusals and {callbacks} failed deliveries: each one task in words of its own, none tried again"
