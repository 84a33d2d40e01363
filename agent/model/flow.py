"""What a flow is: slots with who may fill them, steps, closed conditions."""

from typing import Any, Literal

from pydantic import Field

from agent.model.conversation import Source
from agent.model.value import Value

SlotType = Literal[
    "text", "date", "time", "choice", "bool", "name", "dob", "phone", "code", "provider", "visit_type",
    "location", "relation", "list", "object", "letters", "form_answer",
]  # fmt: skip


class Slot(Value):
    """A named place in a flow's run. `propose` is the safety property: who may fill it."""

    type: SlotType
    class_: Literal["plain", "identity", "clinical"] = Field("plain", alias="class")
    propose: tuple[Source, ...]
    options_from: str | None = None
    options: tuple[str, ...] = ()
    ask_before_filling: bool = False
    remember: bool = False  # keep as a fact of the conversation (name, dob, phone)
    requires: tuple[str, ...] = ()  # forgotten again when one of these changes
    adds: bool = False  # of a list: what is said later joins what was said before
    else_fills: str | None = None  # a slot that takes the words which are no answer to this one


class Condition(Value):
    """A closed test over one slot or fact; never an expression."""

    slot: str | None = None
    channel: str | None = None
    identity: str | None = None
    number: str | None = None  # hidden: of a caller who withholds it; unknown: that, or of somebody in a chat
    is_: Any = Field(None, alias="is")
    empty: bool | None = None
    any_of: tuple[Any, ...] | None = None


class Branch(Value):
    if_: Condition | None = Field(None, alias="if")
    then: str


class Step(Value):
    """One step: exactly one of collect, action, say, task, forget/set, handoff; `next` names where to go on.

    An action step is passed over while the slot it `fills` holds something, so that a flow can be walked again
    from its start after a correction.
    """

    id: str
    collect: str | None = None
    ask: str | None = None
    again: str | None = None  # message key when the answer was not understood; default: ask
    ask_by: str | None = None  # a slot whose value picks a variant: ask "booking.offer" + ".other_day"
    optional: bool = False  # "I don't know / skip" is an answer
    action: str | None = None
    fills: str | None = None
    say: str | None = None
    claim: dict[str, str] = Field(default_factory=dict)  # fact -> slot holding the row id
    task: str | None = None
    from_: tuple[str, ...] = Field((), alias="from")
    priority: str | None = None
    role: str | None = None  # who gets the task, where the kind's usual role does not
    forget: tuple[str, ...] = ()
    set: dict[str, Any] = Field(default_factory=dict)
    joins: str | None = None  # a slot that holds the reason of an open task of this kind: what is said is added to it
    supersedes: str | None = None  # a slot that holds the id of an open task which this one replaces
    withdraw: str | None = None  # a slot that holds the id of an open task to take back
    handoff: str | None = None
    spells: str | None = None  # the slot of the flow below that this flow's letters mend; `alone`: it is one word now
    over_to_text: bool = False  # leave the call: every open flow goes on by text
    form: Literal["open", "take"] | None = None  # ask the desk for a form's next question; give it an answer
    offer: Literal["answer"] | None = None  # answer an offer of the waitlist in the thread where it was made
    alarm: str | None = None  # a slot that holds the class of alarm which an answer raised
    start: str | None = None  # go over to another flow, taking along slots of the same name
    when: Condition | None = None  # the step is passed over unless this holds
    next: tuple[Branch, ...] = ()
    end: bool = False


class Flow(Value):
    """A checked flow. `kind` answer: a digression that ends in one turn."""

    flow: str
    title: str
    describe: str
    kind: Literal["task", "answer", "pattern"] = "task"
    starts_on: tuple[str, ...] = ()
    slots: dict[str, Slot] = Field(default_factory=dict)
    steps: tuple[Step, ...]
    importance: int = 0
    ends_on_alarm: Literal["never", "rules", "any"] = "never"  # a person has the words then, and nothing is asked on
    fades: bool = False  # asked once: what is begun over it ends it
    dropped: str = "pattern.dropped"  # what is said to who gives it up
    quiet: bool = False  # no word of coming back to what is below

    def step(self, id: str) -> Step:
        return next(s for s in self.steps if s.id == id)
