"""Who may propose what: each proposal is taken or refused with a reason, whatever it claims."""

import pytest

from agent.dialogue import accept, evolve
from agent.dialogue.draft import Draft
from agent.dialogue.turn import Decision
from agent.model.command import AskAnswer, ChangeLanguage, Clarify, SetSlot, StartFlow
from agent.model.conversation import Conversation, Source
from tests.dialogue.talking import NOW, OPENINGS, conversation, house, said, slots, turn

FIRST = OPENINGS["openings"][0]


def refusals(decision: Decision) -> list[str]:
    return [e.data["why"] for e in decision.events if e.name == "CommandRefused"]


def at_the_offer() -> Conversation:
    start = (StartFlow(flow="book"), SetSlot(slot="appointment_type", value="physical"))
    return turn(conversation(), *start, SetSlot(slot="date", value="2026-11-25")).conversation


def at_the_read_back() -> Conversation:
    held = turn(at_the_offer(), SetSlot(slot="opening", value=FIRST)).conversation
    return turn(held, SetSlot(slot="name", value="Ann Lee"), SetSlot(slot="dob", value="1985-04-05")).conversation


@pytest.mark.parametrize("flow", sorted(house()[1].flows))
def test_nobody_fills_a_slot_that_is_not_theirs(flow: str) -> None:
    clinic, content = house()
    for slot, spec in content.flows[flow].slots.items():
        for source in ("patient", "payload", "classifier", "model", "action", "staff"):
            if source not in spec.propose:
                draft = Draft(conversation(), None, content, clinic, NOW)
                evolve.begin(draft, flow)
                for value in (True, "x", "2026-11-25", FIRST, [FIRST]):
                    assert not accept.accept(draft, SetSlot(slot=slot, value=value, source=source))
                assert draft.conversation.frames[-1].slots == {}


@pytest.mark.parametrize("source", ["model", "classifier"])
def test_a_model_never_chooses_the_time_and_never_says_yes(source: Source) -> None:
    offer, read_back = at_the_offer(), at_the_read_back()
    assert refusals(turn(offer, SetSlot(slot="opening", value=FIRST, source=source))) == ["source_may_not"]
    decision = turn(read_back, SetSlot(slot="confirmed", value=True, source=source))
    assert refusals(decision) == ["source_may_not"]
    assert "confirmed" not in slots(decision)


def test_a_yes_counts_only_where_it_was_asked_for() -> None:
    assert refusals(turn(at_the_offer(), SetSlot(slot="confirmed", value=True))) == ["not_asked"]


def test_a_time_that_was_not_offered_is_no_choice() -> None:
    invented = {**FIRST, "id": "okafor@2026-12-24T03:00", "local": "2026-12-24T03:00:00"}
    assert refusals(turn(at_the_offer(), SetSlot(slot="opening", value=invented))) == ["bad_value"]


def test_words_that_the_patient_did_not_say_are_no_evidence() -> None:
    held = turn(conversation(), StartFlow(flow="book")).conversation
    decision = turn(held, SetSlot(slot="reason", value="knee", quote="my knee"), text="hello")
    assert refusals(decision) == ["quote_not_said"]


@pytest.mark.parametrize(
    ("slot", "value"),
    [("date", "soon"), ("date", ["2026-11-25"]), ("date", ["2026-11-26", "2026-11-25"]), ("time", "25:00"),
     ("dob", "12/3"), ("provider", "house"), ("location", "moon"), ("name", ""), ("name", 7), ("relation", [1])],
)  # fmt: skip
def test_what_cannot_be_a_value_is_refused(slot: str, value: object) -> None:
    assert refusals(turn(at_the_offer(), SetSlot(slot=slot, value=value))) == ["bad_value"]


def test_another_day_at_the_read_back_asks_for_the_time_anew_and_keeps_the_person() -> None:
    decision = turn(at_the_read_back(), SetSlot(slot="date", value="2026-11-27"))
    assert said(decision) == ["booking.offer"]
    assert slots(decision)["name"] == "Ann Lee"
    assert "opening" not in slots(decision)


def test_another_doctor_is_asked_for_by_name() -> None:
    decision = turn(at_the_read_back(), SetSlot(slot="another_provider", value="wanted"))
    assert said(decision) == ["booking.ask_provider"]
    decision = turn(decision.conversation, SetSlot(slot="provider", value="castellanos"))
    assert said(decision) == ["booking.offer"]
    assert slots(decision)["provider"] == "castellanos"


def test_when_it_is_unclear_the_choice_can_be_answered_by_its_number() -> None:
    decision = turn(conversation(), Clarify(flows=("book", "reschedule")))
    assert said(decision)[-1] == "pattern.which"
    decision = turn(decision.conversation, SetSlot(slot="wanted", value="reschedule"))
    assert [f.flow for f in decision.conversation.frames] == ["reschedule"]


def test_a_new_request_ends_the_question_which_one() -> None:
    held = turn(conversation(), Clarify(flows=("book", "reschedule"))).conversation
    assert [f.flow for f in turn(held, StartFlow(flow="refill")).conversation.frames] == ["refill"]
    assert turn(held, AskAnswer(flow="hours")).conversation.frames == ()


def test_a_language_that_was_asked_for_stays_until_another_is_asked_for() -> None:
    held = turn(conversation(), ChangeLanguage(locale="es", asked=True)).conversation
    assert (held.locale, held.locale_asked) == ("es", True)
    assert turn(held, ChangeLanguage(locale="en")).conversation.locale == "es"
    assert turn(held, ChangeLanguage(locale="en", asked=True)).conversation.locale == "en"
    assert refusals(turn(held, ChangeLanguage(locale="nl", asked=True))) == ["language_not_live"]


def test_what_is_said_to_the_second_request_leaves_the_first_alone() -> None:
    held = turn(at_the_offer(), StartFlow(flow="results")).conversation
    decision = turn(held, SetSlot(slot="appointment_type", value="labs"))
    assert "no_open_slot" in refusals(decision)
    assert decision.conversation.frames[0].slots["appointment_type"].value == "physical"
