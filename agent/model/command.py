"""The closed list of what anyone may propose: a button, the classifier, a model, a member of staff."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agent.model.conversation import Source
from agent.model.value import Value


class _Proposed(Value):
    source: Source = "patient"
    quote: str = ""
    span: tuple[int, int] | None = None
    confidence: float = 1.0


class StartFlow(_Proposed):
    do: Literal["start_flow"] = "start_flow"
    flow: str


class SetSlot(_Proposed):
    """`of`: the run in which it was asked, where several of a family were asked the same; "" is the topmost."""

    do: Literal["set_slot"] = "set_slot"
    slot: str
    value: Any
    of: str = ""


class CorrectSlot(_Proposed):
    do: Literal["correct_slot"] = "correct_slot"
    slot: str
    value: Any


class CancelFlow(_Proposed):
    do: Literal["cancel_flow"] = "cancel_flow"


class Clarify(_Proposed):
    do: Literal["clarify"] = "clarify"
    flows: tuple[str, ...]


class AskAnswer(_Proposed):
    do: Literal["ask_answer"] = "ask_answer"
    flow: str


class Repeat(_Proposed):
    do: Literal["repeat"] = "repeat"


class SpeakSlower(_Proposed):
    """For the rest of the call."""

    do: Literal["speak_slower"] = "speak_slower"


class SpeakUsual(_Proposed):
    """As fast as before somebody asked for slower words."""

    do: Literal["speak_usual"] = "speak_usual"


class ChangeLanguage(_Proposed):
    do: Literal["change_language"] = "change_language"
    locale: str
    asked: bool = False


class Handoff(_Proposed):
    do: Literal["handoff"] = "handoff"
    why: str = "asked"


class CannotHandle(_Proposed):
    do: Literal["cannot_handle"] = "cannot_handle"
    why: str = "not_understood"


Command = Annotated[
    StartFlow
    | SetSlot
    | CorrectSlot
    | CancelFlow
    | Clarify
    | AskAnswer
    | Repeat
    | SpeakSlower
    | SpeakUsual
    | ChangeLanguage
    | Handoff
    | CannotHandle,
    Field(discriminator="do"),
]
