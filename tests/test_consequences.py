"""Before a publish the product's own conversations and recent messages are played against the draft, in a process of
its own; what would be another comes back, the worst first."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.consequences import _heard_otherwise, _replayed, _step_back, consequences
from agent.consequences_side import Played, Side, Task
from agent.desk import editing
from agent.model.edit import Item
from agent.rehearsal_alike import Alike
from agent.rehearsal_desk import Rehearsal
from agent.rehearsal_play import rehearsal_of
from agent.rehearsing import rehearse_next
from agent.settings import ROOT, load_settings
from tests import shared
from tests.desk.world import World
from tests.prove.p50_safe_change import KEY, WAS, admin

NOW = datetime(2026, 3, 7, 17, tzinfo=UTC)


class Named:
    """What a recording of earlier conversations is filed under."""

    revision = "0"

    def model_dump_json(self) -> str:
        return "{}"


def task(after: dict[str, Item], **more: Any) -> Task:
    settings = load_settings()
    given = {"clinic": settings.clinic_file, "content": ROOT, "var": settings.var, "scripts": (), "before": {}, **more}
    return Task.model_validate(given | {"after": after})


@pytest.mark.timeout(400)  # a process of its own reads, checks and plays: ten seconds on a quiet machine
def test_a_proposal_is_rehearsed_apart_and_says_what_would_be_said_otherwise(tmp_path: Path) -> None:
    world = World(f"sqlite:///{tmp_path}/desk.db")
    desk, ana = world.desk, admin(world)
    world.say("I need an appointment for a checkup")
    editing.save(desk, ana, KEY, WAS | {"text": "Which day is best for you?"}, WAS, 0)
    proposal = editing.propose(desk, ana, "friendlier")
    chosen = ("cancellations/en_never_mind", "cancellations/en_cancel_unverified")
    assert rehearse_next(desk, chosen)
    assert not rehearse_next(desk, chosen)
    with desk.store.begin(write=False) as tx:
        found = tx.content.proposal(proposal.id)
    assert found is not None
    assert found.report is not None
    assert (found.state, found.report["faults"], found.report["played"]) == ("checked", [], 2)
    rows = found.report["differences"]
    assert rows
    assert {r["kind"] for r in rows} == {"wording"}
    assert "Which day would suit you?" in rows[0]["before"]
    assert "Which day is best for you?" in rows[0]["after"]
    world.close()


def test_what_cannot_be_published_is_said_before_anything_is_played() -> None:
    report = consequences(task({KEY: WAS | {"text": "Which {daay}?"}}), lambda *_: None)
    assert any("daay" in line for line in report["faults"])
    assert "differences" not in report


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({"intent": "emergency", "urgency": "emergency", "route": "emergency"}, {"urgency": "none"}, "danger"),
        ({"intent": "book", "urgency": "none", "route": "answer"}, {"urgency": "urgent", "route": "handoff"}, "alarm"),
        ({"intent": "book", "urgency": "none", "route": "answer"}, {"route": "ask"}, "route"),
        ({"intent": "book", "urgency": "none", "route": "answer"}, {"intent": "cancel"}, "intent"),
        ({"intent": "book", "urgency": "none", "route": "answer"}, {}, None),
    ],
)
def test_what_is_heard_otherwise_is_named_by_the_gravest(before: Any, after: Any, kind: str | None) -> None:
    rows = list(_heard_otherwise(before, before | after, "words", "a test"))
    assert [r["kind"] for r in rows] == ([kind] if kind else [])


def _booked(rehearsal: Rehearsal) -> set[tuple[str, datetime]]:
    with rehearsal.desk.store.begin(write=False) as tx:
        rows = tx.appointments.day(rehearsal.desk.clinic.id, NOW - timedelta(days=30), NOW + timedelta(days=30))
    return {(row.provider, row.start) for row in rows}


def test_with_changed_hours_the_visits_that_are_booked_already_are_those_of_what_serves() -> None:
    serves = shared.clinic()
    content = shared.content()
    brooklyn = next(place for place in serves.locations if place.id == "brooklyn")
    shorter = brooklyn.model_copy(update={"hours": {"tue": brooklyn.hours["tue"]}})
    others = tuple(place for place in serves.locations if place is not brooklyn)
    drafted = serves.model_copy(update={"locations": (shorter, *others)})
    script = {"now": "2026-03-07T12:00"}
    like = shared.hearing()
    made = [rehearsal_of(script, serves, content, like), rehearsal_of(script, drafted, content, like, diary=serves),
            rehearsal_of(script, drafted, content, like)]  # fmt: skip
    before, beside, alone = map(_booked, made)
    for each in made:
        each.close()
    assert before
    assert beside == before
    assert alone != before
    assert made[1].desk.clinic == drafted


def test_a_draft_is_played_with_the_visits_of_what_serves(tmp_path: Path) -> None:
    class Recorded:
        kept, content, clinic = tmp_path, Named(), Named()

        def __init__(self) -> None:
            self.diaries: list[Any] = []
            self.stage = Named()

        def play(self, script: Any, diary: Any = None) -> Played:
            self.diaries.append(diary)
            return Played(turns=[{"desk": ["Good day."], "heard": {}}])

    old, new = Recorded(), Recorded()
    script = {"name": "one", "says": "One.", "turns": [{"patient": "hello"}]}
    other = cast("Alike", SimpleNamespace(play=lambda _: False))
    assert list(_replayed(cast("Side", old), cast("Side", new), other, [script], lambda *_: None)) == []
    assert (old.diaries, new.diaries) == ([None], [old.stage])


@pytest.mark.parametrize(("load", "may", "taken"), [(0.5, True, ["idle"]), (0.5, False, [19]), (99.0, True, [19])])
def test_a_rehearsal_steps_back_and_still_ends_on_a_crowded_machine(
    monkeypatch: pytest.MonkeyPatch, load: float, may: bool, taken: list[Any]
) -> None:
    took: list[Any] = []

    def idle(*_: Any) -> None:
        if not may:
            raise PermissionError
        took.append("idle")

    monkeypatch.setattr("os.getloadavg", lambda: (load, load, load))
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("os.sched_setscheduler", idle)
    monkeypatch.setattr("os.nice", took.append)
    _step_back()
    assert took == taken
