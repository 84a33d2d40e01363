"""A caller is put through: they wait in a room of their own, the staff's telephones are rung, and one of them joins."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
import pytest

from agent.demo.twilio_outbound import OutboundCall
from agent.demo.twilio_standin import Fault
from agent.demo.twilio_twiml import parse
from agent.model.clinic import Transfer
from agent.model.desk_ring import DeskRing
from agent.model.task import OPEN
from tests.standin import until
from tests.standin.hooks import ACCOUNT
from tests.telephone import Caller, Telephone, telephone

FIRST, SECOND, THIRD = "+17185550101", "+17185550102", "+17185550103"
KNEE = "I'd like an appointment, my knee hurts"


@dataclass
class Desks:
    """The staff's telephones, in a test's hands."""

    line: Telephone
    rung: list[OutboundCall] = field(default_factory=list)

    def ringing(self, number: str) -> OutboundCall:
        until(lambda: any(c.number == number and c.state == "ringing" for c in self.rung), f"{number} does not ring")
        return next(c for c in reversed(self.rung) if c.number == number)

    def silent(self, number: str) -> bool:
        return not any(c.number == number for c in self.rung)

    def answers(self, number: str) -> OutboundCall:
        """Somebody picks up, and hears what it is about."""
        call = self.ringing(number)
        self.line.run(self._press(call, "answer"))
        until(lambda: bool(call.said), "nothing is whispered")
        return call

    def press(self, call: OutboundCall, key: str) -> None:
        self.line.run(self._press(call, key))

    def hook(self, path: str, phone: OutboundCall, **more: str) -> str:
        """A webhook of that telephone's, once more or out of order; what came back."""
        ring = phone.url.partition("?")[2]
        params = {**phone._facts("in-progress"), **more}
        done = self.line.run(self.line.twilio.hooks.post(f"{self.line.twilio.voice_url}{path}?{ring}", params, "again"))
        assert done.status == 200, done
        return done.body

    async def _press(self, call: OutboundCall, key: str) -> None:
        call.at_hand(key)

    def rings(self, caller: Caller) -> list[DeskRing]:
        with self.line.world.desk.store.begin(write=False) as tx:
            return tx.desk_rings.of_call(caller.call.id)

    def states(self, caller: Caller) -> list[str]:
        return [r.state for r in self.rings(caller)]

    def come_to(self, caller: Caller, states: list[str]) -> None:
        until(lambda: self.states(caller) == states, f"the telephones never came to {states}")


@pytest.fixture(scope="module")
def opened() -> Iterator[Telephone]:
    with telephone(rest=True) as line:
        yield line


@pytest.fixture
def desks(opened: Telephone) -> Iterator[Desks]:
    desk = opened.world.desk
    usual = desk.clinic
    desk.clinic = usual.model_copy(update={"transfer": Transfer(phones=(FIRST, SECOND))})
    made = Desks(opened)
    opened.twilio.lines = dict.fromkeys((FIRST, SECOND, THIRD), made.rung.append)
    opened.twilio.faults.clear()
    opened.twilio.call_pace = 1.0
    yield made
    for call in opened.calls:
        opened.run(call.hang_up())
    until(lambda: all(c.finished for c in [*opened.calls, *made.rung]), "a call goes on")
    assert [e for call in made.rung for e in call.errors] == [], "Twilio would log this"
    opened.twilio.lines = {}
    desk.clinic = usual


def wanting(desks: Desks) -> tuple[Caller, str]:
    """Somebody who was asked for a day, and would rather talk with a person."""
    caller, number = desks.line.someone(staff=None)
    caller.say(KNEE)
    line = caller.press("0")
    assert "putting you through to our staff" in line[0]
    return caller, number


def test_a_caller_waits_is_told_so_and_is_joined_by_who_takes_the_call(desks: Desks) -> None:
    caller, number = wanting(desks)
    assert caller.until_said("I'm ringing our staff. To come back to me, press the star key.")
    phone = desks.answers(FIRST)
    told = phone.said[0].text
    assert "speaks English" in told
    assert "new visit" in told
    task = next(t for t in desks.line.tasks(number) if t.kind == "handoff")
    assert f"request number {task.number}" in told
    assert "knee" not in told
    assert caller.call.state == "transfer"
    desks.press(phone, "1")
    caller.until("person")
    until(lambda: phone.state == "person", "they are not joined")
    desks.come_to(caller, ["taken", "canceled"])
    assert desks.silent(SECOND)
    assert any("colleague took the call" in c.what for t in desks.line.tasks(number) for c in t.changes)
    caller.hang_up()
    until(lambda: phone.finished, "the colleague is left alone in the room")
    until(lambda: desks.states(caller) == ["ended", "canceled"])
    assert [t.kind for t in desks.line.tasks(number)] == ["handoff"]


