"""The working copy of one turn: the conversation as it changes, and what has come of it so far."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.content.plurals import COUNT
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation, Frame, SlotValue
from agent.model.effect import Effect, RunAction, Say
from agent.model.event import Event
from agent.model.flow import Flow, Slot, Step
from agent.model.jurisdiction import Profile
from agent.model.message import Inbound


@dataclass
class Draft:
    """Mutable inside a turn only; `turn.take_turn` freezes it into a Decision."""

    conversation: Conversation
    inbound: Inbound | None
    content: Content
    clinic: Clinic
    now: datetime
    max_steps: int = 50
    max_frames: int = 5
    events: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    pending: RunAction | None = None
    steps: int = 0
    asked_now: bool = False  # a question was put in this turn
    handed: bool = False  # the turn ended with a person

    @property
    def top(self) -> Frame | None:
        return self.conversation.frames[-1] if self.conversation.frames else None

    @property
    def law(self) -> Profile:
        """What is asked of the desk where the clinic is."""
        return self.content.law(self.clinic.country, self.clinic.region)

    def flow(self, frame: Frame) -> Flow:
        return self.content.flows[frame.flow]

    def step(self, frame: Frame) -> Step:
        return self.flow(frame).step(frame.step)

    def slot(self, frame: Frame, name: str) -> Slot | None:
        return self.flow(frame).slots.get(name)

    def happened(self, name: str, **data: Any) -> None:
        self.events.append(Event(name=name, data=data))

    def knows(self, key: str) -> bool:
        """Is there such a message, in the conversation's language or in English?"""
        of = self.conversation
        return any(self.content.message(tag, key, of.channel) is not None for tag in (of.locale, "en"))

    def change(self, **fields: Any) -> None:
        self.conversation = self.conversation.model_copy(update=fields)

    def put(self, frame: Frame) -> None:
        """Replace the frame with the same run."""
        self.change(frames=tuple(frame if f.run == frame.run else f for f in self.conversation.frames))

    def say(self, key: str, frame: Frame | None = None, **more: Any) -> None:
        """Queue a message; a frame's slots are at hand for its placeholders."""
        values: dict[str, Any] = {}
        if frame is not None:
            flow = self.flow(frame)
            for name, held in frame.slots.items():
                kind = flow.slots[name].type if name in flow.slots else "text"
                values[name] = {"as": _as(name, kind), "value": held.value}
                if name == _COUNTED and held.value:
                    values[COUNT] = len(held.value)
            values["run"] = frame.run
            values["title"] = {"as": "key", "value": flow.title}
        values.update(more.pop("values", {}))
        self.effects.append(Say(key=key, values=values, **more))
        self.happened("Said", key=key)


_COUNTED = "appointments"  # the slot whose number is said
_NAMED = {
    "opening": "opening",
    "appointment": "opening",
    "appointments": "openings",
    "openings": "openings",
    "facts": "facts",
    "visit": "visit",
    "former": "visit",
    "until": "due",
    "call_window": "window",
    "item": "form_question",
    "known": "form_known",
    "because": "form_why",
}


def _as(name: str, kind: str) -> str:
    return _NAMED.get(name, kind)


def value_of(frame: Frame, slot: str) -> Any:
    """The slot's plain value, or None."""
    held = frame.slots.get(slot)
    return None if held is None else held.value


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {} or value == ()


def action_value(value: Any) -> SlotValue:
    return SlotValue(value=value, source="action")
