"""One turn, in order: claim, hear, decide, run actions, commit everything in one transaction, then ring."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from structlog import get_logger

from agent.desk import after_stop, after_visit
from agent.desk.acting import run_actions
from agent.desk.by_text import go_on
from agent.desk.desk import Desk
from agent.desk.effects import Done, carry_out
from agent.desk.hearing import Heard, hear
from agent.desk.look_again import sample
from agent.desk.spoiled import set_aside
from agent.desk.watching import Laps
from agent.dialogue.leaving import SURE_OF_STOP
from agent.dialogue.turn import Decision, take_turn
from agent.model.conversation import Conversation
from agent.model.effect import OpenTask, Say
from agent.model.fault import Busy, Conflict, Spoiled
from agent.model.message import Inbound
from agent.model.sighting import TurnTaken
from agent.model.understanding import Understanding
from agent.ports import Claimed, Tx
from agent.understand.model import Proposed

_Mine = tuple[Claimed, Conversation]
Outcome = Literal["decided", "again", "parked"]
_IN_A_ROW = 20  # turns before the worker looks up, to see whether it should stop
_AT_ONCE = 8  # turns, each of another conversation, that are committed together while more are waiting


def work(desk: Desk, conversation: str | None = None, rung: Callable[[], bool] = lambda: True) -> bool:
    """Claim and take one waiting turn, and go on with more of them while the bell has `rung`; False when none waits. A
    failing message is tried again, then given to a person; it never blocks the conversation for good. Raises Busy when
    the database is away."""
    now, laps = desk.clock(), Laps()
    claimed = held = None
    try:
        with desk.store.begin(durable=False) as tx:
            claimed = tx.inbox.claim(now, desk.settings.lease_seconds, conversation)
            held = (claimed.held or tx.conversations.get(claimed.conversation)) if claimed else None
    except Conflict:
        return True  # another worker has just claimed in this conversation: look again
    except Spoiled as spoiled:
        set_aside(desk, spoiled, inbound=claimed.inbound.id if claimed else None)
        return True
    if claimed is None or held is None:
        return False
    laps.done("claim")
    mine, taken = [(claimed, held)], 0
    while mine:
        taken += len(mine)
        mine = _several(desk, mine, laps, more=taken < _IN_A_ROW and conversation is None and rung())
        laps = Laps()
    return True


def _several(desk: Desk, mine: list[_Mine], laps: Laps, more: bool) -> list[_Mine]:
    """Take claimed turns together; when one of them fails, or was tried before, each alone. With `more`, the next ones
    are claimed in the same transaction and returned."""
    if len(mine) > 1 and all(claimed.attempts == 1 for claimed, _ in mine):
        try:
            return _take(desk, mine, laps, more)
        except Exception as fault:  # told where it happens again, to the turn alone
            get_logger().info("turns_parted", fault=type(fault).__name__)
    after: list[_Mine] = []
    for at, one in enumerate(mine, 1):
        try:
            after = _one(desk, one, laps, more and at == len(mine), behind=len(mine) > 1)
        except Busy:
            for claimed, held in mine[at:]:
                _again(desk, claimed, held, laps, "Busy", counted=False)
            raise
    return after


def _begun(desk: Desk, claimed: Claimed) -> bool:
    """A lease runs from the claim on, also while turns before this one are taken; ours no more, it is left alone."""
    until = desk.clock() + timedelta(seconds=desk.settings.lease_seconds)
    with desk.store.begin(durable=False) as tx:
        return tx.inbox.begin(claimed, until)


def _one(desk: Desk, mine: _Mine, laps: Laps, more: bool, behind: bool) -> list[_Mine]:
    """`behind`: other turns of the same worker may have gone before."""
    claimed, held = mine
    try:
        if behind and not _begun(desk, claimed):
            return []
        if claimed.attempts > desk.settings.max_attempts:  # every try before took its worker down
            _again(desk, claimed, held, laps, "never finished")
            return []
        return _take(desk, [mine], laps, more)
    except Busy:
        _again(desk, claimed, held, laps, "Busy", counted=False)
        raise
    except Conflict:
        _again(desk, claimed, held, laps, "Conflict")
    except Exception as fault:
        desk.on_fault(fault)
        get_logger().error("turn_failed", fault=type(fault).__name__, attempts=claimed.attempts)
        _again(desk, claimed, held, laps, type(fault).__name__)
    return []


def _take(desk: Desk, mine: list[_Mine], laps: Laps, more: bool) -> list[_Mine]:
    now = desk.clock()
    heard = [hear(desk, held, claimed.inbound, now) for claimed, held in mine]
    laps.done("hear")
    with desk.store.begin() as tx:
        laps.done("commit")
        _expected(desk, tx, [claimed.inbound for claimed, _ in mine])
        current = tx.conversations.relock([held for _, held in mine])
        work_for_staff = [
            _turn(desk, tx, one, locked, what, laps, now)
            for one, locked, what in zip(mine, current, heard, strict=True)
        ]
        tx.inbox.finish_all([claimed for claimed, _ in mine])
        following = _following(desk, tx, now) if more else []
        if more:
            laps.done("claim")
    laps.done("commit")
    for (claimed, held), what, moved in zip(mine, heard, work_for_staff, strict=True):
        _told_watch(desk, claimed, held, laps, "decided", what.model)  # turns taken together share their stretches
        _rung(desk, claimed.conversation, work_for_staff=moved)
    return following


def _expected(desk: Desk, tx: Tx, inbounds: list[Inbound]) -> None:
    """What turns ask about whoever writes."""
    tx.optouts.expect(each.sender for each in inbounds if each.channel == "sms")
    tx.patients.expect(desk.clinic.id, (each.sender.value for each in inbounds if each.channel != "chat"))


def _turn(desk: Desk, tx: Tx, mine: _Mine, conversation: Conversation, heard: Heard, laps: Laps, now: datetime) -> bool:
    """Whether there is something else to do for staff than before. `conversation`: locked, as it now is."""
    claimed, held = mine
    if conversation.version != heard.version:
        heard = hear(desk, conversation, claimed.inbound, now, alone=True)
    inbound = _meant_to_stop(tx, claimed.inbound, heard.understanding, now)
    decision = decide(desk, tx, conversation, inbound, heard, now)
    laps.done("decide")
    done = commit(desk, tx, conversation, decision, inbound, heard, now)
    laps.done("commit")
    return bool(done.tasks or done.withdrawn) or decision.conversation.mode != held.mode


def _following(desk: Desk, tx: Tx, now: datetime) -> list[_Mine]:
    """The next turns; one at a time where a language model may be asked: nobody waits for another's answer."""
    most = 1 if desk.model is not None else _AT_ONCE
    tx.audit.expect()
    claimed = tx.inbox.claim_several(now, desk.settings.lease_seconds, most)
    return [(each, each.held) for each in claimed if each.held is not None]


