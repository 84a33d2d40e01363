"""Calls from ringing to the end, over the very protocols that Twilio speaks, with its stand-in at the other end."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.desk import handoff
from agent.model.task import OPEN
from channels.signature import Trust
from tests.desk.world import MONDAY
from tests.prove import p29_no_dead_end, p30_dropped_socket, p31_protocol_abuse, p32_unheard, p39_disclosed
from tests.standin.hooks import ACCOUNT, TOKEN
from tests.telephone import SATURDAY_NIGHT, Caller, Telephone, telephone

KNEE, DAY = "I'd like an appointment, my knee hurts", "next Tuesday"


@pytest.fixture(scope="module")
def opened() -> Iterator[Telephone]:
    with telephone() as line:
        yield line


@pytest.fixture
def line(opened: Telephone) -> Iterator[Telephone]:
    """Everybody of the last test has hung up, long ago."""
    opened.numbers += 1
    yield opened
    for call in opened.calls:
        opened.run(call.hang_up())


def to_read_back(caller: Caller) -> str:
    caller.say(KNEE)
    caller.say(DAY)
    caller.press("1")
    caller.say("Ana Torres")
    return caller.say("March 3 1980")[-1]


def kinds(line: Telephone, number: str) -> list[str]:
    return [t.kind for t in line.tasks(number)]


def test_a_visit_is_asked_for_by_voice_and_the_call_ends_with_a_word(line: Telephone) -> None:
    caller, number = line.someone()
    assert "Shall I ask our staff" in to_read_back(caller)
    assert "request number" in caller.say("yes")[-1]
    assert caller.say("goodbye")[-1].startswith("Goodbye")
    assert kinds(line, number) == ["booking"]
    caller.say("")
    caller.over()
    assert caller.said[-1] == "You spoke with the automated assistant of Linden Family Clinic."


def test_every_word_of_a_call_is_a_committed_row_and_stands_in_the_thread(line: Telephone) -> None:
    caller, number = line.someone()
    caller.say(KNEE)
    rows = [x for x in line.thread(number) if x.direction == "out"]
    assert [w for x in rows for w in x.text.split("\n")] == caller.said
    assert {x.state for x in rows} == {"sent"}


def test_a_yes_over_the_read_back_books_nothing_and_is_asked_for_again(line: Telephone) -> None:
    caller, number = line.someone()
    text = to_read_back(caller)
    caller.cut("Let me check: Tuesday,", "460")
    assert caller.say("yes") == [text]
    assert kinds(line, number) == []
    caller.cut(text[:-40])
    assert "request number" in caller.say("yes")[-1]


def test_danger_is_met_before_the_sentence_ends_and_sounded_once(line: Telephone) -> None:
    caller, number = line.someone()
    caller.say("I need to move my appointment because")
    said = caller.say("I have crushing chest pain and my left arm", last=False)
    assert said[0].startswith("This may be an emergency. Please hang up and call 911")
    assert not next(u for u in caller.call.said if u.text == said[0]).interruptible
    task = next(t for t in line.tasks(number) if t.kind == "urgent")
    assert (task.priority, task.status) == ("stat", "requested")
    rest = caller.say("I have crushing chest pain and my left arm is numb since noon")
    assert not any("may be an emergency" in s for s in rest)
    assert any("arm is numb since noon" in x.text for x in line.thread(number))
    assert "putting you through" in caller.press("0")[0]


def test_a_person_is_rung_hears_what_it_is_about_and_takes_the_call_with_a_key(line: Telephone) -> None:
    caller, number = line.someone(staff=True)
    caller.say(KNEE)
    assert "putting you through to our staff" in caller.press("0")[0]
    caller.until("person")
    assert "speaks English" in caller.call.whispered[0]
    assert "new visit" in caller.call.whispered[0]
    assert "Press 1" in caller.call.whispered[0]
    caller.hang_up()
    assert kinds(line, number) == ["handoff"]


def test_promise_29_nobody_comes_to_the_telephone_and_the_caller_is_called_back(line: Telephone) -> None:
    caller, number = line.someone(staff=False)
    caller.say("let me talk to a person")
    assert caller.until_said("I'm sorry, nobody can come to the phone")
    assert "10:15 AM" in caller.said[-1]
    task = next(t for t in line.tasks(number) if t.kind == "callback")
    assert (task.priority, task.reason) == ("urgent", "no_answer")
    assert line.world.desk.clinic.zone == "America/New_York"
    assert task.due_at == MONDAY + timedelta(minutes=15)
    caller.say("please tell them that it is about the stitches")
    assert any("about the stitches" in x.text for x in line.thread(number))
    assert [t for t in line.tasks(number) if t.status in OPEN]


def test_a_language_is_changed_in_the_middle_of_a_call_for_the_ear_and_the_voice(line: Telephone) -> None:
    caller, _ = line.someone()
    assert caller.say("español por favor")[0] == "Claro que sí, seguimos en español."
    frames = caller.call.relays[-1].frames
    at = next(n for n, f in enumerate(frames) if f["type"] == "language")
    assert frames[at]["ttsLanguage"] == frames[at]["transcriptionLanguage"] == "es-US"
    assert {f["lang"] for f in frames[at + 1 :] if f["type"] == "text"} == {"es-US"}


def test_a_language_that_no_recogniser_knows_is_put_through_in_its_own_words(line: Telephone) -> None:
    caller, number = line.someone(staff=True)
    assert "Pou pran yon nouvo randevou, peze 1" in caller.say("kreyòl tanpri")[-1]
    assert "M ap konekte ou ak ekip nou an" in caller.say("je veux un rendez-vous")[-1]
    caller.until("person")
    assert "Haitian Creole" in caller.call.whispered[0]
    assert [t.reason for t in line.tasks(number)] == ["language"]


def test_who_is_cut_off_and_calls_again_goes_on_and_says_anew_who_they_are(line: Telephone) -> None:
    caller, number = line.someone()
    to_read_back(caller)
    caller.hang_up()
    again = line.ring(number)
    said = again.wait()
    assert "Let's go on where we were" in said[1]
    assert not any("Ana Torres" in s for s in said)
    again.say("Ana Torres")
    assert "Tuesday, March 10" in again.say("March 3 1980")[-1]
    assert "request number" in again.press("1")[-1]
    assert kinds(line, number) == ["booking"]


def test_a_number_proves_nothing_an_hour_later(line: Telephone) -> None:
    caller, number = line.someone()
    to_read_back(caller)
    caller.hang_up()
    line.world.clock.pass_time(hours=1)
    try:
        said = line.ring(number).wait()
    finally:
        line.world.clock.pass_time(hours=-1)
    assert "How can I help" in said[1]
    held = line.conversation(number)
    assert (held.identity, held.facts, held.frames) == ("unknown", {}, ())


def test_staff_take_a_call_and_the_caller_is_put_through(line: Telephone) -> None:
    caller, number = line.someone(staff=True)
    caller.say(KNEE)
    handoff.take(line.world.desk, line.conversation(number).id, line.world.staff())
    assert "would like to speak with you" in caller.wait()[0]
    caller.until("person")
    assert line.conversation(number).mode == "staff"


def test_a_withheld_number_is_a_conversation_of_its_own(line: Telephone) -> None:
    for _ in range(2):
        caller = line.answered("Restricted")
        caller.say(KNEE)
        caller.hang_up()
    addresses = {u.address.value for u, _ in line.recent() if u.address.value.startswith("withheld:")}
    assert len(addresses) == 2


def test_a_star_says_it_again_and_keys_are_a_date_of_birth(line: Telephone) -> None:
    caller, _ = line.someone()
    caller.say(KNEE)
    asked = caller.say(DAY)
    assert caller.press("*") == asked
    caller.press("1")
    caller.say("Ana Torres")
    for digit in "0303198":
        line.run(caller.call.press(digit))
    assert "born March 3, 1980" in caller.press("0")[-1]


def test_after_hours_the_truth_is_told_and_words_are_taken() -> None:
    with telephone(now=SATURDAY_NIGHT) as line:
        caller = line.answered()
        said = caller.say("I want to speak to a person")[-1]
        assert "closed until Monday, March 9 at 8:00 AM" in said
        caller.say("it is about my daughter's school form")
        assert any("school form" in x.text for x in line.thread())
        assert line.tasks()[0].kind == "handoff"


def test_ten_seconds_of_silence_are_asked_about_and_then_a_person_is_rung() -> None:
    with telephone(voice_silence_seconds=0.3) as line:
        caller = line.ring()
        caller.wait()
        assert caller.until_said("I didn't hear anything")
        assert caller.until_said("putting you through to our staff")
        assert caller.until_said("You spoke with the automated assistant")


def test_by_gather_a_visit_is_asked_for_with_speech_and_keys_and_a_repeated_webhook_changes_nothing() -> None:
    with telephone(voice="gather") as line:
        caller = line.ring()
        caller.wait()
        to_read_back(caller)
        done = caller.press("1")
        assert "request number" in done[-1]
        again = line.again(caller.call)
        assert done[-1] in again
        assert [t.kind for t in line.tasks()] == ["booking"]


def test_where_the_database_is_away_a_telephone_rings_and_nothing_is_said_that_was_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from agent.desk import calls
    from agent.model.fault import Busy

    def away(*_: object, **__: object) -> None:
        raise Busy("away")

    with telephone(voice="gather") as line:
        monkeypatch.setattr(calls, "begin", away)
        caller = line.ring(staff=True)
        caller.until("person")
        assert caller.said == ["I'm sorry, something on our side isn't working. I'm putting you through to our staff."]


def test_a_socket_that_twilio_did_not_sign_is_refused_before_it_is_open(line: Telephone) -> None:
    import asyncio

    from websockets.asyncio.client import connect
    from websockets.exceptions import InvalidStatus

    base = line.world.settings.public_url

    async def knock(signature: str) -> int:
        url = f"{base.replace('http', 'ws')}/twilio/voice/relay"
        try:
            async with connect(url, additional_headers={"X-Twilio-Signature": signature}, proxy=None):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    from agent.demo.twilio_records import signature

    url = f"{base.replace('http', 'ws')}/twilio/voice/relay"
    assert asyncio.run(knock(signature(TOKEN, url, {}))) == 101
    for wrong in ("", "x", signature("other", url, {}), signature(TOKEN, f"{base}/twilio/voice/relay", {})):
        assert asyncio.run(knock(wrong)) == 403
    assert Trust.of(ACCOUNT, TOKEN, base).tokens == (TOKEN,)


def test_promise_29_silence_noise_and_keys_end_with_a_person_or_a_word() -> None:
    assert p29_no_dead_end.calls("sqlite://", 6, 29, scenes=p29_no_dead_end.SCENES[2:4]).startswith(
        "6 calls, no silence"
    )


def test_promise_30_a_lost_socket_is_taken_up_again_and_nothing_is_booked_twice() -> None:
    cases = [(2, "with", 1011, 2), (5, "with", 1006, 1), (5, "after", 1012, 1)]
    assert p30_dropped_socket.drops("sqlite://", cases).startswith("3 calls")


def test_promise_31_whatever_comes_over_the_socket_only_valid_frames_go_out() -> None:
    assert "all valid" in p31_protocol_abuse.abuse("sqlite://", 250, 31)


def test_promise_32_what_was_not_heard_is_not_agreed_to() -> None:
    assert "none counted" in p32_unheard.unheard(23, 8)


def test_promise_39_a_call_says_first_that_a_machine_answers_and_last_that_one_did() -> None:
    assert p39_disclosed.disclosed(2) == "2 languages"


def test_nobody_is_called_twice_for_one_ring(line: Telephone) -> None:
    caller, number = line.someone()
    began = time.monotonic()
    for _ in range(3):
        line.again(caller.call, "", step="")
    assert len([x for x in line.thread(number) if x.direction == "out"]) == 1
    assert time.monotonic() - began < 5
