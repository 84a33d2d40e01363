"""What must hold between the facts of a clinic: ids that meet, zones and numbers that exist, hours in order."""

import re
from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from agent.model.clinic import Clinic, Spans, Texts

Mistake = tuple[str, str]  # the key, and what is wrong and how to mend it
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})*")
MOST_PHONES = 5
MOST_NOTICE = 30 * 24  # hours
ATOM = 5  # minutes; the calendar keeps time in pieces of this length


def mistakes(clinic: Clinic) -> Iterator[Mistake]:
    """Every mistake of a well-formed clinic, as key and advice."""
    yield from _top(clinic)
    yield from _ids(clinic)
    yield from _locations(clinic)
    yield from _providers(clinic)
    yield from _visit_types(clinic)
    yield from _closures(clinic)
    yield from _due(clinic)


def _top(clinic: Clinic) -> Iterator[Mistake]:
    if not (len(clinic.country) == 2 and clinic.country.isascii() and clinic.country.isupper()):
        yield "country", f"{clinic.country!r} is not a country code; write two capitals, e.g. US"
    if clinic.default_language not in clinic.languages:
        yield "default_language", f"{clinic.default_language!r} is not among languages; add it there or choose another"
    for tag in clinic.languages:
        if not _TAG.fullmatch(tag):
            yield "languages", f"{tag!r} is not a language tag; write e.g. en or pt-BR"
    for key in ("numbers", "locations", "providers", "visit_types"):
        if not getattr(clinic, key):
            yield key, "is empty; give at least one"
    if clinic.locations and not clinic.places:
        yield "locations", "have all ended; keep one, or stop the desk"
    if clinic.visit_types and clinic.visit_types[0].ended:
        yield "visit_types[0].ended", "may not be: the first kind of visit is the general one; put another one first"
    yield from _zone("zone", clinic.zone)
    for index, number in enumerate(clinic.numbers):
        yield from _number(f"numbers[{index}]", number)
    yield from _number("phone", clinic.phone)
    if clinic.phone in clinic.numbers:
        yield "phone", "is one of the desk's own numbers, which would ring itself; give the number of your telephone"
    for topic, texts in clinic.answers.items():
        yield from _texts(f"answers.{topic}", texts, clinic)
    booking = clinic.booking
    if booking.step_minutes < ATOM or booking.step_minutes % ATOM:
        yield "booking.step_minutes", f"{booking.step_minutes} is not a multiple of {ATOM}; write e.g. 15"
    if booking.notice_hours > MOST_NOTICE:
        yield "booking.notice_hours", f"is out of range; write 0 to {MOST_NOTICE}"
    for field in ("lead_minutes", "notice_hours", "overbook_limit"):
        if getattr(booking, field) < 0:
            yield f"booking.{field}", "is below zero; write 0 or more"
    for field, most in (("horizon_days", 366), ("hold_minutes", 7 * 24 * 60)):
        if not 0 < getattr(booking, field) <= most:
            yield f"booking.{field}", f"is out of range; write 1 to {most}"
    yield from _reminders(clinic)
    yield from _waitlist(clinic)
    yield from _telephone(clinic)
    yield from _bulk(clinic)


def _reminders(clinic: Clinic) -> Iterator[Mistake]:
    given = clinic.reminders
    if not given.quiet_until < given.quiet_from:
        yield "reminders.quiet_until", "is not before quiet_from; write e.g. quiet_until 08:00 and quiet_from 20:00"
    if not 1 <= given.calls.tries <= 5:
        yield "reminders.calls.tries", "is out of range; write 1 to 5"
    if not 1 <= given.per_minute <= 6000:
        yield "reminders.per_minute", "is out of range; write 1 to 6000"
    if not 5 <= given.calls.retry_minutes <= 24 * 60:
        yield "reminders.calls.retry_minutes", "is out of range; write 5 to 1440"
    names = [rule.name for rule in given.rules]
    for index, rule in enumerate(given.rules):
        key = f"reminders.rules[{index}]"
        if (rule.days is None) == (rule.hours is None):
            yield key, "needs either days (with at) or hours; write e.g. {days: 2, at: '10:00'}"
        elif not (0 <= rule.days <= 60 if rule.days is not None else 1 <= (rule.hours or 0) <= 168):
            yield key, "is out of range; write 0 to 60 days or 1 to 168 hours"
        elif rule.name in names[:index]:
            yield key, "stands twice; keep one of them"


