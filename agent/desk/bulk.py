"""Bulk sends, as people steer them: prepared, agreed to by another person, released stage by stage, stopped. Nothing
here sends: released people are rows, and each is looked at once more before they are texted or called."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from agent.desk.bulk_spoken import spoken
from agent.desk.bulk_whom import Meant, meant
from agent.desk.bulk_words import checked_lines, clinical_words, mark, shown
from agent.desk.desk import Desk
from agent.model.bulk import STAGES, Bulk, BulkKind, Choice, Person, Way
from agent.model.clinic import Texts
from agent.model.fault import Conflict, Refused
from agent.model.patient import StaffUser
from agent.ports import Tx

STEERS = ("front-desk", "admin")  # prepare, release, go on
AGREES = ("front-desk", "nurse", "clinician", "admin")
MINUTE = 60.0
_MOST_HITS = 6  # named among the reasons


def prepare(
    desk: Desk, by: StaffUser | None, kind: BulkKind, choice: Choice, lines: Mapping[str, str], *, id: str = "",
    rule: str | None = None,
) -> Bulk:  # fmt: skip
    """Choose the people by what the rows say now and keep the send for a person to look at; nobody is told anything.
    `by` None: a standing rule. Raises Refused where nobody is meant, or nobody could be."""
    now = desk.clock()
    _fit(desk, kind, choice, now)
    if by is not None and not sees(desk, by, choice):
        raise Refused("choose one of the places where you work")
    own = checked_lines(desk, lines)
    with desk.store.begin(write=False) as tx:
        found = meant(desk, tx, kind, choice, now)
    if not found:
        raise Refused("nobody is meant: no visit fits")
    bulk = Bulk(
        id=id or desk.new_id(), clinic=desk.clinic.id, kind=kind, choice=choice, lines=own, wording=mark(desk, kind),
        reasons=_reasons(desk, kind, choice, own, found, now), made_by=f"staff:{by.id}" if by else "agent", made_at=now,
        rule=rule,
    )  # fmt: skip
    with desk.store.begin() as tx:
        people = _people(desk, tx, bulk, found)
        tx.bulk.add(bulk, people)
        _record(desk, tx, by, "bulk:prepared", bulk, now, people=len(people))
    desk.bus.ring(f"console:{desk.clinic.id}")
    return bulk


def prepared_nothing(desk: Desk, choice: Choice, rule: str, why: str) -> None:
    """A standing rule has found nobody, or too many: that stands there for this month, and is not tried again."""
    now = desk.clock()
    bulk = Bulk(
        id=desk.new_id(), clinic=desk.clinic.id, kind="recall", choice=choice, wording=mark(desk, "recall"),
        state="dropped", made_by="agent", made_at=now, why=why, rule=rule,
    )  # fmt: skip
    with suppress(Conflict), desk.store.begin() as tx:
        tx.bulk.add(bulk, ())
        _record(desk, tx, None, "bulk:dropped", bulk, now)


def adopt(desk: Desk, id: str, by: StaffUser) -> None:
    """What a standing rule has prepared becomes this person's own: they answer for it from now on. Raises Refused."""
    with desk.store.begin() as tx:
        bulk = _held(tx, desk, id)
        if bulk.made_by != "agent" or bulk.state != "prepared":
            raise Refused("somebody answers for it already")
        tx.bulk.save(bulk.model_copy(update={"made_by": f"staff:{by.id}"}))
        _record(desk, tx, by, "bulk:adopted", bulk, desk.clock())


def agree(desk: Desk, id: str, by: StaffUser) -> None:
    """The second person has looked at people and words. Raises Refused for whoever prepared it."""
    now = desk.clock()
    with desk.store.begin() as tx:
        bulk = _held(tx, desk, id)
        if bulk.state != "prepared" or bulk.made_by == "agent":
            raise Refused("this send does not wait for an agreement")
        if bulk.made_by == f"staff:{by.id}":
            raise Refused("another person than the one who prepared it has to agree")
        tx.bulk.save(bulk.model_copy(update={"agreed_by": f"staff:{by.id}", "agreed_at": now}))
        _record(desk, tx, by, "bulk:agreed", bulk, now)


