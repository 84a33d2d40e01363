"""A turn is taken once, in order; one that fails is tried again and then given to a person, truthfully."""

import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from agent.desk import handoff, turn
from agent.desk.turn import work
from agent.desk.watching import Laps
from agent.logs import only_allowed
from agent.model.fault import Busy, Conflict
from tests.desk.world import STRANGER, World, sid_of

CANARY = "zebra-umbrella-4711"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(desk: Any, tx: Any, conversation: Any, inbound: Any, *_: Any) -> None:
        raise RuntimeError(f"cannot handle {inbound.text}")

    monkeypatch.setattr(turn, "decide", fail)


@pytest.fixture
def broken_by_canary(monkeypatch: pytest.MonkeyPatch) -> None:
    right = turn.decide

    def fail(desk: Any, tx: Any, conversation: Any, inbound: Any, *rest: Any) -> Any:
        if CANARY in inbound.text:
            raise ValueError(CANARY)
        return right(desk, tx, conversation, inbound, *rest)

    monkeypatch.setattr(turn, "decide", fail)


def test_a_message_that_always_fails_is_given_to_a_person_and_the_patient_hears_so(broken: None) -> None:
    world = World()
    answers = world.say(f"my code word is {CANARY}")
    assert len(answers) == 1
    assert "a person will" in answers[0].lower()
    task = world.tasks()[0]
    assert (task.kind, task.reason, task.priority) == ("handoff", "our_fault", "urgent")
    assert CANARY in task.proposal["message"]
    assert [type(f) for f in world.faults] == [RuntimeError] * world.settings.max_attempts
    assert world.inbox_waiting() == 0


def test_the_next_message_is_heard_after_one_that_was_given_up(broken_by_canary: None) -> None:
    world = World()
    world.say(CANARY)
    assert "Brooklyn" in " ".join(world.say("what is your address?"))


def several_waiting(world: World, texts: list[str]) -> list[str]:
    """One message in each of as many conversations; their numbers."""
    senders = [f"+1212555{n:04d}" for n in range(len(texts))]
    for sender, text in zip(senders, texts, strict=True):
        world.text(text, sender=sender)
    return senders


def test_turns_of_several_conversations_are_committed_together_and_each_patient_is_answered() -> None:
    world = World()
    texts = ["what is your address?", "hello", "I have chest pain", "what are your hours?", "hi", "good evening"]
    senders = several_waiting(world, texts)
    begun, begin = [], world.desk.store.begin
    world.desk.store.begin = lambda **k: begun.append(k) or begin(**k)  # type: ignore[method-assign]
    while work(world.desk):
        pass
    # a claim; the first alone, with the others claimed; those five; and nothing more to claim
    assert len([each for each in begun if each.get("write", True)]) == 4  # hearing may look up instructions
    world.settle()
    assert [len(world.rows(sender)) >= 1 for sender in senders] == [True] * 6
    assert "911" in world.rows(senders[2])[0].text
    assert world.inbox_waiting() == 0
    with world.desk.store.begin(write=False) as tx:
        assert tx.audit.verify()[1] is None
        assert [e.tag for e in tx.audit.tail(200)].count("turn:decided") == 6


def test_one_turn_that_fails_takes_none_of_its_company_with_it(broken_by_canary: None, store_url: str) -> None:
    world = World(store_url)
    senders = several_waiting(world, ["hello", "hi", CANARY, "what is your address?", "good morning"])
    world.settle()
    last = [world.rows(sender)[-1].keys[-1] for sender in senders]
    assert [at for at, key in enumerate(last) if key == "error.trouble"] == [2]
    assert [t.reason for t in world.tasks(senders[2])] == ["our_fault"]
    assert [type(f) for f in world.faults] == [ValueError] * world.settings.max_attempts
    assert world.inbox_waiting() == 0
    world.desk.store.close()


