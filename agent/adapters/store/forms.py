"""Forms that patients fill in, sealed under the patient's key or, for nobody on file, the conversation's."""

from sqlalchemy import bindparam, insert, select, update

from agent.adapters.store.keyring import of_conversation, of_patient
from agent.adapters.store.tables_forms import intake_forms
from agent.adapters.store.work import AnyRow, Work
from agent.model.fault import Conflict
from agent.model.form import FormRow

_c = intake_forms.c
_row = (_c.id, _c.body)
_NAMES = ("patient", "conversation", "who", "key", "state", "changed_at", "version", "body")
_ADD = insert(intake_forms)
_GET = select(*_row).where(_c.id == bindparam("of"))
_SAVE = (
    update(intake_forms)
    .where(_c.id == bindparam("of"), _c.version == bindparam("seen"))
    .values({n: bindparam(n) for n in _NAMES})
)
_OPEN = select(*_row).where(_c.clinic == bindparam("clinic"), _c.state == "open")
_OPEN = _OPEN.order_by(_c.changed_at.desc(), _c.id.desc()).limit(1)
_OPEN_OF = _OPEN.where(_c.patient == bindparam("of"))
_OPEN_WHO = _OPEN.where(_c.patient.is_(None), _c.who == bindparam("of"))
_OF_PATIENT = select(*_row).where(_c.patient == bindparam("of")).order_by(_c.id)
_BY_KEY = select(*_row).where(_c.key == bindparam("of"))


class FormsRoom:
    """See `agent.ports.forms.Forms`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, row: FormRow) -> None:
        given = {"id": row.id, "clinic": row.clinic, "form": row.form}
        self._work.connection.execute(_ADD, given | self._columns(row))

    def get(self, id: str) -> FormRow | None:
        return self._read(self._work.connection.execute(_GET, {"of": id}).first())

    def save(self, row: FormRow) -> FormRow:
        saved = row.model_copy(update={"version": row.version + 1})
        given = {"of": row.id, "seen": row.version} | self._columns(saved)
        if self._work.connection.execute(_SAVE, given).rowcount != 1:
            raise Conflict(f"form {row.id} is no longer at version {row.version}")
        return saved

    def open_of(self, clinic: str, patient: str | None, who: str) -> FormRow | None:
        statement = _OPEN_OF if patient else _OPEN_WHO
        of = patient or (who and self._blind(who))
        return (
            self._read(self._work.connection.execute(statement, {"clinic": clinic, "of": of}).first()) if of else None
        )

    def of_patient(self, patient: str) -> list[FormRow]:
        rows = self._work.all(_OF_PATIENT, {"of": patient})
        return [self._work.open("intake_forms", row.id, row.body, FormRow) for row in rows]

    def by_key(self, key: str) -> FormRow | None:
        return self._read(self._work.connection.execute(_BY_KEY, {"of": key}).first())

    def _read(self, row: AnyRow | None) -> FormRow | None:
        return None if row is None else self._work.open("intake_forms", row.id, row.body, FormRow)

    def _columns(self, row: FormRow) -> dict[str, object]:
        owner = of_patient(row.patient) if row.patient else of_conversation(row.conversation)
        body = self._work.seal(owner, "intake_forms", row.id, row)
        plain = {n: getattr(row, n) for n in _NAMES if n != "body"}
        return {**plain, "who": row.who and self._blind(row.who), "body": body}

    def _blind(self, who: str) -> str:
        return self._work.ring.blind("form", who)
