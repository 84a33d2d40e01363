"""What Prometheus reads: figures of the work as it was done, queues from the database, nothing about a patient."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.adapters.figures import Figures
from agent.adapters.ids import made_at
from agent.desk.decide import claim
from agent.desk.handoff import take
from agent.model.fault import Busy, Rejected, Unknown
from agent.model.sighting import STAGES, both, unwatched
from agent.ports import Store
from agent.understand.model import ModelProposer
from tests.contracts.samples import inbound, outbound
from tests.desk.test_second_opinion import KNEE, Told
from tests.desk.world import STRANGER, World, pairs_of, posted, sid_of

Figure = dict[tuple[str, tuple[str, ...]], float]


def scraped(world: World) -> Figure:
    """(name, label values) -> value, of a desk whose application is up."""
    text = world.client().get("/metrics").text
    return {
        (s.name, tuple(v for k, v in sorted(s.labels.items()) if k != "le")): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if s.labels.get("le", "+Inf") == "+Inf"
    }


@pytest.fixture
def world() -> World:
    world = World()
    world.figures = Figures()  # type: ignore[attr-defined]
    world.desk.watch = world.figures  # type: ignore[attr-defined]
    return world


def own(world: World) -> Figure:
    """What this process has counted itself."""
    return {
        (s.name, tuple(v for k, v in sorted(s.labels.items()) if k != "le")): s.value
        for family in world.figures.registry.collect()  # type: ignore[attr-defined]
        for s in family.samples
        if s.labels.get("le", "+Inf") == "+Inf"
    }


def test_every_stage_of_every_turn_is_timed_and_the_stages_fit_into_the_turn(world: World) -> None:
    laps = []
    world.desk.watch = both(world.desk.watch, laps.append)
    for words in ("hello", "I need an appointment", "what are your hours?"):
        world.say(words)
    seen = own(world)
    for stage in STAGES:
        assert seen["frontdesk_turn_stage_seconds_count", (stage,)] >= 3, stage
    assert seen["frontdesk_turns_total", ("sms", "decided")] == 3
    assert seen["frontdesk_answer_seconds_count", ("sms",)] == 3
    turn = next(s for s in laps if type(s).__name__ == "TurnTaken")
    assert [lap.ended for lap in turn.laps] == sorted(lap.ended for lap in turn.laps)
    assert all(a.ended == b.began for a, b in zip(turn.laps, turn.laps[1:], strict=False))


def test_a_turn_that_fails_is_counted_as_tried_again_and_then_as_given_to_a_person(world: World) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("zebra-umbrella")

    world.desk.ears = type("Deaf", (), {"hear": staticmethod(broken)})()  # type: ignore[assignment]
    world.say("hello")
    seen = own(world)
    assert seen["frontdesk_turns_total", ("sms", "again")] == world.settings.max_attempts - 1
    assert seen["frontdesk_turns_total", ("sms", "parked")] == 1
    assert seen["frontdesk_escalations_total", ("handoff", "en")] == 1


def test_sends_are_counted_by_what_became_of_them(world: World) -> None:
    world.carrier.faults.extend([Busy("429"), Unknown("timeout"), Rejected("no such number", "21211")])
    world.say("hello")
    world.clock.pass_time(minutes=1)
    world.settle()
    world.say("what are your hours?", "+12125550177")
    world.say("hello", "+12125550178")
    seen = own(world)
    for outcome in ("busy", "unknown", "rejected", "sent"):
        assert seen["frontdesk_sends_total", ("sms", outcome)] == 1, outcome
    assert seen["frontdesk_escalations_total", ("callback", "en")] == 1


def test_how_long_a_person_takes_is_told_by_language_and_once(world: World) -> None:
    world.say("Quiero hablar con una persona, por favor")
    (task,) = [t for t in world.tasks() if t.kind == "handoff"]
    world.clock.pass_time(minutes=7)
    take(world.desk, world.conversation().id, world.staff())
    took = world.task(task.id)
    claim(world.desk, took.id, took.version, world.staff())
    seen = own(world)
    assert seen["frontdesk_escalations_total", ("handoff", "es")] == 1
    assert seen["frontdesk_person_seconds_count", ("handoff", "es")] == 1
    assert 420 <= seen["frontdesk_person_seconds_sum", ("handoff", "es")] < 430


def test_a_model_s_part_is_counted_by_how_it_went(world: World) -> None:
    told = Told({"do": "start_flow", "flow": "book", "quote": "my poor old knee"})
    world.desk.model = ModelProposer(world.desk.content, "told:so", seconds=5.0, chat=told)
    world.say("hello")
    world.say(KNEE)
    assert own(world)["frontdesk_model_calls_total", ("proposed",)] == 1


def test_webhooks_are_counted_by_what_was_answered(world: World) -> None:
    client = world.client()
    pairs = pairs_of(world, "hello", sid_of(1))
    assert [client.post(**posted(pairs)).status_code for _ in range(2)] == [200, 200]
    assert client.post(**posted(pairs, token="f" * 32)).status_code == 403
    seen = own(world)
    for outcome in ("stored", "repeat", "forged"):
        assert seen["frontdesk_webhooks_total", (outcome, "/twilio/sms")] == 1, outcome


def test_queues_are_read_from_the_database_with_the_age_of_the_oldest(world: World) -> None:
    world.text("hello")
    world.clock.pass_time(seconds=90)
    seen = scraped(world)
    assert seen["frontdesk_inbox_waiting", ()] == 1
    assert seen["frontdesk_inbox_oldest_seconds", ()] == pytest.approx(90, abs=1)
    world.say("there is blood everywhere, my chest hurts, I cannot breathe")
    world.clock.pass_time(minutes=4)
    seen = scraped(world)
    assert (seen["frontdesk_inbox_waiting", ()], seen["frontdesk_inbox_oldest_seconds", ()]) == (0, 0)
    assert seen["frontdesk_urgent_unclaimed_seconds", ()] == pytest.approx(240, abs=10)
    revision = world.desk.content.revision[:12]
    assert any(name == "frontdesk_content_info" and revision in labels for name, labels in seen)


def test_no_figure_knows_a_patient(world: World) -> None:
    world.book(name="Zebra Umbrella")
    world.say("I want to talk to a person about my zebra knee")
    text = world.client().get("/metrics").text + "".join(map(str, own(world)))
    for canary in ("zebra", "umbrella", STRANGER, STRANGER[-4:], "1980", world.conversation().id):
        assert not re.search(rf"{re.escape(canary)}\b(?!\.)", text, re.I), canary


def test_a_watch_alone_is_told_directly_and_two_are_both_told() -> None:
    seen: list[object] = []
    assert both(unwatched, seen.append) == seen.append
    both(seen.append, seen.append)("x")  # type: ignore[arg-type]
    assert len(seen) == 2


def test_lengths_of_queues_on_every_database(store: Store, new_id: Callable[[], str]) -> None:
    first, second = inbound(1, id=new_id()), inbound(2, id=new_id())
    due = outbound(1)
    with store.begin() as tx:
        assert tx.queues.lengths(due.due_at).inbound_since is None
        tx.inbox.store(first, "c1")
        tx.inbox.store(second, "c2")
        tx.outbox.add(due)
        tx.outbox.add(outbound(2, due_at=due.due_at + timedelta(hours=1)))
        tx.outbox.add(outbound(3, state="unknown"))
    with store.begin(write=False) as tx:
        lengths = tx.queues.lengths(due.due_at + timedelta(seconds=5))
    assert (lengths.inbound, lengths.outbound, lengths.unknown) == (2, 1, 1)
    assert (lengths.inbound_since, lengths.outbound_since) == (made_at(first.id), due.due_at)
