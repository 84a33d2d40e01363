"""What a kind of our own calls is: what it is about just now, and what follows from it. See `agent.desk.call_kinds`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.desk.desk import Desk
from agent.model.outgoing_call import OutgoingCall, RingOutcome
from agent.model.patient import Patient
from agent.ports import Tx

COMES_BACK = timedelta(days=3)  # whoever rings us within this hears that we called
WITH_US = frozenset({"person", "alarm"})  # they talked with one of us instead
HEARD_US = WITH_US | {"told"}  # no text follows


@dataclass(frozen=True)
class Subject:
    """What is told, as it stands now."""

    patient: Patient
    zone: str  # of the place: there too it must be day
    slots: dict[str, Any]  # what the flow is begun with, once a person is there
    visits: tuple[str, ...] = ()  # that nobody may be changing at the moment of dialling
    until: datetime | None = None  # what would be dialled later is not dialled at all
    flow: str = ""  # where a kind has several


@dataclass(frozen=True)
class Kind:
    """`look`: what it is about, or the reason why nobody should be called any more. `settle`: the call is over, in the
    caller's transaction; whoever was not told is told otherwise."""

    flow: str  # that a person is in who says that they listen
    tag: str  # what the audit calls it
    look: Callable[[Desk, Tx, OutgoingCall, datetime], Subject | str]
    settle: Callable[[Desk, Tx, OutgoingCall, RingOutcome, datetime], None]
    before: timedelta | None = None  # no call later than so long before its moment; None: whatever the hour
    again: bool = True  # dialled once more where nobody took it
    back: Callable[[Desk, Tx, OutgoingCall, datetime], Subject | None] | None = None  # for whoever rings us back
    ready: Callable[[Desk, Tx, OutgoingCall, str, datetime], datetime | str | None] | None = None  # see `bulk_calls`
    unrung: Callable[[Tx, OutgoingCall], None] | None = None  # what `ready` took, once it certainly was not dialled
    alarm_answers: bool = False  # danger, said before anything was asked, is an answer: the flow is begun with it


def first_name(patient: Patient) -> str:
    """Whom the caller is asked for."""
    return patient.name.split()[0]
