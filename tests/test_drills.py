"""Each bad day is rehearsed by `frontdesk drill`; the full verb is run once, and a check that fails is told."""

import argparse

import pytest

from agent import drills
from agent.drill_scene import Report
from agent.drills import DRILLS
from agent.verbs import drill
from tests import shared
from tests.desk.world import _first


@pytest.mark.parametrize("name", [n for n in DRILLS if n != "redis-down"])
def test_a_drill_holds(name: str) -> None:
    report = DRILLS[name](shared.clinic(), _first().content, _first())
    assert [what for what, true in report.checks if not true] == []
    assert report.passed
    assert any(line.startswith("patient>") for line in report.lines)
    assert any("desk>" in line for line in report.lines)
    # where the disk is full nothing is given up: the same message is answered when there is room
    assert any("staff>" in line for line in report.lines) == (name != "disk-full")


def test_without_redis_the_verb_prints_what_was_heard_and_that_nothing_was_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(drill, "content_from", lambda: _first().content)
    monkeypatch.setattr(drills, "scene", lambda *a, **k: SCENE(*a, **{**k, "like": _first()}))
    assert drill.run(argparse.Namespace(what="redis-down", clinic=None)) == 0
    said = capsys.readouterr().out
    for part in ("patient> hello", "desk> Hi", "ok     answer 3 comes", "lost: nothing"):
        assert part in said


SCENE = drills.scene


def test_a_check_that_fails_is_the_exit_status_and_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> Report:
        """Something fails."""
        report = Report("sms-down")
        report.check("one thing holds", True)
        report.check("another does not", False)
        return report

    monkeypatch.setitem(drills.DRILLS, "sms-down", broken)
    monkeypatch.setattr(drill, "content_from", lambda: None)
    assert drill.run(argparse.Namespace(what="sms-down", clinic=None)) == 1
    said = capsys.readouterr()
    assert "FAILED another does not" in said.out
    assert said.err == "sms-down: 1 of 2 checks failed\n"


def test_a_drill_without_any_check_has_not_passed() -> None:
    assert not Report("nothing").passed
