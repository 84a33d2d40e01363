"""A document behind its one-time link: whoever opens it says who they are first, and that browser alone reads on."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from anyascii import anyascii
from rapidfuzz import fuzz

from agent.desk.desk import Desk
from agent.desk.enclosures import hashed, standing
from agent.desk.rows_of_words import code_message
from agent.model.address import Address
from agent.model.enclosure import Enclosure
from agent.model.message import Outbound
from agent.model.patient import Patient
from agent.ports import Tx

MOST_TRIES = 5  # wrong names, dates of birth and codes at one link
MOST_CODES = 3
READING = timedelta(hours=1)  # that the browser which opened it may read on
NAMES_AGREE = 80.0  # of 100; names are compared to refuse, never to find
_WAITING = 5  # browsers that may wait for a code

Closed = Literal["never", "used", "late", "locked", "withdrawn"]
Step = Literal["who", "code", "read"]


@dataclass(frozen=True)
class Paper:
    """A document as the patient reads it. `signs`: when to call, `warned` first; `body` in paragraphs."""

    title: str
    language: str
    body: tuple[str, ...]
    signs: tuple[str, ...]
    by: str
    on: date | None
    machine: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a browser stands with a link: `closed` says why it opens nothing, else `step` what comes next."""

    row: Enclosure | None
    language: str
    closed: Closed | None = None
    step: Step = "who"
    paper: Paper | None = None
    codes_left: int = 0


def read(desk: Desk, token: str, cookie: str) -> Standing:
    """As `look`; a document that is shown is put on record first."""
    at = look(desk, token, cookie)
    if at.row is not None and at.paper is not None:
        with desk.store.begin() as tx:
            data = {"enclosure": at.row.id}
            desk.record(tx, "patient", "enclosure:read", at.row.conversation, desk.clock(), data=data)
    return at


def look(desk: Desk, token: str, cookie: str) -> Standing:
    """Where this browser stands; changes nothing."""
    now = desk.clock()
    with desk.store.begin(write=False) as tx:
        row, closed = _behind(desk, tx, token, cookie, now)
        talk = tx.conversations.get(row.conversation) if row is not None else None
        language = talk.locale if talk is not None else ""
        if row is None or closed is not None:
            return Standing(row, language, closed or "never")
        if not _opened_here(row, cookie, now):
            step: Step = "code" if _waits(row, cookie, now) else "who"
            return Standing(row, language, step=step, codes_left=MOST_CODES - row.codes)
        paper = _paper(desk, tx, row)
        if paper is None:
            return Standing(row, language, "withdrawn")
        return Standing(row, language, step="read", paper=paper)


def says_who(desk: Desk, token: str, cookie: str, name: str, born: str) -> str:
    """The cookie that the browser must bring along from now on, where name and date of birth are the patient's; else
    empty, and one try less. Where the link did not go to the number on file, a code goes there now."""
    now, fresh = desk.clock(), secrets.token_urlsafe(24)
    with desk.store.begin() as tx:
        row, closed = _behind(desk, tx, token, cookie, now)
        if row is None or closed is not None:
            return ""
        patient = tx.patients.get(row.patient)
        if patient is None or not _is(patient, name, born):
            _wrong(desk, tx, row, now)
            return ""
        if not row.coded:
            _open(desk, tx, row, fresh, now)
            return fresh
        if row.codes >= MOST_CODES:
            tx.enclosures.save(row.model_copy(update={"state": "locked"}))
            return ""
        return fresh if _code(desk, tx, row, patient, token, fresh, now) else ""


