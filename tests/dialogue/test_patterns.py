"""What the desk does in any flow: greetings, not understanding, waiting for a person, consent."""

import pytest

from agent.model.command import CancelFlow, CannotHandle, Handoff, Repeat, SetSlot, StartFlow
from tests.dialogue.talking import conversation, said, tasks, turn

LOST = CannotHandle()


def test_the_first_line_says_that_this_is_software_and_only_once() -> None:
    first = turn(conversation(), intent="greeting")
    assert said(first) == ["greeting.disclosure", "greeting.offer"]
    assert said(turn(first.conversation, intent="greeting")) == ["greeting.hello"]


def test_not_understood_twice_in_a_row_goes_to_a_person() -> None:
    once = turn(conversation(greeted=True), LOST)
    assert said(once) == ["pattern.not_understood"]
    twice = turn(once.conversation, LOST)
    assert said(twice) == ["handoff.stuck"]
    assert (twice.conversation.mode, tasks(twice)) == ("waiting_staff", ["handoff"])


def test_understood_in_between_the_count_begins_anew() -> None:
    once = turn(conversation(greeted=True), LOST).conversation
    between = turn(once, StartFlow(flow="book")).conversation
    assert said(turn(between, LOST)) == ["pattern.sorry", "booking.ask_reason.again"]


def test_words_for_a_person_who_is_coming_are_passed_on_and_said_so_once() -> None:
    waiting = turn(conversation(greeted=True), Handoff()).conversation
    added = turn(waiting, LOST)
    assert said(added) == ["handoff.added"]
    assert said(turn(added.conversation, LOST)) == []
    assert tasks(added) == []


def test_a_caller_is_never_met_with_silence() -> None:
    on_the_phone = conversation(greeted=True).model_copy(update={"channel": "voice"})
    waiting = turn(on_the_phone, Handoff()).conversation
    added = turn(waiting, LOST)
    assert said(added) == said(turn(added.conversation, LOST)) == ["handoff.added"]


def test_asking_for_a_person_again_makes_no_second_task() -> None:
    waiting = turn(conversation(greeted=True), Handoff()).conversation
    again = turn(waiting, Handoff())
    assert (said(again), tasks(again)) == (["handoff.added"], [])


def test_a_language_the_desk_does_not_speak_is_said_once_and_a_person_reads_it() -> None:
    foreign = CannotHandle(why="unsupported_language")
    first = turn(conversation(greeted=True), foreign)
    assert (said(first), tasks(first)) == (["error.unsupported_language"], ["handoff"])
    second = turn(first.conversation, foreign)
    assert (said(second), tasks(second)) == (["handoff.added"], [])


def test_a_picture_without_words_is_kept_for_staff_and_the_question_stands() -> None:
    asked = turn(conversation(greeted=True), StartFlow(flow="book")).conversation
    decision = turn(asked, text="", media=("a",))
    assert said(decision) == ["error.media", "booking.ask_reason"]
    assert tasks(decision) == ["message"]


def test_silence_is_answered_and_twice_it_goes_to_a_person() -> None:
    first = turn(conversation(greeted=True), text="")
    assert said(first) == ["pattern.silence.open"]
    assert tasks(turn(first.conversation, text="")) == ["handoff"]


def test_a_stale_button_is_no_misunderstanding() -> None:
    asked = turn(conversation(greeted=True), StartFlow(flow="book")).conversation
    stale = turn(asked, CannotHandle(why="stale_button"), payload="opening=x")
    assert said(stale) == ["pattern.stale", "booking.ask_reason"]
    assert stale.conversation.misunderstood == 0


def test_never_mind_drops_the_request_and_nothing_is_asked_for() -> None:
    asked = turn(conversation(greeted=True), StartFlow(flow="book")).conversation
    dropped = turn(asked, CancelFlow())
    assert said(dropped) == ["pattern.dropped"]
    assert (dropped.conversation.frames, tasks(dropped)) == ((), [])


def test_say_that_again_says_the_same_again() -> None:
    asked = turn(conversation(greeted=True), StartFlow(flow="book"), SetSlot(slot="appointment_type", value="physical"))
    assert said(turn(asked.conversation, Repeat())) == said(asked) == ["booking.ask_day"]


def test_thanks_and_a_bare_yes_or_no_get_a_courtesy_and_no_question() -> None:
    held = conversation(greeted=True, turns=3)
    assert said(turn(held, intent="thanks")) == ["courtesy.welcome"]
    assert said(turn(held, intent="affirm")) == ["courtesy.good"]
    assert said(turn(held, intent="deny")) == ["courtesy.goodbye"]


def test_a_yes_to_whether_there_is_anything_else_is_asked_what_it_is() -> None:
    asked = turn(conversation(greeted=True, turns=3), intent="affirm")
    assert said(asked) == ["courtesy.good"]
    assert said(turn(asked.conversation, intent="affirm")) == ["greeting.offer"]


@pytest.mark.parametrize(
    ("kind", "key"), [("stop", "consent.stopped"), ("start", "consent.started"), ("help", "consent.help")]
)
def test_stop_start_and_help_come_before_everything_else(kind: str, key: str) -> None:
    held = turn(conversation(greeted=True), StartFlow(flow="book")).conversation
    assert said(turn(held, StartFlow(flow="refill"), kind=kind)) == [key]
    assert said(turn(held, kind=kind, provider_said_stop=True)) == []


def test_cancel_by_text_stops_messages_and_staff_ask_whether_a_visit_was_meant() -> None:
    decision = turn(conversation(greeted=True), kind="stop", provider={"stop_word": "CANCEL"}, text="CANCEL")
    assert (said(decision), tasks(decision)) == (["consent.stopped"], ["message"])
