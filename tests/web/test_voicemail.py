"""Recorded messages: off unless the clinic wants them, only after a yes, kept sealed, deleted where they were made."""

from collections.abc import Iterator

import httpx2
import pytest

from agent.demo.twilio_tapes import Tape
from agent.desk import voicemail
from agent.desk.forget import By, forget, of_conversation
from agent.model.clinic import Voicemail
from agent.model.recording import Recording
from agent.model.task import OPEN, Task
from tests.standin import until
from tests.standin.hooks import ACCOUNT
from tests.telephone import SATURDAY_NIGHT, Caller, Telephone, telephone

MAY = "May I record you?"
WORDS = "please call me about my daughter's school form, thank you"


@pytest.fixture(scope="module", params=["relay", "gather"])
def opened(request: pytest.FixtureRequest) -> Iterator[Telephone]:
    with telephone(now=SATURDAY_NIGHT, rest=True, voice=request.param) as line:
        yield line


@pytest.fixture
def line(opened: Telephone) -> Iterator[Telephone]:
    desk = opened.world.desk
    usual = desk.clinic
    desk.clinic = usual.model_copy(update={"voicemail": Voicemail(enabled=True)})
    opened.twilio.tapes.__init__()  # type: ignore[misc]
    yield opened
    for call in opened.calls:
        opened.run(call.hang_up())
    until(lambda: all(c.finished for c in opened.calls))
    opened.run(opened.twilio.settle())
    desk.clinic = usual


def asked(line: Telephone) -> tuple[Caller, str]:
    """Somebody who wants a person at night, and is asked whether they may be recorded."""
    caller, number = line.someone(pace=0.3)
    caller.say("I want to speak to a person")
    assert caller.until_said(MAY)
    assert any("closed until Monday" in s for s in caller.said)
    return caller, number


def recording(line: Telephone, number: str) -> Recording:
    (task,) = [t for t in line.tasks(number) if t.kind in ("handoff", "callback")]
    return of(line, task)[0]


def of(line: Telephone, task: Task) -> list[Recording]:
    with line.world.desk.store.begin(write=False) as tx:
        return tx.recordings.of_task(task.id)


def fetched(line: Telephone) -> None:
    """Everything that is due is fetched, and deleted at Twilio."""
    line.run(line.twilio.settle_beside())
    line.world.clock.pass_time(minutes=1)
    while voicemail.fetch_next(line.world.desk):
        pass


def test_a_yes_is_recorded_the_sound_is_kept_sealed_and_deleted_where_it_was_made(line: Telephone) -> None:
    caller, number = asked(line)
    caller.press("1")
    assert caller.until_said("Please speak after the tone")
    caller.call_says(WORDS)
    caller.press("#")
    assert caller.until_said("your message is recorded for our staff")
    made = recording(line, number)
    assert made.state == "waiting"
    (sid,) = line.twilio.tapes.kept
    fetched(line)
    kept = recording(line, number)
    assert (kept.state, kept.kind, kept.away) == ("kept", "audio/wav", True)
    assert kept.seconds == 5
    assert (line.twilio.tapes.kept, line.twilio.tapes.deleted) == ({}, [sid])
    with line.world.desk.store.begin(write=False) as tx:
        content = tx.recordings.content(kept.id)
    assert content is not None
    assert content.startswith(b"RIFF")
    assert kept.words == WORDS
    assert not any("school form" in x.text for x in line.thread(number)), "a transcript is answered"
    assert [t.kind for t in line.tasks(number)] == ["handoff"]
    assert any(c.what == "left a recorded message" for t in line.tasks(number) for c in t.changes)


def test_a_no_records_nothing_and_words_are_taken_as_everywhere(line: Telephone) -> None:
    caller, number = asked(line)
    caller.press("2")
    assert caller.until_said("nothing is recorded")
    caller.say("it is about my daughter's school form")
    assert any("school form" in x.text for x in line.thread(number))
    assert not any("<Record" in document for document in caller.call.twiml)
    assert of(line, line.tasks(number)[0]) == []
    assert line.twilio.tapes.kept == {}