def decide(desk: Desk, tx: Tx, conversation: Conversation, inbound: Inbound, heard: Heard, now: datetime) -> Decision:
    """The pure turn, with its actions run in between."""
    caps, content = desk.settings, desk.content_for(conversation)
    decision = take_turn(
        conversation.model_copy(update={"content_revision": content.revision}),
        inbound,
        heard.understanding,
        heard.finding,
        content,
        desk.clinic,
        now,
        caps.max_steps,
        caps.max_frames,
    )
    return run_actions(desk, tx, decision, now)


def commit(
    desk: Desk, tx: Tx, before: Conversation, decision: Decision, inbound: Inbound, heard: Heard, now: datetime
) -> Done:
    """Everything of the turn, written in the caller's transaction."""
    effects = after_visit.for_nurse(desk, tx, before, decision, inbound, heard.finding, now)
    done = carry_out(desk, tx, decision.conversation, effects, now, inbound=inbound.id)
    after_stop.tell(desk, tx, decision.conversation, inbound, heard.understanding, done, now)
    if (asked := after_visit.answered(before, decision)) is not None:
        after_visit.follow_up(desk, tx, asked, done, now, alarm=heard.finding.cls != "none")
    tx.conversations.save(decision.conversation.model_copy(update={"version": before.version}), now)
    tx.conversations.append(before.id, decision.events, inbound.id, now)
    go_on(desk, tx, decision, now)
    events = decision.events
    sample(desk, tx, before, inbound, heard.understanding, heard.finding, now)
    desk.record(
        tx,
        "agent",
        "turn:decided",
        before.id,
        now,
        fields=tuple(sorted({str(e.data["slot"]) for e in events if e.name == "SlotFilled"})),
        data={
            "inbound": inbound.id,
            "lang": heard.understanding.lang,
            "channel": inbound.channel,
            "intent": heard.understanding.intent,
            "confidence": round(heard.understanding.confidence, 3),
            "safety": heard.finding.category if heard.finding.cls != "none" else None,
            "accepted": [e.data["do"] for e in events if e.name == "CommandAccepted"],
            "refused": [[e.data["do"], e.data["why"]] for e in events if e.name == "CommandRefused"],
            "said": [e.data["key"] for e in events if e.name == "Said"],
            "tasks": [t.id for t in done.tasks],
            "outbound": done.outbound,
            **({"model": _told(desk, heard.model)} if heard.model is not None else {}),
        },
    )
    return done