def test_a_fault_is_logged_by_its_type_and_never_with_a_patients_words(
    broken: None, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    structlog.reset_defaults()  # of a verb that was run before in this process
    structlog.configure(processors=[only_allowed, structlog.processors.JSONRenderer()])
    try:
        world.say(f"my code word is {CANARY}")
    finally:
        structlog.reset_defaults()
    out = "".join(capsys.readouterr())
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["fault"] for line in lines] == ["RuntimeError"] * world.settings.max_attempts
    assert CANARY not in out


def test_while_a_person_has_the_conversation_even_trouble_is_not_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.say("hello")
    handoff.take(world.desk, world.conversation().id, world.staff())
    world.settle()
    monkeypatch.setattr(turn, "decide", lambda *_: (_ for _ in ()).throw(RuntimeError("no")))
    assert world.say("are you there?") == []
    assert any(t.reason == "our_fault" for t in world.tasks())


def test_a_worker_that_dies_at_a_message_every_time_does_not_block_the_conversation() -> None:
    world = World()
    world.text("hello")
    for _ in range(world.settings.max_attempts):
        with world.desk.store.begin() as tx:
            assert tx.inbox.claim(world.clock(), 1.0) is not None  # and then the power goes
        world.clock.pass_time(seconds=2)
    world.settle()
    assert [t.reason for t in world.tasks()] == ["our_fault"]
    assert len(world.carrier.texts) == 1
    assert world.inbox_waiting() == 0


def test_a_conversation_that_changed_meanwhile_is_heard_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    world, right = World(), turn.hear
    world.say("hello")
    versions: list[int] = []

    def slow(desk: Any, conversation: Any, *rest: Any, **alone: bool) -> Any:
        heard = right(desk, conversation, *rest, **alone)
        versions.append(conversation.version)
        if len(versions) == 1:  # a person takes the conversation while the turn is thinking
            handoff.take(world.desk, conversation.id, world.staff())
        return heard

    monkeypatch.setattr(turn, "hear", slow)
    before = len(world.rows())
    world.text("I need an appointment")
    assert work(world.desk)
    assert versions == [versions[0], versions[0] + 1]
    said = world.rows()[before:]
    assert [r.keys for r in said] == [("handoff.joined",)]
    assert world.faults == []


def test_a_lost_race_for_a_claim_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.text("hello")
    real, tries = world.desk.store.begin, []

    def begin(*, write: bool = True, durable: bool = True) -> Any:
        tries.append(write)
        if len(tries) == 1:
            raise Conflict("the other one was first")
        return real(write=write, durable=durable)

    monkeypatch.setattr(world.desk.store, "begin", begin)
    assert work(world.desk)
    world.settle()
    assert len(world.carrier.texts) == 1


def test_a_failing_action_brings_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    executor = world.desk.actions.executor  # type: ignore[attr-defined]

    async def fail(call: Any) -> Any:
        raise OSError("the clinic's system is away")

    monkeypatch.setattr(executor, "run", fail)
    world.say("I need an appointment, my knee hurts")
    answers = world.say("next Tuesday")
    handoffs = [t for t in world.tasks() if t.kind == "handoff"]
    assert len(handoffs) == 1
    assert answers
    assert world.conversation().mode == "waiting_staff"


