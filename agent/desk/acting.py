"""Answers the actions that a decision waits for, until it is complete; inside the turn's transaction."""

from datetime import datetime

from agent.desk.desk import Desk
from agent.desk.forms import answer_form
from agent.desk.offered_there import answer_there
from agent.desk.rows_of_words import code_message
from agent.dialogue.turn import Decision, resume
from agent.ports import Tx

FORM, OFFER = "form:", "offer:"  # steps of a form or of an offer, which the desk itself answers


def run_actions(desk: Desk, tx: Tx, decision: Decision, now: datetime) -> Decision:
    """Answer the decision's pending actions until it is complete."""
    while (asked := decision.pending) is not None:
        frame = next(f for f in decision.conversation.frames if f.run == asked.run)
        slots = {name: held.value for name, held in frame.slots.items()}
        if asked.action.startswith(FORM):
            decision = resume(decision, answer_form(desk, tx, decision.conversation, frame, now))
            continue
        if asked.action.startswith(OFFER):
            decision = resume(decision, answer_there(desk, tx, decision.conversation, frame, now, run_actions))
            continue
        answer = desk.actions.run(asked.action, tx, decision.conversation, slots, now)
        failed = asked.action if answer.failed is not None else None
        if answer.failed is not None:
            desk.on_fault(answer.failed)
        for raw in answer.outbound:
            tx.outbox.add(code_message(desk, decision.conversation, raw, now))
        decision = resume(decision, answer.slots, answer.followup, failed, answer.identity, answer.patient)
    return decision
