"""Typed values as people say them: dates, times, openings, names of things, in a locale and for a channel."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list

from agent.model.clinic import Clinic
from agent.model.content import Content

# Babel answers for Haitian Creole in French without a word; CLDR knows Tagalog as Filipino.
_MOST_VISITS = 5  # of many the next ones
_BABEL = {"ht": "fr", "tl": "fil", "zh": "zh_Hans", "pt": "pt_BR"}


@dataclass(frozen=True)
class Voice:
    """Who speaks: content, clinic, locale and channel."""

    content: Content
    clinic: Clinic
    locale: str
    channel: str
    now: datetime

    def term(self, key: str, **values: str) -> str:
        message = self.content.message(self.locale, key, self.channel) or self.content.message("en", key, self.channel)
        text = message.text if message else key
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text


@lru_cache(maxsize=64)
def babel_locale(tag: str, country: str) -> Locale:
    """The CLDR locale for a language in the clinic's country (es in the US writes 10:30 a. m.)."""
    base = _BABEL.get(tag, tag).replace("-", "_")
    for candidate in (f"{base}_{country}", base):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


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
    with_year = when.year != voice.now.year if year is None else year
    return _day(voice.locale, voice.clinic.country, when, "yMMMEd" if with_year else "MMMEd", True)


@lru_cache(maxsize=2048)
def _day(tag: str, country: str, when: date, skeleton: str, full: bool) -> str:
    """Days of visits, kept: CLDR's data are slow to reach. (Dates of birth are not: they are somebody's.)"""
    locale = babel_locale(tag, country)
    pattern = _full_pattern(locale, skeleton) if full else locale.datetime_skeletons[skeleton].pattern
    return str(format_date(when, pattern, locale=locale))


@lru_cache(maxsize=128)
def _full_pattern(locale: Locale, skeleton: str) -> str:
    """CLDR's own pattern with weekday and month widened, as its skeleton matching does."""
    pattern = locale.datetime_skeletons[skeleton].pattern
    return re.sub(r"\bccc\b|\bE{1,3}\b", "EEEE", re.sub(r"\b(MMM|LLL)\b", "MMMM", pattern))


def short_day(voice: Voice, when: date) -> str:
    return _day(voice.locale, voice.clinic.country, when, "MMMEd", False)


def clock(voice: Voice, when: time) -> str:
    return _clock(voice.locale, voice.clinic.country, when)


@lru_cache(maxsize=2048)
def _clock(tag: str, country: str, when: time) -> str:
    text = format_time(when, "short", locale=babel_locale(tag, country))
    return str(text).replace("\u202f", " ").replace("\u00a0", " ")  # a narrow space turns a GSM-7 text into UCS-2


def at_time(voice: Voice, when: time, key: str = "format.at") -> str:
    """ "at 9:00 AM", "a las 9:00 a.m."; at one o'clock many languages count one hour ("a la 1:30 p.m.")."""
    return voice.term(f"{key}.one" if when.hour % 12 == 1 else key, time=clock(voice, when))


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
    locale = babel_locale(voice.locale, voice.clinic.country)
    return str(format_date(date.fromisoformat(str(value)), "long", locale=locale))


def _opening(voice: Voice, value: Any) -> str:
    return _opening_as(voice, value, "format.opening", day)


def _short_opening(voice: Voice, value: Any) -> str:
    return _opening_as(voice, value, "format.opening.short", short_day)


def _opening_as(voice: Voice, value: Any, key: str, say_day: Callable[[Voice, date], str]) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    local = datetime.fromisoformat(str(value["local"]))
    place = _location(voice, value["location"])
    if len(voice.clinic.locations) == 1:
        key += ".one_place"
    return voice.term(
        key,
        day=say_day(voice, local.date()),
        time=clock(voice, local.time()),
        at=at_time(voice, local.time()),
        provider=_provider(voice, value["provider"]),
        location=place,
    )


def _openings(voice: Voice, value: Any) -> str:
    value = sorted(value, key=lambda v: str(v["start"]))[:_MOST_VISITS]
    if voice.channel == "voice":
        return "; ".join(_opening(voice, v) for v in value)
    return "\n".join("- " + _opening(voice, v) for v in value)


def _provider(voice: Voice, value: Any) -> str:
    if value == "any":
        return voice.term("term.any_provider")
    return next((p.name for p in voice.clinic.providers if p.id == value), str(value))


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


def listed(voice: Voice, items: list[str], *, either: bool = False) -> str:
    """Joined as the language joins a list: "a, b, and c", or with "or" for `either`."""
    locale = babel_locale(voice.locale, voice.clinic.country)
    return format_list(items, style="or" if either else "standard", locale=locale) if items else ""


def _facts(voice: Voice, value: Any) -> str:
    from agent.dialogue.facts import facts_text

    return facts_text(voice, value)


_KINDS: dict[str, Callable[[Voice, Any], str]] = {
    "date": _date,
    "time": _time,
    "dob": _dob,
    "opening": _opening,
    "opening_short": _short_opening,
    "openings": _openings,
    "provider": _provider,
    "location": _location,
    "visit_type": _visit_type,
    "phone": _phone,
    "key": _key,
    "relation": _relation,
    "due": _due,
    "facts": _facts,
}
