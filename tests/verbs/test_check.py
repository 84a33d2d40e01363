"""`frontdesk check` says every defect in one line, and fails only for what may not go into service."""

from pathlib import Path

import pytest

from agent.content import Fault
from agent.proof import prove
from agent.text_lengths import BUDGET, longest_values, measured
from agent.verbs.check import checked, gathered
from tests import shared
from tests.content.tree import HOUSE, Tree, copied

CLINIC = shared.clinic()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return copied(tmp_path / "house")


def test_the_content_of_this_house_may_go_into_service() -> None:
    faults, _, summary = checked(HOUSE, CLINIC)
    assert [str(f) for f in faults] == []
    assert "live: en, es" in summary


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("intents/en/_safety.yaml", "negators:", "negater:", "negater: is not a known key"),
        ("intents/es/_safety.yaml", "class: emergency", "class: emergencia", "is 'emergencia': use one of"),
        ("intents/en/_times.yaml", "order: mdy", "order: myd", "order: one of mdy, dmy is needed"),
        ("intents/en/_times.yaml", 'morning: ["04:00"', 'morning: ["4 am"', "parts.morning: two times"),
    ],
)
def test_a_table_that_no_room_can_be_built_from_is_told_with_its_line(
    tree: Tree, file: str, old: str, new: str, words: str
) -> None:
    line = tree.edit(file, old, new)
    (fault,) = prove(tree.read(), CLINIC)
    assert words in str(fault)
    assert (fault.file, fault.line) == (file, line)


def test_beside_what_serves_already_a_changed_table_is_still_proven(tree: Tree) -> None:
    served = tree.read()
    line = tree.edit("intents/en/_times.yaml", "order: mdy", "order: myd")
    (fault,) = prove(tree.read(), CLINIC, served)
    assert (fault.file, fault.line) == ("intents/en/_times.yaml", line)


def test_what_serves_as_it_is_is_not_proven_again(tree: Tree) -> None:
    tree.edit("intents/en/_times.yaml", "order: mdy", "order: myd")
    served = tree.read()
    line = tree.edit("intents/es/_safety.yaml", "class: emergency", "class: emergencia")
    assert [(f.file, f.line) for f in prove(tree.read(), CLINIC, served)] == [("intents/es/_safety.yaml", line)]


def test_what_was_in_preparation_is_proven_when_it_is_no_longer(tree: Tree) -> None:
    line = tree.edit("intents/es/_safety.yaml", "class: emergency", "class: emergencia")
    at = tree.text("intents/languages.yaml")
    spanish = at[at.index("  es:") :]
    tree.edit("intents/languages.yaml", spanish, spanish.replace("state: live", "state: preparing", 1))
    served = tree.read()
    assert prove(served, CLINIC) == []
    tree.edit("intents/languages.yaml", "state: preparing", "state: live")
    assert [(f.file, f.line) for f in prove(tree.read(), CLINIC, served)] == [("intents/es/_safety.yaml", line)]


def test_promise_28_every_text_fits_its_budget_at_its_longest() -> None:
    sizes = {(m.locale, m.key): m for m in measured(shared.content(), CLINIC)}
    assert len(sizes) > 100
    assert [f"{m.locale} {m.key}: {m.segments}" for m in sizes.values() if m.segments > BUDGET[m.encoding]] == []


def test_promise_28_a_text_that_grows_too_long_is_told(tree: Tree) -> None:
    line = tree.message("en", "booking.ask_day", "Which day? " * 50)
    (fault,) = [f for f in prove(tree.read(), CLINIC) if "booking.ask_day" in f.what]
    assert fault.line == line
    assert "4 text segments (GSM-7); at most 3 may be" in fault.what


def test_no_placeholder_of_a_text_is_left_unmeasured() -> None:
    from datetime import UTC, datetime

    from agent.dialogue.spoken import Voice

    content = shared.content()
    voice = Voice(content, CLINIC, "en", "sms", datetime(2026, 1, 1, tzinfo=UTC))
    assert all(longest_values(voice).values())
    assert [m.key for m in measured(content, CLINIC) if "{" in m.text or "  " in m.text] == []


def test_a_language_of_the_clinic_that_is_not_live_is_told(tree: Tree) -> None:
    faults, _, _ = checked(tree.root, CLINIC.model_copy(update={"languages": ("en", "nl")}))
    assert any("the clinic lists nl, which is not live" in str(f) for f in faults)


def test_alike_notices_are_one_line() -> None:
    many = [Fault("es.po", n, f"key.{n}: nobody has reviewed it", "Review it.", True) for n in range(9)]
    assert gathered(many) == [
        "es.po: nobody has reviewed it: key.0, key.1, key.2, key.3, key.4, key.5 and 3 more",
    ]
