"""Asks dateparser for an absolute date that the rows missed; its answer is refused where it tends to guess."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent.understand.times.tokens import Token
from agent.understand.times.values import Expression

LONGEST = 120
"""Characters beyond which it is not asked: it takes milliseconds."""

NEAR = 3
"""Words between a month and a number that may still be one date."""

RANGE_CLASSES = {"to", "until", "between", "after", "before", "part"}


class Fallback:
    """dateparser for one language, imported on first use: it takes 50 ms."""

    def __init__(self, language: str) -> None:
        self.language = language

    def find(self, text: str, now: datetime, order: str, tokens: Sequence[Token]) -> list[Expression]:
        """At most one date, marked to be asked. Sought only where a month is named near a number, with no range
        word."""
        if len(text) > LONGEST or not _worth_asking(tokens):
            return []
        from dateparser.search import search_dates

        settings = {
            "RELATIVE_BASE": now,
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": order.upper(),
            "REQUIRE_PARTS": ["day", "month"],
        }
        try:
            found = search_dates(text, languages=[self.language], settings=settings)
        except Exception:  # a foreign parser on hostile text may fail in any way; no date is an answer
            return []
        for said, at in found or []:
            start = text.find(said)
            if start >= 0 and any(character.isdigit() for character in said):
                value = at.date().isoformat()
                end = start + len(said)
                return [Expression(start=start, end=end, text=said, kind="date", value=value, ambiguous=True)]
        return []


def _worth_asking(tokens: Sequence[Token]) -> bool:
    if any(not RANGE_CLASSES.isdisjoint(token.keys) for token in tokens if "month" not in token.keys):
        return False
    months = [place for place, token in enumerate(tokens) if "month" in token.keys and not token.weak]
    days = [place for place, token in enumerate(tokens) if "dom" in token.keys]
    return any(abs(month - day) <= NEAR for month in months for day in days)
