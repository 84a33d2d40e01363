"""The words of a bulk send as its calls say them."""

from datetime import datetime

from agent.desk.bulk_words import first_words, slots_of
from agent.desk.call_words import of_own_call
from agent.desk.desk import Desk
from agent.model.bulk import BulkKind, Choice
from agent.model.calendar import Appointment
from agent.model.clinic import Texts


def spoken(
    desk: Desk, kind: BulkKind, choice: Choice, lines: Texts, locale: str, visit: Appointment | None, now: datetime,
    whom: str = "…",
) -> tuple[str, ...]:  # fmt: skip
    """What a call of it says in this language: to whoever takes it, to be sure who they are, and then to them; to
    somebody else at their number; and, where it hears anything, to a machine."""
    slots = slots_of(kind, choice, lines, locale, visit, whom, "call")
    parts = [of_own_call(desk, locale, "call.opening")]
    parts += [first_words(desk, kind, slots | more, locale, "voice", now) for more in ({"called": True}, {})]
    parts += [of_own_call(desk, locale, key, whom) for key in ("call.whose_number", "call.pass_on")]
    machine = desk.clinic.reminders.calls.machine == "message"
    return (*parts, *([of_own_call(desk, locale, "call.machine")] if machine else ()))
