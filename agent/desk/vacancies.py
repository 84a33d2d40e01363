"""Times that came free, offered to those on the waitlist: one at a time, in the order in which they joined.

The order is declared in docs/waitlist.md: who wants such a visit, there, with that person, on such a day, and can be
asked now; of those who joined first. No language goes before another. Each pass of `fill` is rows and short
transactions, so that several processes may do it at once and none of it is lost when one dies.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.acting import run_actions
from agent.desk.decide import spoken_opening
from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.desk.in_line import NIGHT, fits, held_for, later_visit, passed_over
from agent.desk.waiting import talk_of
from agent.desk.waking import after_night
from agent.dialogue import evolve
from agent.dialogue.draft import Draft
from agent.dialogue.turn import begin_for_staff
from agent.model.calendar import Appointment, Opening
from agent.model.conversation import Conversation, SlotValue
from agent.model.effect import Say
from agent.model.event import Event
from agent.model.fault import Conflict, Refused
from agent.model.message import Claim
from agent.model.patient import StaffUser
from agent.model.task import OPEN, Task
from agent.model.waitlist import Entry, Freed, Offer
from agent.ports import Tx

FLOW = "vacancy"
MOST = 50  # of each kind in one pass


def fill(desk: Desk) -> int:
    """Settle offers that nobody answered and requests that staff decided, then offer what is free; how much there was
    to do."""
    now, count = desk.clock(), 0
    with desk.store.begin(write=False) as tx:
        offers = tx.waitlist.open_offers(desk.clinic.id)
        asked = tx.waitlist.in_state(desk.clinic.id, "asked")
        freed = any(f.due_at <= now for f in tx.waitlist.freed(desk.clinic.id))
        over = [o for o in offers if o.expires_at <= now or not _stands(tx, o, now)]
    count += sum(_silent(desk, o, now) for o in over[:MOST])
    count += sum(_decided(desk, e, now) for e in asked)
    while (freed or count) and count < MOST and _next(desk, now):
        count += 1
    return count


def offer_now(desk: Desk, by: StaffUser, provider: str, since: datetime, until: datetime) -> None:
    """Staff want this time of a provider, UTC, to be offered to whoever is next. Raises Refused."""
    now = desk.clock()
    if provider not in {p.id for p in desk.clinic.providers}:
        raise Refused("there is no such provider")
    if not now < until or since >= until:
        raise Refused("this time has passed")
    id = f"{provider}.{since.isoformat()}.{until.isoformat()}"
    made = Freed(id=id, clinic=desk.clinic.id, provider=provider, since=since, until=until, due_at=now)
    with desk.store.begin() as tx:
        _wanted(desk, tx, made, now)
        tx.waitlist.free(made)
        desk.record(tx, f"staff:{by.id}", "waitlist:time-offered", provider, now)
    desk.bus.ring(f"console:{desk.clinic.id}")


def _wanted(desk: Desk, tx: Tx, freed: Freed, now: datetime) -> None:
    """Raises Refused where nobody would be asked, which staff should hear at once; the night is waited for."""
    waiting = tx.waitlist.in_state(desk.clinic.id, "waiting")
    suits = [(e, o) for e in waiting if (o := fits(desk, tx, e, freed, _earliest(desk, now), now)) is not None]
    if not suits:
        raise Refused("this time suits nobody on the waitlist")
    busy = {o.entry for o in tx.waitlist.open_offers(desk.clinic.id)}
    if all(e.id in busy or passed_over(desk, tx, e, o, now) not in ("", NIGHT) for e, o in suits):
        raise Refused("whom this time suits cannot be asked now: they have another offer, were asked before, or "
                      "cannot be texted")  # fmt: skip


def _earliest(desk: Desk, now: datetime) -> datetime:
    return now + timedelta(minutes=desk.clinic.waitlist.notice_minutes)


def _next(desk: Desk, now: datetime) -> bool:
    """One freed time, in a transaction of its own; False when none is due."""
    try:
        told = _taken_up(desk, now)
    except Conflict:
        return True  # another process was faster: look again
    if told is None:
        return False
    if told:
        desk.bus.ring("outbox", told)
        desk.bus.ring(f"thread:{told}")
        desk.bus.ring(f"console:{desk.clinic.id}", told)
    return True


def _taken_up(desk: Desk, now: datetime) -> str | None:
    """The conversation of whoever was offered the time, "" where it was nobody; None: none is due."""
    with desk.store.begin() as tx:
        freed = tx.waitlist.take_freed(desk.clinic.id, now)
        if freed is None:
            return None
        later = _night(desk, freed, now)
        if later != now:
            tx.waitlist.put_off(freed.id, later)
            return ""
        told = _offered(desk, tx, freed, now)
        tx.waitlist.used_up(freed.id)
    return told or ""


def _night(desk: Desk, freed: Freed, now: datetime) -> datetime:
    person = next((p for p in desk.clinic.providers if p.id == freed.provider), None)
    zone = desk.clinic.location(person.location).zone if person else desk.clinic.zone
    return after_night(now, (ZoneInfo(zone),), desk.clinic.reminders)


def _offered(desk: Desk, tx: Tx, freed: Freed, now: datetime) -> str | None:
    """The conversation of whoever was offered this time; None where it suits nobody who can be asked now."""
    earliest = _earliest(desk, now)
    if freed.until <= earliest:
        return None
    for entry in tx.waitlist.in_state(desk.clinic.id, "waiting"):
        opening = fits(desk, tx, entry, freed, earliest, now)
        if opening is None:
            continue
        why = passed_over(desk, tx, entry, opening, now)
        talk = talk_of(desk, tx, entry, now) if not why else None
        if talk is not None and talk.mode in ("staff", "waiting_staff"):
            why, talk = "a person has the conversation", None
        if talk is not None and _offer(desk, tx, entry, talk, opening, now):
            return talk.id
        desk.record(tx, "agent", "waitlist:passed-over", entry.id, now, why=why or "another offer is open")
    return None


def _offer(desk: Desk, tx: Tx, entry: Entry, talk: Conversation, opening: Opening, now: datetime) -> bool:
    """Hold it and ask, in their language; False where they have an offer already or somebody was faster."""
    person = tx.waitlist.person(entry.name, entry.dob)
    mine = [o for o in tx.waitlist.open_offers(desk.clinic.id) if o.person == person or o.conversation == talk.id]
    if mine:
        return False
    former = later_visit(tx, entry, opening, now)
    try:
        hold = desk.calendar.hold(
            tx, opening, id=desk.new_id(), patient=entry.patient, conversation=talk.id,
            replaces=former.id if former else None, now=now,
        )  # fmt: skip
    except Conflict:
        return False
    until = min(now + held_for(desk, opening.start, now), opening.start)
    hold = tx.appointments.change(hold.model_copy(update={"hold_expires_at": until}), now)
    offer = Offer(
        id=desk.new_id(), clinic=desk.clinic.id, entry=entry.id, conversation=talk.id, person=person,
        appointment=hold.id, provider=hold.provider, start=hold.start, language=talk.locale, made_at=now,
        expires_at=until,
    )  # fmt: skip
    talk, before = _without_older(desk, talk, now)
    begun = begin_for_staff(talk, FLOW, _slots(desk, tx, entry, talk, hold, offer, former), desk.content_for(talk),
                            desk.clinic, now)  # fmt: skip
    decision = run_actions(desk, tx, begun, now)
    offer = offer.model_copy(update={"run": decision.conversation.frames[-1].run})
    if not tx.waitlist.offer(offer):
        raise Conflict("they were offered a time since")
    claims = (Claim(fact="held", row=hold.id),)
    effects = tuple(e.model_copy(update={"claims": claims}) if isinstance(e, Say) else e for e in decision.effects)
    carry_out(desk, tx, decision.conversation, effects, now, expires_at=until)
    tx.conversations.save(decision.conversation, now)
    tx.conversations.append(talk.id, (*before, *decision.events), None, now)
    desk.record(tx, "agent", "waitlist:offered", entry.id, now, data={"offer": offer.id, "appointment": hold.id})
    return True


def _slots(
    desk: Desk, tx: Tx, entry: Entry, talk: Conversation, hold: Appointment, offer: Offer,
    former: Appointment | None,
) -> dict[str, object]:  # fmt: skip
    about = {"reason": entry.reason, "name": entry.name, "dob": entry.dob, "phone": entry.phone,
             "relation": entry.relation}  # fmt: skip
    visit = spoken_opening(hold)
    slots: dict[str, object] = {
        "offer": offer.id, "opening": visit, "visit": visit,
        "until": offer.expires_at.isoformat(), "appointment_type": entry.visit_type, "location": hold.location,
        **{name: value for name, value in about.items() if value},
    }  # fmt: skip
    if former is not None:
        slots |= {"appointment": spoken_opening(former), "former": spoken_opening(former)}
    if _shared(tx, desk, talk, entry):
        slots["whom"] = entry.name.split()[0]
    return slots


def _shared(tx: Tx, desk: Desk, talk: Conversation, entry: Entry) -> bool:
    """Do several people use this number, as far as the clinic knows?"""
    if talk.channel == "chat":
        return False
    others = [e for e in tx.waitlist.in_state(desk.clinic.id, "waiting") if e.conversation == entry.conversation]
    return len(tx.patients.by_phone(desk.clinic.id, talk.address.value)) > 1 or len({e.name for e in others}) > 1


def _without_older(desk: Desk, talk: Conversation, now: datetime) -> tuple[Conversation, tuple[Event, ...]]:
    """Questions about times that are gone are asked no more."""
    draft = Draft(talk, None, desk.content_for(talk), desk.clinic, now)
    for frame in talk.frames:
        if frame.flow == FLOW:
            evolve.end(draft, frame, "replaced")
    return draft.conversation, tuple(draft.events)


def _stands(tx: Tx, offer: Offer, now: datetime) -> bool:
    hold = tx.appointments.get(offer.appointment)
    return hold is not None and hold.status == "pending" and (hold.hold_expires_at or now) >= now


def _silent(desk: Desk, offer: Offer, now: datetime) -> bool:
    """Nobody answered, or the time was taken away: it is free for the next, and a late answer is met kindly."""
    with desk.store.begin() as tx:
        talk = tx.conversations.get(offer.conversation, lock=True)
        held = tx.waitlist.get_offer(offer.id, lock=True)
        if held is None or held.state != "open":
            return False
        late = held.expires_at <= now
        if not late and _stands(tx, held, now):
            return False
        tx.waitlist.settle(offer.id, "silent" if late else "withdrawn", now, "" if late else "the time was taken away")
        _release(tx, desk, offer, now)
        if talk is not None:
            _told_if_late(desk, tx, talk, offer, now)
        tag = "waitlist:silent" if late else "waitlist:withdrawn"
        desk.record(tx, "agent", tag, offer.entry, now, data={"offer": offer.id})
    desk.bus.ring(f"console:{desk.clinic.id}")
    return True


def _release(tx: Tx, desk: Desk, offer: Offer, now: datetime) -> None:
    row: Appointment | None = tx.appointments.get(offer.appointment)
    if row is not None and row.status == "pending":
        desk.calendar.release(tx, offer.appointment, now)
    tx.outbox.void(None, offer.appointment, "the time is no longer held")


def _told_if_late(desk: Desk, tx: Tx, talk: Conversation, offer: Offer, now: datetime) -> None:
    if all(f.run != offer.run for f in talk.frames):
        return
    draft = Draft(talk, None, desk.content_for(talk), desk.clinic, now)
    evolve.fill(draft, offer.run, "gone", SlotValue(value=True, source="staff"))
    tx.conversations.save(draft.conversation, now)
    tx.conversations.append(talk.id, draft.events, None, now)


def _decided(desk: Desk, entry: Entry, now: datetime) -> bool:
    """What staff made of the time that they took: a visit, or their old place in the line."""
    with desk.store.begin() as tx:
        task = _request(tx, entry)
        if task is not None and task.status in OPEN:
            return False
        done = task is not None and task.status == "completed"
        if not tx.waitlist.move(entry.id, ("asked",), "done" if done else "waiting", now, "decided by staff"):
            return False
        tag = "waitlist:done" if done else "waitlist:back"
        desk.record(tx, "agent", tag, entry.id, now, data={"task": task.id if task else None})
    return True


def _request(tx: Tx, entry: Entry) -> Task | None:
    """The request that came of the offer which they took."""
    taken = [o for o in tx.waitlist.offers_of(entry.id) if o.state == "accepted"]
    if not taken:
        return None
    keys = {f"{kind}:{taken[-1].run}" for kind in ("booking", "reschedule")}
    return next((t for t in tx.tasks.of(taken[-1].conversation) if t.key in keys), None)
