"""Typed values as people say them: dates, times, openings, names of things, in a locale and for a channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from agent.dialogue import forms
from agent.dialogue.almanac import Almanac
from agent.model.clinic import Clinic
from agent.model.content import Content

_MOST_VISITS = 5  # of many the next ones


@dataclass(frozen=True)
class Voice:
    """Who speaks: content, clinic, locale and channel."""

    content: Content
    clinic: Clinic
    locale: str
    channel: str
    now: datetime

    @property
    def almanac(self) -> Almanac:
        own = self.content.rows.get("calendar", {}).get(self.locale)
        return Almanac(self.locale, self.clinic.country, own)

    def term(self, key: str, **values: str) -> str:
        message = self.content.message(self.locale, key, self.channel) or self.content.message("en", key, self.channel)
        text = message.text if message else key
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text


def speak(voice: Voice, value: Any) -> str:
    """A value as text; {"as": kind, "value": …} by its kind, anything else as it is."""
    if not isinstance(value, Mapping) or "as" not in value:
        return "" if value is None else str(value)
    inner = value.get("value")
    if inner is None or inner == "":
        return ""
    return _KINDS.get(str(value["as"]), _plain)(voice, inner)


def day(voice: Voice, when: date, *, year: bool | None = None) -> str:
    """Weekday, day and month in full; the year where it is not plain."""
    return voice.almanac.day(when, year=when.year != voice.now.year if year is None else year)


def short_day(voice: Voice, when: date) -> str:
    return voice.almanac.day(when, year=False, short=True)


def clock(voice: Voice, when: time) -> str:
    return voice.almanac.clock(when)


def at_time(voice: Voice, when: time, key: str = "format.at") -> str:
    """ "at 9:00 AM", "a las 9:00 a.m."; at one o'clock many languages count one hour ("a la 1:30 p.m.")."""
    text = clock(voice, when)
    return voice.term(f"{key}.one" if when.hour % 12 == 1 and not text.startswith("13") else key, time=text)


def _plain(_: Voice, value: Any) -> str:
    return ", ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)


def _date(voice: Voice, value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) == 2:
        first, last = (date.fromisoformat(str(v)[:10]) for v in value)
        if first == last:
            return day(voice, first)
        return voice.term("format.range", first=short_day(voice, first), last=short_day(voice, last))
    return day(voice, date.fromisoformat(str(value)[:10]))


def _time(voice: Voice, value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) == 2:
        return voice.term(
            "format.range",
            first=clock(voice, time.fromisoformat(value[0])),
            last=clock(voice, time.fromisoformat(value[1])),
        )
    text = str(value)
    return (
        voice.term(f"part.{text}")
        if text in ("morning", "afternoon", "evening")
        else clock(voice, time.fromisoformat(text))
    )


def _dob(voice: Voice, value: Any) -> str:
    return voice.almanac.long_date(date.fromisoformat(str(value)))


def _opening(voice: Voice, value: Any) -> str:
    return _opening_as(voice, value, "format.opening", day)


def _short_opening(voice: Voice, value: Any) -> str:
    return _opening_as(voice, value, "format.opening.short", short_day)


def _opening_as(voice: Voice, value: Any, key: str, say_day: Callable[[Voice, date], str]) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    local = datetime.fromisoformat(str(value["local"]))
    place = _location(voice, value["location"])
    if len(voice.clinic.places) == 1:
        key += ".one_place"
    return voice.term(
        key,
        day=say_day(voice, local.date()),
        time=clock(voice, local.time()),
        at=at_time(voice, local.time()),
        provider=_provider(voice, value["provider"]),
        location=place,
    )


def _visit(voice: Voice, value: Any) -> str:
    """Day and time of an opening, and nothing of whom it is with."""
    local = datetime.fromisoformat(str(value["local"]))
    at = at_time(voice, local.time())
    return voice.term("format.due", day=day(voice, local.date()), time=clock(voice, local.time()), at=at)


def _openings(voice: Voice, value: Any) -> str:
    value = sorted(value, key=lambda v: str(v["start"]))[:_MOST_VISITS]
    if voice.channel == "voice":
        return "; ".join(_opening(voice, v) for v in value)
    return "\n".join("- " + _opening(voice, v) for v in value)


def _provider(voice: Voice, value: Any) -> str:
    if value == "any":
        return voice.term("term.any_provider")
    return next((p.called.get(voice.locale, p.name) for p in voice.clinic.providers if p.id == value), str(value))


def _location(voice: Voice, value: Any) -> str:
    return next((p.name for p in voice.clinic.locations if p.id == value), str(value))