def release(desk: Desk, id: str, by: StaffUser, stage: int) -> int:
    """The next stage goes out, `stage` as the person saw it; how many people that are. Raises Refused."""
    now = desk.clock()
    with desk.store.begin() as tx:
        bulk = _held(tx, desk, id)
        _may_go(desk, tx, bulk)
        sizes = stage_sizes(tx, bulk)
        following = [n for n in range(bulk.stage + 1, STAGES + 1) if sizes[n]]
        if not following or following[0] != stage:
            raise Refused("this stage was released already")
        since = bulk.model_copy(update={"state": "sending", "stage": stage if len(following) > 1 else STAGES})
        tx.bulk.save(since)
        count = tx.bulk.release(id, stage, now, _pace(desk))
        _record(desk, tx, by, "bulk:released", bulk, now, stage=stage, people=count)
    _rung(desk)
    return count


def stop(desk: Desk, id: str, by: StaffUser | None, why: str = "") -> None:
    """From the next claim on no text of it goes out and no telephone rings for it, from any process; what waits is
    withdrawn and counts as not sent. Anybody who works here may; None is the desk itself. Raises Refused where nothing
    is being sent."""
    now, actor = desk.clock(), f"staff:{by.id}" if by else "agent"
    with desk.store.begin() as tx:
        bulk = _held(tx, desk, id)
        if bulk.state != "sending":
            raise Refused("this send is not on its way")
        update = {"state": "stopped", "stopped_by": actor, "stopped_at": now, "why": why}
        tx.bulk.save(bulk.model_copy(update=update))
        withdrawn = tx.outbox.void(None, id, "the bulk send was stopped")
        _record(desk, tx, by, "bulk:stopped", bulk, now, withdrawn=withdrawn)
    _rung(desk)


def go_on(desk: Desk, id: str, by: StaffUser) -> None:
    """Whoever was not told yet of the released stages is due again. Raises Refused."""
    now = desk.clock()
    with desk.store.begin() as tx:
        bulk = _held(tx, desk, id)
        if bulk.state != "stopped":
            raise Refused("this send was not stopped")
        _same_words(desk, bulk)
        tx.bulk.save(bulk.model_copy(update={"state": "sending", "why": ""}))
        tx.bulk.take_back(id, now)
        for stage in range(1, bulk.stage + 1):
            tx.bulk.release(id, stage, now, _pace(desk))
        _record(desk, tx, by, "bulk:resumed", bulk, now)
    _rung(desk)


def drop(desk: Desk, id: str, by: StaffUser) -> None:
    """It will not be sent, or not further. Raises Refused while it is on its way: stop it first."""
    with desk.store.begin() as tx:
        bulk = _held(tx, desk, id)
        if bulk.state not in ("prepared", "stopped"):
            raise Refused("stop it first")
        tx.bulk.save(bulk.model_copy(update={"state": "dropped"}))
        _record(desk, tx, by, "bulk:dropped", bulk, desk.clock())
    _rung(desk)


def sees(desk: Desk, user: StaffUser, choice: Choice) -> bool:
    """Whoever works at some places has to do with sends for these places alone."""
    of_provider = next((p.location for p in desk.clinic.providers if p.id == choice.provider), None)
    return not user.locations or (choice.location or of_provider) in user.locations


def stage_sizes(tx: Tx, bulk: Bulk) -> dict[int, int]:
    """Stage -> its people; 0: left out."""
    sizes = dict.fromkeys(range(STAGES + 1), 0)
    for tally in tx.bulk.tallies(bulk.id):
        sizes[tally.stage] += tally.count
    return sizes


