"""Clinic facts as an admin writes them: locations, zones, hours, providers, visit types, insurance, numbers."""

from datetime import date, time
from typing import Literal

from pydantic import Field

from agent.model.task import TaskKind
from agent.model.value import Value

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spans = tuple[tuple[time, time], ...]  # half-open local wall-time spans; two spans leave a lunch break
Texts = dict[str, str]  # language -> text, approved by the clinic


class Location(Value):
    id: str
    name: str
    zone: str  # IANA
    address: str
    phone: str = ""  # E.164
    parking: Texts = Field(default_factory=dict)
    directions: Texts = Field(default_factory=dict)
    hours: dict[Weekday, Spans]


class Closure(Value):
    """A holiday or other day when a location or provider is away; spans empty = all day."""

    day: date
    until: date | None = None  # inclusive
    name: Texts = Field(default_factory=dict)
    location: str | None = None  # None: every location
    provider: str | None = None
    hours: Spans = ()  # other hours on that day instead of being closed


class Provider(Value):
    id: str
    name: str  # as people say it: "Dr. Amara Okafor"
    called: Texts = Field(default_factory=dict)  # where a language says it otherwise: {es: Dra. Amara Okafor}
    aliases: tuple[str, ...] = ()
    location: str
    hours: dict[Weekday, Spans]
    visit_types: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    parallel: int = 1  # patients at the same time


class VisitType(Value):
    id: str
    name: Texts
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # language -> words patients use
    minutes: int
    buffer_before: int = 0  # minutes
    buffer_after: int = 0
    desk_may_prepare: bool = True
    new_patients: bool = True
    bring: Texts = Field(default_factory=dict)


class Booking(Value):
    """Booking rules of the clinic."""

    step_minutes: int = 15
    lead_minutes: int = 120  # nothing sooner than this
    horizon_days: int = 60
    hold_minutes: int = 24 * 60  # while staff decide
    notice_hours: int = 24  # cancelling or moving later than this is flagged to staff
    overbooking: Literal["forbid", "staff"] = "forbid"  # staff: a person may knowingly overbook
    overbook_limit: int = 1  # extra patients at the same time


class ReminderRule(Value):
    """When patients are reminded: so many days before at a wall-clock time of the visit's place, or so many hours
    before the visit. `ask`: they are also asked whether they will come."""

    days: int | None = None
    at: time = time(10)
    hours: int | None = None
    ask: bool = True

    @property
    def name(self) -> str:
        return f"h{self.hours}" if self.days is None else f"d{self.days}"


class Reminders(Value):
    """No rules: nobody is reminded. No reminder goes out between `quiet_from` and `quiet_until`, neither there where
    the visit is nor where the patient's number is at home."""

    rules: tuple[ReminderRule, ...] = (ReminderRule(days=2), ReminderRule(hours=3, ask=False))
    quiet_from: time = time(20)
    quiet_until: time = time(8)


class OfferRule(Value):
    """How long a time of the waitlist is held for the person who is offered it, when it begins within so many hours
    (None: whenever it begins)."""

    within_hours: int | None = None
    minutes: int


class Waitlist(Value):
    """Times that came free are offered to one person at a time. A time that begins in less than `notice_minutes` is
    offered to nobody; the first of `offers` that fits says for how long it is held."""

    notice_minutes: int = 120
    offers: tuple[OfferRule, ...] = (OfferRule(within_hours=24, minutes=20), OfferRule(minutes=60))


class DueRule(Value):
    """Other due times of this clinic for a kind of task, or only for one `reason` of it, such as a category of the
    safety phrases; in minutes, None as the desk has it."""

    kind: TaskKind
    reason: str | None = None
    minutes: int | None = None  # staffed
    urgent_minutes: int | None = None  # staffed too, but of an emergency: from now, around the clock


class Clinic(Value):
    """The whole facts file. `country` is ISO 3166-1 alpha-2 and decides the emergency wording."""

    id: str
    name: str
    alias: str | None = None  # what texts call the clinic, when its name would say too much
    country: str
    zone: str
    numbers: tuple[str, ...]  # the clinic's own numbers, E.164; the first is sent from
    phone: str  # for a person
    languages: tuple[str, ...] = ("en", "es")
    default_language: str = "en"
    staff_language: str | None = None  # in which staff are spoken to by telephone; None: the default one
    locations: tuple[Location, ...]
    providers: tuple[Provider, ...]
    visit_types: tuple[VisitType, ...]
    closures: tuple[Closure, ...] = ()
    insurance: tuple[str, ...] = ()
    answers: dict[str, Texts] = Field(default_factory=dict)  # approved answers by topic
    booking: Booking = Booking()
    reminders: Reminders = Reminders()
    waitlist: Waitlist = Waitlist()
    due: tuple[DueRule, ...] = ()

    @property
    def language_of_staff(self) -> str:
        return self.staff_language or self.default_language

    def location(self, id: str) -> Location:
        return next(x for x in self.locations if x.id == id)

    def provider(self, id: str) -> Provider:
        return next(x for x in self.providers if x.id == id)

    def visit_type(self, id: str) -> VisitType:
        return next(x for x in self.visit_types if x.id == id)
