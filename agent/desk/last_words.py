"""What somebody said just before the line was gone: heard like everything else."""

from agent.desk.calls import GO_ON
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.desk.turn import work
from agent.desk.unheard import void_answers
from agent.model.message import Inbound


def last_words(desk: Desk, inbound: Inbound, call_id: str) -> bool:
    """Take the turn. Where the call is over nobody hears the answer, and the open question is put again in the next
    call; where it goes on over another socket, that one speaks it. Raises Busy where the database is away: the
    message, if it was stored, is then found by the slow clocks. False, and nothing is heard, where it is too late."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        call = tx.calls.get(call_id)
        last = tx.calls.last_of(call.conversation) if call else None
    if call is None or last is None or last.id != call_id or now - last.seen_at > GO_ON:
        return False  # somebody else calls from this number by now: these words are not theirs
    receive(desk, inbound, call.conversation, bell=False)
    while work(desk, call.conversation):
        pass
    with desk.store.begin() as tx:
        call = tx.calls.get(call_id, lock=True) or call
        if call.state == "ended":
            void_answers(desk, tx, call.conversation, now)
        desk.record(tx, "agent", "call:last-words", call.conversation, now, data={"call": call_id})
    desk.bus.ring(f"thread:{call.conversation}")
    return True
