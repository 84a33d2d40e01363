"""Calls that are up just now, as the console shows them: on the line, waiting for a person, talking with one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice
from agent.model.call import Call
from agent.model.wording import N_
from agent.ports import Tx
from agent.web.console_tongue import tr
from agent.web.console_words import at

_STATES = {
    "live": N_("On the line with the desk"),
    "transfer": N_("On the line: our phone is ringing for them"),
    "person": N_("On the line with a person"),
}
# Unheard of for so long, a call is over, though its end was never told to us; Twilio ends each after four hours.
_LONGEST = {"live": timedelta(minutes=15), "transfer": timedelta(minutes=10), "person": timedelta(hours=4)}


@dataclass(frozen=True)
class OnTheLine:
    """A call as staff see it: its state as a class name and in words, since when, and for how many minutes."""

    state: str
    words: str
    since: str
    minutes: int


def on_the_line(desk: Desk, tx: Tx, voice: Voice, now: datetime) -> dict[str, OnTheLine]:
    """By conversation."""
    calls = tx.calls.up(desk.clinic.id, now - max(_LONGEST.values()))
    return {c.conversation: _shown(c, voice, now) for c in calls if now - c.seen_at <= _LONGEST[c.state]}


def _shown(call: Call, voice: Voice, now: datetime) -> OnTheLine:
    since = call.since or call.opened_at
    return OnTheLine(call.state, tr(_STATES[call.state]), at(voice, since), int((now - since).total_seconds() // 60))
