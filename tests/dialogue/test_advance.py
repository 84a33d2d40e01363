"""The walk through a flow: which question comes next and how it is put."""

from datetime import UTC, date, datetime

import pytest

from agent.dialogue.closures import closed_on, opens_next
from agent.dialogue.turn import take_turn
from agent.model.command import AskAnswer, Handoff, SetSlot, StartFlow
from agent.model.conversation import Conversation
from agent.model.effect import Say
from agent.model.message import Inbound
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding
from tests.dialogue.talking import ANSWERS, NOW, OPENINGS, conversation, house, opening, said, slots, tasks, turn

BOOK = (StartFlow(flow="book"), SetSlot(slot="appointment_type", value="physical"))


def searched(note: str, day: str = "2026-11-25", count: int = 2) -> list[str]:
    found = {"openings": OPENINGS["openings"][:count], "openings_note": note, "openings_seen": []}
    answers = {**ANSWERS, "action_find_openings": found}
    return said(turn(conversation(), *BOOK, SetSlot(slot="date", value=day), answers=answers))[1:]


def test_the_offer_tells_how_it_differs_from_the_wish() -> None:
    assert searched("none") == ["booking.offer"]
    assert searched("none", count=1) == ["booking.offer.one"]
    assert searched("other_day") == ["booking.offer.other_day"]
    assert searched("other_day", count=1) == ["booking.offer.other_day.one"]
    assert searched("other_time") == ["booking.offer.other_time"]
    assert searched("other_provider") == ["booking.offer.other_provider"]


def test_a_closed_day_is_called_closed_and_a_holiday_by_its_name() -> None:
    assert searched("other_day", day="2026-11-22") == ["booking.offer.closed"]
    assert searched("other_day", day="2026-11-26") == ["booking.offer.holiday"]
    clinic = house()[0]
    named = closed_on(clinic, date(2026, 11, 26)) or {}
    assert (named["en"], named["es"]) == ("Thanksgiving", "Día de Acción de Gracias")
    assert closed_on(clinic, date(2026, 11, 28), "chicago") == {}  # Saturdays are Brooklyn's
    assert closed_on(clinic, date(2026, 11, 28)) is None


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2026, 11, 23, 15, tzinfo=UTC), None),
        (datetime(2026, 11, 23, 6, tzinfo=UTC), "2026-11-23T08:00-05:00"),
        (datetime(2026, 11, 21, 19, tzinfo=UTC), "2026-11-23T08:00-05:00"),  # Saturday after closing
        (datetime(2026, 11, 26, 15, tzinfo=UTC), "2026-11-27T08:00-05:00"),  # Thanksgiving
    ],
)
def test_the_desk_knows_when_somebody_is_there_again(now: datetime, opens: str | None) -> None:
    found = opens_next(house()[0], now)
    assert (found.isoformat(timespec="minutes") if found else None) == opens


def test_after_hours_the_hand_off_says_when_the_desk_opens() -> None:
    clinic, content = house()
    held, night = conversation(), datetime(2026, 11, 24, 3, tzinfo=UTC)
    inbound = Inbound(id="m", clinic="linden", channel="sms", sender=held.address, text="person", provider_id="p",
                      received_at=night)  # fmt: skip
    heard = Understanding(lang="en", commands=(Handoff(),))
    decision = take_turn(held, inbound, heard, SafetyFinding(), content, clinic, night)
    say = next(e for e in decision.effects if isinstance(e, Say) and e.key.startswith("handoff"))
    assert say.key == "handoff.asked.closed"
    assert say.values["opens"]["value"].startswith("2026-11-24T08:00")


def test_coming_back_to_a_question_it_is_put_more_shortly_and_not_understood_in_other_words() -> None:
    held = turn(conversation(), *BOOK, SetSlot(slot="date", value="2026-11-25")).conversation
    assert said(turn(held, AskAnswer(flow="prepare"))) == ["answer.prepare", "booking.offer.back"]
    assert said(turn(held)) == ["pattern.sorry", "booking.offer.again"]


def test_other_times_are_announced_as_more() -> None:
    held = turn(conversation(), *BOOK, SetSlot(slot="date", value="2026-11-25")).conversation
    page = {"openings": [opening(at="15:00")], "openings_note": "none", "openings_seen": ["a", "b", "c"]}
    answers = {**ANSWERS, "action_find_openings": page}
    assert said(turn(held, SetSlot(slot="opening", value="more"), answers=answers)) == ["booking.offer.more.one"]


def test_a_visit_that_staff_arrange_gets_a_call_back_and_no_times() -> None:
    procedure = (StartFlow(flow="book"), SetSlot(slot="appointment_type", value="procedure"))
    decision = turn(conversation(), *procedure)
    assert said(decision)[1:] == ["booking.staff_arranges", "booking.ask_name"]
    held = decision.conversation
    decision = turn(held, SetSlot(slot="name", value="Ann Lee"), SetSlot(slot="dob", value="1985-04-05"))
    assert said(decision) == ["booking.arranged"]
    assert tasks(decision) == ["callback"]


