"""Who is asking: the ladder from a name and date of birth to a verified patient; tells nobody who exists."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from rapidfuzz import fuzz

from agent.actions.context import ClinicAction, Context
from agent.actions.words import plain
from agent.model.address import Address
from agent.model.message import Outbound
from agent.model.patient import Patient

AGREES = 80.0  # names are compared to refuse, never to find: spelling differs, another person's name does not
NOBODY = Patient(id="", clinic="", name="nobody at all", dob=date(1900, 1, 1), phones=())
_VISITS = "code"  # what a code opens, see `send_code`


class Person(Protocol):
    """Somebody of whom a name and a date of birth, ISO or a date, are known."""

    @property
    def name(self) -> str: ...

    @property
    def dob(self) -> str | date: ...


P = TypeVar("P", bound=Person)


class Identify(ClinicAction):
    """`name`, `dob` -> `identity_result`.

    By text: "verified" when the sender's number is on file for one person of that name and date of birth, else
    "unmatched". In chat and by phone always "code_sent", whoever it is; a code goes to the number on file, if one
    patient fits. "locked" after too many tries, also whoever it is; "unmatched" anywhere without a name.
    """

    called = "action_identify"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        name, dob = str(slots.get("name") or ""), str(slots.get("dob") or "")
        if locked(at, name, dob):
            return {"identity_result": "locked"}
        if not plain(name):  # left to staff; there is nobody to send a code to
            return {"identity_result": "unmatched"}
        if at.conversation.channel == "sms":
            on_file = at.tx.patients.by_phone(at.clinic.id, at.conversation.address.value)
            patient = single_out(on_file, name, dob)
            if patient is None:
                count(at, name, dob)
                return {"identity_result": "unmatched"}
            at.found.patient, at.found.identity = patient.id, "verified"
            return {"identity_result": "verified"}
        count(at, name, dob)  # every try counts, so that a lock does not tell who exists
        patient = single_out(at.tx.patients.by_dob(at.clinic.id, dob), name, dob)
        to = patient.phones[0] if patient and patient.phones else ""
        send_code(at, _VISITS, to, patient.id if patient and to else None)
        return {"identity_result": "code_sent"}


class CheckCode(ClinicAction):
    """`code` -> `identity_result` and `code_result`: "verified", "wrong" or "locked"."""

    called = "action_check_code"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        name, dob = str(slots.get("name") or ""), str(slots.get("dob") or "")
        result = self._check(at, name, dob, str(slots.get("code") or ""))
        return {"identity_result": result, "code_result": result}

    def _check(self, at: Context, name: str, dob: str, said: str) -> str:
        result, patient = check_code(at, _VISITS, name, dob, said)
        if patient:
            at.found.patient, at.found.identity = patient, "verified"
        return result


def single_out(candidates: Sequence[P], name: str, dob: str) -> P | None:
    """The one of exactly this date of birth whose name agrees; of namesakes the one spelt exactly so; else None."""
    said = plain(name)
    agreeing = [each for each in candidates if _agrees(each, said, dob)]
    if not candidates:
        _agrees(NOBODY, said, dob)  # the same work, whoever is there
    exact = [p for p in agreeing if plain(p.name) == said]
    return exact[0] if len(exact) == 1 else agreeing[0] if len(agreeing) == 1 else None


def _agrees(person: Person, said: str, dob: str) -> bool:
    alike = fuzz.token_set_ratio(said, plain(person.name)) >= AGREES
    born = person.dob if isinstance(person.dob, str) else person.dob.isoformat()
    return alike and len(said) > 1 and hmac.compare_digest(born, dob[:10])


def send_code(at: Context, opens: str, to: str, whose: str | None) -> None:
    """A code for what it `opens`, which is `whose`. The same work whether or not there is somebody to send it to;
    nobody can match the code of nobody."""
    code = at.draw_code()
    until = at.now + timedelta(minutes=at.rules.code_minutes)
    at.tx.codes.issue(_code_subject(at, opens), _blind(at, opens, at.conversation.id, code), whose, until)
    message = Outbound(
        id=at.new_id(),
        conversation=at.conversation.id,
        channel="sms",
        to=Address(channel="sms", value=to),
        text="",
        locale=at.conversation.locale,
        keys=("identity.code",),
        created_at=at.now,
        due_at=at.now,
        expires_at=until,
        extra={"values": {"code": code}},
    )
    if to:
        at.found.outbound.append(message)


def check_code(at: Context, opens: str, name: str, dob: str, said: str) -> tuple[str, str | None]:
    """ "verified" with whose code it was, "wrong" or "locked"; every wrong one counts."""
    subject = _code_subject(at, opens)
    if _failures(at, subject) >= at.rules.tries:
        return "locked", None
    digits = "".join(c for c in plain(said) if c.isdigit())
    matched, whose = at.tx.codes.check(subject, _blind(at, opens, at.conversation.id, digits), at.now)
    if not matched or not whose:
        at.tx.codes.failed(subject, at.now)
        count(at, name, dob)
        return "locked" if _failures(at, subject) >= at.rules.tries else "wrong", None
    for each in (subject, *_subjects(at, name, dob)):
        at.tx.codes.clear(each)
    return "verified", whose


def locked(at: Context, name: str, dob: str) -> bool:
    return max([_failures(at, subject) for subject in _subjects(at, name, dob)]) >= at.rules.tries


def count(at: Context, name: str, dob: str) -> None:
    for subject in _subjects(at, name, dob):
        at.tx.codes.failed(subject, at.now)


def _failures(at: Context, subject: str) -> int:
    return at.tx.codes.failures(subject, at.now - timedelta(minutes=at.rules.lockout_minutes))


def _subjects(at: Context, name: str, dob: str) -> tuple[str, str]:
    """The source and the person, blind: tries are counted for each."""
    address = at.conversation.address
    words = " ".join(sorted(plain(name).split()))
    return _blind(at, "source", address.channel, address.value), _blind(at, "person", words, dob[:10])


def _code_subject(at: Context, opens: str) -> str:
    """Of this conversation, and for this alone: no code opens anything else."""
    beside = () if opens == _VISITS else (opens,)
    return _blind(at, "conversation", at.conversation.id, *beside)


def _blind(at: Context, *parts: str) -> str:
    """A keyed hash: the store learns neither who was asked for nor what the code was."""
    return hmac.new(at.rules.secret, "\x1f".join((at.clinic.id, *parts)).encode(), hashlib.sha256).hexdigest()
