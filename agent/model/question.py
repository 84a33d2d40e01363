"""What the desk has just asked, and what can be chosen: for those who propose an answer."""

from dataclasses import dataclass
from typing import Any

BY_KEY = "key"  # the kind of what only a key answers: the question itself waits for words


@dataclass(frozen=True)
class Offered:
    """One option: `payload` is "slot=name"; `value` goes into the slot; `label` is a typed value for wording."""

    payload: str
    value: Any
    label: dict[str, Any]
    kind: str = "plain"


@dataclass(frozen=True)
class Question:
    """What the desk has just asked, for those who propose an answer. `tries`: how often it was not understood;
    `item`: of a form, what is asked and what was answered last (see `agent.model.form.Asked`, `Given`);
    `people`: where several of a family were asked the same at one number, the run and the name of each, the topmost
    first; `told`: the part that was named already, so that only the other is asked for."""

    run: str
    flow: str
    slot: str
    type: str
    options: tuple[Offered, ...] = ()
    optional: bool = False
    tries: int = 0
    item: tuple[Any, Any] | None = None
    people: tuple[tuple[str, str], ...] = ()
    told: str = ""
