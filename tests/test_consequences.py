"""Before a publish the product's own conversations and recent messages are played against the draft, in a process of
its own; what would be another comes back, the worst first."""

from pathlib import Path
from typing import Any

import pytest

from agent.consequences import _heard_otherwise, consequences
from agent.consequences_side import Task
from agent.desk import editing
from agent.model.edit import Item
from agent.rehearsing import rehearse_next
from agent.settings import ROOT, load_settings
from tests.desk.world import World
from tests.prove.p50_safe_change import KEY, WAS, admin


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
