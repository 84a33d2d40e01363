"""Days of a FHIR record, as numbers and as a note writes them."""

import re
from typing import Any

from agent.documents.values import MONTHS

Date = tuple[int, int, int]  # year, month, day; 0 where unknown


def day(value: Any) -> Date:
    """A FHIR date or instant as numbers; of one with a thirteenth month the year."""
    m = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value) if isinstance(value, str) else None
    if not m:
        return (0, 0, 0)
    return (int(m[1]), int(m[2] or 0), int(m[3] or 0)) if int(m[2] or 0) <= 12 else (int(m[1]), 0, 0)


def day_told(when: Date) -> str:
    """As a note has it: "November 2, 2026"; the year alone where the record has no more."""
    year, month, date = when
    return f"{MONTHS[month - 1].capitalize()} {date or ''}, {year}" if 1 <= month <= 12 else str(year or "")
