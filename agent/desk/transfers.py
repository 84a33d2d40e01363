"""Puts a caller through: they wait in a room of their own while the staff's telephones are rung, and whoever takes the
call joins them there. The caller's waiting drives it: each look of theirs rings what is due."""

import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from agent.desk.desk import Desk
from agent.model.call import Call
from agent.model.desk_ring import OPEN_RINGS, UNDER_WAY, DeskRing, DeskRingState
from agent.model.fault import Conflict, SendFault, Unknown
from agent.model.task import OPEN, Change
from agent.ports import Tx

Told = Literal["whisper", "join", "declined", "gone"]
MOST_ROUNDS = 10  # of one call
PHONE = "1"  # the key that takes a call
_LISTENS = timedelta(seconds=45)  # beyond the ringing; whose end was never told to us by then is over
_SURE = timedelta(seconds=20)  # after which a caller who still waits has not been fetched from the room
_PATIENCE = 6.0  # seconds of dialling in one look: Twilio waits fifteen
_ENDS: dict[str, DeskRingState] = {
    "completed": "declined", "busy": "busy", "no-answer": "no-answer", "canceled": "no-answer",
}  # fmt: skip


def begin(desk: Desk, call_id: str) -> int:
    """The telephones that are to be rung, committed; how often this call was put through by now, 0 where it cannot be
    in this way. A repeat while they ring changes nothing."""
    if desk.dialler is None:
        return 0
    now = desk.clock()
    with desk.store.begin() as tx:
        call = tx.calls.get(call_id, lock=True)
        if call is None:
            return 0
        last = tx.desk_rings.of_call(call_id)
        round = last[0].round if last else 0
        if call.state == "transfer" and any(r.state in OPEN_RINGS for r in last):
            return round
        if round >= MOST_ROUNDS:
            return 0
        round += 1
        tx.desk_rings.open([
            DeskRing(
                id=desk.new_id(), clinic=desk.clinic.id, call=call_id, conversation=call.conversation, round=round,
                place=place, seen_at=now,
            )
            for place in range(len(desk.clinic.telephones))
        ])  # fmt: skip
        _stands(desk, tx, call, "transfer", now)
    _bell(desk, call)
    return round


def go_on(desk: Desk, call_id: str, *, waiting: bool = False) -> bool:
    """Rings what is due, or fetches the caller from the room where nobody is left to be rung. Network calls, each after
    its commit. `waiting`: the caller is in the room at this moment, whatever we have written down. False where nobody
    is waited for any more."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        claimed, over = _next(desk, call_id, waiting)
        if over:
            _fetch(desk, call_id)
            return False
        if not claimed:
            return True
        for ring in claimed:
            _dial(desk, ring)
    return True


def answered(desk: Desk, ring_id: str, provider_id: str, key: str) -> tuple[Told, str]:
    """One of the telephones is answered, or a key is pressed there; the call that it is about. The first to take the
    call has it; the others are put down."""
    now = desk.clock()
    with desk.store.begin() as tx:
        call, ring = _locked(tx, ring_id)
        if call is None or ring is None or ring.provider_id not in (None, provider_id):
            return "gone", ""
        if ring.state == "taken" and call.state == "person":
            return "join", call.id  # our answer was lost
        if call.state != "transfer" or ring.state not in UNDER_WAY:
            return "gone", call.id
        state: DeskRingState = "ringing" if not key else "taken" if key == PHONE else "declined"
        tx.desk_rings.save(ring.model_copy(update={"state": state, "provider_id": provider_id, "seen_at": now}))
        others = _put_down(tx, call.id, now) if state == "taken" else []
        if state == "taken":
            _stands(desk, tx, call, "person", now)
    _hang_up(desk, others)
    if state == "ringing":
        return "whisper", call.id
    _bell(desk, call)
    if state == "declined":
        go_on(desk, call.id)
        return "declined", call.id
    note(desk, call.conversation, "a colleague took the call")
    return "join", call.id


def over(desk: Desk, ring_id: str, provider_id: str, status: str) -> None:
    """One of the telephones is put down, or was never taken, in Twilio's words; in any order, and more than once."""
    now = desk.clock()
    with desk.store.begin() as tx:
        call, ring = _locked(tx, ring_id)
        if call is None or ring is None or ring.provider_id not in (None, provider_id):
            return
        if ring.state not in UNDER_WAY and ring.state != "taken":
            return
        state = "ended" if ring.state == "taken" else _ENDS.get(status, "no-answer")
        tx.desk_rings.save(ring.model_copy(update={"state": state, "provider_id": provider_id, "seen_at": now}))
    if state != "ended":
        go_on(desk, call.id)


def stop(desk: Desk, call_id: str) -> None:
    """The caller is out of the room: whatever rings is put down, and whoever had the call is alone in it no longer."""
    now = desk.clock()
    with desk.store.begin() as tx:
        if tx.calls.get(call_id, lock=True) is None:
            return
        down = _put_down(tx, call_id, now, also="taken")
    _hang_up(desk, down)


def never_rang(desk: Desk, call_id: str) -> bool:
    """Did the line refuse every one of the telephones?"""
    with desk.store.begin(write=False) as tx:
        rings = tx.desk_rings.of_call(call_id)
    return bool(rings) and all(r.state == "failed" for r in rings)