def test_words_instead_of_an_answer_are_the_message_and_danger_in_them_is_met(line: Telephone) -> None:
    caller, number = asked(line)
    said = caller.say("my chest hurts and I can't breathe")
    assert said[0].startswith("This may be an emergency")
    assert "urgent" in [t.kind for t in line.tasks(number)]
    assert not any("<Record" in document for document in caller.call.twiml)


def test_what_no_machine_reads_is_to_be_heard_soon(line: Telephone) -> None:
    caller, number = line.someone(pace=0.3)
    caller.say("español por favor")
    caller.say("quiero hablar con una persona")
    assert caller.until_said("¿Me permite grabar")
    caller.press("1")
    assert caller.until_said("después del tono")
    caller.call_says("mi hijo no respira bien")
    caller.press("#")
    assert caller.until_said("su mensaje quedó grabado para nuestro personal")
    (record,) = [document for document in caller.call.twiml if "<Record" in document]
    assert "transcribe" not in record
    fetched(line)
    assert recording(line, number).words == ""
    (task,) = line.tasks(number)
    assert (task.kind, task.priority) == ("handoff", "urgent")
    assert [c.what for c in task.changes].count("nobody has read the recording") == 1


def test_a_recording_of_nothing_is_said_to_be_nothing_and_the_task_stands(line: Telephone) -> None:
    caller, number = asked(line)
    caller.press("1")
    assert caller.until_said("there is nothing in the recording")
    caller.say("it is about the form for the school")
    assert any("form for the school" in x.text for x in line.thread(number))
    assert [t.kind for t in line.tasks(number) if t.status in OPEN] == ["handoff"]


def test_a_caller_who_hangs_up_while_speaking_has_left_a_message_and_the_next_one_hears_nothing_of_it(
    line: Telephone,
) -> None:
    caller, number = asked(line)
    caller.press("1")
    caller.call_says(WORDS)
    caller.hang_up()
    fetched(line)
    assert recording(line, number).state == "kept"
    again = line.ring(number)
    assert not any("recorded" in s for s in again.wait())


@pytest.mark.parametrize(
    ("broken", "why"), [(b"<html>", "it is no sound"), (b"RIFF" + b"0" * 5_000_000, "it is too large")]
)
def test_what_is_no_sound_or_too_large_is_not_kept_and_staff_see_it(line: Telephone, broken: bytes, why: str) -> None:
    line.twilio.tapes.broken = broken
    caller, number = asked(line)
    caller.press("1")
    caller.call_says(WORDS)
    caller.press("#")
    fetched(line)
    made = recording(line, number)
    assert (made.state, made.why, made.away) == ("refused", why, True)
    assert line.twilio.tapes.kept == {}
    assert any(c.what == "the recording came to nothing" for t in line.tasks(number) for c in t.changes)


def test_what_cannot_be_fetched_now_is_fetched_later_and_what_never_can_is_said(line: Telephone) -> None:
    caller, number = asked(line)
    caller.press("1")
    caller.call_says(WORDS)
    line.run(line.twilio.settle_beside())
    line.twilio.tapes.away = 1
    caller.press("#")
    fetched(line)
    assert recording(line, number).state == "waiting"
    fetched(line)
    assert recording(line, number).state == "kept"


def test_a_recording_that_failed_at_twilio_is_said_to_have_failed(line: Telephone) -> None:
    line.twilio.tapes.fails = "failed"
    caller, number = asked(line)
    caller.press("1")
    caller.call_says(WORDS)
    caller.press("#")
    assert caller.until_said("there is nothing in the recording")
    line.run(line.twilio.settle_beside())
    (task,) = [t for t in line.tasks(number) if t.status in OPEN]
    assert any(c.what == "the recording came to nothing" for c in task.changes)


