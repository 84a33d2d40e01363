"""Words that were written to run backwards do so by themselves, and never take what stands after them along."""

import re
from typing import Any

_OVERRIDE, _ISOLATE = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
_POP, _POP_ISOLATE = "\u202c", "\u2069"
_ANY = re.compile(f"[{_OVERRIDE}{_ISOLATE}]")


def closed(value: Any) -> Any:
    """What a template prints, with every direction closed that it opens (UAX #9); anything but such text as it is."""
    if not isinstance(value, str) or value.isascii() or not _ANY.search(value):
        return value
    open_ones: list[str] = []
    for sign in value:
        if sign in _OVERRIDE:
            open_ones.append(_POP)
        elif sign in _ISOLATE:
            open_ones.append(_POP_ISOLATE)
        elif sign == _POP and open_ones and open_ones[-1] == _POP:
            open_ones.pop()
        elif sign == _POP_ISOLATE and _POP_ISOLATE in open_ones:
            while open_ones.pop() != _POP_ISOLATE:
                pass
    return value + "".join(reversed(open_ones))
