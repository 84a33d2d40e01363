"""A desk that makes calls: its reminders ring through Twilio's stand-in, and a test holds the patient's telephone."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from agent.demo.twilio_standin import TwilioStandIn
from agent.desk.check_ins import check_in
from agent.desk.outgoing_calls import agree, place
from agent.desk.reminders import remind
from agent.model.calendar import Appointment
from agent.model.check_in import CheckIn
from agent.model.outgoing_call import About, OutgoingCall
from agent.model.patient import Patient
from agent.model.reminder import Reminder
from agent.model.task import Task
from channels.twilio_rest import TwilioRest
from tests.desk.reminded import removed, somebody, visit
from tests.desk.world import MONDAY
from tests.standin import served, until
from tests.standin.hooks import ACCOUNT, TOKEN
from tests.telephone import Caller, Telephone, telephone

T = TypeVar("T")
OPENING = "I'm a computer, with a message for somebody at this number"  # before anybody has said that they listen


@dataclass
class Outgoing:
    """The desk, Twilio, and who is to be reminded."""

    line: Telephone
    twilio: TwilioStandIn
    loops: list[asyncio.AbstractEventLoop] = field(default_factory=list)
    known: list[Patient] = field(default_factory=list)

    @property
    def world(self) -> Any:
        return self.line.world

    def run(self, deed: Coroutine[Any, Any, T], seconds: float = 30) -> T:
        return asyncio.run_coroutine_threadsafe(deed, self.loops[0]).result(seconds)

    def due(
        self, language: str = "en", *, agreed: bool = True, name: str = "Rosa Marin"
    ) -> tuple[Patient, Appointment]:
        """Somebody whose visit, tomorrow at noon, is to be told of now."""
        number = f"+1718556{len(self.known):04d}"
        who = somebody(self.world, number, language, name)
        self.known.append(who)
        start = MONDAY + timedelta(days=2, minutes=30 * len(self.known))
        made = visit(self.world, who, start, f"v{len(self.known)}")
        if agreed:
            agree(self.world.desk, who.id, number, self.world.staff(), agreed=True)
        with self.world.desk.store.begin() as tx:
            tx.reminders.plan(
                Reminder(
                    appointment=made.id, rule="d2", clinic=self.world.clinic.id, visit_at=start,
                    due_at=self.world.clock(),
                )
            )  # fmt: skip
        return who, made

    def to_ask(
        self, language: str = "en", *, agreed: bool = True, name: str = "Rosa Marin", day: str = "d3", number: str = ""
    ) -> tuple[Patient, Appointment]:
        """Somebody with a procedure behind them, who is to be asked now how they are."""
        number = number or f"+1718556{len(self.known):04d}"
        who = somebody(self.world, number, language, name)
        self.known.append(who)
        made = removed(self.world, who, f"v{len(self.known)}")
        if agreed:
            agree(self.world.desk, who.id, number, self.world.staff(), agreed=True)
        with self.world.desk.store.begin() as tx:
            for rule in ("d1", "d3", "d7"):
                asked = CheckIn(
                    appointment=made.id, rule=rule, clinic=self.world.clinic.id, due_at=self.world.clock(),
                    state="due" if rule == day else "skipped", must_answer=rule == "d3",
                )  # fmt: skip
                tx.check_ins.plan(asked)
        return who, made

    def asked(self, language: str = "en", **how: str) -> tuple[Patient, Appointment, Caller, str]:
        """Somebody has taken the call and said that it is they; the question after a visit that they hear."""
        who, made = self.to_ask(language, **how)  # type: ignore[arg-type]
        caller = self.ring()
        caller.wait()
        caller.press("1")
        return who, made, caller, " ".join(caller.press("1"))

    def check_in(self, made: Appointment, rule: str = "d3") -> CheckIn:
        with self.world.desk.store.begin(write=False) as tx:
            found = tx.check_ins.get(made.id, rule)
        assert found is not None
        return found

    def ring(self, *, pace: float = 10.0, **end: Any) -> Caller:
        """What is due is dialled; the other end is as `end` says. `pace` stretches the silence that counts as an
        answer: a slow machine is not to be taken for a person who says nothing."""
        before, usual = len(self.twilio.calls), self.twilio.call_pace
        self.twilio.call_pace = pace
        self.twilio.other_end = {"takes": True, "key": "", **end}
        self._sweep()
        place(self.world.desk)
        self.twilio.call_pace = usual
        assert len(self.twilio.calls) == before + 1, "one call is dialled"
        return Caller(self.twilio.calls[-1], self)

    def nothing_rings(self) -> bool:
        before = len(self.twilio.calls)
        self._sweep()
        place(self.world.desk)
        return len(self.twilio.calls) == before

    def _sweep(self) -> None:
        """As seconds pass, each with its share of the reminders of a minute."""
        self.world.clock.pass_time(seconds=1)
        remind(self.world.desk)
        check_in(self.world.desk)

    def row(self, made: Appointment, rule: str = "") -> OutgoingCall:
        about: About = "check_in" if made.start < self.world.clock() else "reminder"
        with self.world.desk.store.begin(write=False) as tx:
            found = tx.outgoing_calls.of(about, made.id, rule or {"check_in": "d3"}.get(about, "d2"), made.start)
        assert found is not None
        return found

    def reminder(self, made: Appointment) -> Reminder:
        with self.world.desk.store.begin(write=False) as tx:
            return next(r for r in tx.reminders.of(made.id) if r.rule == "d2")

    def texts(self) -> list[str]:
        """What goes out by text meanwhile."""
        before = len(self.world.carrier.taken)
        remind(self.world.desk)
        check_in(self.world.desk)
        self.world.settle()
        return list(self.world.carrier.texts[before:])

    def tasks(self, who: Patient) -> list[Task]:
        return self.line.tasks(who.phones[0])

    def until_over(self, caller: Caller, made: Appointment) -> str:
        caller.over()
        until(lambda: self.row(made).state in ("over", "due"))
        return self.row(made).outcome


@contextmanager
def outgoing(now: datetime = MONDAY, **settings: Any) -> Iterator[Outgoing]:
    with telephone(now=now, **settings) as line:
        world = line.world
        twilio = TwilioStandIn(ACCOUNT, TOKEN, world.clinic.numbers[0], "", voice_url=line.twilio.voice_url)
        twilio.call_pace = 0.3
        made = Outgoing(line, twilio)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            made.loops.append(asyncio.get_running_loop())
            await twilio.app(scope, receive, send)

        with served(app) as api, closing(TwilioRest(ACCOUNT, TOKEN, api, read_seconds=1.0)) as rest:
            world.desk.dialler = rest
            yield made
            for call in twilio.calls:
                made.run(call.hang_up())
                until(lambda call=call: call.finished)
            assert [e for call in twilio.calls for e in call.errors] == [], "Twilio would log this"
