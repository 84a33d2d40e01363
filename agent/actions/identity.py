"""Who is asking: the ladder from a name and date of birth to a verified patient; tells nobody who exists."""

import hashlib
import hmac
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz

from agent.actions.context import ClinicAction, Context
from agent.actions.words import plain
from agent.model.address import Address
from agent.model.message import Outbound
from agent.model.patient import Patient

AGREES = 80.0  # names are compared to refuse, never to find: spelling differs, another person's name does not
NOBODY = Patient(id="", clinic="", name="nobody at all", dob=date(1900, 1, 1), phones=())


class Identify(ClinicAction):
    """`name`, `dob` -> `identity_result`.

    By text: "verified" when the sender's number is on file for one person of that name and date of birth, else
    "unmatched". In chat and by phone always "code_sent", whoever it is; a code goes to the number on file, if one
    patient fits. "locked" after too many tries, also whoever it is; "unmatched" anywhere without a name.
    """

    called = "action_identify"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        name, dob = str(slots.get("name") or ""), str(slots.get("dob") or "")
        if _locked(at, name, dob):
            return {"identity_result": "locked"}
        if not plain(name):  # left to staff; there is nobody to send a code to
            return {"identity_result": "unmatched"}
        if at.conversation.channel == "sms":
            on_file = at.tx.patients.by_phone(at.clinic.id, at.conversation.address.value)
            patient = _single_out(on_file, name, dob)
            if patient is None:
                _count(at, name, dob)
                return {"identity_result": "unmatched"}
            at.found.patient, at.found.identity = patient.id, "verified"
            return {"identity_result": "verified"}
        _count(at, name, dob)  # every try counts, so that a lock does not tell who exists
        _send_code(at, _single_out(at.tx.patients.by_dob(at.clinic.id, dob), name, dob))
        return {"identity_result": "code_sent"}


class CheckCode(ClinicAction):
    """`code` -> `identity_result` and `code_result`: "verified", "wrong" or "locked"."""

    called = "action_check_code"

    def ask(self, at: Context, slots: dict[str, Any]) -> dict[str, Any]:
        name, dob = str(slots.get("name") or ""), str(slots.get("dob") or "")
        result = self._check(at, name, dob, str(slots.get("code") or ""))
        return {"identity_result": result, "code_result": result}

    def _check(self, at: Context, name: str, dob: str, said: str) -> str:
        if _failures(at, _code_subject(at)) >= at.rules.tries:
            return "locked"
        digits = "".join(c for c in plain(said) if c.isdigit())
        matched, patient = at.tx.codes.check(_code_subject(at), _blind(at, "code", at.conversation.id, digits), at.now)
        if not matched or not patient:
            at.tx.codes.failed(_code_subject(at), at.now)
            _count(at, name, dob)
            return "locked" if _failures(at, _code_subject(at)) >= at.rules.tries else "wrong"
        for subject in (_code_subject(at), *_subjects(at, name, dob)):
            at.tx.codes.clear(subject)
        at.found.patient, at.found.identity = patient, "verified"
        return "verified"


def _single_out(candidates: list[Patient], name: str, dob: str) -> Patient | None:
    """The one of exactly this date of birth whose name agrees; of namesakes the one spelt exactly so; else None."""
    said = plain(name)
    agreeing = []
    for patient in candidates or [NOBODY]:
        alike = fuzz.token_set_ratio(said, plain(patient.name)) >= AGREES
        if alike and len(said) > 1 and hmac.compare_digest(patient.dob.isoformat(), dob[:10]):
            agreeing.append(patient)
    exact = [p for p in agreeing if plain(p.name) == said]
    return exact[0] if len(exact) == 1 else agreeing[0] if len(agreeing) == 1 else None


def _send_code(at: Context, patient: Patient | None) -> None:
    """The same work whether or not there is somebody to send it to; nobody can match the code of nobody."""
    code = at.draw_code()
    to = patient.phones[0] if patient and patient.phones else ""
    until = at.now + timedelta(minutes=at.rules.code_minutes)
    kept = _blind(at, "code", at.conversation.id, code)
    at.tx.codes.issue(_code_subject(at), kept, patient.id if patient and to else None, until)
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


def _locked(at: Context, name: str, dob: str) -> bool:
    return max([_failures(at, subject) for subject in _subjects(at, name, dob)]) >= at.rules.tries


def _count(at: Context, name: str, dob: str) -> None:
    for subject in _subjects(at, name, dob):
        at.tx.codes.failed(subject, at.now)


def _failures(at: Context, subject: str) -> int:
    return at.tx.codes.failures(subject, at.now - timedelta(minutes=at.rules.lockout_minutes))


def _subjects(at: Context, name: str, dob: str) -> tuple[str, str]:
    """The source and the person, blind: tries are counted for each."""
    address = at.conversation.address
    words = " ".join(sorted(plain(name).split()))
    return _blind(at, "source", address.channel, address.value), _blind(at, "person", words, dob[:10])


def _code_subject(at: Context) -> str:
    return _blind(at, "conversation", at.conversation.id)


def _blind(at: Context, *parts: str) -> str:
    """A keyed hash: the store learns neither who was asked for nor what the code was."""
    return hmac.new(at.rules.secret, "\x1f".join((at.clinic.id, *parts)).encode(), hashlib.sha256).hexdigest()
