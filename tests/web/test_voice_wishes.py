"""What a caller may wish for in a call: slower speech, the rest by text, no more texts; and their very last words."""

import json
import time
from collections.abc import Iterator

import pytest

from agent.desk.by_text import pick_up
from agent.desk.send import drain
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.web import voice_relay
from agent.web.console_calls import on_the_line
from agent.web.console_words import at, staff_voice
from tests.postgres import fresh_database
from tests.prove import p24_stop
from tests.telephone import Caller, Telephone, telephone
from tests.web.test_voice import DAY, KNEE


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def opened(request: pytest.FixtureRequest, postgres_server: str) -> Iterator[Telephone]:
    """On both databases: what one of them lets pass the other may refuse in the middle of a call."""
    if request.param == "SQLite":
        with telephone() as line:
            yield line
        return
    base, _, template = postgres_server.rpartition("/")
    with fresh_database(f"{base}/postgres", template) as url, telephone(url) as line:
        yield line


@pytest.fixture
def line(opened: Telephone) -> Iterator[Telephone]:
    yield opened
    for call in opened.calls:
        opened.run(call.hang_up())


def texts(line: Telephone, number: str) -> Conversation | None:
    with line.world.desk.store.begin(write=False) as tx:
        return tx.conversations.by_address(line.world.clinic.id, Address(channel="sms", value=number))


def until_ended(line: Telephone, number: str) -> None:
    held, deadline = line.conversation(number), time.monotonic() + 10
    while True:
        with line.world.desk.store.begin(write=False) as tx:
            call = tx.calls.last_of(held.id)
        if call is not None and call.state == "ended":
            return
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_rest_of_the_call_is_spoken_slowly_and_the_next_call_as_usual(line: Telephone) -> None:
    caller, number = line.someone()
    caller.say(KNEE)
    assert caller.say("could you speak more slowly")[0] == "Of course, I'll speak more slowly."
    caller.say(DAY)
    slow = [u.slow for u in caller.call.said]
    assert not any(slow[: slow.index(True)])
    assert all(slow[slow.index(True) :])
    token = next(f["token"] for f in caller.call.relays[-1].frames if "prosody" in f.get("token", ""))
    assert token == '<prosody rate="75%">Of course, I\'ll speak more slowly.</prosody><break time="400ms"/>'
    caller.hang_up()
    until_ended(line, number)
    again = line.ring(number)
    again.wait()
    assert not any(u.slow for u in again.call.said)


def test_a_read_back_that_is_spoken_slowly_is_known_to_be_heard(line: Telephone) -> None:
    caller, _ = line.someone()
    caller.say("slower please")
    caller.say(KNEE)
    caller.say(DAY)
    caller.press("1")
    caller.say("Ana Torres")
    read = caller.say("March 3 1980")[-1]
    caller.cut(f'<prosody rate="75%">{read[:-40]}</pros')
    assert "request number" in caller.say("yes")[-1]


def test_by_gather_slow_speech_has_pauses_between_its_sentences() -> None:
    with telephone(voice="gather") as line:
        caller = line.ring()
        caller.wait()
        caller.say("slower please")
        assert '<prosody rate="75%">' in caller.call.twiml[-1]
        assert "<Pause" in caller.call.twiml[-1]
        assert caller.call.said[-1].slow


def test_the_rest_goes_by_text_once_the_caller_has_said_yes(line: Telephone) -> None:
    caller, number = line.someone()
    caller.say(KNEE)
    caller.say("can you text me that")
    assert texts(line, number) is None
    assert caller.press("1")[-1].startswith("I'm texting you now")
    there = texts(line, number)
    assert there is not None
    assert [f.flow for f in there.frames] == ["book"]
    assert (there.identity, there.patient) == ("unknown", None)
    assert line.conversation(number).frames == ()
    with line.world.desk.store.begin(write=False) as tx:
        assert tx.consents.given(there.address)
        said = [x for x in tx.conversations.thread(there.id) if x.direction == "out"]
    assert len(said) == 1
    assert "Which day would suit you?" in said[0].text
    assert "knee" not in said[0].text
    caller.say("")
    caller.over()
    assert caller.said[-1].startswith("You spoke with")


def test_what_a_broken_call_began_is_texted_once_and_only_where_texts_were_agreed_to(line: Telephone) -> None:
    agreed, number = line.someone()
    agreed.say("text me")
    agreed.press("1")
    agreed.hang_up()
    until_ended(line, number)
    stranger, other = line.someone()
    stranger.say(KNEE)
    stranger.hang_up()
    line.world.clock.pass_time(minutes=20)
    second = line.answered(number)
    second.say(KNEE)
    second.hang_up()
    until_ended(line, number)
    line.world.clock.pass_time(minutes=4)
    assert [pick_up(line.world.desk) for _ in range(2)] == [1, 0]
    assert texts(line, other) is None
    there = texts(line, number)
    assert there is not None
    assert [f.flow for f in there.frames] == ["book"]
    while drain(line.world.desk):
        pass


def test_promise_24_no_more_texts_is_said_on_the_phone_and_counts_at_once(line: Telephone) -> None:
    caller, number = line.someone()
    caller.say(KNEE)
    said = caller.say("stop texting me please")
    assert "will send no more texts" in said[0]
    with line.world.desk.store.begin(write=False) as tx:
        assert tx.optouts.stopped(Address(channel="sms", value=number))
    assert "Texts to this number are stopped" in caller.say("text me")[0]


def test_promise_24_whoever_says_it_in_another_way_is_asked_and_then_heard() -> None:
    assert 0 < p24_stop.by_voice(["stop", "basta", "стоп", "não me mandem mais mensagens"]) < 4


