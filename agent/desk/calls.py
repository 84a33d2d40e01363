"""Leads a telephone call: begins it, takes what is said, gives what may be spoken, and knows what comes next."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from agent.desk.acting import run_actions
from agent.desk.call_kinds import to_put
from agent.desk.call_stands import is_over, said_after, wanted
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.honest import still_true
from agent.desk.receive import open_conversation, receive
from agent.desk.turn import work
from agent.desk.unheard import void_answers
from agent.dialogue import calling, tongues
from agent.dialogue.options import question
from agent.dialogue.turn import Decision
from agent.model.address import Address
from agent.model.call import Call, Way
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.fault import Busy, Conflict
from agent.model.message import Inbound, Outbound
from agent.model.question import Question
from agent.model.sighting import SendDone
from agent.ports import Tx

GO_ON = timedelta(minutes=15)  # who calls again within this goes on where the call broke off
_TURN_SECONDS = 10.0  # Twilio waits fifteen
_LOOK = 0.02
_TRIES = 3  # the same call twice at one moment: the loser finds what the winner has made
_SEEN = timedelta(seconds=30)  # how exactly it is known when a call was last alive


Greet = Callable[[Conversation, Content, datetime], Decision]


@dataclass(frozen=True)
class Answer:
    """What is to be spoken now, how the call stands, and what the caller is asked."""

    call: Call
    conversation: Conversation
    rows: tuple[Outbound, ...] = ()
    asked: Question | None = None
    keys: Mapping[str, str] = field(default_factory=dict)  # what single keys mean beside it, as payloads


def begin(desk: Desk, id: str, sender: Address, way: Way, greet: Greet | None = None) -> Answer:
    """A call comes in, or one of ours was taken: its greeting is committed once, however often the provider says so,
    and not spoken yet. `greet`: other first words than a caller's. Raises Busy."""
    for _ in range(_TRIES):
        try:
            return _begun(desk, id, sender, way, greet)
        except Conflict:
            continue
    raise Busy("somebody else is always first")


def _begun(desk: Desk, id: str, sender: Address, way: Way, greet: Greet | None) -> Answer:
    now = desk.clock()
    with desk.store.begin() as tx:
        known = _locked(tx, id)
        if known is None:
            held = _conversation(desk, tx, sender, now)
            last = tx.calls.last_of(held.id)
            known = Call(
                id=id, clinic=desk.clinic.id, conversation=held.id, way=way, opened_at=now, seen_at=now, since=now
            )
            if not tx.calls.open(known):
                raise Conflict("the same call was begun at this moment")
            go_on = last is not None and last.wish == "" and now - last.seen_at <= GO_ON
            content = desk.content_for(held)
            first = greet(held, content, now) if greet else _greeting(desk, tx, held, now, go_on=go_on)
            utter(desk, tx, held, first, now)
            desk.record(tx, "agent", "call:began", held.id, now, data={"call": id, "way": way})
        answer = _answer(desk, tx, known, now, speak=False)
    _ring(desk, answer.conversation.id)
    return answer


def _greeting(desk: Desk, tx: Tx, held: Conversation, now: datetime, *, go_on: bool) -> Decision:
    called = to_put(desk, tx, held, now)
    return calling.begin(held, desk.content_for(held), desk.clinic, now, go_on=go_on, called=called)


def take(
    desk: Desk,
    inbound: Inbound,
    call_id: str,
    conversation: str,
    *,
    said: frozenset[str] = frozenset(),
    drops: int | None = None,
    speak: bool = True,
) -> Answer:
    """Something that the caller said or pressed: its turn is taken now, and its answer given; the same one to a
    repeat. `said`: keys of alarms that need not be sounded twice in one breath; `drops`: see `look`; without `speak`
    the answer waits for what leads the call next. Raises Busy where the database is away or the turn does not end."""
    if not inbound.text.strip() and inbound.payload is None and is_over(desk, call_id):
        return farewell(desk, call_id)
    received = receive(desk, inbound, conversation, bell=False)
    until = time.monotonic() + _TURN_SECONDS
    while True:
        taken = work(desk, conversation)
        with desk.store.begin() as tx:
            if not tx.calls.unheard(conversation):
                call = _locked(tx, call_id)
                if call is None:
                    raise Busy("no such call")
                answer = _answer(desk, tx, call, desk.clock(), said, speak=speak, drops=drops)
                break
        if time.monotonic() > until:
            raise Busy("the turn does not end")
        if not taken:
            time.sleep(_LOOK)
    if speak and not received.fresh and not answer.rows:
        return replace(answer, rows=said_after(desk, conversation, received.inbound))
    return answer