def code_again(desk: Desk, token: str, cookie: str) -> None:
    """Another code for a browser that waits for one, while there are any left."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row, closed = _behind(desk, tx, token, cookie, now)
        patient = tx.patients.get(row.patient) if row is not None else None
        if row is not None and closed is None and patient is not None and _waits(row, cookie, now):
            _code(desk, tx, row, patient, token, cookie, now)


def says_code(desk: Desk, token: str, cookie: str, said: str) -> bool:
    """Does the code open it? A wrong one is one try less."""
    now = desk.clock()
    with desk.store.begin() as tx:
        row, closed = _behind(desk, tx, token, cookie, now)
        if row is None or closed is not None or not _waits(row, cookie, now):
            return False
        digits = "".join(re.findall(r"[0-9]", anyascii(said)))[:12]
        right, whose = tx.codes.check(_subject(row), hashed(f"{token}|{digits}"), now)
        if not right or whose != row.patient:
            _wrong(desk, tx, row, now)
            return False
        _open(desk, tx, row, cookie, now)
        return True


def _behind(
    desk: Desk, tx: Tx, token: str, cookie: str, now: datetime
) -> tuple[Enclosure | None, Closed | None]:  # fmt: skip
    row = tx.enclosures.by_key(hashed(token)) if len(token) < 100 else None
    if row is None or row.clinic != desk.clinic.id:
        return None, "never"
    if row.state in ("withdrawn", "locked"):
        return row, "withdrawn" if row.state == "withdrawn" else "locked"
    if row.state == "opened":
        return row, None if _opened_here(row, cookie, now) else "used"
    return row, "late" if now >= row.expires_at else None


def _opened_here(row: Enclosure, cookie: str, now: datetime) -> bool:
    mine = bool(row.browser) and hmac.compare_digest(row.browser, hashed(cookie))
    return mine and row.closes_at is not None and now < row.closes_at


def _waits(row: Enclosure, cookie: str, now: datetime) -> bool:
    until = row.asked.get(hashed(cookie))
    return until is not None and now < until


def _is(patient: Patient, name: str, born: str) -> bool:
    said, known = _plain(name[:200]), _plain(patient.name)
    try:
        same_day = date.fromisoformat(born.strip()) == patient.dob
    except ValueError:
        same_day = False
    return same_day and len(said) > 1 and fuzz.token_set_ratio(said, known) >= NAMES_AGREE


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(name).casefold().replace("'", "")))


def _wrong(desk: Desk, tx: Tx, row: Enclosure, now: datetime) -> None:
    tries = row.tries + 1
    state = "locked" if tries >= MOST_TRIES else row.state
    tx.enclosures.save(row.model_copy(update={"tries": tries, "state": state}))
    data = {"enclosure": row.id, "tries": tries}
    desk.record(tx, "patient", "enclosure:refused", row.conversation, now, data=data)
    if state == "locked":
        desk.bus.ring(f"thread:{row.conversation}")


def _open(desk: Desk, tx: Tx, row: Enclosure, cookie: str, now: datetime) -> None:
    opened = {"state": "opened", "browser": hashed(cookie), "asked": {}, "opened_at": now, "closes_at": now + READING}
    tx.enclosures.save(row.model_copy(update=opened))
    data = {"enclosure": row.id, "code": row.coded}
    desk.record(tx, "patient", "enclosure:opened", row.conversation, now, data=data)
    desk.bus.ring(f"thread:{row.conversation}")


def _code(desk: Desk, tx: Tx, row: Enclosure, patient: Patient, token: str, cookie: str, now: datetime) -> bool:
    talk = tx.conversations.get(row.conversation, lock=True)
    if talk is None or not patient.phones or row.codes >= MOST_CODES:
        return False
    code = f"{secrets.randbelow(1_000_000):06d}"
    until = now + timedelta(minutes=desk.settings.code_minutes)
    tx.codes.issue(_subject(row), hashed(f"{token}|{code}"), patient.id, until)
    raw = Outbound(
        id=desk.new_id(), conversation=talk.id, channel="sms", to=Address(channel="sms", value=patient.phones[0]),
        text="", locale=talk.locale, created_at=now, due_at=now, expires_at=until, extra={"values": {"code": code}},
    )  # fmt: skip
    tx.outbox.add(code_message(desk, talk, raw, now))
    waiting = dict(sorted({**row.asked, hashed(cookie): until}.items(), key=lambda kept: kept[1])[-_WAITING:])
    tx.enclosures.save(row.model_copy(update={"asked": waiting, "codes": row.codes + 1}))
    desk.record(tx, "patient", "enclosure:code", row.conversation, now, data={"enclosure": row.id})
    desk.bus.ring("outbox", talk.id)
    return True


def _subject(row: Enclosure) -> str:
    return hashed(f"enclosure|{row.id}")


def _paper(desk: Desk, tx: Tx, row: Enclosure) -> Paper | None:
    """What was sent, while it is still right: a sheet's very version in force, a document signed and not corrected."""
    if row.kind == "document":
        found = next((d for d in standing(tx.documents.of_patient(row.patient)) if d.id == row.ref), None)
        if found is None:
            return None
        blocks = tuple(b.strip() for b in found.final.split("\n\n") if b.strip())
        signed = found.signed_at.date() if found.signed_at else None
        return Paper(row.title, row.language, blocks, (), found.signed_name, signed)
    sheet = next((s for s in tx.instructions.versions(desk.clinic.id, row.ref) if s.version == row.nth), None)
    if sheet is None or sheet.state != "approved" or row.language not in sheet.texts:
        return None
    text = sheet.texts[row.language]
    passages = text.passages()
    return Paper(
        text.title, row.language, tuple(p.text for p in passages if not p.nurse),
        tuple(p.text for p in passages if p.nurse), sheet.approved_name,
        sheet.approved_at.date() if sheet.approved_at else None, text.origin == "machine",
    )  # fmt: skip
