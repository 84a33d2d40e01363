"""A time that comes free is offered to one person on the waitlist at a time, in the order in which they joined."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.desk import decide
from agent.desk.day import block, unblock
from agent.desk.in_line import kept_until
from agent.desk.sweep import sweep
from agent.desk.undo import undo
from agent.desk.vacancies import offer_now
from agent.desk.waiting import take_off
from agent.model.address import Address
from agent.model.fault import Conflict, Refused
from tests.desk.waitlisted import asks, entry, given_up, offers, visit_at, visit_of, waits
from tests.desk.world import JON, MONDAY, World

ANA, BEA, CARL = "+12125550101", "+12125550102", "+12125550103"
TIME = MONDAY + timedelta(days=2)  # Wednesday, 10 AM in Brooklyn
MINUTE = timedelta(minutes=1)


class Line(World):
    """Ana and Bea wait for the same visit, Ana since longer; a visit at TIME is booked."""

    def __init__(self, *, bea: str = "en", ana: str = "en", second: bool = True, url: str = "sqlite://") -> None:
        super().__init__(url)
        self.visit = visit_at(self.desk, TIME)
        self.ana = waits(self.desk, self.staff(), ANA, "Ana Torres", ana)
        if second:
            self.clock.pass_time(minutes=1)
            self.bea = waits(self.desk, self.staff(), BEA, "Bea Novak", bea)
        self.clock.pass_time(minutes=1)
        self.settle()
        self.carrier.taken.clear()

    def passes(self, **much: float) -> list[tuple[str, str]]:
        """Time passes; (to, text) of what went out."""
        before = len(self.carrier.taken)
        self.clock.pass_time(**much)
        sweep(self.desk)
        sweep(self.desk)
        self.settle()
        return [(m.to.value, m.text) for _, m in self.carrier.taken[before:]]

    def frees(self) -> list[tuple[str, str]]:
        given_up(self.desk, self.visit.id)
        return self.passes()

    def states(self) -> list[str]:
        return [o.state for o in offers(self.desk)]


def test_staff_put_somebody_on_the_list_and_the_patient_hears_it() -> None:
    world = World()
    task = asks(world.desk, ANA)
    done = decide.confirm(world.desk, task.id, task.version, world.staff())
    world.clock.pass_time(minutes=1)
    world.settle()
    assert "on the waitlist (#1)" in world.carrier.texts[-1]
    held = entry(world.desk, done.result["entry"])
    assert (held.state, held.visit_type, held.joined_at) == ("waiting", "office", task.created_at)


def test_who_is_put_on_the_list_by_mistake_is_taken_off_by_undo() -> None:
    world = World(undo_seconds=30)
    task = asks(world.desk, ANA)
    done = decide.confirm(world.desk, task.id, task.version, world.staff())
    undo(world.desk, done.id, done.version, world.staff())
    assert entry(world.desk, done.result["entry"]).state == "left"
    assert world.task(task.id).status == "accepted"


def test_a_request_of_nobody_is_not_put_on_the_list_one_for_no_known_kind_is_for_the_usual_one() -> None:
    world = World()
    task = asks(world.desk, ANA, dob=None)
    with pytest.raises(Refused, match="who waits"):
        decide.confirm(world.desk, task.id, task.version, world.staff())
    for provider, kind in ((None, "office"), ("patel", "cleaning")):
        id = waits(world.desk, world.staff(), BEA, appointment_type=None, provider=provider)
        assert entry(world.desk, id).visit_type == kind


def test_who_asks_again_keeps_their_place_and_has_the_newer_wishes() -> None:
    world = Line()
    world.clock.pass_time(days=1)
    again = waits(world.desk, world.staff(), ANA, "ana  torres", provider="okafor")
    assert entry(world.desk, world.ana).state == "left"
    assert entry(world.desk, again).joined_at == MONDAY
    assert entry(world.desk, again).provider == "okafor"


def test_a_visit_that_is_given_up_is_offered_to_who_joined_first_and_only_asked_for() -> None:
    world = Line()
    ((to, text),) = world.frees()
    assert to == ANA
    assert "Wednesday, March 4 at 10:00" in text
    assert "1 (Yes)" in text
    assert world.clinic.provider("okafor").name not in text
    (answer,) = world.say("1", ANA)
    assert "It is not booked yet" in answer
    (task,) = [t for t in world.open_tasks() if t.kind == "booking"]
    assert f"#{task.number}" in answer
    assert entry(world.desk, world.ana).state == "asked"
    world.passes(hours=2)
    assert world.states() == ["accepted"]
    decide.confirm(world.desk, task.id, task.version, world.staff())
    assert any("Wednesday" in text for _, text in world.passes(minutes=1))
    assert entry(world.desk, world.ana).state == "done"
    assert entry(world.desk, world.bea).state == "waiting"


@pytest.mark.parametrize(
    ("language", "words", "asked"),
    [("en", "yes please", "not booked yet"), ("es", "sí, por favor", "todavía no está"), ("zh", "要", "还没有预约"),
     ("ht", "wi", "poko konfime"), ("de", "ja gerne", "noch nicht"), ("ar", "نعم", "غير مؤكد")],
)  # fmt: skip
def test_yes_in_their_own_words_takes_the_time(language: str, words: str, asked: str) -> None:
    world = Line(ana=language, second=False)
    assert len(world.frees()) == 1
    (answer,) = world.say(words, ANA)
    assert asked in answer
    assert world.states() == ["accepted"]


def test_who_says_no_is_asked_whether_to_stay_and_the_next_in_line_is_offered_it() -> None:
    world = Line(bea="es")
    world.frees()
    (stay,) = world.say("no thanks", ANA)
    assert "stay on the waitlist" in stay
    ((to, text),) = world.passes(seconds=5)
    assert to == BEA
    assert "se liberó un horario" in text
    assert "keep your place" in world.say("1", ANA)[0]
    assert entry(world.desk, world.ana).state == "waiting"
    assert world.states() == ["declined", "open"]


def test_who_says_no_twice_is_off_the_list() -> None:
    world = Line(second=False)
    world.frees()
    world.say("2", ANA)
    assert "no longer on the waitlist" in world.say("2", ANA)[0]
    assert entry(world.desk, world.ana).state == "left"


def test_silence_passes_the_time_on_and_a_late_answer_is_met_kindly() -> None:
    world = Line()
    world.frees()
    assert world.passes(minutes=59) == []
    ((to, _),) = world.passes(minutes=2)
    assert to == BEA
    (late,) = world.say("yes", ANA)
    assert "no longer free" in late
    assert "haven't lost your place" in late
    assert world.states() == ["silent", "open"]
    assert "not booked yet" in world.say("yes", BEA)[0]


def test_an_answer_after_the_time_but_before_the_sweep_is_late_too() -> None:
    world = Line(second=False)
    world.frees()
    world.clock.pass_time(minutes=60)
    assert "no longer free" in world.say("1", ANA)[0]
    world.passes()
    assert world.states() == ["silent"]


def test_nobody_is_offered_the_same_time_twice_and_it_is_free_for_all_in_the_end() -> None:
    world = Line()
    world.frees()
    for _ in range(4):
        world.passes(hours=2)
    assert [(o.state, o.start) for o in offers(world.desk)] == [("silent", TIME)] * 2
    visit_at(world.desk, TIME, id="v2")


def test_while_it_is_offered_nobody_else_can_have_the_time() -> None:
    world = Line()
    world.frees()
    with pytest.raises(Conflict):
        visit_at(world.desk, TIME, id="v2")


def test_one_person_has_one_offer_at_a_time_also_from_two_numbers() -> None:
    world = Line(second=False)
    waits(world.desk, world.staff(), BEA, "Ana Torres", appointment_type="physical")
    other = visit_at(world.desk, TIME, "nguyen", "v2", 60)
    world.frees()
    given_up(world.desk, other.id)
    world.passes()
    assert world.states() == ["open"]


def test_a_family_with_one_number_is_asked_for_one_of_them_by_name() -> None:
    world = Line(second=False)
    waits(world.desk, world.staff(), ANA, "Luis Torres")
    visit_at(world.desk, TIME, "nguyen", "v2")
    world.settle()
    ((_, text),) = world.frees()
    assert "for Ana:" in text
    given_up(world.desk, "v2")
    assert world.passes() == []


@pytest.mark.parametrize(
    "wish",
    [{"provider": "castellanos"}, {"location": "chicago"}, {"appointment_type": "physical"}, {"date": "2026-03-05"},
     {"time": "afternoon"}, {"appointment_type": "procedure"}],
    ids=str,
)  # fmt: skip
def test_a_time_that_does_not_suit_is_not_offered(wish: dict[str, str]) -> None:
    world = World()
    visit_at(world.desk, TIME)
    visit_at(world.desk, TIME + 20 * MINUTE, id="after")
    waits(world.desk, world.staff(), ANA, **wish)
    given_up(world.desk, "v1")
    sweep(world.desk)
    assert offers(world.desk) == []


@pytest.mark.parametrize("wish", [{"provider": "okafor"}, {"date": ["2026-03-02", "2026-03-04"]}, {"time": "10:30"}])
def test_a_time_that_suits_the_wishes_is_offered(wish: dict[str, object]) -> None:
    world = World()
    visit_at(world.desk, TIME)
    waits(world.desk, world.staff(), ANA, **wish)
    given_up(world.desk, "v1")
    sweep(world.desk)
    assert [o.start for o in offers(world.desk)] == [TIME]


def test_who_wrote_stop_is_passed_over_and_stays_in_line() -> None:
    world = Line()
    world.say("STOP", ANA)
    world.carrier.taken.clear()
    ((to, _),) = world.frees()
    assert to == BEA
    assert entry(world.desk, world.ana).state == "waiting"


def test_stop_in_answer_to_an_offer_is_heard_and_the_time_goes_on() -> None:
    world = Line()
    world.frees()
    world.say("STOP", ANA)
    with world.desk.store.begin(write=False) as tx:
        assert tx.optouts.stopped(Address(channel="sms", value=ANA))
    ((to, _),) = world.passes(minutes=61)
    assert to == BEA


def test_at_night_nobody_is_asked_and_in_the_morning_it_goes_on() -> None:
    world = Line()
    world.clock.now = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # 9 PM in Brooklyn
    assert world.frees() == []
    world.clock.now = datetime(2026, 3, 4, 12, 59, tzinfo=UTC)
    assert world.passes() == []
    assert world.passes(minutes=21) == []  # ten o'clock is too soon by then
    assert offers(world.desk) == []


def test_a_time_freed_at_night_is_offered_in_the_morning() -> None:
    world = Line()
    world.clock.now = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    assert world.frees() == []
    world.clock.now = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
    assert [to for to, _ in world.passes()] == [ANA]


def test_a_person_who_talks_with_staff_is_not_interrupted() -> None:
    world = Line()
    held = world.conversation(ANA)
    with world.desk.store.begin() as tx:
        tx.conversations.save(held.model_copy(update={"mode": "staff"}), world.clock())
    assert [to for to, _ in world.frees()] == [BEA]


def test_time_that_staff_no_longer_block_and_holds_that_end_are_offered_too() -> None:
    world = Line()
    at = TIME.astimezone(UTC).replace(tzinfo=None).time()
    local = at.replace(hour=at.hour - 6)
    block(world.desk, world.staff(), "nguyen", TIME.date(), local, local.replace(minute=30))
    with world.desk.store.begin(write=False) as tx:
        (blocked,) = [a for a in tx.appointments.day(world.clinic.id, TIME, TIME + MINUTE) if a.provider == "nguyen"]
    unblock(world.desk, world.staff(), blocked.id)
    assert [to for to, _ in world.passes()] == [ANA]


def test_staff_offer_a_free_time_themselves() -> None:
    world = Line()
    offer_now(world.desk, world.staff(), "nguyen", TIME + timedelta(hours=1), TIME + timedelta(hours=2))
    assert [to for to, _ in world.passes()] == [ANA]
    with pytest.raises(Refused, match="suits nobody"):
        offer_now(world.desk, world.staff(), "patel", TIME + timedelta(hours=1), TIME + timedelta(hours=2))
    take_off(world.desk, world.staff(), world.bea)
    with pytest.raises(Refused, match="cannot be asked now"):
        offer_now(world.desk, world.staff(), "nguyen", TIME + timedelta(hours=2), TIME + timedelta(hours=3))
    with pytest.raises(Refused, match="has passed"):
        offer_now(world.desk, world.staff(), "nguyen", MONDAY - MINUTE, MONDAY)


def test_staff_take_somebody_off_the_list() -> None:
    world = Line()
    take_off(world.desk, world.staff(), world.ana)
    assert [to for to, _ in world.frees()] == [BEA]
    with pytest.raises(Conflict):
        take_off(world.desk, world.staff(), world.ana)


def test_who_is_taken_off_during_an_offer_hears_that_it_is_gone() -> None:
    world = Line()
    world.frees()
    take_off(world.desk, world.staff(), world.ana)
    assert "no longer free" in world.say("1", ANA)[0]
    assert [to for to, _ in world.passes(minutes=61)] == [BEA]


def test_a_request_that_staff_decline_puts_them_back_in_their_place() -> None:
    world = Line()
    world.frees()
    world.say("yes", ANA)
    (task,) = [t for t in world.open_tasks() if t.kind == "booking"]
    decide.decline(world.desk, task.id, task.version, world.staff(), "call_us")
    said = world.passes(minutes=1)
    assert {to for to, _ in said} == {ANA, BEA}
    assert entry(world.desk, world.ana).state == "waiting"


def test_a_time_that_begins_soon_is_held_for_a_shorter_while() -> None:
    desk = World().desk
    assert kept_until(desk.clinic, MONDAY + timedelta(hours=24), MONDAY) == MONDAY + timedelta(minutes=20)
    assert kept_until(desk.clinic, MONDAY + timedelta(hours=25), MONDAY) == MONDAY + timedelta(minutes=60)


def test_another_request_in_between_does_not_lose_the_offer() -> None:
    world = Line(second=False)
    world.frees()
    assert "8:00" in world.say("what are your hours?", ANA)[0]
    assert "not booked yet" in world.say("yes please", ANA)[0]


def test_two_offers_one_after_the_other_are_answered_one_by_one() -> None:
    world = Line(second=False)
    later = visit_at(world.desk, TIME + timedelta(days=1), id="v2")
    world.frees()
    world.passes(minutes=61)
    given_up(world.desk, later.id)
    assert len(world.passes()) == 1
    assert [f.flow for f in world.conversation(ANA).frames] == ["vacancy"]
    assert "Thursday" in world.say("1", ANA)[0]


@pytest.mark.parametrize(("days", "asked"), [(5, True), (-1, False)])
def test_a_patient_with_a_later_visit_is_asked_whether_to_move_it_one_with_an_earlier_visit_is_not_asked(
    days: int, asked: bool
) -> None:
    world = World()
    visit_at(world.desk, TIME)
    with world.desk.store.begin() as tx:
        (jon,) = tx.patients.by_phone(world.clinic.id, JON)
        mine = visit_of(world.desk, TIME + timedelta(days=days), "own").model_copy(update={"patient": jon.id})
        tx.appointments.add(mine, world.clock())
    task = asks(world.desk, JON, jon.name, dob=jon.dob.isoformat())
    decide.confirm(world.desk, task.id, task.version, world.staff(), jon.id)
    given_up(world.desk, "v1")
    sweep(world.desk)
    world.settle()
    assert [o.state for o in offers(world.desk)] == ["open"] * asked
    if not asked:
        return
    assert "instead of Monday, March 9" in world.carrier.texts[-1]
    assert "not booked yet" in world.say("yes", JON)[0]
    (move,) = [t for t in world.open_tasks() if t.kind == "reschedule"]
    decide.confirm(world.desk, move.id, move.version, world.staff())
    with world.desk.store.begin(write=False) as tx:
        assert [a.start for a in tx.appointments.of_patient(jon.id, world.clock())] == [TIME]
    sweep(world.desk)
    with world.desk.store.begin(write=False) as tx:
        assert [e.why for e in tx.waitlist.in_state(world.clinic.id, "done")] == ["decided by staff"]