def samples(desk: Desk, tx: Tx, bulk: Bulk, now: datetime) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Language -> the text as the first person who hears it gets it; and of those who are called, what they hear."""
    read: dict[str, str] = {}
    heard: dict[str, tuple[str, ...]] = {}
    given = bulk.kind, bulk.choice, bulk.lines
    for person in tx.bulk.people(bulk.id, limit=100_000):
        tag = person.language
        if person.stage and tag not in read:
            read[tag] = shown(desk, *given, tag, tx.appointments.get(person.about), now)
        if person.stage and tag not in heard and (person.way == "call" or person.call):
            patient = tx.patients.get(person.patient)
            whom = patient.first_name if patient else ""
            heard[tag] = spoken(desk, *given, tag, tx.appointments.get(person.about), now, whom)
    return dict(sorted(read.items())), dict(sorted(heard.items()))


def _fit(desk: Desk, kind: BulkKind, choice: Choice, now: datetime) -> None:
    clinic = desk.clinic
    if kind == "recall":
        if choice.visit_type not in {v.id for v in clinic.visit_types}:
            raise Refused("choose a kind of visit")
        if choice.months is None or not 1 <= choice.months <= 60:
            raise Refused("give 1 to 60 months")
    elif choice.day is None or choice.day < now.date():
        raise Refused("give a day that is not over")
    elif kind == "away" and not (choice.provider or choice.location):
        raise Refused("say who cannot come, or where nobody is")
    if choice.provider not in {None, *(p.id for p in clinic.providers)}:
        raise Refused("there is no such provider")
    if choice.location not in {None, *(p.id for p in clinic.locations)}:
        raise Refused("there is no such location")


def _reasons(
    desk: Desk, kind: BulkKind, choice: Choice, lines: Texts, found: list[Meant], now: datetime
) -> tuple[str, ...]:  # fmt: skip
    """Why a second person has to agree: "many:<how many>", "own words", "clinical:<language>:<words>"."""
    told = [m for m in found if not m.why]
    reasons = [f"many:{len(told)}"] if len(told) > desk.clinic.bulk.second_person_above else []
    reasons += ["own words"] if lines else []
    visit = next((m.visit for m in told), None)
    tags = {language_of(desk, m) for m in told} | set(lines)
    texts = [(tag, shown(desk, kind, choice, lines, tag, visit, now)) for tag in sorted(tags)]
    rung = {language_of(desk, m) for m in told if m.way == "call"}
    texts += [(tag, words) for tag in sorted(rung) for words in spoken(desk, kind, choice, lines, tag, visit, now)]
    reasons += [f"clinical:{tag}:{words}" for tag, words in clinical_words(desk, texts, lines)]
    return tuple(dict.fromkeys(reasons))[: _MOST_HITS + 2]


def language_of(desk: Desk, one: Meant) -> str:
    language = one.patient.language
    return language if language in desk.content.live else desk.clinic.default_language


def _people(desk: Desk, tx: Tx, bulk: Bulk, found: list[Meant]) -> list[Person]:
    """In an order that no language, age or name has a part in: one in a hundred first, then one in ten."""
    told = sorted((m for m in found if not m.why), key=lambda m: _lot(bulk.id, m))
    first = -(-len(told) // 100)
    second = max(-(-len(told) // 10), min(first + 1, len(told)))
    stages = [1 if n < first else 2 if n < second else STAGES for n in range(len(told))]
    out = [m for m in found if m.why]
    return [
        Person(
            bulk=bulk.id, patient=m.patient.id, about=m.about, clinic=bulk.clinic, language=language_of(desk, m),
            way=m.way, number=tx.bulk.number_key(m.number) if m.number else "", stage=stage,
            state="due" if stage else "left_out", why=m.why,
        )
        for m, stage in [*zip(told, stages, strict=True), *((m, 0) for m in out)]
    ]  # fmt: skip


def _lot(bulk: str, m: Meant) -> str:
    return hashlib.sha256(f"{bulk}|{m.patient.id}|{m.about}".encode()).hexdigest()


def _pace(desk: Desk) -> dict[Way, float]:
    """Seconds from one to the next."""
    rules = desk.clinic.bulk
    return {"text": MINUTE / rules.per_minute, "call": MINUTE / rules.calls_per_minute}


def _held(tx: Tx, desk: Desk, id: str) -> Bulk:
    bulk = tx.bulk.get(id, lock=True)
    if bulk is None or bulk.clinic != desk.clinic.id:
        raise Refused("there is no such send")
    return bulk


def _may_go(desk: Desk, tx: Tx, bulk: Bulk) -> None:
    if bulk.state not in ("prepared", "sending"):
        raise Refused("this send was stopped, dropped or is done")
    if bulk.made_by == "agent":
        raise Refused("somebody has to answer for it first")
    if bulk.reasons and bulk.agreed_by is None:
        raise Refused("a second person has to agree first")
    _same_words(desk, bulk)
    if tx.bulk.on_their_way(bulk.id):
        raise Refused("the stage before is still on its way; look at what came of it first")


def _same_words(desk: Desk, bulk: Bulk) -> None:
    if bulk.wording != mark(desk, bulk.kind):
        raise Refused("the approved words have changed since; prepare it anew")


def _record(desk: Desk, tx: Tx, by: StaffUser | None, tag: str, bulk: Bulk, now: datetime, **data: object) -> None:
    desk.record(tx, f"staff:{by.id}" if by else "agent", tag, bulk.id, now, why=bulk.kind, data=data)


def _rung(desk: Desk) -> None:
    desk.bus.ring("outbox")
    desk.bus.ring(f"console:{desk.clinic.id}")
