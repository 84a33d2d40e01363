"""When a language model is asked what a message may mean, and how its proposals join what was heard."""

from agent.desk.desk import Desk
from agent.model.command import AskAnswer, CannotHandle, Clarify, Command, Handoff, SetSlot, StartFlow
from agent.model.conversation import Conversation
from agent.model.message import Inbound
from agent.model.question import Question
from agent.model.safety import SafetyFinding
from agent.model.understanding import Understanding
from agent.ports import Tx
from agent.understand.model import Asked, Proposed

SURE = 0.55  # from here the classifier needs no second opinion, unless there are several requests
DECIDED = (StartFlow, AskAnswer, SetSlot, Handoff)  # commands; a person who is asked for needs none either
_OF_A_PERSON = ("name", "dob", "phone", "code")


def wanted(heard: Understanding, finding: SafetyFinding, inbound: Inbound, conversation: Conversation) -> bool:
    """Only where the desk is unsure or several things were asked; never in danger, never while a person talks, and not
    of a language that the desk could not answer in."""
    if inbound.kind != "text" or inbound.payload or conversation.mode == "staff":
        return False
    if finding.urgency in ("urgent", "emergency"):
        return False
    if any(isinstance(c, CannotHandle) and c.why == "unsupported_language" for c in heard.commands):
        return False
    unsure = heard.confidence < SURE and not any(isinstance(c, DECIDED) for c in heard.commands)
    return unsure or bool(heard.also)


def asked_of(
    heard: Understanding, inbound: Inbound, conversation: Conversation, question: Question | None, names: list[str]
) -> Asked:
    """The message with everything that is known of the person, so that none of it need leave the desk."""
    flows = tuple(f.flow for f in conversation.frames)
    return Asked(inbound.text, heard.lang, question, flows, known_of(heard, inbound, conversation, names))


def known_of(
    heard: Understanding, inbound: Inbound, conversation: Conversation, names: list[str]
) -> dict[str, list[str]]:
    """Kind -> the ways in which what is known of the person may be written in this message."""
    known: dict[str, list[str]] = {"name": [*names]}
    for slot, value in heard.entities.items():
        if slot in _OF_A_PERSON:
            start, end = heard.quotes.get(slot, (0, 0))
            known.setdefault(slot, []).extend([str(value), inbound.text[start:end]])
    places = [*(f.slots for f in conversation.frames), conversation.facts]
    held = [(name, slot.value) for place in places for name, slot in place.items()]
    for name, value in held:
        if name in _OF_A_PERSON and isinstance(value, str):
            known.setdefault(name, []).append(value)
    parts = [part for whole in known["name"] for part in (whole, *whole.split())]
    known["name"] = list(dict.fromkeys(parts))
    return known


def names_on_file(desk: Desk, tx: Tx, conversation: Conversation) -> list[str]:
    """The people whom this number or conversation belongs to."""
    people = []
    if conversation.channel != "chat":
        people = tx.patients.by_phone(desk.clinic.id, conversation.address.value)
    verified = tx.patients.get(conversation.patient) if conversation.patient else None
    return [p.name for p in [*people, *([verified] if verified else [])]]


def joined(heard: Understanding, proposed: Proposed) -> Understanding:
    """The proposals behind what the desk heard itself. Where the desk did not understand, they stand instead of its
    question; where it did, they may only add."""
    fresh = [c for c in proposed.commands if not any(_alike(c, own) for own in heard.commands)]
    if not fresh:
        return heard
    kept = [c for c in heard.commands if not isinstance(c, CannotHandle | Clarify)]
    return heard.model_copy(update={"commands": (*kept, *fresh)})


def _alike(one: Command, other: Command) -> bool:
    names = ("do", "flow", "slot", "value")
    return all(getattr(one, n, None) == getattr(other, n, None) for n in names)
