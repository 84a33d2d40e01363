"""What a message tells beside the answer to a text of ours, and the answer that stands in front of a question."""

from agent.model.command import AskAnswer, Command, SetSlot
from agent.understand.particular import starts
from agent.understand.repairs import Repairs
from agent.understand.replies import told_beside
from agent.understand.said import Said

_ASKED_BESIDE = {"aftercare"}  # a flow that is a question of theirs, though it asks back


def told_too(said: Said, commands: list[Command], repairs: Repairs) -> list[SetSlot]:
    """What a person should read of it, and "1" in "1, can I bring my son?"."""
    told = []
    if beside := told_beside(said, repairs):
        told.append(SetSlot(slot=beside, value=said.text.strip(), source="patient", quote=said.text))
    ahead = _ahead(said, commands)
    return [*told, ahead] if ahead is not None else told


def _ahead(said: Said, commands: list[Command]) -> SetSlot | None:
    """The answer, where the question behind it is all that is asked for. Where that begins a talk, the answer is noted
    first."""
    q, ahead = said.question, said.ahead
    asked = [c for c in commands if not isinstance(c, SetSlot)]
    if q is None or ahead is None or not asked or said.answer is not None:
        return None
    if all(isinstance(c, AskAnswer) for c in asked):
        return ahead
    talks = all(isinstance(c, AskAnswer) or starts(c, _ASKED_BESIDE) for c in asked)
    return ahead.model_copy(update={"of": q.run}) if talks else None
