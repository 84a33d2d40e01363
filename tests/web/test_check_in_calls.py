"""After a visit whoever has agreed to calls is asked by telephone how they are, as reminders are told: nothing to a
machine, nothing to somebody else; what is worse, and silence, reach a nurse."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.desk.check_ins import check_in
from agent.desk.outgoing_calls import agree
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.patient import Patient
from tests.desk.world import MONDAY
from tests.outgoing import Outgoing, outgoing
from tests.telephone import Caller

OPENING = "I'm a computer, with a message for somebody at this number"
PRIVATE = ("Rosa", "visit", "procedure", "biopsy", "skin", "Okafor", "how", "better")


@pytest.fixture(scope="module")
def out() -> Iterator[Outgoing]:
    with outgoing(now=MONDAY + timedelta(days=1)) as out:
        yield out


def asked(out: Outgoing, language: str = "en", **how: str) -> tuple[Patient, Appointment, Caller, str]:
    """Somebody has taken the call and said that it is they; the question that they hear."""
    who, made = out.to_ask(language, **how)
    caller = out.ring()
    caller.wait()
    caller.press("1")
    return who, made, caller, " ".join(caller.press("1"))


def test_a_person_is_asked_by_telephone_and_says_that_they_are_better(out: Outgoing) -> None:
    _, made = out.to_ask()
    caller = out.ring()
    (opening,) = caller.wait()
    assert OPENING in opening
    assert not any(word in opening for word in PRIVATE)
    (who,) = caller.press("1")
    assert "Am I speaking with Rosa" in who
    assert not any(word in who for word in PRIVATE[2:])
    (question,) = caller.say("yes this is Rosa")
    assert "how Rosa has been since the visit" in question
    assert "say or press 3" in question
    assert not any(word in question for word in PRIVATE[2:6])
    assert out.check_in(made).state == "asked"
    (thanks,) = caller.press("1")
    assert "I've noted that" in thanks
    assert "write" not in thanks
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert out.check_in(made).state == "answered"
    assert out.texts() == []
    assert out.nothing_rings()


@pytest.mark.parametrize(("words", "language"), [("much better, thank you", "en"), ("mucho mejor gracias", "es"),
    ("the same", "en"), ("besser, danke", "de"), ("많이 나아졌어요", "ko"), ("أحسن الحمد لله", "ar")])  # fmt: skip
def test_words_for_better_and_the_same_are_heard(out: Outgoing, words: str, language: str) -> None:
    who, made, caller, _ = asked(out, language)
    caller.say(words)
    assert out.check_in(made).state == "answered"
    assert out.tasks(who) == []
    caller.hang_up()


def test_worse_by_key_is_an_urgent_task_for_a_nurse(out: Outgoing) -> None:
    who, made, caller, _ = asked(out)
    said = " ".join(caller.press("3"))
    (task,) = out.tasks(who)
    assert (task.kind, task.role, task.priority, task.reason) == ("message", "nurse", "urgent", "check_in")
    assert task.proposal["name"] == "Rosa Marin"
    assert task.proposal["appointment"]["id"] == made.id
    assert str(task.number) in said
    assert "here" not in said.split()
    caller.hang_up()
    assert out.check_in(made).task == task.id


@pytest.mark.parametrize(
    ("words", "language"),
    [("worse, I have a fever and it is red", "en"), ("peor, tengo fiebre y está rojo", "es"),
     ("pire, j'ai de la fièvre et c'est rouge", "fr")],
)  # fmt: skip
def test_worse_in_words_reaches_a_nurse_with_the_words_and_the_nearest_passage(
    out: Outgoing, words: str, language: str
) -> None:
    who, made, caller, _ = asked(out, language)
    caller.say(words)
    (task,) = out.tasks(who)
    assert task.role in ("nurse", "clinician")
    assert task.priority != "routine"
    assert words in task.proposal.values()
    assert task.proposal["name"] == "Rosa Marin"
    assert task.proposal["nearest"]
    assert out.check_in(made).task == task.id
    caller.hang_up()


def test_danger_takes_the_emergency_path_at_every_point_of_the_call(out: Outgoing) -> None:
    for keys in ("", "1", "11"):
        who, made = out.to_ask()
        caller = out.ring()
        caller.wait()
        for key in keys:
            caller.press(key)
        said = caller.say("I can't breathe, my chest hurts")
        assert any("911" in words for words in said)
        (task,) = out.tasks(who)
        assert (task.kind, task.proposal["name"]) == ("urgent", "Rosa Marin")
        caller.hang_up()
        out.until_over(caller, made)
        assert (out.check_in(made).state, out.check_in(made).task) == ("answered", task.id)
        assert out.texts() == []


@pytest.mark.parametrize("by", ["machine_end_beep", "fax"])
def test_a_machine_hears_no_name_and_no_question_and_a_text_follows_once(out: Outgoing, by: str) -> None:
    _, made = out.to_ask()
    caller = out.ring(by=by, pace=0.3)
    assert out.until_over(caller, made) == "machine"
    assert not any(word in said for said in caller.said for word in PRIVATE)
    (text,) = out.texts()
    assert "How are you since your visit?" in text
    assert out.check_in(made).state == "asked"
    assert out.texts() == []
    assert out.nothing_rings()


def test_nobody_there_is_rung_once_more_later_then_texted_and_then_it_is_silence(out: Outgoing) -> None:
    who, made = out.to_ask()
    out.until_over(out.ring(takes=False, unavailable="busy"), made)
    assert (out.row(made).state, out.check_in(made).state) == ("due", "calling")
    assert out.nothing_rings()
    out.world.clock.pass_time(minutes=31)
    assert out.until_over(out.ring(takes=False), made) == "no-answer"
    assert len(out.texts()) == 1
    out.world.clock.pass_time(hours=25)
    check_in(out.world.desk)
    with out.world.desk.store.begin(write=False) as tx:
        texts = tx.conversations.by_address(out.world.clinic.id, Address(channel="sms", value=who.phones[0]))
        (task,) = tx.tasks.of(texts.id if texts is not None else "")
    assert (task.role, task.reason, task.proposal["name"]) == ("nurse", "check_in_silence", "Rosa Marin")
    assert out.check_in(made).state == "silent"


def test_a_landline_that_nobody_takes_is_silence_at_once(out: Outgoing) -> None:
    who, made = out.to_ask("de", number="+49301234567", name="Jana Berg")
    caller = out.ring(by="machine_end_beep", pace=0.3)
    assert out.until_over(caller, made) == "machine"
    assert out.texts() == []
    (task,) = out.tasks(who)
    assert (task.role, task.reason, task.proposal["name"]) == ("nurse", "check_in_silence", "Jana Berg")
    assert (out.check_in(made).state, out.check_in(made).task) == ("silent", task.id)


def test_texts_stopped_and_a_machine_is_silence_only_where_an_answer_was_required(out: Outgoing) -> None:
    for day, state, reasons in (("d3", "silent", ["check_in_silence"]), ("d7", "skipped", [])):
        who, made = out.to_ask(day=day)
        out.world.say("STOP", who.phones[0])
        agree(out.world.desk, who.id, who.phones[0], out.world.staff(), agreed=True)
        out.ring(by="machine_end_beep", pace=0.3).over()
        assert out.texts() == []
        assert out.check_in(made, day).state == state
        assert [t.reason for t in out.tasks(who)] == reasons


def test_who_hears_the_question_and_hangs_up_is_silent_and_a_late_answer_by_calling_back_counts(out: Outgoing) -> None:
    who, made, caller, _ = asked(out)
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert out.check_in(made).state == "asked"
    out.world.clock.pass_time(hours=25)
    check_in(out.world.desk)
    (task,) = out.tasks(who)
    assert (task.reason, task.proposal["name"], task.proposal["dob"]) == (
        "check_in_silence",
        "Rosa Marin",
        "1980-03-03",
    )
    assert task.proposal["appointment"]["id"] == made.id
    back = out.line.ring(who.phones[0])
    greeted = " ".join(back.wait())
    assert "We called this number with a message" in greeted
    assert not any(word in greeted for word in PRIVATE[:6])
    assert "Am I speaking with Rosa" in " ".join(back.press("1"))
    assert "how Rosa has been" in " ".join(back.say("yes"))
    back.say("worse, it is hot and red")
    assert [t.reason for t in out.tasks(who)] == ["check_in_silence", "check_in"]
    assert out.check_in(made).state == "answered"
    back.hang_up()
    again = out.line.ring(who.phones[0])
    assert "We called this number" not in " ".join(again.wait())
    again.hang_up()


def test_who_calls_back_at_once_is_asked_again_whether_it_is_they(out: Outgoing) -> None:
    who, _, caller, _ = asked(out)
    caller.hang_up()
    out.world.clock.pass_time(minutes=3)
    back = out.line.ring(who.phones[0])
    assert "We called this number with a message" in " ".join(back.wait())
    assert "How can I help you?" in " ".join(back.say("no"))
    back.hang_up()


def test_who_calls_back_for_something_else_is_served(out: Outgoing) -> None:
    who, made = out.to_ask()
    out.ring(by="machine_end_beep", pace=0.3).over()
    out.texts()
    back = out.line.ring(who.phones[0])
    back.wait()
    said = " ".join(back.say("what are your opening hours in Brooklyn?"))
    assert "8:00 AM" in said
    assert "Rosa" not in said
    back.hang_up()
    assert out.check_in(made).state == "asked"


def test_somebody_else_is_told_nothing_and_a_nurse_and_the_front_desk_hear_of_it(out: Outgoing) -> None:
    who, made = out.to_ask()
    caller = out.ring()
    caller.wait()
    caller.press("1")
    assert "look at the number" in " ".join(caller.say("no"))
    caller.hang_up()
    assert out.until_over(caller, made) == "wrong"
    assert sorted(t.reason for t in out.tasks(who)) == ["check_in_silence", "not_theirs"]
    assert out.texts() == []
    assert not any("since the visit" in said for said in caller.said)
    with out.world.desk.store.begin(write=False) as tx:
        assert not tx.consents.given(Address(channel="voice", value=who.phones[0]))


@pytest.mark.parametrize(("how", "outcome"), [("9", "stopped"), ("2", "declined")])
def test_who_wants_no_more_calls_gets_none_and_who_has_no_time_a_text(out: Outgoing, how: str, outcome: str) -> None:
    who, made = out.to_ask()
    caller = out.ring()
    caller.wait()
    assert "Goodbye" in caller.press(how)[0]
    assert out.until_over(caller, made) == outcome
    with out.world.desk.store.begin(write=False) as tx:
        assert tx.consents.given(Address(channel="voice", value=who.phones[0])) is (outcome == "declined")
    assert len(out.texts()) == 1


@pytest.mark.parametrize("words", ["please don't call me again", "don't ever call me again"])
def test_dont_call_me_again_ends_the_calls_at_every_point(out: Outgoing, words: str) -> None:
    for keys in ("", "1", "11"):
        who, made = out.to_ask()
        caller = out.ring()
        caller.wait()
        for key in keys:
            caller.press(key)
        said = " ".join(caller.say(words))
        assert "no more automated calls" in said
        caller.hang_up()
        out.until_over(caller, made)
        with out.world.desk.store.begin(write=False) as tx:
            assert not tx.consents.given(Address(channel="voice", value=who.phones[0])), keys


def test_a_family_that_shares_a_number_is_asked_after_each_by_name(out: Outgoing) -> None:
    who, made = out.to_ask()
    _, other = out.to_ask(number=who.phones[0], name="Luis Marin")
    seen = []
    for _ in range(2):
        caller = out.ring()
        caller.wait()
        named = "Luis" if "Luis" in " ".join(caller.press("1")) else "Rosa"
        assert f"how {named} has been" in " ".join(caller.press("1"))
        caller.press("1")
        caller.hang_up()
        caller.over()
        seen.append(named)
    assert sorted(seen) == ["Luis", "Rosa"]
    assert [out.check_in(m).state for m in (made, other)] == ["answered", "answered"]


def test_at_night_nothing_rings_and_a_visit_that_was_cancelled_is_not_asked_about(out: Outgoing) -> None:
    _, made = out.to_ask()
    out.world.clock.now += timedelta(hours=11)  # the evening
    assert out.nothing_rings()
    with out.world.desk.store.begin() as tx:
        tx.appointments.change(made.model_copy(update={"status": "cancelled"}), out.world.clock())
    out.world.clock.now += timedelta(hours=13)
    assert out.nothing_rings()
    assert out.row(made).outcome == "void"
    assert out.texts() == []
    assert (out.check_in(made).state, out.check_in(made).why) == ("skipped", "did not take place")


def test_nobody_is_called_who_has_not_agreed(out: Outgoing) -> None:
    out.to_ask(agreed=False)
    assert out.nothing_rings()
    assert len(out.texts()) == 1


@pytest.mark.parametrize(
    "language", ["es", "fr", "pt", "de", "it", "pl", "ru", "ar", "hi", "zh", "vi", "ko", "tl"]
)  # fmt: skip
def test_every_language_with_a_voice_is_asked_in_it(out: Outgoing, language: str) -> None:
    who, made, caller, question = asked(out, language)
    known = out.world.desk.content.message(language, "checkin.ask_called", "voice")
    assert known is not None
    assert known.text.split("{whom}")[-1].strip() in question
    said = " ".join(caller.press("3"))
    (task,) = out.tasks(who)
    assert (task.role, task.priority, task.language) == ("nurse", "urgent", language)
    assert str(task.number) in said
    assert out.check_in(made).task == task.id
    caller.hang_up()


@pytest.mark.parametrize(
    ("words", "language"),
    [("I'm her son, I look after her", "en"), ("no, but I take care of him", "en"), ("soy su hija, yo la cuido", "es"),
     ("제가 보호자예요", "ko"), ("我照顾她", "zh"), ("ich bin der Sohn, ich kümmere mich um sie", "de")],
)  # fmt: skip
def test_who_looks_after_them_answers_for_them_and_alarms_nobody(out: Outgoing, words: str, language: str) -> None:
    who, made = out.to_ask(language)
    caller = out.ring()
    caller.wait()
    caller.press("1")
    caller.say(words)
    assert out.tasks(who) == []
    assert out.check_in(made).state == "asked"
    caller.press("2")
    assert out.check_in(made).state == "answered"
    caller.hang_up()


def test_whoever_says_only_who_they_are_is_asked_once_more(out: Outgoing) -> None:
    who, made = out.to_ask()
    caller = out.ring()
    caller.wait()
    caller.press("1")
    assert "Am I speaking with Rosa" in " ".join(caller.say("I'm her husband"))
    assert (out.tasks(who), out.check_in(made).state) == ([], "calling")
    caller.hang_up()


def test_who_wants_a_person_is_put_through_and_silence_still_counts(out: Outgoing) -> None:
    _, made, caller, _ = asked(out)
    caller.call.staff_answers = True
    caller.press("0")
    caller.until("person")
    caller.hang_up()
    assert out.until_over(caller, made) == "told"
    assert out.check_in(made).state == "asked"