def stirred(desk: Desk, call_id: str, conversation: str) -> bool:
    """Is there something new for this call: words to say, or a person who has taken it? Nothing is written."""
    with desk.store.begin(write=False) as tx:
        held = tx.conversations.get(conversation)
        call = tx.calls.get(call_id)
        if held is None or call is None:
            return False
        return tx.calls.to_say(conversation, desk.clock()) or (call.wish == "" and held.mode == "staff")


def look(desk: Desk, call_id: str, *, speak: bool = True, drops: int | None = None) -> Answer | None:
    """How the call stands; with `speak`, what has come to be said meanwhile, by staff or by a decision. `drops`: as
    many sockets were lost when the asker's began; one that has been lost since is given no words to say."""
    with desk.store.begin() as tx:
        call = _locked(tx, call_id)
        return None if call is None else _answer(desk, tx, call, desk.clock(), speak=speak, drops=drops)


def again(desk: Desk, call_id: str) -> Answer | None:
    """The relay's socket was lost: words for it and the last ones are committed, and not spoken yet."""

    def say(tx: Tx, call: Call, held: Conversation, now: datetime) -> Call:
        utter(desk, tx, held, calling.reconnected(held, desk.content_for(held), desk.clinic, now), now)
        desk.record(tx, "agent", "call:resumed", held.id, now, data={"call": call.id})
        return call.model_copy(update={"drops": call.drops + 1})

    return led(desk, call_id, say, speak=False)


def no_answer(desk: Desk, call_id: str) -> Answer | None:
    """Nobody on the staff took the call: an urgent task, once per call, and true words for it, not spoken yet."""

    def say(tx: Tx, call: Call, held: Conversation, now: datetime) -> Call:
        if call.tried:
            if not tx.calls.due(held.id, now):  # our last answer was lost
                utter(desk, tx, held, calling.reconnected(held, desk.content_for(held), desk.clinic, now), now)
            return call.model_copy(update={"state": "live", "wish": ""})
        utter(desk, tx, held, calling.unanswered(held, desk.content_for(held), desk.clinic, now, call.id), now)
        desk.record(tx, "agent", "call:unanswered", held.id, now, data={"call": call.id})
        return call.model_copy(update={"state": "live", "wish": "", "tried": True})

    return led(desk, call_id, say, speak=False)


def returned(desk: Desk, call_id: str) -> Answer | None:
    """The caller has left the room in which they waited for a person or talked with one, and is still there: the desk
    goes on where it was; not spoken yet."""

    def say(tx: Tx, call: Call, held: Conversation, now: datetime) -> Call:
        if call.wish == "person":
            utter(desk, tx, held, calling.returned(held, desk.content_for(held), desk.clinic, now), now)
            desk.record(tx, "agent", "call:returned", held.id, now, data={"call": call.id})
        elif not tx.calls.due(held.id, now):  # our last answer was lost
            utter(desk, tx, held, calling.reconnected(held, desk.content_for(held), desk.clinic, now), now)
        return call.model_copy(update={"state": "live", "wish": "", "since": now})

    return led(desk, call_id, say, speak=False)


def farewell(desk: Desk, call_id: str) -> Answer:
    """The desk ends the call. Raises Busy where there is no such call."""

    def say(tx: Tx, call: Call, held: Conversation, now: datetime) -> Call:
        utter(desk, tx, held, calling.farewell(held, desk.content_for(held), desk.clinic, now), now)
        return call.model_copy(update={"wish": "bye"})

    done = led(desk, call_id, say)
    if done is None:
        raise Busy("no such call")
    return done


