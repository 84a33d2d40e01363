"""What the desk has just asked, and what can be chosen: for those who propose an answer."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Offered:
    """One option: `payload` is "slot=name"; `value` goes into the slot; `label` is a typed value for wording."""

    payload: str
    value: Any
    label: dict[str, Any]
    kind: str = "plain"


@dataclass(frozen=True)
class Question:
    """What the desk has just asked, for those who propose an answer."""

    run: str
    flow: str
    slot: str
    type: str
    options: tuple[Offered, ...] = ()
    optional: bool = False
