"""Answers a time from the waitlist in the thread where it was offered, for somebody who speaks in another conversation.

There is one offer, one answer and one request: what they say here is put into the flow that asks there, which goes on
as if it had been answered there, and tells them there what staff decide."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.dialogue import evolve
from agent.dialogue.draft import Draft, value_of
from agent.dialogue.turn import Decision, walk
from agent.model.conversation import Conversation, Frame, SlotValue
from agent.model.waitlist import Offer
from agent.ports import Tx

Run = Callable[[Desk, Tx, Decision, datetime], Decision]


def answer_there(
    desk: Desk, tx: Tx, here: Conversation, frame: Frame, now: datetime, run_actions: Run
) -> dict[str, Any]:  # fmt: skip
    """`offer`, `answer` -> `result`: "asked" with `pending_task`, "declined", "taken", "gone", or "busy", where a
    person has the other thread."""
    seen = tx.waitlist.get_offer(str(value_of(frame, "offer")))
    there = tx.conversations.get(seen.conversation, lock=True) if seen is not None else None
    offer = tx.waitlist.get_offer(seen.id, lock=True) if seen is not None else None
    if there is None or offer is None:
        return {"result": "gone"}
    if offer.state != "open":
        return {"result": "taken" if offer.state == "accepted" else "gone"}
    asks = next((f for f in there.frames if f.run == offer.run), None)
    if asks is None or there.mode == "staff" or there.id == here.id:
        return {"result": "busy"}
    if not value_of(frame, "answer"):
        return _declined(desk, tx, there, offer, now)
    draft = _draft(desk, there, now)
    draft.change(frames=(*(f for f in there.frames if f.run != asks.run), asks))
    evolve.fill(draft, asks.run, "answer", SlotValue(value=True, source="patient"))
    decision = run_actions(desk, tx, walk(draft), now)
    settled = tx.waitlist.get_offer(offer.id)
    if settled is None or settled.state != "accepted":
        return {"result": "gone"}  # nothing of it is said there: it would surprise
    done = carry_out(desk, tx, decision.conversation, decision.effects, now)
    _kept(desk, tx, there, decision, offer, here, now)
    return {"result": "asked", "pending_task": done.tasks[-1].id}


def _declined(desk: Desk, tx: Tx, there: Conversation, offer: Offer, now: datetime) -> dict[str, Any]:
    """Whether they stay on the list is asked where they are; the question there is answered."""
    answer = desk.actions.run("action_answer_offer", tx, there, {"offer": offer.id, "answer": False}, now)
    draft = _draft(desk, there, now)
    evolve.fill(draft, offer.run, "gone", SlotValue(value=True, source="staff"))
    tx.conversations.save(draft.conversation, now)
    tx.conversations.append(there.id, draft.events, None, now)
    return {"result": answer.slots["result"]}


def _draft(desk: Desk, there: Conversation, now: datetime) -> Draft:
    caps = desk.settings
    return Draft(there, None, desk.content_for(there), desk.clinic, now, caps.max_steps, caps.max_frames)


def _kept(
    desk: Desk, tx: Tx, there: Conversation, decision: Decision, offer: Offer, here: Conversation, now: datetime
) -> None:  # fmt: skip
    tx.conversations.save(decision.conversation.model_copy(update={"version": there.version}), now)
    tx.conversations.append(there.id, decision.events, None, now)
    desk.record(tx, "agent", "waitlist:answered-elsewhere", offer.entry, now, data={"offer": offer.id, "here": here.id})
