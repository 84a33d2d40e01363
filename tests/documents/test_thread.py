"""What the patient wrote to the front desk as a source of a draft and of the check."""

import pytest

from agent.desk.visit_sources import with_thread
from agent.documents.embedded import EmbeddedWriter
from agent.documents.verify import verify
from agent.model.note import Message, NoteCheck
from agent.ports.notes import Asked
from agent.verbs.draft_note import thread_of
from tests.documents.knee_visit import ROOT
from tests.documents.visit import visit

THREAD = (
    Message(id="1", text="Can I park in front of the house?", sent="2026-05-02"),
    Message(id="2", text="I am allergic to penicillin, and I stopped the warfarin on Monday", sent="2026-05-03"),
    Message(id="3", by="clinic", text="Thank you. Please bring your warfarin card.", sent="2026-05-03"),
)


def checked(note: str, thread: tuple[Message, ...] = THREAD) -> NoteCheck:
    return verify(visit(), note, with_thread(None, thread))


def kinds(found: NoteCheck) -> set[str]:
    return {f.kind for s in found.sentences for f in s.flags}


def test_a_draft_quotes_what_was_written_of_medicines_and_allergies_and_nothing_else() -> None:
    draft = EmbeddedWriter(ROOT).draft(Asked(kind="visit_note", dialogue=tuple(visit()), thread=THREAD))
    quoted = [s for s in draft.sentences if s.section == "thread"]
    assert [s.text for s in quoted] == [
        "Wrote on 2026-05-03: “I am allergic to penicillin, and I stopped the warfarin on Monday”."
    ]
    assert [e.resource for e in quoted[0].evidence] == ["thread:2"]
    assert "WRITTEN TO THE FRONT DESK" in draft.note


def test_a_draft_of_messages_alone_is_one_of_messages_alone() -> None:
    draft = EmbeddedWriter(ROOT).draft(Asked(kind="visit_note", thread=THREAD))
    assert {s.section for s in draft.sentences} == {"thread"}


def test_the_check_finds_no_fault_with_its_own_quotation() -> None:
    draft = EmbeddedWriter(ROOT).draft(Asked(kind="visit_note", dialogue=tuple(visit()), thread=THREAD))
    said = next(s.text for s in draft.sentences if s.section == "thread")
    assert kinds(checked(said)) == set()
    assert "medication" in kinds(checked(said, ()))


def test_an_allergy_that_was_only_written_is_missed_in_a_note_that_leaves_it_out() -> None:
    found = [(o.kind, o.resource) for o in checked("She feels well.").omissions]
    assert ("allergy", "thread:2") in found


def test_what_the_clinic_wrote_is_nobodys_omission() -> None:
    thread = (Message(id="9", by="clinic", text="Please bring your warfarin card."),)
    assert "thread:9" not in {o.resource for o in checked("She feels well.", thread).omissions}


def test_a_denied_allergy_that_was_written_is_a_conflict() -> None:
    found = checked("She has no known drug allergies.")
    assert "allergy" in kinds(found)


def test_a_thread_on_the_command_line() -> None:
    line = {"thread": [{"text": "hello", "sent": "2026-05-03T10:00"}, {"by": "clinic", "text": "hi"}]}
    assert [(m.id, m.by, m.sent) for m in thread_of(line)] == [("0", "patient", "2026-05-03"), ("1", "clinic", "")]
    with pytest.raises(ValueError, match="thread"):
        thread_of({"thread": "hello"})
