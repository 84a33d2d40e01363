"""The proofs of edited content at a size that takes seconds; their full size is `make prove`'s."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.actions import ACTIONS
from agent.content import read_content
from agent.settings import ROOT
from tests.hostile import PATTERNS, PAYLOADS
from tests.prove import p46_inert, p47_translations, p49_no_hang, p50_safe_change
from tests.web.console_desk import World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.desk.store.close()


def test_promise_46_what_attacks_a_page_or_a_template_is_inert_or_refused(world: World) -> None:
    found = p46_inert.inert(world, PAYLOADS[1:200:70])
    assert min(found.values()) > 0


def test_promise_47_a_spoiled_translation_is_named_whatever_message_it_is_of() -> None:
    reading = read_content(ROOT, frozenset(ACTIONS))
    assert all(p47_translations.broken(reading, ["vi"], way) > 50 for way in p47_translations.BREAKS)


def test_promise_49_no_pattern_no_bomb_and_no_paste_holds_up_the_desk(world: World) -> None:
    assert len(PATTERNS) >= 100
    slowest = max(p49_no_hang.patterns(PATTERNS), p49_no_hang.bombs(p49_no_hang.BOMBS, p49_no_hang.BOOKS))
    assert slowest < 20 * p49_no_hang.MOST  # the proof is strict; a busy machine is not
    assert p49_no_hang.paste(world, 10_000_000) < 30


def test_promise_50_a_publish_is_everywhere_at_once_and_one_step_takes_it_back(tmp_path: Path) -> None:
    found = p50_safe_change.changes(f"sqlite:///{tmp_path}/desk.db", 1)
    assert found["slowest"] < 15 * p50_safe_change.WITHIN  # the proof is strict; a busy machine is not


def test_promise_50_a_publish_that_is_broken_off_serves_nothing(tmp_path: Path) -> None:
    assert p50_safe_change.interrupted(f"sqlite:///{tmp_path}/desk.db") > 10