def test_danger_in_a_transcript_is_an_urgent_task_though_nobody_listens_any_more(line: Telephone) -> None:
    caller, number = asked(line)
    line.twilio.tapes.transcribes = False
    caller.press("1")
    caller.call_says("hello it is me again")
    caller.hang_up()
    line.run(line.twilio.settle_beside())
    for _ in range(2):
        hook(line, caller, "/transcript", TranscriptionStatus="completed", TranscriptionText="I want to kill myself")
    urgent = [t for t in line.tasks(number) if t.kind == "urgent"]
    assert len(urgent) == 1
    assert any("kill myself" in x.text for x in line.thread(number))
    line.world.clock.pass_time(hours=1)
    try:
        hook(line, caller, "/transcript", TranscriptionStatus="completed", TranscriptionText="I have chest pain now")
    finally:
        line.world.clock.pass_time(hours=-1)
    assert {t.reason for t in line.tasks(number) if t.kind == "urgent"} >= {urgent[0].reason}


def test_what_nobody_agreed_to_is_deleted_and_not_fetched(line: Telephone) -> None:
    caller, number = asked(line)
    odd = "RE" + "7" * 32
    caller.press("2")
    hook(line, caller, "/recording", RecordingStatus="completed", RecordingSid=odd, RecordingDuration="9")
    assert of(line, line.tasks(number)[0]) == []
    line.twilio.tapes.kept[odd] = Tape(caller.call.id, "secret", 9, sid=odd)
    fetched(line)
    assert line.twilio.tapes.deleted == [odd]
    with line.world.desk.store.begin(write=False) as tx:
        assert tx.recordings.at(odd) is None


def test_who_is_forgotten_is_forgotten_at_twilio_too(line: Telephone) -> None:
    caller, number = asked(line)
    caller.press("1")
    caller.call_says(WORDS)
    caller.hang_up()
    made = recording(line, number)
    held = line.conversation(number)
    with line.world.desk.store.begin() as tx:
        what = of_conversation(tx, line.world.clinic.id, held.id)
        done = forget(tx, what, By("staff:test", "request"), line.world.clock(), line.world.desk.new_id)
    assert done.rows["recordings"] == 1
    with line.world.desk.store.begin(write=False) as tx:
        left = tx.recordings.get(made.id)
        assert left is not None
        assert (left.state, left.conversation, left.task) == ("doomed", None, None)
        assert tx.recordings.content(made.id) is None
    fetched(line)
    assert made.provider_id in line.twilio.tapes.deleted
    with line.world.desk.store.begin(write=False) as tx:
        assert tx.recordings.get(made.id) is None


def test_nobody_is_asked_where_the_clinic_did_not_switch_it_on(line: Telephone) -> None:
    desk = line.world.desk
    desk.clinic = desk.clinic.model_copy(update={"voicemail": Voicemail()})
    caller, number = line.someone()
    said = caller.say("I want to speak to a person")
    assert not any(MAY in s for s in said)
    caller.say("it is about the form for the school")
    assert any("form for the school" in x.text for x in line.thread(number))


def test_a_forged_webhook_of_a_recording_is_refused_and_one_told_twice_is_known_once(line: Telephone) -> None:
    caller, number = asked(line)
    caller.press("1")
    caller.call_says(WORDS)
    caller.press("#")
    made = recording(line, number)
    about = {"RecordingSid": made.provider_id, "RecordingDuration": "5", "RecordingStatus": "completed"}
    for _ in range(2):
        hook(line, caller, "/recording", **about)
    (task,) = [t for t in line.tasks(number) if t.status in OPEN]
    assert [r.id for r in of(line, task)] == [made.id]
    assert sum(c.what == "left a recorded message" for c in task.changes) == 1
    for path in ("/record", "/recorded", "/recording", "/transcript"):
        sent = httpx2.post(
            f"{line.twilio.voice_url}{path}", data={"CallSid": caller.call.id, "AccountSid": ACCOUNT, **about},
            headers={"X-Twilio-Signature": "x"}, trust_env=False,
        )  # fmt: skip
        assert sent.status_code == 403


def hook(line: Telephone, caller: Caller, path: str, **more: str) -> None:
    """A webhook of this call's, out of order; of its recording where it has one."""
    tape = next((t for t in line.twilio.tapes.kept.values() if t.call == caller.call.id), None)
    params = {**caller.call._facts("completed"), **({"RecordingSid": tape.sid} if tape else {}), **more}
    done = line.run(line.twilio.hooks.post(f"{line.twilio.voice_url}{path}", params, "again"))
    assert done.status == 200
