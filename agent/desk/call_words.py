"""What of a call's words was heard by the caller, and what staff are told before they take it."""

import re
import unicodedata

from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice, speak
from agent.dialogue.wording import placeholders
from agent.model.task import OPEN

_READ_BACK = ("opening", "date", "time", "dob", "name", "phone", "provider", "location")


def interrupted(desk: Desk, call_id: str, rows: tuple[str, ...], heard: str) -> bool:
    """The caller spoke over these rows when `heard` was out. True where every value that was read back was."""
    now = desk.clock()
    with desk.store.begin() as tx:
        for row in rows[-1:]:
            tx.outbox.mark(row, "sent", now, failure="interrupted")
        call = tx.calls.get(call_id)
        held = tx.conversations.get(call.conversation) if call else None
    if held is None or not held.last_keys:
        return True
    said, voice = held.last_keys[-1], desk.voice(held, now)
    message = voice.content.message(held.locale, said["key"], "voice")
    named = placeholders(message.text) if message else frozenset[str]()
    values = [v for n, v in said.get("values", {}).items() if n in named and n in _READ_BACK]
    there = _plain(heard)
    return all(_plain(speak(voice, value)) in there for value in values)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\W+", "", "".join(c for c in folded if not unicodedata.combining(c)))


def summary(desk: Desk, answer: Answer) -> str:
    """What staff are told before they take a call: in which language, about what, how urgent; nobody's name, since a
    machine may listen."""
    held = answer.conversation
    about = [f.flow for f in reversed(held.frames)]
    with desk.store.begin(write=False) as tx:
        open_ones = [t for t in tx.tasks.of(held.id) if t.status in OPEN]
    english = Voice(desk.content, desk.clinic, "en", "voice", desk.clock())
    topic = english.term(desk.content.flows[about[0]].title) if about else ""
    urgent = any(t.kind == "urgent" for t in open_ones)
    parts = [
        f"A call from the automated desk of {desk.clinic.name}.",
        "It may be an emergency." if urgent else "",
        f"The caller speaks {desk.content.languages[held.locale].english}.",
        f"It is about: {topic}." if topic else "",
        "Press 1 to take the call.",
    ]
    return " ".join(p for p in parts if p)
