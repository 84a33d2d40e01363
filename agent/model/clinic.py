"""Clinic facts as an admin writes them: locations, zones, hours, providers, visit types, insurance, numbers."""

from datetime import date, time
from typing import Literal

from pydantic import Field

from agent.model.outgoing_call import ABOUT, About
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
    hours: dict[Weekday, Spans] = Field(default_factory=dict)
    ended: bool = False  # nobody is seen there any more; its past visits keep its name


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
    notice_hours: int | None = None  # as in Booking, for this kind; None: the clinic's
    ended: bool = False  # no longer offered; past and booked visits keep its name
    form: str = ""  # offered once such a visit is confirmed, to whoever has never filled it in


class Booking(Value):
    """Booking rules of the clinic."""

    step_minutes: int = 15
    lead_minutes: int = 120  # nothing sooner than this
    horizon_days: int = 60
    hold_minutes: int = 24 * 60  # while staff decide
    notice_hours: int = 24  # who cancels or moves a visit later than so long before it, is flagged to staff
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


class ReminderCalls(Value):
    """Calls of the desk's own, to those who have agreed to them and to nobody else, about these `kinds` of things.
    `machine`: what a voicemail is told: that the clinic called and asks to be called back, without a name and a
    reason, or nothing. A telephone that is busy or that nobody takes is rung up to `tries` times, so many minutes
    apart."""

    enabled: bool = False
    kinds: tuple[About, ...] = ABOUT  # what is not named goes by text
    machine: Literal["message", "nothing"] = "message"
    tries: int = 2
    retry_minutes: int = 30


class Reminders(Value):
    """No rules: nobody is reminded. No reminder goes out between `quiet_from` and `quiet_until`, neither there where
    the visit is nor where the patient's number is at home.
    `per_minute`: so many leave at most, those due longest first."""

    rules: tuple[ReminderRule, ...] = (ReminderRule(days=2), ReminderRule(hours=3, ask=False))
    quiet_from: time = time(20)
    quiet_until: time = time(8)
    per_minute: int = 600
    calls: ReminderCalls = ReminderCalls()


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


class Missed(Value):
    """So many minutes after staff have marked a visit as not attended, the patient is asked whether they would like a
    new time; None: nobody is."""

    after_minutes: int | None = 60


class RecallRule(Value):
    """Each month a recall of those whose last visit of this kind is so long ago is prepared, for a person to see."""

    visit_type: str
    months: int


class BulkRules(Value):
    """Bounds of bulk sends. More people than `second_person_above`, words of the clinic's own and clinical words need a
    second person. `per_minute`: texts handed to the carrier; `calls_per_minute`: telephones dialled. Nobody is recalled
    twice within `recall_gap_days`; `recalls_need_consent`: only who has agreed to texts or calls, or has written to the
    desk by text, is recalled. One person's share of bulk texts and calls, `texts_a_day` and `texts_a_week`, is the
    law's where the clinic gives none."""

    second_person_above: int = 25
    per_minute: int = 60
    calls_per_minute: int = 10
    recall_gap_days: int = 28
    recalls_need_consent: bool = False
    texts_a_day: int | None = None
    texts_a_week: int | None = None
    recalls: tuple[RecallRule, ...] = ()


class Transfer(Value):
    """The staff's telephones (E.164) that are rung for a caller who wants a person; none: the clinic's `phone`. One
    after another, or all `at_once`, each for so many seconds (None: as the desk has it)."""

    phones: tuple[str, ...] = ()
    at_once: bool = False
    seconds: int | None = None


class Voicemail(Value):
    """May a caller whom nobody can speak with leave a recorded message? Only once they have agreed to it, wherever the
    clinic is; whoever does not agree says it to the desk, as everybody does where this is off."""

    enabled: bool = False
    most_seconds: int = 120


class DueRule(Value):
    """Other due times of this clinic for a kind of task, or only for one `reason` of it, such as a category of the
    safety phrases; in minutes, None as the desk has it."""

    kind: TaskKind
    reason: str | None = None
    minutes: int | None = None  # staffed
    urgent_minutes: int | None = None  # staffed too, but of an emergency: from now, around the clock


class PlantedErrors(Value):
    """In one of so many prepared visits the person who opens it is shown one wrong value, at most so many on one day;
    0: nobody ever is."""

    one_in: int = Field(0, ge=0, le=1000)
    most_a_day: int = Field(2, ge=1, le=20)


class Clinic(Value):
    """The whole facts file. `country` (ISO 3166-1 alpha-2) and `region`, the second half of an ISO 3166-2 code (US-CA:
    CA), say which laws are kept, see workflows/jurisdictions; the country also decides the emergency wording."""

    id: str
    name: str
    alias: str | None = None  # what texts call the clinic, when its name would say too much
    country: str
    region: str = ""
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
    bulk: BulkRules = BulkRules()
    missed: Missed = Missed()
    transfer: Transfer = Transfer()
    voicemail: Voicemail = Voicemail()
    due: tuple[DueRule, ...] = ()
    planted_errors: PlantedErrors = PlantedErrors()

    @property
    def telephones(self) -> tuple[str, ...]:
        """Where a caller is put through to."""
        return self.transfer.phones or (self.phone,)

    @property
    def language_of_staff(self) -> str:
        return self.staff_language or self.default_language

    @property
    def places(self) -> tuple[Location, ...]:
        """Where patients are seen."""
        return tuple(x for x in self.locations if not x.ended)

    @property
    def kinds(self) -> tuple[VisitType, ...]:
        """The kinds of visit that there are still."""
        return tuple(v for v in self.visit_types if not v.ended)

    def location(self, id: str) -> Location:
        return next(x for x in self.locations if x.id == id)

    def provider(self, id: str) -> Provider:
        return next(x for x in self.providers if x.id == id)

    def visit_type(self, id: str) -> VisitType:
        return next(x for x in self.visit_types if x.id == id)

    def notice_hours(self, visit_type: str) -> int:
        """So many hours before a visit of this kind it may be cancelled or moved without a flag."""
        own = next((v.notice_hours for v in self.visit_types if v.id == visit_type), None)
        return self.booking.notice_hours if own is None else own
