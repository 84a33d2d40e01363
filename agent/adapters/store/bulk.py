"""Bulk sends as rows: who is due, one process at a time for each person, and the places of a number's day."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, exists, func, insert, or_, select, update

from agent.adapters.store.appointments import AppointmentsRoom
from agent.adapters.store.keyring import DESK
from agent.adapters.store.tables import appointments, outbox
from agent.adapters.store.tables_bulk import bulk_people, bulk_places, bulk_sends
from agent.adapters.store.work import AnyRow, Work, upsert, word
from agent.model.address import Address
from agent.model.bulk import A_DAY, STAGES, Answer, Bulk, Person, Tally, Told, Way
from agent.model.calendar import BLOCK, Appointment

PAGE = 5000  # visits read at a time
_b, _p, _k, _a, _o = bulk_sends.c, bulk_people.c, bulk_places.c, appointments.c, outbox.c
_ADD = insert(bulk_sends)
_ADD_PEOPLE = insert(bulk_people)
_GET = select(bulk_sends).where(_b.id == bindparam("of"))
_LOCK = _GET.with_for_update()
_ALL = (
    select(bulk_sends).where(_b.clinic == bindparam("clinic")).order_by(_b.made_at.desc(), _b.id).limit(bindparam("n"))
)
_SAVE = (
    update(bulk_sends)
    .where(_b.id == bindparam("of"))
    .values({n: bindparam(f"new_{n}") for n in ("state", "stage", "second", "made_by", "agreed_by", "body")})
)
_GOING = select(_b.id).where(_b.id == bindparam("of"), _b.state == word("sending"))
_SENDING = select(_b.id).where(_b.clinic == bindparam("clinic"), _b.state == word("sending")).order_by(_b.id)
_BY_RULE = select(_b.id).where(_b.clinic == bindparam("clinic"), _b.rule == bindparam("rule_is"))
_WAITING = (
    select(func.count())
    .select_from(bulk_sends)
    .where(_b.clinic == bindparam("clinic"), _b.state == word("prepared"))
    .where(or_(_b.made_by == word("agent"), and_(_b.second, _b.agreed_by.is_(None))))
)
_OF_STAGE = (
    select(_p.patient, _p.about, _p.way)
    .where(_p.bulk == bindparam("of"), _p.stage == bindparam("at"), _p.state == word("due"))
    .order_by(_p.patient, _p.about)
)
_this = (_p.bulk == bindparam("of"), _p.patient == bindparam("who"), _p.about == bindparam("what"))
_RELEASE = update(bulk_people).where(*_this).values(due_at=bindparam("due"), why="")
_DUE = (
    select(bulk_people)
    .join(bulk_sends, _b.id == _p.bulk)
    .where(_p.clinic == bindparam("clinic"), _p.state == word("due"), _p.due_at <= bindparam("now"))
    .where(_b.state == word("sending"), _p.stage > 0, _p.stage <= _b.stage)
    .order_by(_p.due_at, _p.patient)
    .limit(1)
    .with_for_update(skip_locked=True, of=bulk_people)
)
_SETTLED = ("state", "way", "due_at", "why", "outbound", "call", "rang", "settled_at")
_SETTLE = update(bulk_people).where(*_this).values({n: bindparam(n) for n in _SETTLED})
_OF_TEXT = select(bulk_people).where(_p.outbound == bindparam("text"))
_OF_CALL = select(bulk_people).where(_p.call == bindparam("of"))
_OF_CALL_LOCKED = _OF_CALL.with_for_update()
_TAKEN = select(func.count()).where(
    _k.clinic == bindparam("clinic"), _k.number == bindparam("to"), _k.day == bindparam("on")
)
_GIVE_BACK = delete(bulk_places).where(_k.message == bindparam("text"), _k.dial > 0)
_HAS_PLACE = select(_k.message).where(_k.message == bindparam("text"))
_PLACE = upsert(bulk_places).on_conflict_do_nothing().returning(_k.place)
_TOLD = select(
    exists().where(
        _k.clinic == bindparam("clinic"), _k.patient == bindparam("who"), _k.about == bindparam("what"),
        _k.at >= bindparam("since"),
    )
)  # fmt: skip
_SINCE = select(func.count()).where(
    _k.clinic == bindparam("clinic"), _k.patient == bindparam("who"), _k.at > bindparam("since")
)
_withdrawn = select(_o.id).where(_o.state == word("void"))
_TAKE_BACK = (
    update(bulk_people)
    .where(_p.bulk == bindparam("of"), _p.state == word("queued"), _p.outbound.in_(_withdrawn))
    .values(state="due", due_at=bindparam("now"), outbound=None, why="")
)
_open = select(_o.id).where(_o.state.in_(("queued", "claimed", "unknown")))
_left = exists().where(_p.bulk == _b.id, _p.stage > 0, or_(_p.state.in_(("due", "calling")), _p.outbound.in_(_open)))
_FINISHED = select(bulk_sends).where(
    _b.clinic == bindparam("clinic"), _b.state == word("sending"), _b.stage == STAGES, ~_left
)
_ON_THEIR_WAY = (
    select(func.count())
    .select_from(bulk_people.join(bulk_sends, _b.id == _p.bulk))
    .where(_b.id == bindparam("of"), _p.stage > 0, _p.stage <= _b.stage)
    .where(or_(and_(_p.state.in_(("due", "calling")), _p.why == word("")), _p.outbound.in_(_open)))
)
_FIRST_DUE = (
    select(_p.due_at)
    .join(bulk_sends, _b.id == _p.bulk)
    .where(_b.id == bindparam("of"), _p.stage > 0, _p.stage <= _b.stage, _p.state == word("due"))
    .order_by(_p.due_at)
    .limit(1)
)
_how: ColumnElement[str] = case((_p.state == word("queued"), func.coalesce(_o.state, "queued")), else_=_p.state)
_delivered = case((and_(_o.state == word("sent"), _o.delivery == word("delivered")), "delivered"), else_=_how)
_why = case((_o.state == word("blocked"), func.coalesce(_o.failure, "")), else_=_p.why)
_TALLIES = (
    select(
        _p.stage, _p.language, _p.way, _p.rang, _delivered.label("how"), _why.label("why"), _p.answer,
        func.count().label("count"),
    )
    .select_from(bulk_people.outerjoin(outbox, _o.id == _p.outbound))
    .where(_p.bulk == bindparam("of"))
    .group_by(_p.stage, _p.language, _p.way, _p.rang, _delivered, _why, _p.answer)
)  # fmt: skip
_PEOPLE = select(bulk_people).where(_p.bulk == bindparam("of")).order_by(_p.stage, _p.patient).limit(bindparam("n"))
_PEOPLE_IN = _PEOPLE.where(_p.state == bindparam("in_state"))
_CALLED = (
    select(bulk_people, _delivered.label("how"))
    .select_from(bulk_people.join(bulk_sends, _b.id == _p.bulk).outerjoin(outbox, _o.id == _p.outbound))
    .where(_p.bulk == bindparam("of"), _p.stage > 0, _p.stage <= _b.stage)
    .where(or_(_p.way == word("call"), _p.call.is_not(None)))
    .order_by(_p.rang == word("told"), _p.rang, _p.patient, _p.about)
    .limit(bindparam("n"))
)
_NOTE = (
    update(bulk_people)
    .where(*_this, _p.state.in_(("queued", "calling", "called")))
    .values(answer=bindparam("said"), settled_at=bindparam("now"))
)
_other = appointments.alias("other")
_to_come = exists().where(
    _other.c.patient == _a.patient, _other.c.status.in_(("booked", "pending")), _other.c.start > bindparam("now")
)
_PAST = (
    select(appointments)
    .where(
        _a.clinic == bindparam("clinic"),
        _a.patient > bindparam("after"),
        _a.status.in_(("booked", "fulfilled")),
        _a.end <= bindparam("now"),
        ~_to_come,
    )
    .order_by(_a.patient, _a.start, _a.id)
    .limit(PAGE)
)


class BulkRoom:
    """See `agent.ports.bulk.Bulks`."""

    def __init__(self, work: Work, visits: AppointmentsRoom) -> None:
        self._work, self._visits = work, visits
        self._run = work.connection.execute

    def add(self, bulk: Bulk, people: Sequence[Person]) -> None:
        kept = {
            n: getattr(bulk, n) for n in ("id", "clinic", "state", "stage", "made_by", "made_at", "agreed_by", "rule")
        }
        body = self._work.seal(DESK, "bulk_sends", bulk.id, bulk)
        self._run(_ADD, kept | {"second": bool(bulk.reasons), "body": body})
        if people:
            self._run(_ADD_PEOPLE, [p.model_dump() for p in people])

    def get(self, id: str, *, lock: bool = False) -> Bulk | None:
        row = self._run(_LOCK if lock else _GET, {"of": id}).first()
        return self._read(row) if row else None

    def all(self, clinic: str, limit: int = 100) -> list[Bulk]:
        return [self._read(row) for row in self._work.all(_ALL, {"clinic": clinic, "n": limit})]

    def save(self, bulk: Bulk) -> None:
        kept = {f"new_{n}": getattr(bulk, n) for n in ("state", "stage", "made_by", "agreed_by")}
        body = self._work.seal(DESK, "bulk_sends", bulk.id, bulk)
        self._run(_SAVE, kept | {"new_second": bool(bulk.reasons), "new_body": body, "of": bulk.id})

    def has_rule(self, clinic: str, rule: str) -> bool:
        return self._run(_BY_RULE, {"clinic": clinic, "rule_is": rule}).first() is not None

    def waiting(self, clinic: str) -> int:
        return int(self._run(_WAITING, {"clinic": clinic}).scalar_one())

    def sending(self, clinic: str) -> list[str]:
        return list(self._run(_SENDING, {"clinic": clinic}).scalars())

    def going(self, id: str) -> bool:
        return self._run(_GOING, {"of": id}).first() is not None

    def release(self, bulk: str, stage: int, since: datetime, seconds: Mapping[Way, float]) -> int:
        due, behind = list[dict[str, Any]](), Counter[Way]()
        for who, what, way in self._run(_OF_STAGE, {"of": bulk, "at": stage}):
            later = since + timedelta(seconds=behind[way] * seconds[way])
            due.append({"of": bulk, "who": who, "what": what, "due": later})
            behind[way] += 1
        if due:
            self._run(_RELEASE, due)
        return len(due)

    def take_due(self, clinic: str, now: datetime) -> tuple[Bulk, Person] | None:
        row = self._run(_DUE, {"clinic": clinic, "now": now}).first()
        bulk = self.get(row.bulk) if row else None
        return (bulk, _person(row)) if row and bulk else None

    def settle(self, person: Person) -> None:
        changed = {n: getattr(person, n) for n in _SETTLED}
        self._run(_SETTLE, {**changed, "of": person.bulk, "who": person.patient, "what": person.about})

    def of_text(self, message: str) -> Person | None:
        row = self._run(_OF_TEXT, {"text": message}).first()
        return _person(row) if row else None

    def of_call(self, call: str, *, lock: bool = False) -> Person | None:
        row = self._run(_OF_CALL_LOCKED if lock else _OF_CALL, {"of": call}).first()
        return _person(row) if row else None

    def place(self, person: Person, to: Address, day: str, message: str, now: datetime, *, dial: int = 0) -> bool:
        if self._run(_HAS_PLACE, {"text": message}).first() is not None:
            return not dial
        given: dict[str, Any] = {
            "clinic": person.clinic, "number": self.number_key(to.value), "day": day, "patient": person.patient,
            "about": person.about, "message": message, "dial": min(dial, A_DAY), "at": now,
        }  # fmt: skip
        return any(self._run(_PLACE, given | {"place": n}).first() is not None for n in range(1, A_DAY + 1))

    def has_room(self, clinic: str, to: Address, day: str) -> bool:
        taken = self._run(_TAKEN, {"clinic": clinic, "to": self.number_key(to.value), "on": day}).scalar_one()
        return int(taken) < A_DAY

    def give_back(self, message: str) -> None:
        self._run(_GIVE_BACK, {"text": message})

    def told_since(self, clinic: str, patient: str, about: str, since: datetime) -> bool:
        given = {"clinic": clinic, "who": patient, "what": about, "since": since}
        return bool(self._run(_TOLD, given).scalar())

    def texts_since(self, clinic: str, patient: str, since: datetime) -> int:
        return int(self._run(_SINCE, {"clinic": clinic, "who": patient, "since": since}).scalar_one())

    def take_back(self, bulk: str, now: datetime) -> int:
        return self._run(_TAKE_BACK, {"of": bulk, "now": now}).rowcount

    def finish(self, clinic: str, now: datetime) -> int:
        done = [self._read(row) for row in self._work.all(_FINISHED, {"clinic": clinic})]
        for bulk in done:
            self.save(bulk.model_copy(update={"state": "done", "stopped_at": now}))
        return len(done)

    def on_their_way(self, bulk: str) -> int:
        return int(self._run(_ON_THEIR_WAY, {"of": bulk}).scalar_one())

    def first_due(self, bulk: str) -> datetime | None:
        return self._run(_FIRST_DUE, {"of": bulk}).scalar_one_or_none()

    def tallies(self, bulk: str) -> list[Tally]:
        return [Tally.model_validate(dict(row._mapping)) for row in self._run(_TALLIES, {"of": bulk})]

    def people(self, bulk: str, *, state: str | None = None, limit: int = 200) -> list[Person]:
        given = {"of": bulk, "n": limit}
        rows = self._run(_PEOPLE, given) if state is None else self._run(_PEOPLE_IN, given | {"in_state": state})
        return [_person(row) for row in rows]

    def called(self, bulk: str, limit: int = 200) -> list[Told]:
        rows = self._run(_CALLED, {"of": bulk, "n": limit})
        return [Told(person=_person(row), how=row.how) for row in rows]

    def note(self, bulk: str, patient: str, about: str, answer: Answer, now: datetime) -> bool:
        given = {"of": bulk, "who": patient, "what": about, "said": answer, "now": now}
        return self._run(_NOTE, given).rowcount == 1

    def past_visits(self, clinic: str, now: datetime) -> Iterator[list[Appointment]]:
        after, kept = "", list[Appointment]()
        while True:
            page = self._visits.read(_PAST, {"clinic": clinic, "now": now, "after": after})
            full = len(page) == PAGE
            groups = [list(g) for _, g in groupby(page, lambda a: a.patient)]
            if full and len(groups) > 1:  # the last one may go on
                groups.pop()
            for kept in groups:
                yield [a for a in kept if a.visit_type != BLOCK]
            if not full:
                return
            after = kept[0].patient or ""

    def number_key(self, number: str) -> str:
        return self._work.ring.blind("bulk", re.sub(r"\D", "", number))

    def _read(self, row: AnyRow) -> Bulk:
        kept = {n: getattr(row, n) for n in ("state", "stage", "made_by", "agreed_by")}
        return self._work.open("bulk_sends", row.id, row.body, Bulk).model_copy(update=kept)


def _person(row: AnyRow) -> Person:
    return Person.model_validate({n: getattr(row, n) for n in Person.model_fields})
