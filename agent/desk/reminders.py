"""Reminders: planned as rows when a visit comes near, sent at wall-clock times that are no one's night, each once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.acting import run_actions
from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.form_offer import offer
from agent.desk.missed import follow_up
from agent.desk.missed_calls import MISSED
from agent.desk.outgoing_calls import number_for, plan
from agent.desk.outgoing_calls_over import told_nobody
from agent.desk.receive import talk_by_text
from agent.desk.reminder_pace import Share
from agent.desk.unfinished import chase
from agent.desk.waking import LATEST, TALKING, after_night, zones_of
from agent.dialogue.turn import begin_for_staff
from agent.model.address import Address
from agent.model.calendar import Appointment
from agent.model.clinic import ReminderRule, Reminders
from agent.model.conversation import Conversation
from agent.model.effect import Effect, Say
from agent.model.message import Claim
from agent.model.outgoing_call import OutgoingCall
from agent.model.patient import Patient
from agent.model.reminder import FORM_OFFER, UNFINISHED, Reminder
from agent.model.sighting import Reminded
from agent.ports import Tx

MOST = 200  # visits planned, and reminders sent, in one sweep
_REACHABLE_BY_A_PERSON = frozenset({"opted out", "too late to help"})
_BEFORE_QUIET = timedelta(hours=1)
_OF_RULE = {MISSED: follow_up, UNFINISHED: chase}


def remind(desk: Desk) -> int:
    """Plan what is not planned yet and send what is due; how many reminders were settled."""
    now = desk.clock()
    _plan(desk, now)
    settled, share = 0, Share(desk.clinic.id, desk.clinic.reminders.per_minute, now)
    while settled < MOST and _next(desk, now, share):
        settled += 1
    return settled


def moment(
    rule: ReminderRule, start: datetime, zone: ZoneInfo, elsewhere: tuple[ZoneInfo, ...], quiet: Reminders
) -> datetime:
    """When the reminder of a visit at `start` (UTC) goes out, UTC: by the wall clock in `zone`, and earlier where it
    would be quiet hours there or `elsewhere`."""
    if rule.days is not None:
        day = start.astimezone(zone).date() - timedelta(days=rule.days)
        due = datetime.combine(day, rule.at, zone).astimezone(UTC)
    else:
        due = start - timedelta(hours=rule.hours or 0)
    for _ in range(4):  # each zone may move it into another's night
        moved = due
        for each in (zone, *elsewhere):
            moved = _before_night(moved, each, quiet)
        if moved == due:
            break
        due = moved
    return due


def _before_night(due: datetime, zone: ZoneInfo, quiet: Reminders) -> datetime:
    local = due.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    if quiet.quiet_until <= at < quiet.quiet_from:
        return due
    evening = local.date() - timedelta(days=1) if at < quiet.quiet_until else local.date()
    return (datetime.combine(evening, quiet.quiet_from, zone) - _BEFORE_QUIET).astimezone(UTC)


def _plan(desk: Desk, now: datetime) -> None:
    rules = desk.clinic.reminders.rules
    if not rules:
        return
    furthest = max((r.days or 0) + 2 + (r.hours or 0) // 24 for r in rules)  # before the earliest moment of any
    with desk.store.begin() as tx:
        for visit in tx.reminders.unplanned(desk.clinic.id, now, now + timedelta(days=furthest), MOST):
            patient = tx.patients.get(visit.patient) if visit.patient else None
            for rule in rules:
                tx.reminders.plan(_planned(desk, rule, visit, patient, now))


def silence(desk: Desk, tx: Tx, visit: Appointment, why: str, now: datetime) -> None:
    """Nobody is reminded of this visit, whether that was planned already or not."""
    for rule in desk.clinic.reminders.rules:
        skipped = Reminder(
            appointment=visit.id, rule=rule.name, clinic=desk.clinic.id, visit_at=visit.start, due_at=now,
            state="skipped", why=why, settled_at=now,
        )  # fmt: skip
        tx.reminders.plan(skipped)
    tx.reminders.stop(visit.id, why, now)


def _planned(desk: Desk, rule: ReminderRule, visit: Appointment, patient: Patient | None, now: datetime) -> Reminder:
    number = patient.phones[0] if patient and patient.phones else None
    due = moment(rule, visit.start, ZoneInfo(visit.zone), zones_of(number), desk.clinic.reminders)
    why = "no number" if number is None else "booked too late for it" if due <= now else ""
    return Reminder(
        appointment=visit.id, rule=rule.name, clinic=desk.clinic.id, visit_at=visit.start, due_at=due,
        state="skipped" if why else "due", why=why, settled_at=now if why else None,
    )  # fmt: skip


def _next(desk: Desk, now: datetime, share: Share) -> bool:
    """One reminder, in a transaction of its own; False when none is due, or the clinic's pace lets none go now."""
    with desk.store.begin() as tx:
        reminder = tx.reminders.take_due(desk.clinic.id, now)
        if reminder is None or not share.take(tx):
            return False
        settle = _OF_RULE.get(reminder.rule, _settle)
        conversation = settle(desk, tx, reminder, now)
    if conversation is not None:
        if reminder.rule != UNFINISHED:
            desk.watch(Reminded((now - reminder.due_at).total_seconds()))
        desk.bus.ring("outbox", conversation)
        desk.bus.ring(f"thread:{conversation}")
        desk.bus.ring(f"console:{desk.clinic.id}", conversation)
    return True


