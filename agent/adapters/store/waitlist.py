"""The waitlist as rows; what was wished for and by whom is sealed under the key of the conversation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from agent.adapters.store.keyring import of_conversation
from agent.adapters.store.tables_waitlist import freed_times, waitlist, waitlist_offers
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.waitlist import Entry, EntryState, Freed, Offer, OfferState

_e, _f, _o = waitlist.c, freed_times.c, waitlist_offers.c
_ADD = insert(waitlist)
_GET = select(waitlist).where(_e.id == bindparam("of"))
_IN = (
    select(waitlist)
    .where(_e.clinic == bindparam("clinic"), _e.state == bindparam("in_state"))
    .order_by(_e.joined_at, _e.id)
)
_OF_PERSON = (
    select(waitlist)
    .where(_e.clinic == bindparam("clinic"), _e.person == bindparam("who"), _e.state == word("waiting"))
    .order_by(_e.joined_at, _e.id)
)
_MOVE = (
    update(waitlist)
    .where(_e.id == bindparam("of"), _e.state.in_(bindparam("before", expanding=True)))
    .values(state=bindparam("after"), why=bindparam("because"), settled_at=bindparam("at"))
)
_FREE = upsert(freed_times).on_conflict_do_nothing()
_TAKE = (
    select(freed_times)
    .where(_f.clinic == bindparam("clinic"), _f.due_at <= bindparam("now"))
    .order_by(_f.due_at, _f.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_PUT_OFF = update(freed_times).where(_f.id == bindparam("of")).values(due_at=bindparam("due"))
_USED = delete(freed_times).where(_f.id == bindparam("of"))
_FREED = select(freed_times).where(_f.clinic == bindparam("clinic")).order_by(_f.since, _f.id)
_OFFER = upsert(waitlist_offers).on_conflict_do_nothing().returning(_o.id)
_OPEN = (
    select(waitlist_offers)
    .where(_o.clinic == bindparam("clinic"), _o.state == word("open"))
    .order_by(_o.expires_at, _o.id)
)
_GET_OFFER = select(waitlist_offers).where(_o.id == bindparam("of"))
_LOCK_OFFER = _GET_OFFER.with_for_update()
_SETTLE = (
    update(waitlist_offers)
    .where(_o.id == bindparam("of"), _o.state == word("open"))
    .values(state=bindparam("after"), why=bindparam("because"), settled_at=bindparam("at"))
)
_AGAIN = ("conversation", "run", "language", "expires_at")
_PUT_AGAIN = (
    update(waitlist_offers)
    .where(_o.id == bindparam("of"), _o.state == word("open"))
    .values({name: bindparam(f"new_{name}") for name in _AGAIN})
)
_OFFERS_OF = select(waitlist_offers).where(_o.entry == bindparam("of")).order_by(_o.made_at, _o.id)
_OFFERS_SINCE = (
    select(waitlist_offers)
    .where(_o.clinic == bindparam("clinic"), _o.made_at >= bindparam("since"))
    .order_by(_o.made_at, _o.id)
)
_SETTLED = ("done", "left")


class WaitlistRoom:
    """See `agent.ports.waitlist.Waitlist`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._run = work.connection.execute

    def person(self, name: str, dob: str) -> str:
        return self._work.ring.blind("waitlist", f"{' '.join(name.casefold().split())}|{dob}")

    def add(self, entry: Entry, person: str) -> None:
        kept = {n: getattr(entry, n) for n in ("id", "clinic", "conversation", "patient", "joined_at", "state")}
        body = self._work.seal(of_conversation(entry.conversation), "waitlist", entry.id, entry)
        self._run(_ADD, kept | {"person": person, "why": entry.why, "settled_at": entry.settled_at, "body": body})

    def entry(self, id: str) -> Entry | None:
        row = self._run(_GET, {"of": id}).first()
        return self._read(row) if row else None

    def in_state(self, clinic: str, state: EntryState) -> list[Entry]:
        return [self._read(row) for row in self._work.all(_IN, {"clinic": clinic, "in_state": state})]

    def of_person(self, clinic: str, person: str) -> list[Entry]:
        return [self._read(row) for row in self._work.all(_OF_PERSON, {"clinic": clinic, "who": person})]

    def move(self, entry: str, before: Sequence[EntryState], after: EntryState, now: datetime, why: str = "") -> bool:
        at = now if after in _SETTLED else None
        given = {"of": entry, "before": list(before), "after": after, "because": why, "at": at}
        return self._run(_MOVE, given).rowcount == 1

    def free(self, freed: Freed) -> None:
        self._run(_FREE, freed.model_dump())

    def take_freed(self, clinic: str, now: datetime) -> Freed | None:
        row = self._run(_TAKE, {"clinic": clinic, "now": now}).first()
        return Freed.model_validate(dict(row._mapping)) if row else None

    def put_off(self, freed: str, due_at: datetime) -> None:
        self._run(_PUT_OFF, {"of": freed, "due": due_at})

    def used_up(self, freed: str) -> None:
        self._run(_USED, {"of": freed})

    def freed(self, clinic: str) -> list[Freed]:
        return [Freed.model_validate(dict(row._mapping)) for row in self._run(_FREED, {"clinic": clinic})]

    def offer(self, offer: Offer) -> bool:
        return self._run(_OFFER, offer.model_dump()).first() is not None

    def put_again(self, offer: Offer) -> bool:
        changed = {f"new_{name}": getattr(offer, name) for name in _AGAIN}
        return self._run(_PUT_AGAIN, {"of": offer.id, **changed}).rowcount == 1

    def open_offers(self, clinic: str) -> list[Offer]:
        return [_offer(row) for row in self._run(_OPEN, {"clinic": clinic})]

    def get_offer(self, id: str, *, lock: bool = False) -> Offer | None:
        row = self._run(_LOCK_OFFER if lock else _GET_OFFER, {"of": id}).first()
        return _offer(row) if row else None

    def settle(self, offer: str, state: OfferState, now: datetime, why: str = "") -> bool:
        return self._run(_SETTLE, {"of": offer, "after": state, "because": why, "at": now}).rowcount == 1

    def offers_of(self, entry: str) -> list[Offer]:
        return [_offer(row) for row in self._run(_OFFERS_OF, {"of": entry})]

    def offers_since(self, clinic: str, since: datetime) -> list[Offer]:
        return [_offer(row) for row in self._run(_OFFERS_SINCE, {"clinic": clinic, "since": since})]

    def _read(self, row: AnyRow) -> Entry:
        kept = {"state": row.state, "why": row.why, "settled_at": row.settled_at}
        return self._work.open("waitlist", row.id, row.body, Entry).model_copy(update=kept)


def _offer(row: AnyRow) -> Offer:
    return Offer.model_validate(dict(row._mapping))