def _telephone(clinic: Clinic) -> Iterator[Mistake]:
    phones = clinic.transfer.phones
    for index, number in enumerate(phones):
        key = f"transfer.phones[{index}]"
        yield from _number(key, number)
        if number in clinic.numbers:
            yield key, "is one of the desk's own numbers, which would ring itself; give the number of a telephone"
        if number in phones[:index]:
            yield key, "stands twice; keep one of them"
    if len(phones) > MOST_PHONES:
        yield "transfer.phones", f"has more than {MOST_PHONES}; a caller would wait too long"
    if clinic.transfer.seconds is not None and not 5 <= clinic.transfer.seconds <= 60:
        yield "transfer.seconds", "is out of range; write 5 to 60"
    if not 10 <= clinic.voicemail.most_seconds <= 120:
        yield "voicemail.most_seconds", "is out of range; write 10 to 120"


def _waitlist(clinic: Clinic) -> Iterator[Mistake]:
    given = clinic.waitlist
    if not 0 <= given.notice_minutes <= 7 * 24 * 60:
        yield "waitlist.notice_minutes", "is out of range; write 0 to 10080 minutes"
    for index, rule in enumerate(given.offers):
        if not ATOM <= rule.minutes <= 24 * 60:
            yield f"waitlist.offers[{index}].minutes", f"is out of range; write {ATOM} to 1440 minutes"
        if rule.within_hours is not None and not 1 <= rule.within_hours <= 720:
            yield f"waitlist.offers[{index}].within_hours", "is out of range; write 1 to 720 hours"
        nearer = [given.offers[i].within_hours for i in range(index)]
        if None in nearer or (
            rule.within_hours is not None and max((n or 0 for n in nearer), default=0) >= rule.within_hours
        ):
            yield f"waitlist.offers[{index}]", "never comes to bear; put the rules in order, the nearest times first"
    if not given.offers or given.offers[-1].within_hours is not None:
        yield "waitlist.offers", "does not end with a rule for every time; add e.g. {minutes: 60}"


def _bulk(clinic: Clinic) -> Iterator[Mistake]:
    given, after = clinic.bulk, clinic.missed.after_minutes
    if after is not None and not 0 <= after <= 7 * 24 * 60:
        yield "missed.after_minutes", "is out of range; write 0 to 10080 minutes, or null to ask nobody"
    for name, least, most in (
        ("second_person_above", 0, 1000),
        ("per_minute", 1, 600),
        ("calls_per_minute", 1, 60),
        ("recall_gap_days", 1, 366),
    ):
        if not least <= getattr(given, name) <= most:
            yield f"bulk.{name}", f"is out of range; write {least} to {most}"
    kinds, seen = {v.id for v in clinic.visit_types}, set[tuple[str, int]]()
    for index, rule in enumerate(given.recalls):
        yield from _known(f"bulk.recalls[{index}].visit_type", rule.visit_type, kinds)
        if not 1 <= rule.months <= 60:
            yield f"bulk.recalls[{index}].months", "is out of range; write 1 to 60 months"
        if (rule.visit_type, rule.months) in seen:
            yield f"bulk.recalls[{index}]", "stands twice; keep one of them"
        seen.add((rule.visit_type, rule.months))


def _due(clinic: Clinic) -> Iterator[Mistake]:
    seen: set[tuple[str, str | None]] = set()
    for index, rule in enumerate(clinic.due):
        if (rule.kind, rule.reason) in seen:
            yield f"due[{index}]", "stands twice; keep one of them"
        seen.add((rule.kind, rule.reason))
        for name in ("minutes", "urgent_minutes"):
            if (given := getattr(rule, name)) is not None and not 1 <= given <= 30 * 24 * 60:
                yield f"due[{index}].{name}", "is out of range; write 1 to 43200 minutes"
        if rule.minutes is None and rule.urgent_minutes is None:
            yield f"due[{index}]", "says no time; write minutes, urgent_minutes or both"


def _ids(clinic: Clinic) -> Iterator[Mistake]:
    for kind in ("locations", "providers", "visit_types"):
        seen: dict[str, int] = {}
        for index, item in enumerate(getattr(clinic, kind)):
            if item.id in seen:
                yield f"{kind}[{index}].id", f"{item.id!r} is used by {kind}[{seen[item.id]}] too; rename one"
            seen.setdefault(item.id, index)


