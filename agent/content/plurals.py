"""Plural forms by the rules of CLDR: which a language has, what each is called, for which numbers it stands, and which
one a number takes. A form's place in a PO file is its place here."""

import re
from collections.abc import Callable
from functools import lru_cache
from gettext import c2py
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.messages.plurals import get_plural
from babel.plural import to_gettext

COUNT = "count"  # the placeholder that holds the number
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_LOOKED_AT = range(1001)  # no desk counts further; French, Spanish and others have a form of their own for millions
_SHOWN = 4
_RULE = re.compile(r"\s*nplurals\s*=\s*(\d)\s*;\s*plural\s*=\s*(.+?)\s*;?\s*", re.DOTALL)
_LONGEST_RULE = 1000  # characters


class PluralForm(NamedTuple):
    """`name`: CLDR's; `numbers`: the first that it stands for; `alone`: it stands for one number only, which it may
    therefore say in words."""

    name: str
    numbers: tuple[int, ...]
    alone: bool

    @property
    def examples(self) -> str:
        """ "1", "2, 3, 4, 22 …"."""
        return ", ".join(map(str, self.numbers)) + ("" if self.alone or len(self.numbers) < _SHOWN else " …")


@lru_cache(64)
def forms(tag: str) -> tuple[PluralForm, ...]:
    """The forms of a language in the order of CLDR; one for all numbers where it is not known."""
    of = _rule_of(tag)
    found: dict[str, list[int]] = {}
    for number in _LOOKED_AT:
        found.setdefault(of(number), []).append(number)
    return tuple(
        PluralForm(name, tuple(found[name][:_SHOWN]), len(found[name]) == 1) for name in _CATEGORIES if name in found
    )


def which(tag: str, number: int) -> int:
    """The place of the form that a number takes; the last one's for a number that no form is for."""
    names = [form.name for form in forms(tag)]
    name = _rule_of(tag)(number)
    return names.index(name) if name in names else len(names) - 1


@lru_cache(64)
def header(tag: str) -> str:
    """The rule as a PO file's header says it; empty for a language that CLDR does not know."""
    ways = [get_plural(tag.replace("-", "_")).plural_forms, "nplurals=2; plural=(n > 1);"]
    if _known(tag):
        rules = Locale.parse(tag, sep="-").plural_form.rules
        ways.append(to_gettext({form.name: rules[form.name] for form in forms(tag)[:-1]}))
    return next((way for way in ways if says(way, tag)), "")


@lru_cache(256)
def says(rule: str, tag: str) -> bool:
    """Does a header's rule give every number the form that CLDR gives it?"""
    found = _RULE.fullmatch(rule)
    if found is None or len(rule) > _LONGEST_RULE or int(found[1]) != len(forms(tag)):
        return False
    try:
        place = c2py(found[2])
        return all(place(number) == which(tag, number) for number in _LOOKED_AT)
    except (ValueError, ZeroDivisionError, OverflowError, RecursionError):  # the file may say anything
        return False


def _known(tag: str) -> bool:
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


@lru_cache(64)
def _rule_of(tag: str) -> Callable[[int], str]:
    return Locale.parse(tag, sep="-").plural_form if _known(tag) else lambda _: "other"
