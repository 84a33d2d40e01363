"""Instructions in versions: written once, settled once, sealed under the key of whose they are."""

import hashlib

from sqlalchemy import bindparam, func, insert, select, update

from agent.adapters.store.keyring import DESK, of_patient
from agent.adapters.store.tables_after_visit import instructions
from agent.adapters.store.work import AnySelect, Work
from agent.model.fault import Conflict
from agent.model.instructions import Sheet

_c = instructions.c
_row = (_c.id, _c.version, _c.body)
_ADD = insert(instructions)
_HEAD = select(func.coalesce(func.max(_c.version), 0)).where(_c.id == bindparam("of"))
_NEWEST = (
    select(*_row).where(_c.clinic == bindparam("at"), _c.id == bindparam("of")).order_by(_c.version.desc()).limit(1)
)
_VERSIONS = select(*_row).where(_c.clinic == bindparam("at"), _c.id == bindparam("of")).order_by(_c.version.desc())
_last = select(_c.id, func.max(_c.version).label("version")).where(_c.clinic == bindparam("at")).group_by(_c.id)
_of_each = _last.subquery()
_ALL = (
    select(*_row)
    .join(_of_each, (_of_each.c.id == _c.id) & (_of_each.c.version == _c.version))
    .order_by(_c.id)
)  # fmt: skip
_APPROVED = (
    select(*_row)
    .where(_c.clinic == bindparam("at"), _c.state == "approved", _c.patient.is_(None))
    .order_by(_c.id)
)  # fmt: skip
_STAMP = (
    select(_c.id, _c.version)
    .where(_c.clinic == bindparam("at"), _c.state == "approved", _c.patient.is_(None))
    .order_by(_c.id)
)  # fmt: skip
_OF_PATIENT = select(*_row).where(_c.patient == bindparam("of"), _c.state == "approved").order_by(_c.id)
_SETTLE = (
    update(instructions)
    .where(_c.id == bindparam("of"), _c.version == bindparam("nth"), _c.state == bindparam("was"))
    .values(state=bindparam("is"), body=bindparam("sealed"))
)
_IN_FORCE = select(*_row).where(_c.id == bindparam("of"), _c.state == "approved", _c.version < bindparam("nth"))


class InstructionsRoom:
    """See `agent.ports.after_visit.Instructions`."""

    def __init__(self, work: Work) -> None:
        self._work, self._run = work, work.connection.execute

    def add(self, sheet: Sheet) -> None:
        if sheet.version != int(self._run(_HEAD, {"of": sheet.id}).scalar() or 0) + 1:
            raise Conflict("somebody else has changed this meanwhile")
        given = {"id": sheet.id, "version": sheet.version, "clinic": sheet.clinic, "patient": sheet.patient}
        self._run(_ADD, {**given, "state": sheet.state, "body": self._seal(sheet)})

    def settle(self, sheet: Sheet) -> None:
        newest = self.newest(sheet.clinic, sheet.id)
        if newest is None or newest.version != sheet.version:
            raise Conflict("somebody else has changed this meanwhile")
        self._move(sheet, newest.state, {"draft": ("approved", "withdrawn"), "approved": ("withdrawn",)})
        after = "replaced" if sheet.state == "approved" else "withdrawn"
        for former in self._read(_IN_FORCE, of=sheet.id, nth=sheet.version):
            self._move(former.model_copy(update={"state": after}), "approved", {"approved": (after,)})

    def newest(self, clinic: str, id: str) -> Sheet | None:
        return next(iter(self._read(_NEWEST, at=clinic, of=id)), None)

    def all(self, clinic: str) -> list[Sheet]:
        return self._read(_ALL, at=clinic)

    def versions(self, clinic: str, id: str) -> list[Sheet]:
        return self._read(_VERSIONS, at=clinic, of=id)

    def approved(self, clinic: str) -> list[Sheet]:
        return self._read(_APPROVED, at=clinic)

    def of_patient(self, patient: str) -> list[Sheet]:
        return self._read(_OF_PATIENT, of=patient)

    def stamp(self, clinic: str) -> str:
        found = "|".join(f"{row.id}:{row.version}" for row in self._run(_STAMP, {"at": clinic}))
        return hashlib.sha256(found.encode()).hexdigest()[:32]

    def _move(self, sheet: Sheet, was: str, allowed: dict[str, tuple[str, ...]]) -> None:
        given = {"of": sheet.id, "nth": sheet.version, "was": was, "is": sheet.state, "sealed": self._seal(sheet)}
        if sheet.state not in allowed.get(was, ()) or self._run(_SETTLE, given).rowcount != 1:
            raise Conflict("somebody else has changed this meanwhile")

    def _seal(self, sheet: Sheet) -> bytes:
        owner = of_patient(sheet.patient) if sheet.patient else DESK
        return self._work.seal(owner, "instructions", f"{sheet.id}:{sheet.version}", sheet)

    def _read(self, statement: AnySelect, **given: object) -> list[Sheet]:
        rows = self._work.all(statement, given)
        return [self._work.open("instructions", f"{row.id}:{row.version}", row.body, Sheet) for row in rows]
