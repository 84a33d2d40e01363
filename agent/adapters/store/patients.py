"""Patients of the clinic: one sealed row each, found again by blind indexes of phone and date of birth."""

import unicodedata
from collections.abc import Iterable

from anyascii import anyascii
from sqlalchemy import ARRAY, Text, any_, bindparam, insert, select

from agent.adapters.store.flow import Ahead
from agent.adapters.store.keyring import of_patient
from agent.adapters.store.tables import patient_phones, patients
from agent.adapters.store.work import AnyRow, Work
from agent.model.alike import alike
from agent.model.patient import Patient

SEARCH_CAP = 5000  # rows opened by one search: a search by name reads the whole of a small clinic
_MIN_DIGITS = 4
_APOSTROPHES = "'’ʼ`´"

_row = (patients.c.id, patients.c.body)
_ADD = insert(patients)
_ADD_PHONE = insert(patient_phones)
_GET = select(*_row).where(patients.c.id == bindparam("id"))
_BY_PHONE = (
    select(*_row)
    .join(patient_phones, patient_phones.c.patient == patients.c.id)
    .where(patient_phones.c.clinic == bindparam("clinic"), patient_phones.c.phone_key == bindparam("key"))
    .order_by(patients.c.id)
)
_BY_PHONES = (
    select(patient_phones.c.phone_key, *_row)
    .join(patient_phones, patient_phones.c.patient == patients.c.id)
    .where(
        patient_phones.c.clinic == bindparam("clinic"),
        patient_phones.c.phone_key == any_(bindparam("keys", type_=ARRAY(Text))),
    )
    .order_by(patients.c.id)
)
_BY_DOB = (
    select(*_row)
    .where(patients.c.clinic == bindparam("clinic"), patients.c.dob_key == bindparam("key"))
    .order_by(patients.c.id)
)
_SCAN = (
    select(*_row).where(patients.c.clinic == bindparam("clinic")).order_by(patients.c.id.desc()).limit(bindparam("cap"))
)
_BEYOND = (
    select(patients.c.id)
    .where(patients.c.clinic == bindparam("clinic"))
    .order_by(patients.c.id.desc())
    .offset(bindparam("cap"))
    .limit(1)
)


class PatientsRoom:
    """See `agent.ports.Patients`. Raises Conflict (at commit) for an id that exists."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._foreseen: tuple[str, frozenset[str], Ahead] | None = None

    def add(self, patient: Patient) -> None:
        self._work.connection.execute(
            _ADD,
            {
                "id": patient.id,
                "clinic": patient.clinic,
                "dob_key": self._work.ring.blind("dob", patient.dob.isoformat()),
                "body": self._work.seal(of_patient(patient.id), "patients", patient.id, patient),
            },
        )
        keys = {self._work.ring.blind("phone", phone) for phone in patient.phones}
        if keys:
            rows = [{"patient": patient.id, "clinic": patient.clinic, "phone_key": key} for key in sorted(keys)]
            self._work.connection.execute(_ADD_PHONE, rows)

    def get(self, id: str) -> Patient | None:
        row = self._work.connection.execute(_GET, {"id": id}).first()
        return self._read(row) if row else None

    def by_phone(self, clinic: str, phone: str) -> list[Patient]:
        key = self._work.ring.blind("phone", phone)
        of, keys, ahead = self._foreseen or ("", frozenset(), None)
        if ahead is not None and ahead.rows is not None and of == clinic and key in keys:
            found = [row for row in ahead.rows if row.phone_key == key]
            self._work.keys.warm(row.body for row in found)
            return [self._read(row) for row in found]
        return [self._read(row) for row in self._work.all(_BY_PHONE, {"clinic": clinic, "key": key})]

    def expect(self, clinic: str, phones: Iterable[str]) -> None:
        keys = frozenset(self._work.ring.blind("phone", phone) for phone in phones)
        if self._work.postgres and keys:
            given = {"clinic": clinic, "keys": sorted(keys)}
            self._foreseen = clinic, keys, self._work.connection.ahead(_BY_PHONES, given)

    def by_dob(self, clinic: str, dob: str) -> list[Patient]:
        given = {"clinic": clinic, "key": self._work.ring.blind("dob", dob)}
        return [self._read(row) for row in self._work.all(_BY_DOB, given)]

    def search(self, clinic: str, text: str, limit: int = 10) -> list[Patient]:
        """Every word of `text` in the name, whatever its accents, case or script; or four digits of a phone number.
        Where there is nobody, whose name sounds alike. Of a large clinic the newest SEARCH_CAP patients are read, and
        no more."""
        words = _plain(text).split()
        if not words:
            return []
        found, near = list[Patient](), list[Patient]()
        for row in self._work.all(_SCAN, {"clinic": clinic, "cap": SEARCH_CAP}):
            patient = self._read(row)
            if _matches(patient, words):
                found.append(patient)
            elif not found and alike(text, patient.name):
                near.append(patient)
        return sorted(found or near, key=lambda p: (_plain(p.name), p.id))[:limit]

    def is_written(self, patient: Patient, text: str) -> bool:
        """Is every word of `text` in the name, or some digits of it in a number, as `search` takes them?"""
        return _matches(patient, _plain(text).split())

    def read_by_search(self, clinic: str) -> int | None:
        given = {"clinic": clinic, "cap": SEARCH_CAP}
        return SEARCH_CAP if self._work.connection.execute(_BEYOND, given).first() else None

    def _read(self, row: AnyRow) -> Patient:
        return self._work.open("patients", row.id, row.body, Patient)


def _matches(patient: Patient, words: list[str]) -> bool:
    name = _plain(patient.name)
    latin = _plain(anyascii(patient.name))
    if all(word in name or _plain(anyascii(word)) in latin for word in words):
        return True
    digits = "".join(c for c in "".join(words) if c.isdigit())
    return len(digits) >= _MIN_DIGITS and any(digits in phone for phone in patient.phones)


def _plain(text: str) -> str:
    """Small letters without accents and apostrophes: O'Brien is obrien, and Эль is el."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c) and c not in _APOSTROPHES)
