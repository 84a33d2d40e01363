"""Times that came free, offered to those on the waitlist: one at a time, in the order in which they joined.

The order is declared in docs/waitlist.md: who wants such a visit, there, with that person, on such a day, and can be
asked now; of those who joined first. No language goes before another. Each pass of `fill` is rows and short
transactions, so that several processes may do it at once and none of it is lost when one dies.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.desk.desk import Desk
from agent.desk.in_line import NIGHT, by_telephone, fits, kept_until, later_visit, passed_over
from agent.desk.offering import put, release, stands
from agent.desk.outgoing_calls import conversation_with, plan
from agent.desk.vacancy_calls import ABOUT, WITH_THEM, call_of
from agent.desk.waiting import number_of, talk_of, unreachable
from agent.desk.waking import after_night, zones_of
from agent.dialogue import evolve
from agent.dialogue.draft import Draft
from agent.dialogue.leaving import takes_texts
from agent.model.calendar import Opening
from agent.model.conversation import Conversation, SlotValue
from agent.model.fault import Conflict, Refused
from agent.model.outgoing_call import OutgoingCall
from agent.model.patient import Patient, StaffUser
from agent.model.task import OPEN, Task
from agent.model.waitlist import Entry, Freed, Offer, OfferState
from agent.ports import Tx

MOST = 50  # of each kind in one pass


def fill(desk: Desk) -> int:
    """Settle offers that nobody answered and requests that staff decided, then offer what is free; how much there was
    to do."""
    now, count = desk.clock(), 0
    with desk.store.begin(write=False) as tx:
        offers = tx.waitlist.open_offers(desk.clinic.id)
        asked = tx.waitlist.in_state(desk.clinic.id, "asked")
        freed = any(f.due_at <= now for f in tx.waitlist.freed(desk.clinic.id))
        over = [o for o in offers if o.expires_at <= now or not stands(tx, o, now)]
        unheard = [o for o in offers if o not in over and not o.run and _told_nobody(call_of(tx, o))]
    count += sum(_by_text(desk, o, now) for o in unheard[:MOST])
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


def _told_nobody(call: OutgoingCall | None) -> bool:
    return call is not None and call.state == "over" and call.outcome not in WITH_THEM


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
        called = by_telephone(desk, tx, entry) if not why else None
        talk = talk_of(desk, tx, entry, now) if not why and called is None else None
        if called is not None:
            talk = conversation_with(desk, tx, *called, now)
            entry = entry.model_copy(update={"patient": called[0].id})  # noqa: PLW2901  # on file, as the call says
        if talk is not None and talk.mode in ("staff", "waiting_staff"):
            why, talk = "a person has the conversation", None
        if talk is not None and _offer(desk, tx, entry, talk, opening, called, now):
            return talk.id
        desk.record(tx, "agent", "waitlist:passed-over", entry.id, now, why=why or "another offer is open")
    return None


def _offer(
    desk: Desk, tx: Tx, entry: Entry, talk: Conversation, opening: Opening, called: tuple[Patient, str] | None,
    now: datetime,
) -> bool:  # fmt: skip
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
    until = kept_until(desk.clinic, opening.start, now)
    hold = tx.appointments.change(hold.model_copy(update={"hold_expires_at": until}), now)
    offer = Offer(
        id=desk.new_id(), clinic=desk.clinic.id, entry=entry.id, conversation=talk.id, person=person,
        appointment=hold.id, provider=hold.provider, start=hold.start, language=talk.locale, made_at=now,
        expires_at=until,
    )  # fmt: skip
    if called is not None:
        if not tx.waitlist.offer(offer):
            raise Conflict("they were offered a time since")
        plan(desk, tx, ABOUT, offer.id, called[0], called[1], offer.start, now)
    else:
        put(desk, tx, entry, talk, hold, offer, tx.waitlist.offer, now)
    desk.record(tx, "agent", "waitlist:offered", entry.id, now, data={"offer": offer.id, "appointment": hold.id})
    return True


def _by_text(desk: Desk, offer: Offer, now: datetime) -> bool:
    """A call that told nobody is over: the text takes its place, with as long to answer, or the next in line is
    asked."""
    with desk.store.begin() as tx:
        entry = tx.waitlist.entry(offer.entry)
        talk = talk_of(desk, tx, entry, now) if entry is not None else None
        held, call = tx.waitlist.get_offer(offer.id, lock=True), call_of(tx, offer)
        if held is None or held.state != "open" or held.run or call is None or call.state != "over":
            return False
        hold = tx.appointments.get(held.appointment)
        why = "nobody is there" if hold is None or entry is None else _no_text(desk, tx, entry, talk, held, call, now)
        if why or talk is None or entry is None or hold is None:
            state: OfferState = "silent" if call.tries else "withdrawn"  # never rung: nobody was offered it
            tx.waitlist.settle(held.id, state, now, why)
            release(tx, desk, held, now)
            desk.record(tx, "agent", f"waitlist:{state}", held.entry, now, why=why, data={"offer": held.id})
            told = held.conversation
        else:
            until, told = kept_until(desk.clinic, held.start, now), talk.id
            hold = tx.appointments.change(hold.model_copy(update={"hold_expires_at": until}), now)
            again = {"conversation": talk.id, "language": talk.locale, "expires_at": until}
            put(desk, tx, entry, talk, hold, held.model_copy(update=again), tx.waitlist.put_again, now)
            desk.record(tx, "agent", "waitlist:texted", held.entry, now, why=call.outcome, data={"offer": held.id})
    desk.bus.ring("outbox", told)
    desk.bus.ring(f"thread:{told}")
    desk.bus.ring(f"console:{desk.clinic.id}", told)
    return True


def _no_text(
    desk: Desk, tx: Tx, entry: Entry, talk: Conversation | None, offer: Offer, call: OutgoingCall, now: datetime
) -> str:  # fmt: skip
    """Why no text takes the place of a call that told nobody; empty where one does."""
    number = number_of(tx, entry)
    if after_night(now, zones_of(number), desk.clinic.reminders) != now:
        return NIGHT
    if call.outcome == "wrong":
        return "somebody else's number"
    if (why := unreachable(tx, entry)) != "" or (number is not None and not takes_texts(number)):
        return why or "no texts there"
    if entry.state != "waiting" or not stands(tx, offer, now):
        return "no longer waiting"
    if offer.start < _earliest(desk, now):
        return "too late for a text"
    if talk is None or talk.mode in ("staff", "waiting_staff"):
        return "a person has the conversation"
    others = (o for o in tx.waitlist.open_offers(desk.clinic.id) if o.id != offer.id)
    return "another offer is open" if any(o.conversation == talk.id for o in others) else ""


def _silent(desk: Desk, offer: Offer, now: datetime) -> bool:
    """Nobody answered, or the time was taken away: it is free for the next, and a late answer is met kindly."""
    with desk.store.begin() as tx:
        talk = tx.conversations.get(offer.conversation, lock=True)
        held = tx.waitlist.get_offer(offer.id, lock=True)
        if held is None or held.state != "open":
            return False
        late = held.expires_at <= now
        if not late and stands(tx, held, now):
            return False
        call = call_of(tx, held)
        unrung = call is not None and not call.tries and not held.run  # nobody can have answered
        late = late and not unrung
        why = "nobody could be rung in time" if unrung else "" if late else "the time was taken away"
        tx.waitlist.settle(offer.id, "silent" if late else "withdrawn", now, why)
        release(tx, desk, offer, now)
        if talk is not None:
            _told_if_late(desk, tx, talk, offer, now)
        tag = "waitlist:silent" if late else "waitlist:withdrawn"
        desk.record(tx, "agent", tag, offer.entry, now, data={"offer": offer.id})
    desk.bus.ring(f"console:{desk.clinic.id}")
    return True


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
