"""Photographs of forms, sealed under the key of the form's owner: the patient's or, for nobody on file, the
conversation's."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from agent.adapters.store.keyring import of_conversation, of_patient
from agent.adapters.store.tables_photos import intake_photos
from agent.adapters.store.work import AnyRow, Work, word
from agent.model.form import FormRow
from agent.model.photo import Photo

TABLE = "intake_photos"
_c = intake_photos.c
_row = (_c.id, _c.body)
_NAMES = ("patient", "conversation", "state", "due_at", "changed_at", "body")
_ADD = insert(intake_photos)
_GET = select(*_row).where(_c.id == bindparam("of"))
_CONTENT = select(_c.content).where(_c.id == bindparam("of"))
_OF_FORM = select(*_row).where(_c.form == bindparam("of")).order_by(_c.id)
_WHOLE = select(*_row, _c.content).where(_c.form == bindparam("of"))
_DUE = (
    select(*_row)
    .where(_c.clinic == bindparam("clinic"), _c.state == word("waiting"), _c.due_at <= bindparam("now"))
    .order_by(_c.due_at, _c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_SAVE = update(intake_photos).where(_c.id == bindparam("of")).values({n: bindparam(n) for n in _NAMES})
_SAVE_WHOLE = _SAVE.values(content=bindparam("content"))


class PhotosRoom:
    """See `agent.ports.photos.Photos`."""

    def __init__(self, work: Work) -> None:
        self._work, self._run = work, work.connection.execute

    def add(self, photo: Photo, content: bytes | None = None) -> None:
        given = {"id": photo.id, "clinic": photo.clinic, "form": photo.form, "content": self._sealed(photo, content)}
        self._run(_ADD, given | self._columns(photo))

    def get(self, id: str) -> Photo | None:
        return self._read(self._run(_GET, {"of": id}).first())

    def content(self, id: str) -> bytes | None:
        sealed = self._run(_CONTENT, {"of": id}).scalar()
        return None if sealed is None else self._work.keys.open(TABLE, "content", id, sealed)

    def of_form(self, form: str) -> list[Photo]:
        return [self._work.open(TABLE, row.id, row.body, Photo) for row in self._work.all(_OF_FORM, {"of": form})]

    def take_due(self, clinic: str, now: datetime, until: datetime) -> Photo | None:
        found = self._read(self._run(_DUE, {"clinic": clinic, "now": now}).first())
        if found is None:
            return None
        taken = found.model_copy(update={"due_at": until, "attempts": found.attempts + 1})
        self.save(taken)
        return taken

    def save(self, photo: Photo, content: bytes | None = None) -> bool:
        given = {"of": photo.id} | self._columns(photo)
        if content is None:
            return self._run(_SAVE, given).rowcount == 1
        return self._run(_SAVE_WHOLE, given | {"content": self._sealed(photo, content)}).rowcount == 1

    def follow(self, form: FormRow) -> None:
        for row in self._run(_WHOLE, {"of": form.id}).all():
            photo = self._work.open(TABLE, row.id, row.body, Photo)
            if (photo.patient, photo.conversation) != (form.patient, form.conversation):
                content = None if row.content is None else self._work.keys.open(TABLE, "content", row.id, row.content)
                self.save(
                    photo.model_copy(update={"patient": form.patient, "conversation": form.conversation}), content
                )

    def _read(self, row: AnyRow | None) -> Photo | None:
        return None if row is None else self._work.open(TABLE, row.id, row.body, Photo)

    def _columns(self, photo: Photo) -> dict[str, object]:
        plain = {n: getattr(photo, n) for n in _NAMES if n != "body"}
        return {**plain, "body": self._work.seal(_owner(photo), TABLE, photo.id, photo)}

    def _sealed(self, photo: Photo, content: bytes | None) -> bytes | None:
        return None if content is None else self._work.keys.seal(_owner(photo), TABLE, "content", photo.id, content)


def _owner(photo: Photo) -> str:
    return of_patient(photo.patient) if photo.patient else of_conversation(photo.conversation)
