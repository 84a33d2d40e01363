"""Takes a call's open requests on by text at the caller's number: with consent, once, in one transaction."""

from datetime import datetime, timedelta

from agent.desk.acting import run_actions
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.receive import open_conversation
from agent.dialogue import leaving
from agent.dialogue.draft import Draft
from agent.dialogue.turn import Decision, freeze, walk
from agent.model.address import Address
from agent.model.call import Call
from agent.model.conversation import Conversation
from agent.model.effect import GoOnByText
from agent.ports import Tx

SOON = timedelta(minutes=3)  # who was cut off calls again within this, if they do
LATE = timedelta(minutes=30)  # after this a text about it would surprise
_MOST = 20  # calls of one sweep


def go_on(desk: Desk, tx: Tx, decision: Decision, now: datetime) -> None:
    """Carry out a decision's `GoOnByText`, if it holds one, beside the rest of it."""
    for effect in decision.effects:
        if isinstance(effect, GoOnByText):
            _arrive(desk, tx, decision.conversation, effect, now)


def pick_up(desk: Desk) -> int:
    """Text those who were cut off in the middle of a request, did not call again, and have agreed to texts in a call
    before; each call once. Returns how many."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        calls = tx.calls.ended(desk.clinic.id, now - LATE, now - SOON, _MOST)
    return sum(_pick_up(desk, call, now) for call in calls)


def _pick_up(desk: Desk, call: Call, now: datetime) -> bool:
    with desk.store.begin(write=False) as tx:
        if "by text" in tx.nudges.of(call.id):
            return False
    with desk.store.begin() as tx:
        held = tx.conversations.get(call.conversation, lock=True)
        if held is None or not tx.nudges.first(call.id, "by text", now) or not _cut_off(desk, tx, call, held):
            return False
        draft = Draft(held, None, desk.content_for(held), desk.clinic, now)
        leaving.leave(draft, agreed=False)
        decision = freeze(draft)
        tx.conversations.save(decision.conversation.model_copy(update={"version": held.version}), now)
        tx.conversations.append(held.id, decision.events, None, now)
        go_on(desk, tx, decision, now)
    desk.bus.ring("outbox", held.id)
    desk.bus.ring(f"console:{desk.clinic.id}", held.id)
    return True


def _cut_off(desk: Desk, tx: Tx, call: Call, held: Conversation) -> bool:
    """In the middle of a request, at a number that agreed to texts and takes them, and no call since."""
    open_ones = any(desk.content_for(held).flows[f.flow].kind == "task" for f in held.frames)
    if not open_ones or held.mode != "agent" or tx.calls.last_of(held.id) != call:
        return False
    address = _texts_of(held)
    there = tx.conversations.by_address(desk.clinic.id, address)
    free = there is None or there.mode != "staff"
    return free and tx.consents.given(address) and not tx.optouts.stopped(address)


def _arrive(desk: Desk, tx: Tx, call: Conversation, effect: GoOnByText, now: datetime) -> None:
    address = _texts_of(call)
    if effect.agreed:
        tx.consents.give(address, call.id, now, "said on the phone")
        desk.record(tx, "agent", "consent:texts", call.id, now, data={"how": "said on the phone"})
    known = tx.conversations.id_at(desk.clinic.id, address)
    there = tx.conversations.get(known, lock=True) if known else None
    there = there or open_conversation(desk, tx, address, now, call.locale)
    draft = Draft(
        there.model_copy(update={"locale": call.locale}), None, desk.content_for(there), desk.clinic, now,
        desk.settings.max_steps, desk.settings.max_frames,
    )  # fmt: skip
    leaving.arrive(draft, effect.frames, agreed=effect.agreed)
    decision = run_actions(desk, tx, walk(draft), now)
    carry_out(desk, tx, decision.conversation, decision.effects, now)
    tx.conversations.save(decision.conversation.model_copy(update={"version": there.version}), now)
    tx.conversations.append(there.id, decision.events, None, now)
    flows = [f.flow for f in effect.frames]
    desk.record(tx, "agent", "call:to-text", call.id, now, data={"there": there.id, "flows": flows})


def _texts_of(held: Conversation) -> Address:
    return Address(channel="sms", value=held.address.value)
