"""A front-desk counter for tests: a store with a few patients, and a way to run one action as the desk does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from agent.actions.context import Rules
from agent.actions.runner import InProcessActions
from agent.adapters.calendar.local import LocalCalendar
from agent.adapters.store import open_store
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.patient import Patient
from agent.ports import ActionAnswer, Store
from tests import shared

CLINIC = shared.clinic()
NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)  # a Monday, 08:00 in New York
CODE = "204060"
PATIENTS = (
    ("lupe", "Guadalupe Hernández", "1979-12-12", "+17185550132"),
    ("mateo", "Mateo Hernández", "2016-05-30", "+17185550132"),
    ("ana", "Ana Ruiz", "2018-01-02", "+17185550133"),
    ("ana2", "Ana Ruis", "2018-01-02", "+17185550133"),
    ("jon", "Jon Smith", "1985-03-14", "+17185550134"),
    ("unreachable", "Wei Chen", "1983-04-27", ""),
)


@dataclass
class Counter:
    """The desk's side of an action."""

    store: Store
    actions: InProcessActions
    now: datetime = NOW

    def conversation(self, channel: str = "sms", handle: str = "+17185550132", **more: Any) -> Conversation:
        given: dict[str, Any] = {
            "id": f"{channel}-{handle}",
            "clinic": CLINIC.id,
            "channel": channel,
            "address": Address(channel=channel, value=handle),  # type: ignore[arg-type]
        }
        return Conversation(**given | more)

    def run(
        self, action: str, conversation: Conversation | None = None, at: datetime | None = None, /, **slots: Any
    ) -> ActionAnswer:
        with self.store.begin() as tx:
            return self.actions.run(action, tx, conversation or self.conversation(), slots, at or self.now)


def open_counter(new_id: Callable[[], str]) -> Counter:
    """A counter with PATIENTS and an empty diary."""
    store = open_store("sqlite://", data_key=bytes(32), secret=b"s" * 32, clock=lambda: NOW, new_id=new_id)
    with store.begin() as tx:
        for id, name, dob, phone in PATIENTS:
            phones = (phone,) if phone else ()
            tx.patients.add(Patient(id=id, clinic=CLINIC.id, name=name, dob=date.fromisoformat(dob), phones=phones))
    actions = InProcessActions(CLINIC, LocalCalendar(CLINIC), new_id, Rules(secret=b"k"), draw_code=lambda: CODE)
    return Counter(store, actions)
