"""Phone numbers and one-time codes in a message."""

import re

import phonenumbers

from agent.understand.found import Found

_CODE = re.compile(r"(?<!\d)(\d{3}[\s.-]?\d{3}|\d(?:\s\d){5})(?!\d)")
_DATE = re.compile(r"^\D*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\D*$")


def phone(text: str, region: str) -> Found | None:
    """E.164 of the first valid number."""
    text = text[:2000]
    if sum(c.isdigit() for c in text) < 7:
        return None
    for m in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE):
        if _DATE.match(m.raw_string) or sum(c.isdigit() for c in m.raw_string) < 9:
            continue
        value = phonenumbers.format_number(m.number, phonenumbers.PhoneNumberFormat.E164)
        valid = phonenumbers.is_valid_number(m.number)
        return Found(value, m.start, m.end, 0.95 if valid else 0.7, True)
    return None


def code(text: str) -> Found | None:
    """Six digits."""
    m = _CODE.search(text[:500])
    return Found(re.sub(r"\D", "", m.group()), m.start(), m.end()) if m else None