def test_where_nothing_is_free_the_waitlist_asks_who_it_is_for() -> None:
    none = {**ANSWERS, "action_find_openings": {"openings": [], "openings_note": "none"}}
    held = turn(conversation(), *BOOK, SetSlot(slot="date", value="2026-11-25"), answers=none).conversation
    decision = turn(held, SetSlot(slot="change", value="waitlist"), answers=none)
    assert said(decision) == ["booking.ask_name"]
    assert (decision.conversation.frames[-1].flow, slots(decision)["date"]) == ("waitlist", "2026-11-25")


@pytest.mark.parametrize("flow", ["reschedule", "cancel", "check_appointment", "confirm"])
def test_too_many_tries_are_told_as_such_and_a_person_helps(flow: str) -> None:
    locked = {**ANSWERS, "action_identify": {"identity_result": "locked"}}
    who = (SetSlot(slot="name", value="Ann Lee"), SetSlot(slot="dob", value="1985-04-05"))
    decision = turn(conversation(), StartFlow(flow=flow), *who, answers=locked)
    assert said(decision)[1:] == ["identity.locked"]
    assert tasks(decision) == ["callback"]


@pytest.mark.parametrize("flow", ["reschedule", "cancel", "check_appointment", "confirm"])
def test_a_wrong_code_is_asked_for_again_until_it_locks(flow: str) -> None:
    wrong = {**ANSWERS, "action_identify": {"identity_result": "code_sent"},
             "action_check_code": {"identity_result": "wrong", "code_result": "wrong"}}  # fmt: skip
    who = (SetSlot(slot="name", value="Ann Lee"), SetSlot(slot="dob", value="1985-04-05"))
    held: Conversation = turn(conversation(), StartFlow(flow=flow), *who, answers=wrong).conversation
    decision = turn(held, SetSlot(slot="code", value="111111"), answers=wrong)
    assert said(decision) == ["identity.wrong_code", "identity.ask_code.again"]
    locked = {**wrong, "action_check_code": {"identity_result": "locked", "code_result": "locked"}}
    decision = turn(decision.conversation, SetSlot(slot="code", value="222222"), answers=locked)
    assert said(decision) == ["identity.locked"]


def booked(*more: SetSlot, held: Conversation | None = None) -> Conversation:
    """A visit asked for, whole."""
    held = turn(held or conversation(), *BOOK, SetSlot(slot="date", value="2026-11-25"), *more).conversation
    held = turn(held, SetSlot(slot="opening", value=OPENINGS["openings"][0])).conversation
    who = (SetSlot(slot="name", value="Ann Lee"), SetSlot(slot="dob", value="1985-04-05"))
    held = turn(held, *who).conversation if held.frames[-1].asked == "name" else held
    return turn(held, SetSlot(slot="confirmed", value=True)).conversation


def test_the_writer_is_not_asked_for_their_name_twice() -> None:
    again = turn(booked(), *BOOK, SetSlot(slot="date", value="2026-11-25")).conversation
    decision = turn(again, SetSlot(slot="opening", value=OPENINGS["openings"][0]))
    assert said(decision) == ["booking.read_back"]


@pytest.mark.parametrize("first", ["self", "child"])
@pytest.mark.parametrize("second", ["self", "child", "spouse"])
def test_what_is_known_of_one_person_never_fills_a_form_for_another(first: str, second: str) -> None:
    if (first, second) == ("self", "self"):
        return
    held = booked(SetSlot(slot="relation", value=first))
    again = turn(held, *BOOK, SetSlot(slot="relation", value=second), SetSlot(slot="date", value="2026-11-25"))
    decision = turn(again.conversation, SetSlot(slot="opening", value=OPENINGS["openings"][0]))
    assert said(decision) == ["booking.ask_name"]


def test_for_whom_said_late_takes_the_known_name_away_and_keeps_the_one_just_said() -> None:
    again = turn(booked(), *BOOK, SetSlot(slot="date", value="2026-11-25")).conversation
    at_read_back = turn(again, SetSlot(slot="opening", value=OPENINGS["openings"][0])).conversation
    decision = turn(at_read_back, SetSlot(slot="relation", value="child"))
    assert said(decision) == ["booking.ask_name"]
    named = turn(decision.conversation, SetSlot(slot="name", value="Ivy Lee"), SetSlot(slot="dob", value="2015-01-01"))
    assert slots(named)["name"] == "Ivy Lee"
    assert slots(turn(named.conversation, SetSlot(slot="relation", value="child")))["name"] == "Ivy Lee"


def test_a_walk_without_end_goes_to_a_person() -> None:
    clinic, content = house()
    held = turn(conversation(), StartFlow(flow="book")).conversation
    inbound = Inbound(id="n", clinic="linden", channel="sms", sender=held.address, text="x", provider_id="n",
                      received_at=NOW)  # fmt: skip
    heard = Understanding(lang="en", commands=(SetSlot(slot="appointment_type", value="procedure"),))
    decision = take_turn(held, inbound, heard, SafetyFinding(), content, clinic, NOW, max_steps=2)
    assert tasks(decision) == ["handoff"]
