"""What a reader of values answers: the value, where it stood, and how sure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Found:
    """`start` and `end` are offsets into the original text; not `sure` means that the desk must ask back."""

    value: Any
    start: int
    end: int
    confidence: float = 1.0
    sure: bool = True


@dataclass(frozen=True)
class Option:
    """One offered choice as people may name it."""

    labels: tuple[str, ...] = ()
    local: datetime | None = None
    provider_name: str | None = None
    location_name: str | None = None
    payload: str = ""
