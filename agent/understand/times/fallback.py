"""Asks dateparser for an absolute date that the rows missed; its answer is refused where it tends to guess."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent.understand.times.tokens import Token
from agent.understand.times.values import Expression

LONGEST = 120
"""Characters beyond which it is not asked: it takes milliseconds."""

RANGE_CLASSES = {"to", "until", "from", "between", "after", "before", "part"}


class Fallback:
    """dateparser for one language, imported on first use: it takes 50 ms."""

    def __init__(self, language: str) -> None:
        self.language = language

    def find(self, text: str, now: datetime, order: str, tokens: Sequence[Token]) -> list[Expression]:
        """At most one date. Asked only where a month is named beside a number, with no range word."""
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
        except Exception:  # noqa: BLE001 - a foreign parser on hostile text may fail in any way; no date is an answer
            return []
        for said, at in found or []:
            start = text.find(said)
            if start >= 0 and any(character.isdigit() for character in said):
                value = at.date().isoformat()
                return [Expression(start=start, end=start + len(said), text=said, kind="date", value=value)]
        return []


def _worth_asking(tokens: Sequence[Token]) -> bool:
    if any(not RANGE_CLASSES.isdisjoint(token.keys) for token in tokens):
        return False
    month = any("month" in token.keys and not token.weak for token in tokens)
    return month and any("dom" in token.keys for token in tokens)
