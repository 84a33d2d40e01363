"""The turn as a whole: it never raises, the same words give the same events, and a person always comes when called."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent.dialogue.turn import resume, take_turn
from agent.model.command import (
    AskAnswer,
    CancelFlow,
    CannotHandle,
    ChangeLanguage,
    Clarify,
    Command,
    CorrectSlot,
    Handoff,
    Repeat,
    SetSlot,
    StartFlow,
)
from agent.model.conversation import Conversation
from agent.model.message import Inbound
from agent.model.safety import Evidence, SafetyFinding
from agent.model.understanding import Understanding
from tests.dialogue.talking import ANSWERS, NOW, OPENINGS, conversation, house, said, slots, tasks, turn

FLOWS = sorted(house()[1].flows)
SLOTS = sorted({name for flow in house()[1].flows.values() for name in flow.slots})
SOURCES = ("patient", "payload", "classifier", "model", "action", "staff")
VALUES = st.one_of(
    st.none(), st.booleans(), st.text(max_size=12), st.integers(), st.lists(st.text(max_size=4), max_size=3),
    st.sampled_from(["2026-11-25", ["2026-11-25", "2026-11-30"], "10:00", "physical", "procedure", "okafor", "any",
                     "more", "coming", "waitlist", "drop", OPENINGS["openings"][0], True, False, "child", "Ann Lee"]),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)  # fmt: skip
_source = st.sampled_from(SOURCES)
COMMANDS = st.one_of(
    st.builds(StartFlow, flow=st.sampled_from([*FLOWS, "nowhere"]), source=_source),
    st.builds(AskAnswer, flow=st.sampled_from([*FLOWS, "nowhere"]), source=_source),
    st.builds(SetSlot, slot=st.sampled_from([*SLOTS, "nothing"]), value=VALUES, source=_source),
    st.builds(CorrectSlot, slot=st.sampled_from(SLOTS), value=VALUES, source=_source),
    st.builds(CancelFlow, source=_source),
    st.builds(Clarify, flows=st.lists(st.sampled_from([*FLOWS, "nowhere"]), max_size=3).map(tuple)),
    st.builds(Repeat),
    st.builds(ChangeLanguage, locale=st.sampled_from(["en", "es", "fr", "xx"]), asked=st.booleans()),
    st.builds(Handoff),
    st.builds(CannotHandle, why=st.sampled_from(["not_understood", "stale_button", "unsupported_language"])),
)
FINDINGS = st.sampled_from(
    [SafetyFinding()] * 6
    + [
        SafetyFinding(cls="emergency", urgency="emergency", tier="E1", category="chest_pain"),
        SafetyFinding(cls="self_harm", urgency="emergency", tier="E2", category="suicide"),
        SafetyFinding(cls="distress", urgency="urgent", tier="human", category="distress"),
        SafetyFinding(cls="clinical_question", urgency="routine", tier="human", category="dose"),
    ]
)
KINDS = st.sampled_from(["text"] * 8 + ["choice", "speech", "joined", "left", "stop", "start", "help"])
TURNS = st.lists(st.tuples(st.lists(COMMANDS, max_size=4), FINDINGS, KINDS, st.text(max_size=20)), max_size=8)


def played(turns: list[Any]) -> tuple[Conversation, list[Any]]:
    held, log = conversation(), []
    for commands, finding, kind, text in turns:
        decision = turn(held, *commands, text=text, finding=finding, kind=kind)
        held = Conversation.model_validate_json(decision.conversation.model_dump_json())
        log += decision.events
    return held, log


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TURNS)
@example([([SetSlot(slot="feeling", value=[], source="model")], SafetyFinding(), "text", "")])
def test_whatever_is_proposed_no_turn_breaks_and_the_same_turns_give_the_same_events(turns: list[Any]) -> None:
    first, log = played(turns)
    again, second = played(turns)
    assert first == again
    assert log == second
    assert len(first.frames) <= 5


def test_a_question_which_of_several_is_no_sixth_request() -> None:
    held = turn(conversation(), StartFlow(flow="book"), StartFlow(flow="by_text")).conversation
    held = turn(held, *(StartFlow(flow=f) for f in ("aftercare", "billing", "cancel"))).conversation
    asked = turn(held, Clarify(flows=("refill", "results")))
    assert len(asked.conversation.frames) == 5


@pytest.mark.parametrize("source", ["model", "patient"])
@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": 1}, 7, None, True], ids=repr)
def test_a_value_of_any_shape_breaks_no_turn_of_any_flow(value: Any, source: Any) -> None:
    for flow in FLOWS:
        began = turn(conversation(), StartFlow(flow=flow, source="patient")).conversation
        for slot in SLOTS:
            told = turn(began, SetSlot(slot=slot, value=value, source=source)).conversation
            turn(told, CorrectSlot(slot=slot, value=value, source=source))


@settings(max_examples=60, deadline=None)
@given(st.lists(COMMANDS, max_size=5))
def test_a_person_comes_at_any_step_when_called(commands: list[Command]) -> None:
    held = turn(conversation(), StartFlow(flow="book"), *commands).conversation
    if held.mode == "agent":
        decision = turn(held, Handoff(source="patient"))
        assert decision.conversation.mode == "waiting_staff"
        assert "handoff" in tasks(decision)


def test_an_emergency_is_answered_first_and_the_request_is_kept() -> None:
    danger = SafetyFinding(cls="emergency", urgency="emergency", tier="E1", category="chest_pain")
    decision = turn(conversation(), StartFlow(flow="book"), text="chest pain, need a visit", finding=danger)
    assert said(decision) == ["greeting.disclosure", "safety.emergency", "safety.kept"]
    assert tasks(decision) == ["urgent"]
    assert [f.flow for f in decision.conversation.frames] == ["book"]


def test_while_a_person_has_the_conversation_the_desk_is_silent() -> None:
    decision = turn(conversation(mode="staff"), StartFlow(flow="book"), text="book me")
    assert said(decision) == []
    assert decision.conversation.frames == ()


def test_a_failed_system_gives_a_person_and_the_truth() -> None:
    clinic, content = house()
    held = conversation()
    inbound = Inbound(id="m", clinic="linden", channel="sms", sender=held.address, text="x", provider_id="p",
                      received_at=NOW)  # fmt: skip
    asks = (StartFlow(flow="book"), SetSlot(slot="reason", value="x", quote="x"))
    heard = Understanding(lang="en", commands=asks)
    decision = take_turn(held, inbound, heard, SafetyFinding(), content, clinic, NOW)
    assert decision.pending is not None
    decision = resume(decision, {}, failed=decision.pending.action)
    assert said(decision)[-1] == "handoff.stuck"
    assert tasks(decision) == ["handoff"]


def test_a_second_request_waits_its_turn_and_is_named() -> None:
    decision = turn(conversation(), StartFlow(flow="book"), StartFlow(flow="refill"))
    assert said(decision)[1:] == ["pattern.one_by_one", "booking.ask_reason"]
    assert [f.flow for f in decision.conversation.frames] == ["refill", "book"]


def test_a_second_emergency_word_does_not_lower_the_first() -> None:
    held = turn(
        conversation(), StartFlow(flow="book"), SetSlot(slot="reason", value="x", quote="x"), text="x"
    ).conversation
    mild = SafetyFinding(cls="clinical_question", urgency="routine", tier="human", category="dose")
    decision = turn(held, text="can I take two?", finding=mild)
    assert "safety.clinical" in said(decision)
    assert said(decision)[-1] == "booking.ask_day"  # a routine question does not end the booking
    assert "appointment_type" in slots(decision)
    assert ANSWERS["action_match_visit_type"]["appointment_type"] == "physical"


def test_the_medicine_named_for_a_refill_is_no_question_to_a_clinician() -> None:
    asked = turn(conversation(), StartFlow(flow="refill"), text="a refill").conversation
    mild = SafetyFinding(cls="clinical_question", urgency="routine", tier="human", category="clinical_question")
    named = SetSlot(slot="message", value="metformin 500, CVS", quote="metformin 500, CVS")
    decision = turn(asked, named, text="metformin 500, CVS", finding=mild)
    assert "safety.clinical" not in said(decision)
    dose = "lisinopril ten milligrams"
    unit = mild.model_copy(update={"evidence": (Evidence(start=15, end=25, text="milligrams", rule="dose"),)})
    counted = turn(asked, SetSlot(slot="message", value=dose, quote=dose), text=dose, finding=unit)
    assert "safety.clinical" not in said(counted)
    words, rule = "can I take two?", Evidence(start=0, end=14, text="can I take two", rule="dose")
    ruled = mild.model_copy(update={"evidence": (rule,)})
    more = turn(asked, SetSlot(slot="message", value=words, quote=words), text=words, finding=ruled)
    assert "safety.clinical" in said(more)
    (task,) = [e for e in more.effects if e.do == "open_task"]
    assert task.role == "nurse"  # whom the words promise
