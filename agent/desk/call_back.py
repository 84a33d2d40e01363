"""Calls a patient back because a colleague asks for it: our own telephone rings first, and theirs once it is taken."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.flag import HOUR
from agent.desk.waking import after_night, zones_of
from agent.dialogue.spoken import Voice, clock
from agent.dialogue.wording import render
from agent.model import fault
from agent.model.address import Address
from agent.model.call_back import UNDER_WAY, CallBack, CallBackState
from agent.model.effect import Say
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Change, Task, is_urgent
from agent.ports import Tx

_RINGS = timedelta(minutes=5)  # whose end was never told to us within this is over
_TALKS = timedelta(hours=4)
_WORDS: dict[CallBackState, str] = {
    "answered": "called the patient: answered", "busy": "called the patient: busy",
    "no-answer": "called the patient: no answer", "failed": "called the patient: the call did not go through",
    "nobody": "a call back was asked for, and nobody took it at our phone",
    "unknown": "a call back was asked for, and its outcome is not known",
}  # fmt: skip


def number_of(tx: Tx, task: Task) -> str:
    """Where the patient is to be called (E.164): as they said, else from where they wrote or called; "" for nowhere."""
    said = str(task.proposal.get("phone") or "")
    held = tx.conversations.get(task.conversation) if task.conversation and not said else None
    found = said or (held.address.value if held is not None and held.channel != "chat" else "")
    return found if found.startswith("+") else ""


def ask(desk: Desk, task_id: str, by: StaffUser) -> CallBack:
    """Committed before anything rings. Raises Refused where this number may not be called now, Conflict while a
    colleague is calling it."""
    now = desk.clock()
    with desk.store.begin() as tx:
        task = tx.tasks.get(task_id, lock=True)
        if desk.dialler is None:
            raise fault.Refused("no telephone line is set up")
        if task is None or task.clinic != desk.clinic.id or task.status not in OPEN:
            raise fault.Conflict("the request is not open any more")
        _may(desk, tx, task, now)
        _forget_lost(tx, task, now)
        back = CallBack(
            id=desk.new_id(), clinic=desk.clinic.id, task=task.id, conversation=task.conversation, by=by.id,
            asked_at=now, seen_at=now,
        )  # fmt: skip
        if not tx.call_backs.open(back):
            raise fault.Conflict("somebody is calling them just now")
        desk.record(tx, f"staff:{by.id}", "task:call-asked", task.id, now, data={"call_back": back.id})
    return back


def ring(desk: Desk, back: CallBack) -> None:
    """The network call, after the commit, once: what may be ringing is never dialled again."""
    assert desk.dialler is not None
    base = f"{desk.settings.public_url.rstrip('/')}/twilio/voice/back"
    try:
        desk.dialler.dial(
            desk.clinic.phone, desk.clinic.numbers[0], f"{base}?id={back.id}", f"{base}/status?id={back.id}",
            desk.settings.voice_ring_seconds,
        )  # fmt: skip
    except fault.Unknown:
        move(desk, back.id, "unknown")
    except fault.SendFault:
        move(desk, back.id, "failed")
    else:
        move(desk, back.id, "ringing")


def taken(desk: Desk, id: str) -> str:
    """A colleague has taken it: the number to ring, the same to a repeat; "" where it is over."""
    with desk.store.begin(write=False) as tx:
        back = tx.call_backs.get(id)
        task = tx.tasks.get(back.task) if back else None
        number = number_of(tx, task) if task is not None else ""
    again = back is not None and back.state == "talking"  # our answer was lost
    return number if number and (again or move(desk, id, "talking")) else ""


def move(desk: Desk, id: str, state: CallBackState) -> bool:
    """On to this state; False where it is over already, or was there before. Its end stands with the task."""
    now = desk.clock()
    with desk.store.begin() as tx:
        back = tx.call_backs.get(id)
        task = tx.tasks.get(back.task, lock=True) if back else None
        back = tx.call_backs.get(id, lock=True)
        if back is None or back.state not in UNDER_WAY or back.state == state:
            return False
        if back.state == "talking" and state in ("ringing", "nobody"):
            return False
        tx.call_backs.save(back.model_copy(update={"state": state, "seen_at": now}))
        if state not in UNDER_WAY:
            _tell(desk, tx, back, task, state, now)
    desk.bus.ring(f"console:{desk.clinic.id}", back.task)
    return True


def words(desk: Desk) -> str:
    """What the colleague hears: nobody's name, since a machine may listen."""
    voice = Voice(desk.content, desk.clinic, desk.clinic.language_of_staff, "voice", desk.clock())
    return render(voice, Say(key="whisper.back")).text


def _may(desk: Desk, tx: Tx, task: Task, now: datetime) -> None:
    """The same bounds as for texts: the stop on sending, the night where the number is at home, the hour's most."""
    number = number_of(tx, task)
    if not number:
        raise fault.Refused("there is no number to call")
    if tx.sends.halted() is not None:
        raise fault.Refused("sending is stopped, and calls with it")
    zones = zones_of(number) or (ZoneInfo(desk.clinic.zone),)
    later = after_night(now, zones, desk.clinic.reminders)
    if later != now and not is_urgent(task):
        voice = Voice(desk.content, desk.clinic, "en", "sms", now)
        raise fault.Refused("it is night there until %(time)s", time=clock(voice, later.astimezone(zones[0]).time()))
    address = Address(channel="sms", value=number)
    if not tx.sends.take(address, f"call:{desk.new_id()}", 1, now - HOUR, now, desk.settings.texts_per_hour):
        raise fault.Refused("this number has had the most texts and calls of an hour")


def _forget_lost(tx: Tx, task: Task, now: datetime) -> None:
    """One whose end was never told to us does not stand in the way for ever."""
    last = tx.call_backs.last_of(task.id)
    if last is None or last.state not in UNDER_WAY:
        return
    if now - last.seen_at > (_TALKS if last.state == "talking" else _RINGS):
        tx.call_backs.save(last.model_copy(update={"state": "unknown", "seen_at": now}))


def _tell(desk: Desk, tx: Tx, back: CallBack, task: Task | None, state: CallBackState, now: datetime) -> None:
    desk.record(tx, f"staff:{back.by}", "task:called", back.task, now, data={"call_back": back.id, "how": state})
    if task is None or task.status not in OPEN:
        return
    caller = tx.staff.get(back.by)
    change = Change(at=now, by=caller.name if caller else back.by, what=_WORDS[state])
    tx.tasks.save(task.model_copy(update={"changes": (*task.changes, change)}))
