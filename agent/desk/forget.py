"""Erases a person: a patient with their conversations, or one conversation; refused under a legal hold."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from agent.model.address import Address
from agent.model.audit import AuditEvent
from agent.model.fault import Refused
from agent.model.privacy import Kept
from agent.model.task import Task
from agent.ports import NewId, Store, Tx

Why = Literal["request", "mistake", "test", "retention"]
STRAGGLERS = timedelta(days=1)  # what a slow process wrote after the erasure is looked for that long


@dataclass(frozen=True)
class By:
    """Who erases, why, and the number of the request: no words about the person."""

    actor: str
    why: Why
    ref: str = ""


@dataclass
class Erasure:
    """What is to be erased, or was: rows by table. `beside`: conversations of other people, or of nobody known at a
    number that is shared, in which something was about the patient; they stay, and somebody should look at them."""

    patient: str | None
    talks: list[str]
    beside: list[str] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)


def of_patient(tx: Tx, clinic: str, patient: str) -> Erasure:
    """The patient's conversations, and those of nobody known at a number that is theirs alone. Raises Refused."""
    known = tx.patients.get(patient)
    if known is None or known.clinic != clinic:
        raise Refused("there is no such patient")
    talks: list[str] = []
    beside: list[str] = []
    for talk in tx.privacy.talks_of(patient):
        (talks if talk.patient in (None, patient) else beside).append(talk.id)
    for phone in known.phones:
        alone = [p.id for p in tx.patients.by_phone(clinic, phone)] == [patient]
        found = _unclaimed(tx, clinic, phone)
        talks += [talk for talk in found if alone]
        beside += [talk for talk in found if not alone and about(tx, talk, patient)]
    talks = list(dict.fromkeys(talks))
    return Erasure(patient, talks, [talk for talk in dict.fromkeys(beside) if talk not in talks])


def about(tx: Tx, talk: str, patient: str) -> list[Task]:
    """The requests of a conversation that are this patient's, or about a visit of theirs."""
    return [t for t in tx.tasks.of(talk) if t.patient == patient or any(_visits(tx, v, patient) for v in _named(t))]


def of_phone(tx: Tx, clinic: str, phone: str) -> Erasure:
    """The one patient with this number and what was written from it. Raises Refused for nobody, or for several."""
    known = tx.patients.by_phone(clinic, phone)
    if len(known) > 1:
        ids = " ".join(p.id for p in known)
        raise Refused("%(count)s patients share this number; forget each by id: %(ids)s", count=len(known), ids=ids)
    if known:
        return of_patient(tx, clinic, known[0].id)
    talks = _unclaimed(tx, clinic, phone)
    if not talks:
        raise Refused("nothing is kept of this number")
    return Erasure(None, talks)


def of_conversation(tx: Tx, clinic: str, id: str) -> Erasure:
    """This conversation alone. Raises Refused."""
    held = tx.conversations.get(id)
    if held is None or held.clinic != clinic:
        raise Refused("there is no such conversation")
    return Erasure(None, [id])


def forget(tx: Tx, what: Erasure, by: By, now: datetime, new_id: NewId) -> Erasure:
    """Everything in the caller's transaction, with its row in the audit chain. Raises Refused under a legal hold or
    while a visit is still to come. What is left: tombstones, the audit chain (ids only), and a STOP, which must be
    honoured also of somebody forgotten."""
    _allowed(tx, what, now)
    for talk in what.talks:
        what.rows.update(tx.privacy.erase_talk(talk, now))
    if what.patient is not None:
        for talk in what.beside:
            what.rows["tasks"] += _tasks_of(tx, talk, what.patient)
        what.rows.update(tx.privacy.erase_patient(what.patient, now))
    subject = what.patient or what.talks[0]
    tag = "patient:forgotten" if what.patient else "conversation:forgotten"
    data = {"rows": {n: c for n, c in sorted(what.rows.items()) if c}, "conversations": what.talks, "ref": by.ref}
    tx.audit.write(AuditEvent(id=new_id(), at=now, actor=by.actor, tag=tag, subject=subject, why=by.why, data=data))
    return what


def hold(tx: Tx, subject: str, by: By, now: datetime, new_id: NewId, *, release: bool = False) -> bool:
    """Sets or lifts a legal hold; False where nothing changed. Raises Refused for an id that nothing has."""
    if not release and tx.patients.get(subject) is None and tx.conversations.get(subject) is None:
        raise Refused("there is no such patient or conversation")
    changed = tx.privacy.release(subject) if release else tx.privacy.hold(subject, by.actor, by.ref, now)
    if changed:
        tag = "hold:lifted" if release else "hold:set"
        tx.audit.write(AuditEvent(id=new_id(), at=now, actor=by.actor, tag=tag, subject=subject, data={"ref": by.ref}))
    return changed


def erase_stragglers(store: Store, now: datetime) -> int:
    """Rows that another process wrote for a conversation while it was being erased."""
    with store.begin(write=False) as tx:
        gone = tx.privacy.tombstones(now - STRAGGLERS)
    count = 0
    for kind, id in gone:
        if kind == "conversation":
            with store.begin() as tx:
                count += sum(tx.privacy.erase_talk(id, now).values())
    return count


def _unclaimed(tx: Tx, clinic: str, phone: str) -> list[str]:
    talks: list[Kept] = []
    for channel in ("sms", "voice"):
        talks += tx.privacy.talks_at(clinic, Address(channel=channel, value=phone))
    return [talk.id for talk in talks if talk.patient is None]


def _allowed(tx: Tx, what: Erasure, now: datetime) -> None:
    held = tx.privacy.held([*([what.patient] if what.patient else []), *what.talks, *_owners(tx, what)])
    if held:
        raise Refused("a legal hold is set on %(ids)s: nothing was erased", ids=" ".join(sorted(held)))
    coming = tx.privacy.visits_to_come(patient=what.patient, conversation=None, now=now)
    for talk in what.talks:
        coming += tx.privacy.visits_to_come(patient=None, conversation=talk, now=now)
    if coming:
        raise Refused("held or booked visits that are still to come: %(count)s; cancel them first", count=len(coming))


def _owners(tx: Tx, what: Erasure) -> list[str]:
    found = (tx.privacy.talk(id) for id in what.talks)
    return [talk.patient for talk in found if talk is not None and talk.patient is not None]


def _tasks_of(tx: Tx, talk: str, patient: str) -> int:
    theirs = about(tx, talk, patient)
    for task in theirs:
        tx.privacy.erase_task(task.id)
    return len(theirs)


def _named(task: Task) -> tuple[str | None, str | None]:
    """The visit that is held for a request, and the one that it concerns."""
    concerned = task.proposal.get("appointment")
    return task.appointment, str(concerned["id"]) if isinstance(concerned, dict) and concerned.get("id") else None


def _visits(tx: Tx, appointment: str | None, patient: str) -> bool:
    held = tx.appointments.get(appointment) if appointment else None
    return held is not None and held.patient == patient