def _told(desk: Desk, proposed: Proposed) -> dict[str, object]:
    """What is kept of a model's part in a turn: which one, asked with which instructions, how it went."""
    name, commands = desk.model.name if desk.model is not None else "", [c.do for c in proposed.commands]
    told = {"name": name, "prompt": proposed.prompt, "ms": proposed.ms, "outcome": proposed.outcome}
    return {**told, "commands": commands}


def _meant_to_stop(tx: Tx, inbound: Inbound, heard: Understanding, now: datetime) -> Inbound:
    """A revocation in free words counts like the word STOP. In a chat nobody knows of which number (see
    `agent.dialogue.consent.perhaps_no_more`). On the telephone it ends our own calls at once; of texts it is asked."""
    if heard.intent != "stop_messages" or heard.confidence < SURE_OF_STOP:
        return inbound
    if inbound.channel == "voice":
        tx.consents.withdraw(inbound.sender)
    if inbound.channel == "chat" or inbound.kind != "text":
        return inbound
    tx.optouts.stop(inbound.sender, now, "words")
    return inbound.model_copy(update={"kind": "stop"})


def _again(
    desk: Desk, claimed: Claimed, held: Conversation, laps: Laps, why: str, *, counted: bool = True
) -> None:  # fmt: skip
    """Back into the queue; after the last try a person gets the words and the patient hears the truth. A database that
    was away is no try of the message."""
    now = desk.clock()
    try:
        with desk.store.begin() as tx:
            if claimed.attempts < desk.settings.max_attempts or not counted:
                tx.inbox.give_back(claimed.inbound.id, claimed.fence, why, counted=counted)
                _told_watch(desk, claimed, held, laps, "again")
                return
            conversation = tx.conversations.get(claimed.conversation, lock=True)
            assert conversation is not None
            task = OpenTask(
                kind="handoff",
                proposal={"why": "our_fault", "message": claimed.inbound.text},
                evidence=({"field": "message", "quote": claimed.inbound.text, "inbound": claimed.inbound.id},),
                priority="urgent",
                reason="our_fault",
                run=claimed.inbound.id,
            )
            say = () if conversation.mode == "staff" else (Say(key="error.trouble"),)
            carry_out(desk, tx, conversation, (task, *say), now, inbound=claimed.inbound.id)
            desk.record(
                tx, "agent", "turn:parked", claimed.conversation, now, why=why, data={"inbound": claimed.inbound.id}
            )
            tx.inbox.park(claimed.inbound.id, claimed.fence, why)
    except (Busy, Conflict):
        return  # the lease runs out and the message is claimed again
    _told_watch(desk, claimed, held, laps, "parked")
    _rung(desk, claimed.conversation)


def _told_watch(
    desk: Desk, claimed: Claimed, held: Conversation, laps: Laps, outcome: Outcome, model: Proposed | None = None
) -> None:
    waited = max((desk.clock() - claimed.inbound.received_at).total_seconds(), 0.0)
    asked = (model.outcome, model.ms) if model is not None else (None, 0)
    told = (outcome, laps.began, tuple(laps.laps), waited, desk.content.revision, *asked)
    desk.watch(TurnTaken(claimed.inbound.channel, held.locale, *told))


def _rung(desk: Desk, conversation: str, *, work_for_staff: bool = True) -> None:
    desk.bus.ring("outbox", conversation)
    desk.bus.ring(f"thread:{conversation}")
    desk.bus.ring(f"talk:{desk.clinic.id}", conversation)
    if work_for_staff:
        desk.bus.ring(f"console:{desk.clinic.id}", conversation)
