"""What an action may look at while it runs, and what it may hand back beside slots; nothing is decided here."""

from abc import abstractmethod
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from agent.model.clinic import Clinic
from agent.model.conversation import Conversation
from agent.model.message import Outbound
from agent.ports import Calendar, NewId, Tx
from agent.understand.passages import Passages


@dataclass(frozen=True)
class Rules:
    """Caps for identity, from the settings. `secret` keys the blind subjects and hashes of codes."""

    secret: bytes
    tries: int = 5
    lockout_minutes: int = 15
    code_minutes: int = 10


@dataclass
class Found:
    """What an action found about who is there, and what must be sent because of it."""

    patient: str | None = None
    identity: str | None = None
    outbound: list[Outbound] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """One run of one action, inside the turn's transaction."""

    tx: Tx
    conversation: Conversation
    clinic: Clinic
    calendar: Calendar
    now: datetime
    new_id: NewId
    draw_code: Callable[[], str]  # six digits
    rules: Rules
    passages: Passages = field(default_factory=lambda: Passages({}))  # of approved instructions
    found: Found = field(default_factory=Found)


current: ContextVar[Context] = ContextVar("action_context")


class ClinicAction(Action):  # type: ignore[misc]  # rasa-sdk carries no types
    """An action that answers with slots; it has no way to speak to the patient."""

    called: str

    def name(self) -> str:
        return self.called

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: ARG002
        """The slots of `ask` as rasa-sdk events; None empties a slot."""
        return [SlotSet(name, value) for name, value in self.ask(current.get(), tracker.slots).items()]

    @abstractmethod
    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        """What the clinic's systems say, as slot values in JSON."""
