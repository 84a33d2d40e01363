"""Phone numbers and one-time codes in a message."""

import re
from collections.abc import Sequence

import phonenumbers

from agent.understand.found import Found
from agent.understand.normalize import MAX_CHARS, fold_with_offsets

_SIX = r"(?:\d{3}[\s-]?\d{3}|\d(?:[\s-]\d){5}|\d\d(?:[\s-]\d\d){2})"
_CODE = re.compile(rf"(?<![\d$€£.,/])(?<!\d[\s.-]){_SIX}(?![\s.,/-]?\d)")
_DATE = re.compile(r"\D*(?:\d{4}([/.-])\d\d?\1\d\d?|\d\d?([/.-])\d\d?\2(?:\d{4}|\d\d))(?!\d)|\d\d \d\d \d{4}$")
_BIRTH = re.compile(r"(?<![\d+./-])(?:\d{4}([/.-])\d\d?\1\d\d?|\d\d?([/.-])\d\d?\2(?:\d{4}|\d\d))(?![\d/.-])")
_SSN = re.compile(r"\d{3}-\d\d-\d{4}")  # how the USA write the number of a social security card
_FEWEST = 8  # digits of a number with its area


def phone(text: str, region: str, others: Sequence[str] = ()) -> Found | None:
    """E.164 of the first number; not sure where no such number is in service. A number without its country that is none
    of `region` is one of the first of the `others` (ISO 3166 codes) where it is in service, and to be asked back."""
    text = _BIRTH.sub(lambda m: ";" * len(m.group()), text[:MAX_CHARS])
    if sum(c.isdigit() for c in text) < _FEWEST:
        return None
    region = region.upper() if region.upper() in phonenumbers.SUPPORTED_REGIONS else "US"
    found = _first(text, region)
    if found is None or not found.sure:
        abroad = [one for o in others if o != region and (one := _first(text, o)) and _is_called(one, text)]
        other = next((one for one in abroad if _is_mobile(one)), None) or next(
            (one for one in abroad if text[one.start : one.end].lstrip("( ").startswith("0")), None
        )
        if other is not None:
            return Found(other.value, other.start, other.end, 0.8, False)
    return found


def _is_called(each: Found, text: str) -> bool:
    """In service, and no part of another figure."""
    beside = each.start and text[each.start - 1].isalnum()
    return each.sure and not beside and not _SSN.fullmatch(text[each.start : each.end])


def _is_mobile(each: Found) -> bool:
    kind = phonenumbers.number_type(phonenumbers.parse(str(each.value)))
    return bool(kind == phonenumbers.PhoneNumberType.MOBILE)


def _first(text: str, region: str) -> Found | None:
    for m in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE, max_tries=50):
        digits = sum(c.isdigit() for c in m.raw_string)
        if _DATE.match(m.raw_string) or digits < _FEWEST or (digits == _FEWEST and m.raw_string.isdigit()):
            continue
        value = phonenumbers.format_number(m.number, phonenumbers.PhoneNumberFormat.E164)
        valid = phonenumbers.is_valid_number(m.number)
        return Found(value, m.start, m.end, 0.95 if valid else 0.6, valid)
    return None


def code(text: str) -> Found | None:
    """Six digits, alone or in groups; None where two different codes stand in the message."""
    folded = fold_with_offsets(text[:MAX_CHARS])
    found = [(re.sub(r"\D", "", m.group()), folded.raw_span(*m.span())) for m in _CODE.finditer(folded.text)]
    if len({digits for digits, _ in found}) != 1:
        return None
    digits, (start, end) = found[0]
    return Found(digits, start, end)