def test_who_waits_hears_music_and_words_at_every_second_turn_of_it(desks: Desks) -> None:
    caller, _ = wanting(desks)
    words = "I'm ringing our staff. To come back to me, press the star key."
    until(lambda: caller.said.count(words) == 2, "the words do not come again")
    waits = [[v.name for v in parse(doc)] for doc in caller.call.twiml if "hold.wav" in doc]
    assert waits[:3] == [["Say", "Play", "Redirect"], ["Play", "Redirect"], ["Say", "Play", "Redirect"]]
    fetched = httpx2.get(f"{desks.line.world.settings.public_url}/voice/hold.wav", trust_env=False)
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "audio/wav")
    desks.press(desks.answers(FIRST), "1")
    caller.until("person")


def test_one_after_another_is_rung_and_a_box_that_presses_nothing_takes_no_call(desks: Desks) -> None:
    desks.line.twilio.call_pace = 0.05  # whoever listens does not have long to press a key
    caller, _ = wanting(desks)
    desks.ringing(FIRST)
    desks.line.twilio.call_pace = 1.0
    box = desks.answers(FIRST)
    until(lambda: box.finished, "the box is listened to for ever")
    second = desks.answers(SECOND)
    desks.press(second, "1")
    caller.until("person")
    desks.come_to(caller, ["declined", "taken"])


def test_nobody_takes_it_and_the_caller_hears_so_and_is_called_back(desks: Desks) -> None:
    caller, number = wanting(desks)
    desks.press(desks.ringing(FIRST), "hangup")
    second = desks.answers(SECOND)
    desks.press(second, "2")
    assert caller.until_said("nobody can come to the phone just now")
    desks.come_to(caller, ["busy", "declined"])
    task = next(t for t in desks.line.tasks(number) if t.kind == "callback")
    assert (task.priority, task.reason) == ("urgent", "no_answer")
    caller.say("it is about the stitches")
    assert any("about the stitches" in x.text for x in desks.line.thread(number))
    assert [t.kind for t in desks.line.tasks(number) if t.status in OPEN].count("callback") == 1


def test_with_the_star_key_the_caller_is_back_where_they_were_and_no_telephone_rings_on(desks: Desks) -> None:
    caller, number = wanting(desks)
    phone = desks.ringing(FIRST)
    desks.line.run(caller.call.press("*"))
    assert caller.until_said("back with the automated assistant")
    until(lambda: phone.finished, "it rings on")
    until(lambda: "day" in caller.said[-1], "the open question is not put again")
    desks.come_to(caller, ["canceled", "canceled"])
    assert desks.line.conversation(number).mode == "agent"
    caller.say("next Tuesday")
    assert desks.line.conversation(number).frames[-1].asked == "opening"
    caller.press("0")
    desks.press(desks.answers(FIRST), "1")
    caller.until("person")
    assert {r.round for r in desks.rings(caller)} == {2}


def test_who_has_talked_and_stays_on_the_line_is_with_the_desk_again(desks: Desks) -> None:
    caller, number = wanting(desks)
    phone = desks.answers(FIRST)
    desks.press(phone, "1")
    caller.until("person")
    desks.press(phone, "hangup")
    assert caller.until_said("You're back with the automated assistant")
    until(lambda: phone.finished)
    assert desks.line.conversation(number).mode == "agent"
    caller.hang_up()


def test_a_caller_who_hangs_up_leaves_no_telephone_ringing(desks: Desks) -> None:
    caller, _ = wanting(desks)
    phone = desks.ringing(FIRST)
    caller.hang_up()
    until(lambda: phone.finished, "it rings on")
    desks.come_to(caller, ["canceled", "canceled"])
    assert phone.said == []


def test_all_ring_at_once_the_first_has_the_call_and_the_second_is_told(desks: Desks) -> None:
    desk = desks.line.world.desk
    desk.clinic = desk.clinic.model_copy(update={"transfer": Transfer(phones=(FIRST, SECOND, THIRD), at_once=True)})
    caller, _ = wanting(desks)
    ring = desks.ringing(THIRD)
    second = desks.answers(SECOND)
    first = desks.answers(FIRST)
    desks.press(first, "1")
    caller.until("person")
    until(lambda: ring.finished and second.finished, "they ring on")
    desks.come_to(caller, ["taken", "canceled", "canceled"])
    late = desks.hook("/desk", second, Digits="1")
    assert "a colleague has it" in late
    assert "Conference" not in late
    again = desks.hook("/desk", first, Digits="1")
    assert f">{caller.call.id}</Conference>" in again