def _settle(desk: Desk, tx: Tx, reminder: Reminder, now: datetime) -> str | None:
    """Say it, pass it over with a reason, or put it off; the conversation in which it was said."""
    visit = tx.appointments.get(reminder.appointment)
    if visit is not None and visit.status == "booked" and visit.start != reminder.visit_at:
        tx.reminders.plan_anew(visit.id)
        return None
    patient = tx.patients.get(visit.patient) if visit and visit.patient else None
    number = _by_telephone(desk, tx, reminder, patient)
    why = _pointless(tx, visit, patient, now, by_text=not number)
    if not why and number and patient is not None:
        if _sure(desk, tx, reminder):
            tx.reminders.settle(reminder, "skipped", now, why="they said that they come")
        else:
            plan(
                desk, tx, "reminder", reminder.appointment, patient, number, reminder.visit_at, now, rule=reminder.rule
            )
            tx.reminders.settle(reminder, "calling", now)
        return None
    if why or visit is None or patient is None:
        if why in _REACHABLE_BY_A_PERSON:
            told_nobody(desk, tx, _called(tx, reminder), now)
        tx.reminders.settle(reminder, "skipped", now, why=why)
        desk.record(tx, "agent", "reminder:skipped", reminder.appointment, now, why=why)
        return None
    later = after_night(now, (ZoneInfo(visit.zone), *zones_of(patient.phones[0])), desk.clinic.reminders)
    if later != now:  # the desk was down when it was due
        tx.reminders.put_off(reminder, later)
        return None
    conversation = talk_by_text(desk, tx, patient, patient.phones[:1], now)
    if conversation.mode == "staff" or _in_the_middle(desk, tx, conversation, visit, now):
        tx.reminders.put_off(reminder, now + TALKING)
        return None
    _say(desk, tx, reminder, visit, patient, conversation, now)
    return conversation.id


def _in_the_middle(desk: Desk, tx: Tx, talk: Conversation, visit: Appointment, now: datetime) -> bool:
    """They are answering a question of ours just now: a second one would take the answer."""
    top = talk.frames[-1] if talk.frames else None
    if top is None or top.asked is None or visit.start - now < LATEST + TALKING:
        return False
    heard = tx.conversations.last_heard(talk.id)
    return desk.content_for(talk).flows[top.flow].kind == "task" and heard is not None and now - heard[1] < TALKING


def _by_telephone(desk: Desk, tx: Tx, reminder: Reminder, patient: Patient | None) -> str:
    """The number on which it is told; "" where it is told by text, because nobody has agreed to calls or because the
    call told nobody."""
    return number_for(desk, tx, patient, "reminder") if patient is not None and _called(tx, reminder) is None else ""


def _called(tx: Tx, reminder: Reminder) -> OutgoingCall | None:
    return tx.outgoing_calls.of("reminder", reminder.appointment, reminder.rule, reminder.visit_at)


def _sure(desk: Desk, tx: Tx, reminder: Reminder) -> bool:
    """Whoever has said that they come is not rung once more for a rule that asks nothing."""
    rule = next((r for r in desk.clinic.reminders.rules if r.name == reminder.rule), None)
    return rule is not None and not rule.ask and bool(tx.reminders.said_yes((reminder.appointment,)))


def _pointless(
    tx: Tx, visit: Appointment | None, patient: Patient | None, now: datetime, *, by_text: bool
) -> str:  # fmt: skip
    """Why nobody should be reminded any more; empty where somebody should."""
    if visit is None or visit.status != "booked":
        return "no longer booked"
    if visit.start - now < LATEST:
        return "too late to help"
    if patient is None or not patient.phones:
        return "no number"
    stopped = by_text and tx.optouts.stopped(Address(channel="sms", value=patient.phones[0]))
    return "opted out" if stopped else ""


def _say(
    desk: Desk, tx: Tx, reminder: Reminder, visit: Appointment, patient: Patient, talk: Conversation, now: datetime
) -> None:
    if reminder.rule == FORM_OFFER:
        offer(desk, tx, reminder, visit, patient, talk, now)
        return
    rule = next((r for r in desk.clinic.reminders.rules if r.name == reminder.rule), None)
    claims = (Claim(fact="booked", row=visit.id),)
    opening = spoken_opening(visit)
    if rule is None or rule.ask:
        slots = {"visit": opening, "location": visit.location}
        if len(tx.patients.by_phone(desk.clinic.id, patient.phones[0])) > 1:  # a shared number: whose visit it is
            slots["whom"] = patient.first_name
        begun = begin_for_staff(talk, "remind", slots, desk.content_for(talk), desk.clinic, now)
        decision = run_actions(desk, tx, begun, now)
        effects = tuple(e.model_copy(update={"claims": claims}) if isinstance(e, Say) else e for e in decision.effects)
        talk, events = decision.conversation, decision.events
    else:
        values = {"visit": {"as": "visit", "value": opening}, "location": {"as": "location", "value": visit.location}}
        said: Effect = Say(key="reminder.soon", values=values, claims=claims)
        effects, events = (said,), ()
    done = carry_out(desk, tx, talk, effects, now, expires_at=visit.start - LATEST / 2)
    tx.conversations.save(talk, now)
    tx.conversations.append(talk.id, events, None, now)
    tx.reminders.settle(reminder, "sent", now, outbound=done.outbound[0] if done.outbound else None)
    desk.record(tx, "agent", "reminder:sent", visit.id, now, why=reminder.rule, data={"outbound": done.outbound})
