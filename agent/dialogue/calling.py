"""What the desk says at the turns of a telephone call: begun, broken off, nobody there, over. Pure, like a turn."""

from datetime import datetime
from typing import Any

from agent.dialogue import evolve, keypad, tongues
from agent.dialogue.draft import Draft
from agent.dialogue.leaving import lost
from agent.dialogue.turn import Decision, freeze, walk
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.conversation import Conversation, Frame, SlotValue
from agent.model.effect import OpenTask, Say

_OF_OURS = "called"  # a slot of what we ourselves rang about: a stranger is not told of it unasked


def begin(
    conversation: Conversation, content: Content, clinic: Clinic, now: datetime, *, go_on: bool,
    called: tuple[str, dict[str, Any]] | None = None,
) -> Decision:  # fmt: skip
    """Another call. A number proves nothing: whoever calls is unknown, and what one caller said of themselves is not
    told to the next. `go_on`: the last call broke off a moment ago, so that its request is still open. `called`: this
    number was called by us lately with a question that nobody has answered, of this flow; who asks for it may answer
    it now."""
    draft = _fresh(conversation, content, clinic, now)
    for frame in conversation.frames:
        if go_on and _OF_OURS not in frame.slots:
            _as_a_stranger(draft, frame)
        else:
            evolve.end(draft, frame, "call_over")
    draft.say("greeting.disclosure")
    if draft.top is not None:
        draft.say("voice.continue")
    if tongues.unheard(draft):
        keypad.instead_of_words(draft, None)
        return walk(draft)
    if draft.top is None and called:
        _open(draft, *called)
        return walk(draft)
    if draft.top is None:
        draft.say("greeting.offer")
        tongues.offer(draft)
        return freeze(draft)
    return walk(draft)


def remind(
    conversation: Conversation, content: Content, clinic: Clinic, now: datetime, slots: dict[str, Any], *, ask: bool,
    flow: str = "remind",
) -> Decision:  # fmt: skip
    """Somebody has taken a call of ours and listens: is it the patient? What the last call left open is over. Without
    `ask` nothing is said yet: they have said something themselves, which comes first. Without `slots` they are in
    danger, and nobody reminds them of anything."""
    draft = _fresh(conversation, content, clinic, now)
    for frame in conversation.frames:
        evolve.end(draft, frame, "call_over")
    if not slots:
        return freeze(draft)
    _open(draft, flow, slots)
    return walk(draft) if ask else freeze(draft)


def reconnected(conversation: Conversation, content: Content, clinic: Clinic, now: datetime) -> Decision:
    """The line broke within one call: a word for it, and the last words again."""
    draft = Draft(conversation, None, content, clinic, now)
    draft.say("voice.back")
    last = draft.conversation.last_keys or ({"key": "greeting.offer"},)
    draft.effects += [Say.model_validate(said) for said in last]
    return Decision(draft.conversation, tuple(draft.events), tuple(draft.effects))


def unanswered(conversation: Conversation, content: Content, clinic: Clinic, now: datetime, call: str) -> Decision:
    """Nobody came to the phone: a call-back is promised, urgently, and words for it are taken: the number
    first, where it is withheld."""
    draft = Draft(conversation, None, content, clinic, now)
    if conversation.mode == "staff":
        draft.happened("StaffReturned", why="no_answer")
    if conversation.mode != "waiting_staff":
        draft.change(mode="waiting_staff", assignee=None)
        draft.happened("HandedOff", why="no_answer")
    number = conversation.address.value if conversation.address.value.startswith("+") else None  # else withheld
    proposal = {"why": "no_answer", "phone": number}
    draft.effects.append(
        OpenTask(kind="callback", proposal=proposal, priority="urgent", reason="no_answer", run=f"call:{call}")
    )
    draft.happened("TaskOpened", kind="callback")
    draft.say("voice.no_answer" if number else "voice.no_answer_withheld", values={"kind": "callback"})
    return freeze(draft)


def returned(conversation: Conversation, content: Content, clinic: Clinic, now: datetime) -> Decision:
    """Somebody who was put through, or still waited for it, is back: the desk answers again, and asks what it asked."""
    draft = Draft(conversation, None, content, clinic, now)
    if conversation.mode != "agent":
        draft.happened("StaffReturned", why="caller_back")
    frames = tuple(f.model_copy(update={"tries": 0, "asked": None}) for f in conversation.frames)
    draft.change(mode="agent", assignee=None, misunderstood=0, frames=frames)
    draft.say("handoff.returned")
    return walk(draft) if draft.top is not None else freeze(draft)


def farewell(conversation: Conversation, content: Content, clinic: Clinic, now: datetime) -> Decision:
    """The last words of a call that the desk ends: who this was."""
    draft = Draft(conversation, None, content, clinic, now)
    if any(k.get("key") == "courtesy.good" for k in conversation.last_keys):  # "anything else?", and nothing came
        draft.say("courtesy.goodbye")
    if draft.law.disclosed("voice", "end"):
        draft.say("voice.closing")
    return Decision(draft.conversation, tuple(draft.events), tuple(draft.effects))


def told(conversation: Conversation, content: Content, clinic: Clinic, now: datetime, key: str) -> Decision:
    """One message about the call itself; the open question stays as it was."""
    draft = Draft(conversation, None, content, clinic, now)
    draft.say(key)
    return Decision(draft.conversation, tuple(draft.events), tuple(draft.effects))


def _open(draft: Draft, flow: str, slots: dict[str, Any]) -> None:
    frame = evolve.begin(draft, flow)
    for name, value in slots.items():
        evolve.fill(draft, frame.run, name, SlotValue(value=value, source="staff"))


def _fresh(conversation: Conversation, content: Content, clinic: Clinic, now: datetime) -> Draft:
    """Whoever is at the telephone is unknown, and nothing of the last call holds."""
    draft = Draft(conversation, None, content, clinic, now)
    if conversation.mode != "agent":
        draft.happened("StaffReturned", why="new_call")
    if conversation.identity != "unknown":
        draft.happened("IdentityChanged", identity="unknown")
    draft.change(
        identity="unknown",
        facts={},
        mode="agent",
        assignee=None,
        misunderstood=0,
        last_keys=(),
        alarmed="",
        pace="usual",
        greeted=True,
    )
    return draft


def _as_a_stranger(draft: Draft, frame: Frame) -> None:
    """The request without what only its first caller may hear; it is walked anew from its start."""
    evolve.forget(draft, frame.run, lost(draft.flow(frame), frame, stranger=True))
    kept = next(f for f in draft.conversation.frames if f.run == frame.run)
    draft.put(kept.model_copy(update={"step": draft.flow(kept).steps[0].id, "asked": None, "tries": 0}))