def note(desk: Desk, call_id: str, **fields: Any) -> Call | None:
    """Write down how the call stands; None for a call that we do not know."""
    now = desk.clock()
    with desk.store.begin() as tx:
        call = tx.calls.get(call_id, lock=True)
        if call is None:
            return None
        since = now if fields.get("state", call.state) != call.state else call.since
        changed = call.model_copy(update={**fields, "seen_at": now, "since": since})
        tx.calls.save(changed)
        if changed.state == "ended":
            void_answers(desk, tx, call.conversation, now)
        if changed.state != call.state:
            desk.record(tx, "agent", f"call:{changed.state}", call.conversation, now, data={"call": call.id})
    _ring(desk, call.conversation)
    return changed


def spoken(desk: Desk, call_id: str) -> tuple[Outbound, ...]:
    """The words of a call that is about to leave us: what still waits to be said, now said."""
    with desk.store.begin() as tx:
        call = _locked(tx, call_id)
        held = tx.conversations.get(call.conversation) if call else None
        return _rows(desk, tx, held, desk.clock(), frozenset()) if held else ()


def _locked(tx: Tx, id: str) -> Call | None:
    """The call, and its conversation before it, in the order in which turns lock."""
    seen = tx.calls.get(id)
    if seen is None:
        return None
    tx.conversations.get(seen.conversation, lock=True)
    return tx.calls.get(id, lock=True)


def led(
    desk: Desk, id: str, step: Callable[[Tx, Call, Conversation, datetime], Call], *, speak: bool = True
) -> Answer | None:
    now = desk.clock()
    with desk.store.begin() as tx:
        call = _locked(tx, id)
        held = tx.conversations.get(call.conversation) if call else None
        if call is None or held is None:
            return None
        call = step(tx, call, held, now)
        answer = _answer(desk, tx, call, now, speak=speak)
    _ring(desk, answer.conversation.id)
    return answer


def _answer(
    desk: Desk, tx: Tx, call: Call, now: datetime, said: frozenset[str] = frozenset(), *, speak: bool = True,
    drops: int | None = None,
) -> Answer:  # fmt: skip
    """The call as it stands now. Where it goes on to a person or ends, its words stay for the verb that does so."""
    held = tx.conversations.get(call.conversation)
    assert held is not None
    before = tx.calls.get(call.id)
    if drops not in (None, call.drops):
        return Answer(call, held)
    if call.wish == "":
        call = call.model_copy(update={"wish": wanted(desk, call, held, now)})
    rows = () if call.wish or not speak else _rows(desk, tx, held, now, said)
    if call != before or now - call.seen_at > _SEEN:
        since = call.since if before is not None and before.state == call.state else now
        call = call.model_copy(update={"seen_at": now, "since": since})
        tx.calls.save(call)
    return Answer(call, held, rows, question(held, desk.content_for(held)), tongues.keys(held))


def _rows(desk: Desk, tx: Tx, held: Conversation, now: datetime, said: frozenset[str]) -> tuple[Outbound, ...]:
    """Committed words, checked once more for truth, and now spoken."""
    out = []
    for row in tx.calls.due(held.id, now):
        twice = row.urgent and bool(row.keys) and set(row.keys) <= said
        if twice or not still_true(tx, row.claims, now):
            tx.outbox.mark(row.id, "void", now, failure="said already" if twice else "no longer true")
            desk.watch(SendDone("voice", "void"))
            continue
        tx.outbox.mark(row.id, "sent", now)
        desk.watch(SendDone("voice", "sent"))
        out.append(row)
    return tuple(out)


def utter(desk: Desk, tx: Tx, held: Conversation, decision: Decision, now: datetime) -> None:
    decision = run_actions(desk, tx, decision, now)
    carry_out(desk, tx, decision.conversation, decision.effects, now)
    tx.conversations.save(decision.conversation.model_copy(update={"version": held.version}), now)
    tx.conversations.append(held.id, decision.events, None, now)


def _conversation(desk: Desk, tx: Tx, sender: Address, now: datetime) -> Conversation:
    known = tx.conversations.id_at(desk.clinic.id, sender)
    held = tx.conversations.get(known, lock=True) if known else None
    return held or open_conversation(desk, tx, sender, now)


def _ring(desk: Desk, conversation: str) -> None:
    desk.bus.ring(f"talk:{desk.clinic.id}", conversation)
    desk.bus.ring(f"console:{desk.clinic.id}", conversation)
    desk.bus.ring(f"thread:{conversation}")
