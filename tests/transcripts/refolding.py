"""Folds the log of a conversation's events anew and tells where it disagrees with the snapshot and the task rows."""

from agent.model.conversation import Conversation
from agent.model.event import Event
from agent.model.task import Task


def disagreements(held: Conversation, events: list[Event], tasks: list[Task]) -> list[str]:
    """One sentence each; empty when the log tells the same story."""
    mode, locale, identity = "agent", "", "unknown"
    runs: dict[str, set[str]] = {}
    opened, turns = 0, 0
    for event in events:
        data = event.data
        match event.name:
            case "MessageHeard":
                turns += 1
            case "HandedOff":
                mode = "waiting_staff"
            case "StaffTook":
                mode = "staff"
            case "StaffReturned":
                mode = "agent"
            case "LanguageChanged":
                locale = data["locale"]
            case "IdentityChanged":
                identity = data["identity"]
            case "FlowStarted":
                runs[data["run"]] = set()
            case "FlowEnded":
                runs.pop(data["run"])
            case "SlotFilled":
                runs[data["run"]].add(data["slot"])
            case "SlotForgotten":
                runs[data["run"]].discard(data["slot"])
            case "TaskOpened":
                opened += 1
    found = []
    frames = {f.run: set(f.slots) for f in held.frames}
    for what, folded, kept in (
        ("the mode", mode, held.mode),
        ("the language", locale or held.locale, held.locale),
        ("who it is", identity, held.identity),
        ("the open flows and their slots", runs, frames),
        ("the number of turns", turns, held.turns),
        ("the number of tasks", opened, len(tasks)),
    ):
        if folded != kept:
            found.append(f"{what}: the log says {folded}, the snapshot {kept}")
    return found