def _locations(clinic: Clinic) -> Iterator[Mistake]:
    for index, place in enumerate(clinic.locations):
        key = f"locations[{index}]"
        if not place.name.strip():
            yield f"{key}.name", "is empty; write what patients call the place"
        yield from _zone(f"{key}.zone", place.zone)
        if place.phone:
            yield from _number(f"{key}.phone", place.phone)
        for day, spans in place.hours.items():
            yield from _spans(f"{key}.hours.{day}", spans)
        yield from _texts(f"{key}.parking", place.parking, clinic)
        yield from _texts(f"{key}.directions", place.directions, clinic)


def _providers(clinic: Clinic) -> Iterator[Mistake]:
    places, kinds = {p.id for p in clinic.locations}, {v.id for v in clinic.visit_types}
    for index, person in enumerate(clinic.providers):
        key = f"providers[{index}]"
        if not person.name.strip():
            yield f"{key}.name", "is empty; write the name as people say it"
        yield from _known(f"{key}.location", person.location, places)
        for at, kind in enumerate(person.visit_types):
            yield from _known(f"{key}.visit_types[{at}]", kind, kinds)
        for day, spans in person.hours.items():
            yield from _spans(f"{key}.hours.{day}", spans)
        if not 1 <= person.parallel <= 20:
            yield f"{key}.parallel", f"{person.parallel} patients at a time; write 1 to 20"


def _visit_types(clinic: Clinic) -> Iterator[Mistake]:
    for index, visit in enumerate(clinic.visit_types):
        key = f"visit_types[{index}]"
        if not ATOM <= visit.minutes <= 480 or visit.minutes % ATOM:
            yield f"{key}.minutes", f"{visit.minutes}; write a multiple of {ATOM} from {ATOM} to 480"
        for field in ("buffer_before", "buffer_after"):
            value = getattr(visit, field)
            if not 0 <= value <= 120 or value % ATOM:
                yield f"{key}.{field}", f"{value}; write a multiple of {ATOM} from 0 to 120"
        if visit.notice_hours is not None and not 0 <= visit.notice_hours <= MOST_NOTICE:
            yield f"{key}.notice_hours", f"{visit.notice_hours}; write 0 to {MOST_NOTICE}, or leave it out"
        yield from _texts(f"{key}.name", visit.name, clinic, needed=True)
        yield from _texts(f"{key}.bring", visit.bring, clinic)


def _closures(clinic: Clinic) -> Iterator[Mistake]:
    places, people = {p.id for p in clinic.locations}, {p.id for p in clinic.providers}
    for index, closure in enumerate(clinic.closures):
        key = f"closures[{index}]"
        if closure.location is not None:
            yield from _known(f"{key}.location", closure.location, places)
        if closure.provider is not None:
            yield from _known(f"{key}.provider", closure.provider, people)
        if closure.until is not None and not 0 <= (closure.until - closure.day).days <= 731:
            yield f"{key}.until", f"{closure.until} does not follow {closure.day} within two years; correct one"
        yield from _spans(f"{key}.hours", closure.hours)
        yield from _texts(f"{key}.name", closure.name, clinic)


def _zone(key: str, zone: str) -> Iterator[Mistake]:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield key, f"{zone!r} is not a time zone; write one of the IANA list, e.g. America/New_York"


def _number(key: str, number: str) -> Iterator[Mistake]:
    try:
        fits = number.startswith("+") and phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        fits = False
    if not fits:
        yield key, f'{number!r} is not a phone number in E.164; write it in quotes like "+17185550100"'


def _known(key: str, value: str, among: set[str]) -> Iterator[Mistake]:
    if value not in among:
        yield key, f"no such id {value!r}; use one of {', '.join(sorted(among))}"


def _spans(key: str, spans: Spans) -> Iterator[Mistake]:
    for start, end in spans:
        if start >= end and end != time():
            yield key, f"{start:%H:%M}-{end:%H:%M} ends before it begins; split hours past midnight over two days"
        if start.second or end.second or start.minute % ATOM or (end.minute % ATOM and end != time(23, 59)):
            yield key, f"{start:%H:%M}-{end:%H:%M} is finer than {ATOM} minutes; round it"
    for (_, end), (start, _) in pairwise(sorted(spans)):
        if start < end or end == time():
            yield key, f"two spans overlap at {start:%H:%M}; join them"


def _texts(key: str, texts: Texts, clinic: Clinic, *, needed: bool = False) -> Iterator[Mistake]:
    for language, text in texts.items():
        if not text.strip():
            yield f"{key}.{language}", "is empty; write the text or remove the key"
    if (needed or texts) and clinic.default_language not in texts:
        yield f"{key}.{clinic.default_language}", "is missing; the clinic's own language is always needed"
