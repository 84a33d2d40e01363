"""The readings of a number: an hour, a minute, a day of the month, tens that wait for ones; knows no language."""

from __future__ import annotations

from typing import Any

from agent.understand.times.tokens import Piece

Keys = dict[str, Any]


def numbered(keys: Keys) -> Keys:
    """Keys with every reading of a number: hour, minute, day of the month, tens to be joined."""
    number = keys.get("num")
    if isinstance(number, int):
        keys = dict(keys)
        if number <= 24:
            keys["hour"] = number
        if number <= 59:
            keys["minute"] = number
        if 10 <= number <= 59:
            keys["minutes2"] = number
        if 1 <= number <= 12:
            keys["said_hour"] = number
        if 10 <= number <= 59 and number % 5 == 0:
            keys["said_minute"] = number
        if 20 <= number <= 90 and number % 10 == 0:
            keys["tens"] = number
    order = keys.get("ord", number)
    if isinstance(order, int):
        keys = dict(keys)
        if 1 <= order <= 31:
            keys["dom"] = order
        if 1 <= order <= 9:
            keys["unit_digit"] = order
    return keys


def numeric(piece: Piece) -> Keys:
    """The readings of a piece made of digits, by its sort."""
    text = piece.folded
    if piece.sort == "digits":
        return _digits(text)
    if piece.sort in ("iso", "dmy", "slash", "clock", "dotted"):
        return {piece.sort: text}
    return {}


def _digits(text: str) -> Keys:
    number = int(text)
    keys: Keys = {"num": number} if len(text) <= 3 else {}
    if len(text) <= 2:
        keys |= {"digits": number}
        if number <= 24:
            keys["hour"] = number
        if number <= 59:
            keys["minute"] = number
        if 1 <= number <= 31:
            keys["dom"] = number
        if len(text) == 2:
            keys["yy"] = number
            keys["minutes2"] = number
    elif len(text) <= 4 and number % 100 <= 59 and number // 100 <= 23:
        keys["hhmm"] = text
    if len(text) == 4 and 1900 <= number <= 2100:
        keys["year"] = number
    return keys