def test_danger_beside_an_opt_out_is_met_first(line: Telephone) -> None:
    caller, number = line.someone()
    said = caller.say("stop texting me I have crushing chest pain and I can't breathe")
    assert "may be an emergency" in said[0]
    assert [t.kind for t in line.tasks(number)] == ["urgent"]


def test_a_number_dictated_just_before_the_line_is_gone_is_kept(line: Telephone) -> None:
    caller, number = line.someone()
    caller.say(KNEE)
    caller.say(DAY)
    caller.press("1")
    line.run(caller.call.say("Torres"))
    time.sleep(0.1)
    caller.hang_up()
    until_ended(line, number)
    deadline = time.monotonic() + 10
    while not any(x.text == "Torres" for x in line.thread(number)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    while not all(x.state == "void" for x in line.thread(number)[-1:] if x.direction == "out"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    again = line.ring(number)
    assert not any("Torres" in s for s in again.wait())


def test_the_keys_of_a_date_of_birth_are_kept_when_the_line_breaks_in_the_middle_of_them(line: Telephone) -> None:
    caller, number = line.someone()
    caller.say(KNEE)
    caller.say(DAY)
    caller.press("1")
    caller.say("Ana Torres")
    for digit in "0303198":
        line.run(caller.call.press(digit))
    line.run(caller.call.say("and", last=False))
    caller.hang_up()
    until_ended(line, number)
    deadline = time.monotonic() + 10
    while not any(x.text == "0303198" for x in line.thread(number)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_staff_are_whispered_to_in_their_own_language() -> None:
    with telephone() as line:
        line.world.desk.clinic = line.world.desk.clinic.model_copy(update={"staff_language": "es"})
        caller = line.answered(staff=True)
        caller.say(KNEE)
        caller.press("0")
        caller.until("person")
        assert caller.call.whispered[0] == (
            "Llamada del asistente automático de Linden Family Clinic. La persona habla inglés. Se trata de: su cita"
            " nueva. Es la solicitud número 1. Oprima 1 para atender la llamada."
        )


def test_staff_see_who_is_on_the_line_who_waits_and_who_talks_with_a_person(line: Telephone) -> None:
    desk = line.world.desk

    since = at(staff_voice(desk, desk.clock()), desk.clock())

    def shown(number: str) -> tuple[str, str] | None:
        held, now = line.conversation(number), desk.clock()
        with desk.store.begin(write=False) as tx:
            found = on_the_line(desk, tx, staff_voice(desk, now), now).get(held.id)
        return None if found is None else (found.state, found.since)

    caller, number = line.someone(staff=None)
    assert shown(number) == ("live", since)
    caller.press("0")
    caller.until("transfer")
    deadline = time.monotonic() + 10
    while shown(number) != ("transfer", since):
        assert time.monotonic() < deadline
    line.run(answer(caller))
    caller.until("person")
    assert (shown(number) or ("",))[0] == "person"
    caller.hang_up()
    until_ended(line, number)
    assert shown(number) is None
    silent, lost = line.someone()
    line.world.clock.pass_time(minutes=16)  # its end was never told to us
    assert shown(lost) is None
    line.world.clock.pass_time(minutes=-16)
    silent.hang_up()


async def answer(caller: Caller) -> None:
    caller.call.staff("answer")
    caller.call.staff("1")


def test_promise_33_a_call_goes_to_another_process_in_a_pause_and_nobody_notices() -> None:
    with telephone() as line:
        caller, number = line.someone()
        caller.say(KNEE)
        line.run(caller.call.say("next", last=False))  # somebody who is speaking is not moved
        line.draining.append(True)
        time.sleep(1.2)
        assert len(caller.call.relays) == 1
        before = len(caller.said)
        caller.say(DAY)
        deadline = time.monotonic() + 10
        while len(caller.call.relays) < 2 or not caller.call.relays[1].open:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert caller.call.relays[0].handoff == '{"do": "move"}'
        assert len(caller.said) == before + 1
        caller.press("1")
        caller.say("Ana Torres")
        caller.say("March 3 1980")
        assert "request number" in caller.say("yes")[-1]
        assert [t.kind for t in line.tasks(number)] == ["booking"]


@pytest.mark.parametrize("how", ["speaks", "presses"])
def test_promise_33_what_is_said_while_the_call_is_moved_is_heard(how: str) -> None:
    with telephone() as line:
        caller, _ = line.someone()
        caller.say(KNEE)
        caller.say(DAY)
        (relay,), before = caller.call.relays, len(caller.said)
        told = relay._heard

        async def crossing(raw: str) -> None:
            if json.loads(raw)["type"] == "end":
                frame = (
                    {"type": "prompt", "voicePrompt": "one", "last": True}
                    if how == "speaks"
                    else {"type": "dtmf", "digit": "1"}
                )
                await relay.send(**frame, lang=relay.lang)
            await told(raw)

        relay._heard = crossing  # type: ignore[method-assign]
        line.draining.append(True)
        deadline = time.monotonic() + 10
        while len(caller.said) == before:
            assert time.monotonic() < deadline, "nobody answered"
            time.sleep(0.01)
        assert "full name" in caller.said[before]
        assert [r.handoff for r in caller.call.relays] == ['{"do": "move"}', None]


def test_promise_33_who_spoke_between_two_sockets_is_asked_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_relay, "_TAKEN_UP", 0.3)
    with telephone(voice_silence_seconds=600) as line:
        caller, _ = line.someone()
        caller.say(KNEE)
        before = len(caller.said)
        line.draining.append(True)
        deadline = time.monotonic() + 20
        while len(caller.said) < before + 2:
            assert time.monotonic() < deadline, f"nobody asked again: {caller.said[before:]}"
            time.sleep(0.01)
        assert caller.said[before] == "I'm sorry, I didn't hear anything."
        assert caller.said[before + 1].startswith("Which day would suit you?")