def test_a_name_is_told_to_who_pressed_a_key_and_to_no_machine(desks: Desks) -> None:
    caller, _ = desks.line.someone(staff=None)
    caller.say(KNEE)
    caller.say("next Tuesday")
    caller.press("1")
    caller.say("Ana Torres")
    caller.press("0")
    phone = desks.answers(FIRST)
    assert "Ana" not in phone.said[0].text
    desks.press(phone, "1")
    caller.until("person")
    until(lambda: len(phone.said) == 2)
    assert "the name is Ana Torres" in phone.said[1].text


def test_who_waits_is_told_so_in_their_own_language(desks: Desks) -> None:
    caller, _ = desks.line.someone(staff=None)
    caller.say("español por favor")
    caller.press("0")
    assert caller.until_said("Para volver conmigo, oprima la tecla de asterisco")
    assert "speaks Spanish" in desks.answers(FIRST).said[0].text


@pytest.mark.parametrize("kind", ["call_429", "call_500"])
def test_where_twilio_rings_nobody_for_us_the_call_itself_rings_the_clinic(desks: Desks, kind: str) -> None:
    desks.line.twilio.faults.extend(Fault(kind) for _ in range(2))
    caller, _ = wanting(desks)
    until(lambda: any("<Number" in doc for doc in caller.call.twiml), "the plain telephone is not rung")
    assert desks.rung == []
    desks.come_to(caller, ["failed", "failed"])
    caller.call.staff("answer")
    until(lambda: bool(caller.call.whispered))
    caller.call.staff("1")
    caller.until("person")


def test_a_telephone_that_rings_though_twilios_answer_was_lost_takes_the_call(desks: Desks) -> None:
    desks.line.twilio.faults.append(Fault("call_timeout", 1.5))
    caller, _ = wanting(desks)
    desks.press(desks.answers(FIRST), "1")
    caller.until("person")
    desks.come_to(caller, ["taken", "canceled"])
    assert len(desks.rung) == 1


def test_a_caller_whom_twilio_does_not_fetch_at_once_is_fetched_at_the_next_look(desks: Desks) -> None:
    desks.line.twilio.faults.append(Fault("change_429"))
    caller, _ = wanting(desks)
    for number in (FIRST, SECOND):
        desks.press(desks.ringing(number), "hangup")
    assert caller.until_said("nobody can come to the phone just now")


def test_what_twilio_tells_twice_late_or_never_changes_nothing(desks: Desks) -> None:
    caller, number = wanting(desks)
    first = desks.ringing(FIRST)
    desks.hook("/desk/status", first, CallStatus="ringing")
    until(lambda: desks.states(caller)[0] == "ringing")
    desks.press(first, "hangup")
    second = desks.answers(SECOND)
    for status in ("completed", "busy", "no-answer"):
        desks.hook("/desk/status", first, CallStatus=status)
    desks.come_to(caller, ["busy", "ringing"])
    desks.press(second, "1")
    caller.until("person")
    desks.hook("/desk/status", first, CallStatus="completed")
    desks.come_to(caller, ["busy", "taken"])
    other = OutboundCall(**{**vars(second), "id": "CA" + "9" * 32})
    desks.hook("/desk/status", other, CallStatus="completed")
    desks.come_to(caller, ["busy", "taken"])
    caller.hang_up()
    for _ in range(2):
        desks.hook("/desk/status", second, CallStatus="completed")
    until(lambda: desks.states(caller) == ["busy", "ended"])
    assert "a colleague has it" in desks.hook("/desk", second, Digits="1")
    assert [t.kind for t in desks.line.tasks(number)] == ["handoff"]


def test_a_telephone_of_which_nothing_is_heard_any_more_is_over_after_a_while(desks: Desks) -> None:
    caller, _ = wanting(desks)
    lost = desks.ringing(FIRST)
    lost.told_status = False
    desks.line.world.clock.pass_time(minutes=3)
    try:
        assert desks.ringing(SECOND)
        desks.come_to(caller, ["no-answer", "ringing"])
        desks.press(lost, "answer")
        until(lambda: bool(lost.said))
        assert "a colleague has it" in lost.said[0].text
    finally:
        desks.line.world.clock.pass_time(minutes=-3)


@pytest.mark.parametrize("path", ["/wait", "/left", "/nobody", "/desk", "/desk/status"])
def test_a_forged_webhook_of_a_transfer_is_refused(desks: Desks, path: str) -> None:
    caller, _ = wanting(desks)
    phone = desks.ringing(FIRST)
    before = ["ringing", "due"]
    desks.come_to(caller, before)  # the answer to our dialling is kept
    sent = httpx2.post(
        f"{desks.line.twilio.voice_url}{path}?ring={desks.rings(caller)[0].id}&call={caller.call.id}",
        data={"CallSid": phone.id, "AccountSid": ACCOUNT, "Digits": "1", "CallStatus": "completed"},
        headers={"X-Twilio-Signature": "x"}, trust_env=False,
    )  # fmt: skip
    assert sent.status_code == 403
    assert desks.states(caller) == before
