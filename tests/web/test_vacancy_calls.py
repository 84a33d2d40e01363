"""A time from the waitlist is offered by telephone to whoever has agreed to calls: in the same order, under the same
hold; nothing to a machine, nothing to somebody else; a text takes the place of a call that told nobody."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.desk import decide
from agent.model.address import Address
from agent.web.console_waitlist import results
from tests.desk.bulked import visits
from tests.desk.test_offered_there import codes, there
from tests.desk.waitlisted import entry
from tests.desk.world import MONDAY
from tests.outgoing import OPENING, outgoing
from tests.telephone import Caller
from tests.waitlist_calls import Line

PRIVATE = ("Rosa", "visit", "time has come free", "Okafor", "knee", "waitlist")


@pytest.fixture
def line() -> Iterator[Line]:
    with outgoing() as out:
        yield Line(out)


def offered(line: Line, language: str = "en", **end: object) -> tuple[Caller, str]:
    """Somebody has taken the call and said that it is they; what they hear."""
    line.waits(language)
    line.frees()
    caller = line.ring(**end)
    caller.wait()
    caller.press("1")
    return caller, " ".join(caller.press("1"))


def test_yes_takes_the_time_under_the_hold_and_staff_confirm_it(line: Line) -> None:
    who = line.waits()
    assert line.frees() == []
    caller = line.ring()
    (opening,) = caller.wait()
    assert OPENING in opening
    assert not any(word in opening for word in PRIVATE)
    (asked,) = caller.press("1")
    assert "Am I speaking with Rosa" in asked
    assert not any(word in asked for word in PRIVATE[2:])
    line.world.clock.pass_time(minutes=2)
    (told,) = caller.say("yes this is Rosa")
    assert "a time has come free for Rosa" in told
    assert "We keep it until" in told
    assert not any(word in told for word in PRIVATE[3:])
    (offer,) = line.offers()
    assert offer.expires_at == line.world.clock() + timedelta(minutes=60), "from when they heard it"
    (thanks,) = caller.press("1")
    assert "I've asked for it" in thanks
    assert "not booked yet" in thanks
    assert "here" not in thanks.split()
    (task,) = line.out.tasks(who)
    assert (task.kind, task.proposal["name"]) == ("booking", "Rosa Marin")
    caller.hang_up()
    assert line.until_over(caller) == "told"
    assert [o.state for o in line.offers()] == ["accepted"]
    assert entry(line.world.desk, offer.entry).state == "asked"
    assert line.sweep() == []
    assert line.sweep(hours=2) == []


def test_no_passes_to_the_next_in_line_and_they_keep_their_place(line: Line) -> None:
    line.waits()
    line.waits(name="Luis Marin")
    line.frees()
    caller = line.ring()
    caller.wait()
    caller.press("1")
    caller.press("1")
    assert "somebody else will be offered it" in " ".join(caller.press("2"))
    said = " ".join(caller.press("1"))
    assert "keep your place" in said
    assert "write" not in said
    caller.hang_up()
    line.until_over(caller)
    line.sweep()
    caller = line.ring()
    caller.wait()
    assert "Am I speaking with Luis" in " ".join(caller.press("1"))
    caller.hang_up()
    assert [o.state for o in line.offers()] == ["declined", "open"]


def test_heard_and_no_answer_is_silence_and_the_next_in_line_is_asked(line: Line) -> None:
    caller, told = offered(line)
    assert "time has come free" in told
    line.waits(name="Luis Marin", agreed=False)
    caller.hang_up()
    assert line.until_over(caller) == "told"
    assert line.sweep() == []
    (text,) = line.sweep(hours=1)
    assert "a time has come free" in text
    assert [o.state for o in line.offers()] == ["silent", "open"]


@pytest.mark.parametrize("end", [{"by": "machine_end_beep", "pace": 0.3}, {"takes": False, "unavailable": "busy"},
    {"takes": False}])  # fmt: skip
def test_a_call_that_told_nobody_is_followed_by_the_text_once_with_as_long_to_answer(
    line: Line, end: dict[str, object]
) -> None:
    who = line.waits()
    line.frees()
    caller = line.ring(**end)
    assert line.until_over(caller) in ("machine", "busy", "no-answer")
    assert not any(word in said for said in caller.said for word in PRIVATE)
    (text,) = line.sweep()
    assert "a time has come free" in text
    (offer,) = line.offers()
    assert (offer.state, offer.expires_at) == ("open", line.world.clock() + timedelta(minutes=60))
    assert line.nothing_rings()
    line.world.say("1", who.phones[0])
    assert [o.state for o in line.offers()] == ["accepted"]


def test_where_no_text_may_go_the_next_in_line_is_asked_at_once(line: Line) -> None:
    line.waits("de", number="+493012345678", name="Jana Berg")
    line.waits(name="Luis Marin", agreed=False)
    line.frees()
    caller = line.ring(by="machine_end_beep", pace=0.3)
    line.until_over(caller)
    texts = line.sweep()
    assert ["a time has come free" in t for t in texts] == [True]
    assert [(o.state, o.language) for o in line.offers()] == [("silent", "de"), ("open", "en")]


def test_somebody_else_hears_nothing_is_called_no_more_and_the_next_is_asked(line: Line) -> None:
    who = line.waits()
    line.waits(name="Luis Marin", agreed=False)
    line.frees()
    caller = line.ring()
    caller.wait()
    caller.press("1")
    assert "look at the number" in " ".join(caller.say("no, you have the wrong number"))
    caller.hang_up()
    assert line.until_over(caller) == "wrong"
    assert not any("come free" in said for said in caller.said)
    (text,) = line.sweep()
    assert "a time has come free" in text
    assert [o.state for o in line.offers()] == ["silent", "open"]
    assert [t.reason for t in line.out.tasks(who)] == ["not_theirs"]


def test_a_time_heard_in_a_call_can_be_taken_in_a_chat_with_a_code_that_goes_to_that_number(line: Line) -> None:
    who = line.waits()
    line.frees()
    caller = line.ring()
    caller.wait()
    caller.press("1")
    assert "come free" in " ".join(caller.press("1"))
    caller.hang_up()
    line.until_over(caller)
    world = line.world
    there(world, "You called me about an earlier appointment", "Rosa Marin", "March 3 1980")
    to, code = codes(world)[-1]
    assert to == who.phones[0]
    assert "come free" in " ".join(there(world, code))
    assert "not booked yet" in " ".join(there(world, "yes please"))
    assert [o.state for o in line.offers()] == ["accepted"]
    assert [t.kind for t in line.out.tasks(who)] == ["booking"]


@pytest.mark.parametrize(("words", "language"), [("you have the wrong number", "en"), ("se equivocó de número", "es"),
    ("falsch verbunden", "de"), ("打错了", "zh"), ("잘못 거셨어요", "ko"), ("الرقم غلط", "ar")])  # fmt: skip
def test_the_wrong_number_is_heard_from_the_first_words_on(line: Line, words: str, language: str) -> None:
    who = line.waits(language)
    line.frees()
    caller = line.ring()
    caller.wait()
    said = " ".join(caller.say(words))
    known = line.world.desk.content.message(language, "reminder.not_theirs", "voice")
    assert known is not None
    assert known.text in said
    assert line.until_over(caller) == "wrong"
    assert not any("Rosa" in said for said in caller.said)
    assert [t.reason for t in line.out.tasks(who)] == ["not_theirs"]


@pytest.mark.parametrize("keys", ["", "1", "11"])
def test_dont_call_me_again_ends_calls_at_every_point(line: Line, keys: str) -> None:
    who = line.waits()
    line.frees()
    caller = line.ring()
    caller.wait()
    for key in keys:
        caller.press(key)
    assert "no more automated calls" in " ".join(caller.say("please don't call me again"))
    caller.hang_up()
    line.until_over(caller)
    with line.world.desk.store.begin(write=False) as tx:
        assert not tx.consents.given(Address(channel="voice", value=who.phones[0]))
    assert line.nothing_rings()


def test_who_rings_back_while_the_time_is_kept_may_take_it(line: Line) -> None:
    caller, _ = offered(line)
    caller.hang_up()
    line.until_over(caller)
    line.world.clock.pass_time(minutes=20)
    back = line.out.line.ring(line.people[0].phones[0])
    assert "We called this number with a message" in " ".join(back.wait())
    back.press("1")
    assert "time has come free for Rosa" in " ".join(back.say("yes"))
    assert "I've asked for it" in " ".join(back.press("1"))
    back.hang_up()
    assert [o.state for o in line.offers()] == ["accepted"]
    again = line.out.line.ring(line.people[0].phones[0])
    assert "We called this number" not in " ".join(again.wait())
    again.hang_up()


@pytest.mark.parametrize("by", ["telephone", "text"])
def test_who_rings_back_after_the_text_hears_it_and_either_answer_counts_once(line: Line, by: str) -> None:
    who = line.waits()
    line.frees()
    line.until_over(line.ring(by="machine_end_beep", pace=0.3))
    assert len(line.sweep()) == 1
    until = line.offers()[0].expires_at
    line.world.clock.pass_time(minutes=5)
    back = line.out.line.ring(who.phones[0])
    assert "We called this number with a message" in " ".join(back.wait())
    back.press("1")
    assert "time has come free for Rosa" in " ".join(back.press("1"))
    assert line.offers()[0].expires_at == until, "as the text said"
    if by == "telephone":
        back.press("1")
    back.hang_up()
    line.world.say("1", who.phones[0])
    line.world.settle()
    (offer,) = line.offers()
    assert offer.state == "accepted"
    (task,) = [t for t in [*line.out.tasks(who), *line.world.tasks(who.phones[0])] if t.kind == "booking"]
    decide.confirm(line.world.desk, task.id, task.version, line.world.staff())
    line.sweep()
    assert entry(line.world.desk, offer.entry).state == "done"


def test_a_time_that_was_taken_away_voids_the_call_and_is_no_longer_offered_in_one(line: Line) -> None:
    line.waits()
    line.frees()
    (offer,) = line.offers()
    with line.world.desk.store.begin() as tx:
        line.world.desk.calendar.release(tx, offer.appointment, line.world.clock())
    assert line.nothing_rings()
    assert line.call(offer).outcome == "void"
    line.sweep()
    assert line.offers()[0].state == "withdrawn"


def test_a_time_that_is_taken_away_while_they_listen_is_told_as_gone(line: Line) -> None:
    line.waits()
    line.frees()
    caller = line.ring()
    caller.wait()
    caller.press("1")
    (offer,) = line.offers()
    with line.world.desk.store.begin() as tx:
        line.world.desk.calendar.release(tx, offer.appointment, line.world.clock())
    said = " ".join(caller.press("1"))
    assert "no longer free" in said
    assert "you will hear from us" in said
    caller.hang_up()


def test_danger_takes_the_emergency_path(line: Line) -> None:
    caller, _ = offered(line)
    assert any("911" in words for words in caller.say("I can't breathe, my chest hurts"))
    caller.hang_up()


def test_who_has_a_later_visit_is_asked_whether_to_take_the_time_instead_of_it(line: Line) -> None:
    who = line.waits()
    later = visits(line.world.desk, who, line.start + timedelta(days=7), kind="office")
    line.frees()
    caller = line.ring()
    caller.wait()
    caller.press("1")
    told = " ".join(caller.press("1"))
    assert "an earlier time has come free" in told
    assert "instead of Wednesday, March 11" in told
    caller.press("1")
    (task,) = line.out.tasks(who)
    assert (task.kind, task.proposal["appointment"]["id"]) == ("reschedule", later.id)
    caller.hang_up()


def test_night_falls_before_they_can_be_rung_and_they_are_first_in_the_morning(line: Line) -> None:
    line.world.clock.now = MONDAY + timedelta(hours=9, minutes=55)  # 7:55 PM
    line.waits()
    line.frees()
    line.world.clock.now = MONDAY + timedelta(hours=10, minutes=1)
    assert line.nothing_rings()
    assert line.sweep() == []
    assert [(o.state, o.why) for o in line.offers()] == [("withdrawn", "it is night where they are")]
    line.world.clock.now = MONDAY + timedelta(hours=22, minutes=1)
    assert line.sweep() == []
    caller = line.ring()
    caller.wait()
    assert "Am I speaking with Rosa" in " ".join(caller.press("1"))
    caller.hang_up()


def test_the_report_counts_what_is_offered_by_telephone_in_their_language(line: Line) -> None:
    caller, _ = offered(line, "es")
    caller.press("1")
    caller.hang_up()
    with line.world.desk.store.begin(write=False) as tx:
        row = results(line.world.desk, tx)["es"]
    assert (row.offered, row.accepted) == (1, 1)


def test_switched_off_they_are_asked_by_text(line: Line) -> None:
    desk = line.world.desk
    rules = desk.clinic.reminders.calls.model_copy(update={"kinds": ("reminder",)})
    reminders = desk.clinic.reminders.model_copy(update={"calls": rules})
    before, desk.clinic = desk.clinic, desk.clinic.model_copy(update={"reminders": reminders})
    try:
        line.waits()
        (text,) = line.frees()
    finally:
        desk.clinic = before
    assert "a time has come free" in text
    assert line.nothing_rings()


@pytest.mark.parametrize("language", ["es", "fr", "pt", "de", "it", "pl", "ru", "ar", "hi", "zh", "vi", "ko", "tl"])
def test_every_language_with_a_voice_is_offered_it_and_can_take_it(line: Line, language: str) -> None:
    caller, told = offered(line, language)
    assert "Rosa" in told
    said = " ".join(caller.press("1"))
    (task,) = line.out.tasks(line.people[0])
    assert (task.kind, task.language) == ("booking", language)
    assert str(task.number) in said
    caller.hang_up()


def test_haitian_creole_has_no_voice_and_is_asked_by_text(line: Line) -> None:
    line.waits("ht", agreed=False)
    (text,) = line.frees()
    assert "yon lè vin lib" in text
    assert line.offers()[0].language == "ht"


def test_on_postgresql_a_call_takes_the_time_and_a_text_takes_the_place_of_a_call(empty_postgres_url: str) -> None:
    with outgoing(url=empty_postgres_url) as out:
        line = Line(out)
        who = line.waits()
        other = line.waits(name="Luis Marin")
        line.frees()
        line.until_over(line.ring(by="machine_end_beep", pace=0.3))
        (text,) = line.sweep()
        assert "a time has come free" in text
        line.world.say("2", who.phones[0])
        line.sweep()
        caller = line.ring()
        caller.wait()
        caller.press("1")
        caller.press("1")
        assert "I've asked for it" in " ".join(caller.press("1"))
        caller.hang_up()
        line.until_over(caller)
        assert [o.state for o in line.offers()] == ["declined", "accepted"]
        assert [t.kind for t in out.tasks(other)] == ["booking"]