def test_promise_10_each_conversation_keeps_its_order_whatever_stalls(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 conversations of 10 messages, four workers, random stalls, some of them longer than the lease."""
    world = World(f"sqlite:///{tmp_path}/desk.db", clock=_real_clock, lease_seconds=0.25)
    right, random, lock = turn.hear, Random(10), threading.Lock()

    def stalling(*given: Any, **alone: bool) -> Any:
        with lock:
            stall = random.choice([0.0] * 12 + [0.02, 0.4])
        time.sleep(stall)
        return right(*given, **alone)

    monkeypatch.setattr(turn, "hear", stalling)
    sent: dict[str, list[str]] = {}
    for at in range(10):
        for who in range(20):
            number = f"+1212555{who:04d}"
            got = world.text("what are your hours?", number, sid=sid_of(at * 100 + who))
            sent.setdefault(number, []).append(got.inbound)

    def worker() -> None:
        until = time.monotonic() + 30
        while world.inbox_waiting() and time.monotonic() < until:
            if not work(world.desk):
                time.sleep(0.01)

    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(worker) for _ in range(4)]:
            one.result()
    assert world.inbox_waiting() == 0
    for number, inbounds in sent.items():
        held = world.conversation(number)
        with world.desk.store.begin(write=False) as tx:
            events = tx.conversations.events(held.id)
        assert [e.data["inbound"] for e in events if e.name == "MessageHeard"] == inbounds
    world.desk.store.close()
    assert world.faults == []


def test_a_turn_that_was_never_begun_is_no_try_of_its_message() -> None:
    """Workers stick, one after another, until the next has claimed what was theirs: as often as they like, nobody is
    told that the desk failed."""
    world = World()
    for who in range(4):
        world.text("what are your hours?", f"+1212555{who:04d}", sid=sid_of(who))

    def claim() -> list[Any]:
        with world.desk.store.begin() as tx:
            return turn._following(world.desk, tx, world.clock())

    mine = claim()
    for _ in range(world.settings.max_attempts + 2):
        assert len(mine) == 4
        world.clock.pass_time(seconds=world.settings.lease_seconds + 1)
        others = claim()
        turn._several(world.desk, mine, Laps(), more=False)
        mine = others
    turn._several(world.desk, mine, Laps(), more=False)
    assert world.inbox_waiting() == 0
    assert world.open_tasks() == []
    assert all(world.conversation(f"+1212555{who:04d}").turns == 1 for who in range(4))


def _real_clock() -> datetime:
    return datetime.now(UTC)


def test_a_locked_database_stops_turns_and_loses_nothing(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.adapters.store.engine.BUSY_SECONDS", 0.2)
    world = World(f"sqlite:///{tmp_path}/desk.db")
    world.text("what are your hours?")
    other = sqlite3.connect(f"{tmp_path}/desk.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Busy):
        work(world.desk)
    other.execute("ROLLBACK")
    other.close()
    world.settle()
    assert len(world.carrier.texts) == 1
    assert world.conversation(STRANGER).turns == 1
    world.desk.store.close()


def test_a_database_that_is_busy_inside_turns_uses_up_no_try(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.text("what are your hours?")
    real = turn.decide

    def busy(*_: Any) -> Any:
        raise Busy("locked")

    monkeypatch.setattr(turn, "decide", busy)
    for _ in range(world.desk.settings.max_attempts + 2):
        with pytest.raises(Busy):
            work(world.desk)
    monkeypatch.setattr(turn, "decide", real)
    world.settle()
    assert len(world.carrier.texts) == 1
    assert world.tasks() == []


def test_an_action_that_fails_goes_to_a_person_and_is_counted_and_logged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, broken = World(), ValueError(CANARY)

    async def fail(*_: Any) -> Any:
        raise broken

    monkeypatch.setattr(world.desk.actions.executor, "run", fail)  # type: ignore[attr-defined]
    with capture_logs() as logs:
        assert "a person" in " ".join(world.say("what is your address?"))
    assert [t.kind for t in world.tasks()] == ["handoff"]
    assert world.faults == [broken]
    told = {"event": "action_failed", "action": "action_clinic_facts", "fault": "ValueError", "log_level": "error"}
    assert logs == [told]


def test_the_queue_is_told_of_a_turn_only_where_there_is_something_else_to_do() -> None:
    world = World()
    clinic, rung = world.desk.clinic.id, []
    for topic in ("console", "talk"):
        world.desk.bus.listen(f"{topic}:{clinic}", lambda _, topic=topic: rung.append(topic))
    world.text("what are your hours?")
    while work(world.desk):
        pass
    assert rung == ["talk"]
    world.text("I want to talk to a person")
    while work(world.desk):
        pass
    assert rung == ["talk", "talk", "console"]
