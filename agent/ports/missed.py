"""What finding missed messages needs: the provider's own list of what came in, and how far we have read it.

Kept apart from `agent.ports`, whose rules hold here too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from agent.model.address import Channel
from agent.model.message import Inbound


@dataclass(frozen=True)
class Reading:
    """How far a number's list has been compared with our inbox."""

    begun: datetime  # the desk answers for nothing that came before
    until: datetime  # everything dated before is compared
    failing_since: datetime | None = None
    told: bool = False  # this failure stands in the audit trail


class Readings(Protocol):
    """One row for each number of the clinic."""

    def claim(self, number: str, now: datetime, every: float, *, at_once: bool = False) -> Reading | None:
        """The number's list is ours to read now; None until `every` seconds after the last claim by anybody, unless
        `at_once`. The first claim of all begins at `now`."""

    def reached(self, number: str, until: datetime) -> None:
        """Compared up to here, and no longer failing. Never goes backwards."""

    def failed(self, number: str, since: datetime, told: bool) -> None: ...

    def get(self, number: str) -> Reading | None: ...


@dataclass(frozen=True)
class Missed:
    """What the provider lists and we do not have, in order of arrival; `unreadable`: listed, but no text to us."""

    messages: tuple[Inbound, ...]
    unreadable: int = 0


@runtime_checkable
class ChannelLog(Protocol):
    """A channel whose provider keeps a list of what came in."""

    channel: Channel

    def missed(
        self, number: str, since: datetime, until: datetime, *, unknown: Callable[[Sequence[str]], set[str]],
        clinic: str, new_id: Callable[[], str], max_text: int,
    ) -> Missed:  # fmt: skip
        """Listed as received by `number` in [since, until) and named by `unknown`, which is given provider ids;
        `received_at` is the provider's. Raises a SendFault when the list cannot be had: nothing is known then."""