def visit_type_name(clinic: Clinic, locale: str, value: Any) -> str:
    """The visit type's name in the locale, else in the clinic's own language."""
    found = next((v for v in clinic.visit_types if v.id == value), None)
    if found is None:
        return str(value)
    for tag in (locale, locale.split("-", maxsplit=1)[0], clinic.default_language):
        if tag in found.name:
            return found.name[tag]
    return next(iter(found.name.values()), str(value))


def _visit_type(voice: Voice, value: Any) -> str:
    return visit_type_name(voice.clinic, voice.locale, value)


def phone(value: str, country: str) -> str:
    """As people of the clinic's country write it; international for foreign numbers."""
    try:
        parsed = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return value
    home = phonenumbers.country_code_for_region(country) == parsed.country_code
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def _phone(voice: Voice, value: Any) -> str:
    return phone(str(value), voice.clinic.country)


def _key(voice: Voice, value: Any) -> str:
    return voice.term(str(value))


def _keys(voice: Voice, value: Any) -> str:
    return listed(voice, [_key(voice, key) for key in value])


def _letters(_: Voice, value: Any) -> str:
    """ "M, U, L; L, E, R": by threes, as one reads them back."""
    signs = str(value)
    return "; ".join(", ".join(signs[at : at + 3]) for at in range(0, len(signs), 3))


def _relation(voice: Voice, value: Any) -> str:
    return voice.term(f"relation.{value}")


def _due(voice: Voice, value: Any) -> str:
    """A moment (UTC ISO) in the clinic's zone: the time today, else day and time."""
    zone = ZoneInfo(voice.clinic.zone)
    when, now = datetime.fromisoformat(str(value)).astimezone(zone), voice.now.astimezone(zone)
    if when.date() == now.date():
        return voice.term("format.due.today", when=at_time(voice, when.time(), "format.by"))
    at = at_time(voice, when.time())
    return voice.term("format.due", day=day(voice, when.date()), time=clock(voice, when.time()), at=at)


def _window(voice: Voice, value: Any) -> str:
    """A stretch of one day (UTC ISO) on the clinic's clock: the day, and from when to when."""
    zone = ZoneInfo(voice.clinic.zone)
    start, end = (datetime.fromisoformat(str(value[name])).astimezone(zone) for name in ("start", "end"))
    times = voice.term("format.range", first=clock(voice, start.time()), last=clock(voice, end.time()))
    return voice.term("format.window", day=day(voice, start.date()), times=times)


def listed(voice: Voice, items: list[str], *, either: bool = False) -> str:
    """Joined as the language joins a list: "a, b, and c", or with "or" for `either`."""
    return voice.almanac.listed(items, either=either)


def _people(voice: Voice, value: Any) -> str:
    return listed(voice, [str(name) for name in value])


def _facts(voice: Voice, value: Any) -> str:
    from agent.dialogue.facts import facts_text

    return facts_text(voice, value)


def _languages(voice: Voice, _: Any) -> str:
    """The languages that the clinic's desk speaks, each by its own name, so that everybody finds theirs."""
    names = [voice.content.languages[t].name for t in voice.clinic.languages if t in voice.content.live]
    return ", ".join(names)


def _language(voice: Voice, value: Any) -> str:
    """A language's name in this one; where nobody knows that, its own."""
    return voice.almanac.language(str(value)) or voice.content.languages[str(value)].name


def _form_question(voice: Voice, value: Any) -> str:
    return forms.question_text(voice.content, voice.locale, value)


def _form_why(voice: Voice, value: Any) -> str:
    return forms.why_text(voice.content, voice.locale, value) or voice.term("form.why.usual")


def _form_known(voice: Voice, value: Any) -> str:
    yes, no = voice.term("option.yes"), voice.term("option.no")
    said = forms.known_text(voice.content, voice.locale, value, voice.almanac, yes, no)
    return phone(said, voice.clinic.country) if said.startswith("+") else said


def _form_choice(voice: Voice, value: Any) -> str:
    return forms.choice_text(voice.content, voice.locale, value)


_KINDS: dict[str, Callable[[Voice, Any], str]] = {
    "date": _date,
    "time": _time,
    "dob": _dob,
    "opening": _opening,
    "opening_short": _short_opening,
    "openings": _openings,
    "visit": _visit,
    "provider": _provider,
    "location": _location,
    "visit_type": _visit_type,
    "phone": _phone,
    "key": _key,
    "keys": _keys,
    "relation": _relation,
    "due": _due,
    "window": _window,
    "facts": _facts,
    "people": _people,
    "language": _language,
    "letters": _letters,
    "languages": _languages,
    "form_question": _form_question,
    "form_why": _form_why,
    "form_known": _form_known,
    "form_choice": _form_choice,
}
