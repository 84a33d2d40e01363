"""Edited content goes into service while the desk runs; a faulty edit leaves the last good one there."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.content import Fault
from agent.content.load import revision_of
from agent.content.service import stamp_of
from agent.house import content_of
from agent.rehearsal_desk import Rehearsal
from agent.renewal import Renewal
from agent.settings import ROOT
from tests import shared

NOW = datetime(2026, 11, 21, 17, tzinfo=UTC)
PO = "locales/en/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for name in ("intents", "workflows", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def rehearsal(root: Path) -> Iterator[Rehearsal]:
    made = Rehearsal(shared.clinic(), content_of(root), NOW, base=shared.hearing())
    yield made
    made.close()


def edit(root: Path, old: str, new: str) -> None:
    path = root / PO
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_bad_edit_is_told_in_one_line_and_an_open_conversation_ends_on_its_own_wording(
    root: Path, rehearsal: Rehearsal
) -> None:
    told: list[Fault] = []
    renewal = Renewal(rehearsal.desk, root, told.append)
    assert renewal.look() is False
    before = rehearsal.desk.content.revision

    edit(root, 'msgstr "Which day would suit you?"', 'msgstr "Which {day would suit you?"')
    assert renewal.look() is False
    assert rehearsal.desk.content.revision == before
    assert len(told) == 1
    assert str(told[0]).startswith(f"{PO}:")
    assert "\n" not in str(told[0])
    assert "suit you?" in rehearsal.say("I need an appointment for a checkup")[-1]

    edit(root, 'msgstr "Which {day would suit you?"', 'msgstr "Which day is best for you?"')
    assert renewal.look() is True
    assert rehearsal.desk.content.revision != before

    held = rehearsal.conversation()
    assert held is not None
    assert held.frames
    assert rehearsal.desk.content_for(held).revision != rehearsal.desk.content.revision
    again = rehearsal.say("what did you say?")[-1]
    assert "Which day would suit you?" in again
    rehearsal.say("never mind")
    assert "Which day is best for you?" in rehearsal.say("book a checkup please")[-1]


@pytest.fixture
def proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is edited is not under suspicion here: the proof costs seconds, and the first test has it."""
    monkeypatch.setattr("agent.renewal.prove", lambda *_: [])


@pytest.mark.usefixtures("proven")
def test_a_revision_that_another_process_took_sooner_is_looked_for_at_once(root: Path, rehearsal: Rehearsal) -> None:
    renewal = Renewal(rehearsal.desk, root)
    file = root / PO
    file.write_text(file.read_text() + "\n# edited\n")
    edit(root, 'msgid "booking.ask_day"\nmsgstr "', 'msgid "booking.ask_day"\nmsgstr "Now: ')
    begun_elsewhere = revision_of(root)
    assert rehearsal.desk.content.revision != begun_elsewhere
    assert renewal.at(begun_elsewhere).revision == begun_elsewhere == rehearsal.desk.content.revision
    assert renewal.at("0" * 64) is rehearsal.desk.content


@pytest.mark.usefixtures("proven")
def test_an_edit_between_reading_and_watching_is_not_overlooked(root: Path, rehearsal: Rehearsal) -> None:
    since = stamp_of(root)
    edit(root, 'msgid "booking.ask_name"\nmsgstr "', 'msgid "booking.ask_name"\nmsgstr "Now: ')
    assert Renewal(rehearsal.desk, root, since=since).look() is True