def _next(desk: Desk, call_id: str, waiting: bool) -> tuple[list[DeskRing], bool]:
    """(telephones to dial now, nobody is left)."""
    now = desk.clock()
    with desk.store.begin() as tx:
        call = tx.calls.get(call_id, lock=True)
        if call is None or call.state == "ended":
            return [], False
        rings = [_lost(desk, tx, ring, now) for ring in tx.desk_rings.of_call(call_id)]
        if call.state != "transfer":  # taken, or to be fetched: who waits on has been forgotten on the way
            joined = call.state == "person" and any(r.state == "taken" for r in rings)
            return [], waiting and not joined and now - call.seen_at > _SURE
        ringing = any(r.state in UNDER_WAY for r in rings)
        due = [r for r in rings if r.state == "due"]
        if not ringing and not due:
            _stands(desk, tx, call, "live", now)
            return [], True
        chosen = due if desk.clinic.transfer.at_once else due[: 0 if ringing else 1]
        claimed = [r.model_copy(update={"state": "claimed", "seen_at": now}) for r in chosen]
        for ring in claimed:
            tx.desk_rings.save(ring)
    return claimed, False


def _lost(desk: Desk, tx: Tx, ring: DeskRing, now: datetime) -> DeskRing:
    if ring.state not in UNDER_WAY or now - ring.seen_at <= timedelta(seconds=_seconds(desk)) + _LISTENS:
        return ring
    ring = ring.model_copy(update={"state": "no-answer", "seen_at": now})
    tx.desk_rings.save(ring)
    return ring


def _dial(desk: Desk, ring: DeskRing) -> None:
    assert desk.dialler is not None
    phones, base = desk.clinic.telephones, f"{desk.settings.public_url.rstrip('/')}/twilio/voice/desk"
    state: DeskRingState = "ringing"
    id = None
    try:
        if ring.place >= len(phones):
            raise SendFault("delivery_rejected")  # the clinic's facts were changed meanwhile
        id = desk.dialler.dial(
            phones[ring.place], desk.clinic.numbers[0], f"{base}?ring={ring.id}", f"{base}/status?ring={ring.id}",
            _seconds(desk),
        )  # fmt: skip
    except Unknown:
        pass  # it may be ringing, and says so itself then
    except SendFault:
        state = "failed"
    with desk.store.begin() as tx:
        _, now_is = _locked(tx, ring.id)
        if now_is is not None and now_is.state == "claimed":
            tx.desk_rings.save(now_is.model_copy(update={"state": state, "provider_id": now_is.provider_id or id}))
            return
    if id is not None and (now_is is None or now_is.state == "canceled"):
        _hang_up(desk, [id])  # the caller did not wait for it


def _fetch(desk: Desk, call_id: str) -> None:
    """Twilio asks for the caller's next step; where it cannot be told so, the next look tries again."""
    assert desk.dialler is not None
    try:
        desk.dialler.redirect(call_id, f"{desk.settings.public_url.rstrip('/')}/twilio/voice/nobody")
    except Unknown:
        return
    except SendFault:
        with desk.store.begin() as tx:
            call = tx.calls.get(call_id, lock=True)
            if call is not None and call.state == "live":
                _stands(desk, tx, call, "transfer", desk.clock())


def _put_down(tx: Tx, call_id: str, now: datetime, also: DeskRingState | None = None) -> list[str]:
    """Whatever of this call's telephones still rings, and those that are in the state `also`; their calls' ids."""
    down = []
    for ring in tx.desk_rings.of_call(call_id):
        if ring.state in OPEN_RINGS or ring.state == also:
            state = "ended" if ring.state == "taken" else "canceled"
            tx.desk_rings.save(ring.model_copy(update={"state": state, "seen_at": now}))
            down += [ring.provider_id] if ring.provider_id else []
    return down


def _hang_up(desk: Desk, ids: list[str]) -> None:
    for id in ids:
        with suppress(SendFault):  # it ends by itself
            if desk.dialler is not None:
                desk.dialler.hang_up(id)


def _locked(tx: Tx, ring_id: str) -> tuple[Call | None, DeskRing | None]:
    seen = tx.desk_rings.get(ring_id)
    call = tx.calls.get(seen.call, lock=True) if seen is not None else None
    return call, tx.desk_rings.get(ring_id)


def _stands(desk: Desk, tx: Tx, call: Call, state: Literal["live", "transfer", "person"], now: datetime) -> None:
    since = call.since if call.state == state else now
    tx.calls.save(call.model_copy(update={"state": state, "seen_at": now, "since": since}))
    if state != "live" and call.state != state:
        desk.record(tx, "agent", f"call:{state}", call.conversation, now, data={"call": call.id})


def note(desk: Desk, conversation: str, what: str) -> None:
    """It stands with the open requests for a person, unless they are changed at this moment."""
    with suppress(Conflict), desk.store.begin() as tx:
        for task in tx.tasks.of(conversation):
            if task.kind in ("handoff", "callback") and task.status in OPEN:
                changes = (*task.changes, Change(at=desk.clock(), by="agent", what=what))
                tx.tasks.save(task.model_copy(update={"changes": changes}))


def _seconds(desk: Desk) -> int:
    return desk.clinic.transfer.seconds or desk.settings.voice_ring_seconds


def _bell(desk: Desk, call: Call) -> None:
    desk.bus.ring(f"console:{desk.clinic.id}", call.conversation)
    desk.bus.ring(f"thread:{call.conversation}")
