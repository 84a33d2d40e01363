"""Erasure: the rows of a person, their keys, what keeps them (a legal hold) and what is left (a tombstone)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Table, bindparam, delete, insert, or_, select, update

from agent.adapters.store import tables as t
from agent.adapters.store.keyring import of_conversation, of_patient
from agent.adapters.store.lapsed import lapse
from agent.adapters.store.reseal import is_finished, reseal_page, rewrap_page
from agent.adapters.store.tables_after_visit import check_ins, instructions
from agent.adapters.store.tables_bulk import bulk_people, bulk_places
from agent.adapters.store.tables_calls import call_backs, calls, consents, desk_rings, outgoing_calls
from agent.adapters.store.tables_charts import chart_writes
from agent.adapters.store.tables_documents import documents
from agent.adapters.store.tables_forms import intake_forms
from agent.adapters.store.tables_photos import intake_photos
from agent.adapters.store.tables_plants import plants
from agent.adapters.store.tables_recordings import recordings
from agent.adapters.store.tables_reminders import reminders
from agent.adapters.store.tables_replies import enclosures, reply_drafts
from agent.adapters.store.tables_staff import wrongs
from agent.adapters.store.tables_visits import visit_links
from agent.adapters.store.tables_waitlist import waitlist, waitlist_offers
from agent.adapters.store.work import Work, upsert
from agent.model.address import Address
from agent.model.privacy import Keeping, Kept, WrappedKey

_v = t.appointments.c
_of: BindParameter[str] = bindparam("of")
_HOLD = upsert(t.legal_holds).on_conflict_do_nothing().returning(t.legal_holds.c.subject)
_RELEASE = delete(t.legal_holds).where(t.legal_holds.c.subject == _of)
_HELD = select(t.legal_holds.c.subject).where(t.legal_holds.c.subject.in_(bindparam("ids", expanding=True)))
_VISITS_OF = select(_v.conversation).where(_v.patient == _of, _v.conversation.is_not(None)).distinct()
_c = t.conversations.c
_TALKS_OF = select(_c.id, _c.patient).where(or_(_c.patient == _of, _c.id.in_(_VISITS_OF))).order_by(_c.id)
_TALKS_AT = select(_c.id, _c.patient).where(_c.clinic == bindparam("clinic"), _c.address_key == bindparam("key"))
_TALK = select(_c.id, _c.patient).where(_c.id == _of).with_for_update()
_holding = _v.status.in_(("pending", "booked"))
_COMING = select(_v.id).where(_holding, _v.end > bindparam("now"))
_COMING_OF = _COMING.where(_v.patient == _of)
_COMING_IN = _COMING.where(_v.conversation == _of, _v.patient.is_(None))
_TOMB = upsert(t.forgotten).on_conflict_do_nothing()
_TOMBS = select(t.forgotten.c.subject, t.forgotten.c.kind).where(t.forgotten.c.at >= bindparam("since"))
_heard = select(t.inbox.c.id).where(t.inbox.c.conversation == _of)
_LOOKS = delete(t.second_looks).where(t.second_looks.c.inbound.in_(_heard))
_IN_TALK: tuple[Table, ...] = (t.inbox, t.outbox, t.notes, t.events, t.tasks, t.chat_sessions, wrongs, calls, consents,
                              call_backs, desk_rings, outgoing_calls, waitlist_offers, waitlist, reply_drafts,
                              enclosures, plants, visit_links)  # fmt: skip
_DELETES = {table.name: delete(table).where(table.c.conversation == _of) for table in _IN_TALK}
_TALK_GONE = delete(t.conversations).where(_c.id == _of)
_VISITS_GONE = delete(t.appointments).where(_v.conversation == _of, _v.patient.is_(None))
_VISITS_LOOSE = update(t.appointments).where(_v.conversation == _of).values(conversation=None)
_reminded = reminders.c.appointment
_NOT_REMINDED_IN = delete(reminders).where(
    _reminded.in_(select(_v.id).where(_v.conversation == _of, _v.patient.is_(None)))
)
_NOT_REMINDED = delete(reminders).where(_reminded.in_(select(_v.id).where(_v.patient == _of)))
_NOT_CALLED = delete(outgoing_calls).where(outgoing_calls.c.patient == _of)
_NOT_ASKED_IN = (
    update(check_ins).where(check_ins.c.conversation == _of).values(conversation=None, task=None, outbound=None)
)
_NOT_ASKED = delete(check_ins).where(check_ins.c.appointment.in_(select(_v.id).where(_v.patient == _of)))
_NOT_LINKED = delete(visit_links).where(visit_links.c.appointment.in_(select(_v.id).where(_v.patient == _of)))
_PATIENT_SHEETS = delete(instructions).where(instructions.c.patient == _of)
_PATIENT_VISITS = delete(t.appointments).where(_v.patient == _of)
_PATIENT_CODES = delete(t.codes).where(t.codes.c.patient == _of)
_PATIENT_DOCUMENTS = delete(documents).where(documents.c.patient == _of)
_PATIENT_CHARTS = delete(chart_writes).where(chart_writes.c.patient == _of)
_PATIENT_WAITS = delete(waitlist).where(waitlist.c.patient == _of)
_PATIENT_PAPERS = delete(enclosures).where(enclosures.c.patient == _of)
_PATIENT_FORMS = delete(intake_forms).where(intake_forms.c.patient == _of)
_FORMS_IN = delete(intake_forms).where(intake_forms.c.conversation == _of, intake_forms.c.patient.is_(None))
_PATIENT_BULK = tuple(delete(table).where(table.c.patient == _of) for table in (bulk_people, bulk_places))
_PATIENT_PHOTOS = delete(intake_photos).where(intake_photos.c.patient == _of)
_PHOTOS_IN = delete(intake_photos).where(intake_photos.c.conversation == _of, intake_photos.c.patient.is_(None))
_TAPES_GONE = delete(recordings).where(recordings.c.conversation == _of, recordings.c.away.is_(True))
_TAPES_DOOMED = (  # still at the provider's: only the id there is kept, until it is deleted there too
    update(recordings)
    .where(recordings.c.conversation == _of)
    .values(conversation=None, task=None, state="doomed", body=None, content=None, due_at=bindparam("now"))
)
_PATIENT_GONE = delete(t.patients).where(t.patients.c.id == _of)
_TASK_GONE = delete(t.tasks).where(t.tasks.c.id == _of)
_KEYS = select(t.data_keys.c.id, t.data_keys.c.owner, t.data_keys.c.wrapped).order_by(t.data_keys.c.id)
_KEY_BACK = insert(t.data_keys)
_ALL_KEYS_GONE = delete(t.data_keys)


class PrivacyRoom:
    """See `agent.ports.privacy.Privacy`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._run = work.connection.execute

    def hold(self, subject: str, by: str, ref: str, now: datetime) -> bool:
        given = {"subject": subject, "by": by, "ref": ref, "at": now}
        return self._run(_HOLD, given).first() is not None

    def release(self, subject: str) -> bool:
        return self._run(_RELEASE, {"of": subject}).rowcount == 1

    def held(self, subjects: Sequence[str]) -> set[str]:
        return set(self._run(_HELD, {"ids": list(subjects)}).scalars())

    def talk(self, id: str) -> Kept | None:
        row = self._run(_TALK, {"of": id}).first()
        return Kept(row.id, row.patient) if row else None

    def talks_of(self, patient: str) -> list[Kept]:
        return [Kept(row.id, row.patient) for row in self._run(_TALKS_OF, {"of": patient})]

    def talks_at(self, clinic: str, address: Address) -> list[Kept]:
        rows = self._run(_TALKS_AT, {"clinic": clinic, "key": self._work.address_key(address)})
        return [Kept(row.id, row.patient) for row in rows]

    def visits_to_come(self, *, patient: str | None, conversation: str | None, now: datetime) -> list[str]:
        found = self._run(_COMING_OF, {"of": patient, "now": now}).scalars().all() if patient else ()
        more = self._run(_COMING_IN, {"of": conversation, "now": now}).scalars().all() if conversation else ()
        return [*found, *more]

    def erase_talk(self, id: str, now: datetime) -> dict[str, int]:
        self._run(_TALK, {"of": id}).first()  # a turn that has it is waited for
        gone = {"second_looks": self._run(_LOOKS, {"of": id}).rowcount}
        gone |= {name: self._run(statement, {"of": id}).rowcount for name, statement in _DELETES.items()}
        gone["intake_forms"] = self._run(_FORMS_IN, {"of": id}).rowcount
        gone["intake_photos"] = self._run(_PHOTOS_IN, {"of": id}).rowcount
        gone["recordings"] = self._run(_TAPES_GONE, {"of": id}).rowcount
        gone["recordings"] += self._run(_TAPES_DOOMED, {"of": id, "now": now}).rowcount
        gone["reminders"] = self._run(_NOT_REMINDED_IN, {"of": id}).rowcount
        self._run(_NOT_ASKED_IN, {"of": id})
        gone["appointments"] = self._run(_VISITS_GONE, {"of": id}).rowcount
        self._run(_VISITS_LOOSE, {"of": id})
        gone["conversations"] = self._run(_TALK_GONE, {"of": id}).rowcount
        gone["keys"] = self._work.keys.destroy([of_conversation(id)])
        self._run(_TOMB, {"subject": id, "kind": "conversation", "at": now})
        return {name: count for name, count in gone.items() if count}

    def erase_patient(self, id: str, now: datetime) -> dict[str, int]:
        gone = {"reminders": self._run(_NOT_REMINDED, {"of": id}).rowcount}
        gone["outgoing_calls"] = self._run(_NOT_CALLED, {"of": id}).rowcount
        gone["check_ins"] = self._run(_NOT_ASKED, {"of": id}).rowcount
        gone["instructions"] = self._run(_PATIENT_SHEETS, {"of": id}).rowcount
        gone["visit_links"] = self._run(_NOT_LINKED, {"of": id}).rowcount
        gone["appointments"] = self._run(_PATIENT_VISITS, {"of": id}).rowcount
        gone["codes"] = self._run(_PATIENT_CODES, {"of": id}).rowcount
        gone["documents"] = self._run(_PATIENT_DOCUMENTS, {"of": id}).rowcount
        gone["chart_writes"] = self._run(_PATIENT_CHARTS, {"of": id}).rowcount
        gone["waitlist"] = self._run(_PATIENT_WAITS, {"of": id}).rowcount
        gone["intake_forms"] = self._run(_PATIENT_FORMS, {"of": id}).rowcount
        gone["enclosures"] = self._run(_PATIENT_PAPERS, {"of": id}).rowcount
        gone["bulk_people"] = sum(self._run(statement, {"of": id}).rowcount for statement in _PATIENT_BULK)
        gone["intake_photos"] = self._run(_PATIENT_PHOTOS, {"of": id}).rowcount
        gone["patients"] = self._run(_PATIENT_GONE, {"of": id}).rowcount
        gone["keys"] = self._work.keys.destroy([of_patient(id)])
        self._run(_TOMB, {"subject": id, "kind": "patient", "at": now})
        return {name: count for name, count in gone.items() if count}

    def erase_task(self, id: str) -> None:
        self._run(_TASK_GONE, {"of": id})

    def tombstones(self, since: datetime) -> list[tuple[str, str]]:
        return [(row.kind, row.subject) for row in self._run(_TOMBS, {"since": since})]

    def lapse(self, kind: Keeping, clinic: str, before: datetime, limit: int) -> int:
        return lapse(self._work, self, kind, clinic, before, limit)

    def rewrap(self) -> int:
        return rewrap_page(self._work)

    def reseal(self, at: tuple[int, object] | None, *, again: bool = False) -> tuple[tuple[int, object] | None, int]:
        if at is None and not again and is_finished(self._work):
            return None, 0
        return reseal_page(self._work, at or (0, None))

    def keys_out(self) -> list[WrappedKey]:
        return [WrappedKey(row.id, row.owner, row.wrapped) for row in self._run(_KEYS)]

    def keys_in(self, keys: Sequence[WrappedKey]) -> None:
        self._run(_ALL_KEYS_GONE)
        rows = [{"id": k.id, "owner": k.owner, "wrapped": k.wrapped, "made_at": self._work.clock()} for k in keys]
        if rows:
            self._run(_KEY_BACK, rows)
