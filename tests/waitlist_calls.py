"""Whoever has agreed to calls, and waits for a time or did not come to one: for the tests of calls about these."""

from datetime import timedelta

from agent.desk.missed import mark
from agent.desk.outgoing_calls import agree, place
from agent.desk.vacancies import fill
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.conversation import Frame
from agent.model.outgoing_call import OutgoingCall
from agent.model.patient import Patient
from agent.model.reminder import Reminder
from agent.model.waitlist import Offer
from tests.desk.bulked import visits
from tests.desk.reminded import somebody
from tests.desk.waitlisted import given_up, offers, visit_at, waits
from tests.outgoing import Outgoing
from tests.standin import until
from tests.telephone import Caller


class Line:
    """People in line for the same kind of visit; a booked one of nobody in particular, which can be given up."""

    def __init__(self, out: Outgoing) -> None:
        self.out, self.world, self.people = out, out.world, list[Patient]()
        self.start = self.world.clock() + timedelta(days=2)
        self.visit = visit_at(self.world.desk, self.start)

    def waits(
        self, language: str = "en", *, agreed: bool = True, name: str = "Rosa Marin", number: str = ""
    ) -> Patient:
        number = number or f"+1718557{len(self.out.known):04d}"
        who = somebody(self.world, number, language, name)
        self.out.known.append(who)
        waits(self.world.desk, self.world.staff(), number, name, language)
        self.world.clock.pass_time(minutes=1)
        self.world.settle()
        if agreed:
            agree(self.world.desk, who.id, number, self.world.staff(), agreed=True)
        self.people.append(who)
        return who

    def frees(self) -> list[str]:
        """It comes free, and the first is taken up; what went out by text."""
        given_up(self.world.desk, self.visit.id)
        return self.sweep()

    def sweep(self, **much: float) -> list[str]:
        before = len(self.world.carrier.taken)
        self.world.clock.pass_time(**(much or {"seconds": 5}))
        fill(self.world.desk)
        self.world.settle()
        return list(self.world.carrier.texts[before:])

    def ring(self, **end: object) -> Caller:
        return self.out.ring(**end)  # type: ignore[arg-type]

    def nothing_rings(self) -> bool:
        before = len(self.out.twilio.calls)
        place(self.world.desk)
        return len(self.out.twilio.calls) == before

    def offers(self) -> list[Offer]:
        return offers(self.world.desk)

    def call(self, offer: Offer) -> OutgoingCall:
        with self.world.desk.store.begin(write=False) as tx:
            found = tx.outgoing_calls.of("vacancy", offer.id, "", offer.start)
        assert found is not None
        return found

    def until_over(self, caller: Caller) -> str:
        caller.over()
        offer = self.offers()[-1]
        until(lambda: self.call(offer).state == "over")
        return self.call(offer).outcome


class Missed:
    """People who did not come this morning, and what became of it."""

    def __init__(self, out: Outgoing) -> None:
        self.out, self.world = out, out.world

    def missed(
        self, language: str = "en", *, number: str = "", name: str = "Rosa Marin", agreed: bool = True
    ) -> tuple[Patient, Appointment]:
        number = number or f"+1718558{len(self.out.known):04d}"
        who = somebody(self.world, number, language, name)
        self.out.known.append(who)
        made = visits(self.world.desk, who, self.world.clock() - timedelta(hours=1))
        if agreed:
            agree(self.world.desk, who.id, number, self.world.staff(), agreed=True)
        mark(self.world.desk, self.world.staff(), made.id)
        self.world.clock.pass_time(hours=1)
        return who, made

    def asked(self, language: str = "en") -> tuple[Patient, Appointment, Caller, str]:
        """Somebody has taken the call and said that it is they; what they are asked."""
        who, made = self.missed(language)
        caller = self.out.ring()
        caller.wait()
        caller.press("1")
        return who, made, caller, " ".join(caller.press("1"))

    def call(self, made: Appointment) -> OutgoingCall:
        with self.world.desk.store.begin(write=False) as tx:
            found = tx.outgoing_calls.of("missed", made.id, "", made.start)
        assert found is not None
        return found

    def frames(self, who: Patient) -> tuple[Frame, ...]:
        address = Address(channel="voice", value=who.phones[0])
        with self.world.desk.store.begin(write=False) as tx:
            talk = tx.conversations.by_address(self.world.clinic.id, address)
        assert talk is not None
        return talk.frames

    def planned(self, made: Appointment) -> Reminder:
        with self.world.desk.store.begin(write=False) as tx:
            return next(r for r in tx.reminders.of(made.id) if r.rule == "missed")

    def until_over(self, caller: Caller, made: Appointment) -> str:
        caller.over()
        until(lambda: self.call(made).state in ("over", "due"))
        return self.call(made).outcome
