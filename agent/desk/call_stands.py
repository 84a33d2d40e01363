"""How a call stands: over, or wanting a person; and what was said in it before."""

from datetime import datetime

from agent.desk.desk import Desk
from agent.desk.due import open_now
from agent.model.call import Call, Wish
from agent.model.conversation import Conversation
from agent.model.message import Outbound

_ENDS = frozenset(
    {
        "courtesy.good",
        "courtesy.goodbye",
        "text.sent",
        "reminder.noted",
        "reminder.not_theirs",
        "call.pass_on",
        "handoff.returned",
        "checkin.noted",
        "checkin.passed_on",
        "call.no_more",
        "bulk.gone",
        "bulk.later",
        "bulk.told_staff",
    }
)  # then silence is goodbye


def said_after(desk: Desk, conversation: str, inbound: str) -> tuple[Outbound, ...]:
    """The answer that was given to a message before, for a provider that asks again."""
    with desk.store.begin(write=False) as tx:
        lines = [x for x in tx.conversations.thread(conversation, inbound) if x.direction == "out"]
        rows = [tx.outbox.get(line.id) for line in lines]
    return tuple(r for r in rows if r is not None and r.in_reply_to == inbound and r.state != "void")


def is_over(desk: Desk, call_id: str) -> bool:
    """Nothing more is awaited: somebody will call back, or goodbye was said."""
    with desk.store.begin(write=False) as tx:
        call = tx.calls.get(call_id)
        held = tx.conversations.get(call.conversation) if call else None
    if held is None:
        return False
    last = held.last_keys[-1]["key"] if held.last_keys else ""
    return held.mode == "waiting_staff" or (not held.frames and last in _ENDS)


def wanted(desk: Desk, call: Call, held: Conversation, now: datetime) -> Wish:
    """A person where one is wanted and there: by the clinic's hours, or because one has taken the call. Where nobody
    is, a recorded message, once, of whoever can be called back and is in no danger."""
    if held.mode not in ("waiting_staff", "staff"):
        return ""
    if not call.tried and (held.mode == "staff" or open_now(desk.clinic, now)):
        return "person"
    may = desk.clinic.voicemail.enabled and desk.tapes is not None and call.recording in ("", "asked")
    may = may and desk.law.recording == "asked first"  # the one way in which the desk records
    fits = held.mode == "waiting_staff" and not held.alarmed and held.address.value.startswith("+")
    return "record" if may and fits else ""
