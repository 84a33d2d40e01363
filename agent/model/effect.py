"""What a turn asks the shell to do, in the imperative."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agent.model.conversation import Frame
from agent.model.message import Claim
from agent.model.value import Value


class Say(Value):
    """Speak an approved message: its key, its values (typed, see `agent.dialogue.wording`), its choices."""

    do: Literal["say"] = "say"
    key: str
    values: dict[str, Any] = Field(default_factory=dict)
    options: tuple[dict[str, Any], ...] = ()  # {"label": text or typed value, "payload": str}
    claims: tuple[Claim, ...] = ()
    urgent: bool = False
    locale: str | None = None  # another than the conversation's, for those who do not follow it


class RunAction(Value):
    """Ask the clinic's systems; the turn stops until `resume` brings the answer."""

    do: Literal["run_action"] = "run_action"
    action: str
    run: str


class OpenTask(Value):
    """Prepare a task for staff; `proposal` holds slot names and values of the flow's run."""

    do: Literal["open_task"] = "open_task"
    kind: str
    proposal: dict[str, Any] = Field(default_factory=dict)
    evidence: tuple[dict[str, Any], ...] = ()
    priority: str = "routine"
    reason: str = ""
    run: str | None = None
    supersedes: str | None = None
    appointment: str | None = None
    role: str | None = None  # another than the kind's


class WithdrawTask(Value):
    """Take back an open task at the patient's word, and free what it held."""

    do: Literal["withdraw_task"] = "withdraw_task"
    task: str


class NotifyStaff(Value):
    do: Literal["notify_staff"] = "notify_staff"
    why: str


class GoOnByText(Value):
    """Take the open flows of a call, without what only a known person may hear, into the text conversation at the same
    number. `agreed`: the caller has just said yes to texts; else they did in a call before, and the line broke."""

    do: Literal["go_on_by_text"] = "go_on_by_text"
    frames: tuple[Frame, ...]
    agreed: bool


Effect = Annotated[Say | RunAction | OpenTask | WithdrawTask | NotifyStaff | GoOnByText, Field(discriminator="do")]
