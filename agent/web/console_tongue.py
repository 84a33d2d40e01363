"""The language in which a member of staff sees the console: its catalogue, and numbers and spans of time by CLDR."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from agent.dialogue.almanac import babel_locale
from agent.model.wording import N_, Sayable
from agent.settings import ROOT
from agent.web.accepted import best_of

LOCALES = ROOT / "locales"
_UNKNOWN = N_("somebody else was first, or this cannot be done now: open the page again")
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


@dataclass(frozen=True)
class Tongue:
    """A language of the console. `content`: the language of the content whose words go beside it (kinds of visits,
    names of tasks); `country`: whose habits of writing."""

    tag: str
    direction: str = "ltr"
    content: str = "en"
    catalogue: NullTranslations = NullTranslations()  # noqa: RUF009 (it holds nothing and never changes)
    country: str = "US"

    @property
    def locale(self) -> Locale:
        return babel_locale(self.content, self.country)


ENGLISH = Tongue("en")
_spoken: ContextVar[Tongue] = ContextVar("tongue", default=ENGLISH)


@cache
def tongues(folder: Path = LOCALES) -> dict[str, Tongue]:
    """English, which stands in the source, and every language with a console.po."""
    found = {"en": ENGLISH}
    for path in sorted(folder.glob("*/LC_MESSAGES/console.po")):
        tag = path.parent.parent.name
        with path.open("rb") as held:
            catalogue = read_po(held, locale=babel_locale(tag, "US"))
        made = BytesIO()
        write_mo(made, catalogue)
        made.seek(0)
        direction = babel_locale(tag, "US").character_order
        found[tag] = Tongue(tag, "rtl" if direction.startswith("right") else "ltr", tag, GNUTranslations(made))
    return found


def speak(tag: str, country: str) -> Tongue:
    """From here on this request is answered in that language; English where there is no such catalogue."""
    tongue = replace(tongues().get(tag, ENGLISH), country=country)
    _spoken.set(tongue)
    return tongue


def current() -> Tongue:
    """The language of whoever is being answered."""
    return _spoken.get()


def guess(accepted: str) -> str:
    """The best of ours for an Accept-Language header; English for anything else."""
    return best_of(accepted, tongues(), "en")


def tr(message: str, **values: object) -> str:
    """The message in the reader's language, its %(name)s gaps filled."""
    text = current().catalogue.gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """As `_`, in the form for that many."""
    return current().catalogue.ngettext(one, many, count) % {"count": number(count), **values}


def gettext_callables() -> tuple[Callable[..., str], ...]:
    """gettext, ngettext, pgettext and npgettext for the templates, each in the language of the moment."""

    def of(name: str) -> Callable[..., str]:
        def find(*given: Any) -> str:
            return str(getattr(current().catalogue, name)(*given))

        return find

    return of("gettext"), of("ngettext"), of("pgettext"), of("npgettext")


def said(fault: Sayable) -> str:
    """Why something was not done; what was meant for the log alone is not shown."""
    if fault.why not in known():
        return tr(_UNKNOWN)
    return tr(fault.why, **fault.values)


def not_done(fault: Sayable) -> str:
    return tr("Not done: %(why)s.", why=said(fault))


def each(words: Mapping[Any, str]) -> dict[str, str]:
    """A table (key -> marked words) in the reader's language."""
    return {key: tr(text) for key, text in words.items()}


def number(n: float) -> str:
    return str(format_decimal(n, locale=current().locale))


def decimal(n: float) -> str:
    """With two digits behind the point."""
    return str(format_decimal(n, "#,##0.00", locale=current().locale))


def percent(part: float) -> str:
    """0.93 as "93%"."""
    return str(format_percent(part, locale=current().locale))


def span(much: timedelta) -> str:
    """A length of time in the largest unit that says enough: "40 sec", "12 min", "3 hr", "2 days"."""
    seconds = much.total_seconds()
    for unit, size in _UNITS:
        if seconds >= 1.5 * size:
            return _unit(round(seconds / size), unit)
    return _unit(round(seconds), "second")


def minutes_or_more(much: timedelta) -> str:
    """As `span`, never less than a minute."""
    return span(much) if much >= timedelta(seconds=90) else _unit(1, "minute")


def _unit(count: int, unit: str) -> str:
    return _formatted(count, unit, current().locale)


@lru_cache(maxsize=2000)
def _formatted(count: int, unit: str, locale: Locale) -> str:
    return str(format_unit(count, f"duration-{unit}", "short", locale=locale))


def language(tag: str, english: str = "") -> str:
    """A language's name in the reader's own; `english`: what the content calls it."""
    if current().content == "en":
        return english or tag
    name = str(current().locale.languages.get(tag.replace("-", "_"), tag))
    return name[:1].upper() + name[1:]


@cache
def known() -> frozenset[str]:
    """Every message of the catalogue's template."""
    with (LOCALES / "console.pot").open("rb") as held:
        found = [m.id for m in read_po(held) if m.id]
    return frozenset(m for id in found for m in ((id,) if isinstance(id, str) else id))
