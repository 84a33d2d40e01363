"""Photographs of a form: taken in with the message, fetched after it, written anew, kept beside the answers; where one
cannot be opened, the patient hears it and the question stands again."""

from datetime import datetime, timedelta

from agent.desk.desk import Desk
from agent.desk.effects import carry_out
from agent.intake.engine import place_for_photo, put
from agent.model.effect import Say
from agent.model.fault import Busy, Conflict, Refused
from agent.model.form import Form, FormRow, Given
from agent.model.photo import Developed, Photo
from agent.model.wording import N_
from agent.ports import Tx

MOST = 10  # photographs beside one form; what is sent beyond that stays in the conversation
TRIES = 8
LEASE = timedelta(minutes=2)
WAIT = timedelta(seconds=5)  # after the first try that failed; doubled each time
_OWN = "photo:"
_TOO_LARGE = frozenset({"the photo is too large", "the file is too large"})  # why it was refused
_AWAY = N_("the photo could not be fetched")


def taken_in(
    desk: Desk, tx: Tx, form: Form, row: FormRow, talk: str, inbound: str | None, words: str, now: datetime
) -> tuple[Given, ...]:  # fmt: skip
    """Keep the pictures of a message beside the form, to be fetched; and the answers that they are. A picture that no
    question asks for is kept with the form too."""
    heard = tx.inbox.get(inbound) if inbound else None
    room = MOST - len(tx.photos.of_form(row.id)) if heard is not None and heard.media else 0
    given, answers = row.given, tuple[Given, ...]()
    for url in heard.media if heard is not None else ():
        link, id = place_for_photo(form, given), own_photo(url)
        photo = tx.photos.get(id) if id else None
        if photo is not None and (photo.form, photo.talk) == (row.id, talk):
            tx.photos.save(photo.model_copy(update={"link": link, "changed_at": now}))
        elif id or room <= 0:
            continue
        else:
            photo, room = _photo(desk, row, link, now).model_copy(update={"url": url, "talk": talk}), room - 1
            tx.photos.add(photo)
        if link:
            answer = Given(link=link, values=(photo.id,), words=words, inbound=inbound)
            given, answers, words = put(form, given, answer), (*answers, answer), ""
    return answers


def own_url(id: str) -> str:
    """How a message names a photograph that is kept here already."""
    return f"{_OWN}{id}"


def own_photo(url: str) -> str:
    """The id of a photograph that is kept here; empty for an address elsewhere."""
    return url.removeprefix(_OWN) if url.startswith(_OWN) else ""


def kept_photo(id: str, row: FormRow, talk: str, developed: Developed, now: datetime) -> Photo:
    """A photograph that came in the chat, before anybody knows what it answers."""
    fresh = Photo(
        id=id, clinic=row.clinic, form=row.id, patient=row.patient, conversation=row.conversation, talk=talk,
        made_at=now, due_at=now, changed_at=now,
    )  # fmt: skip
    return _kept(fresh, developed, now)


def put_on_page(desk: Desk, tx: Tx, row: FormRow, link: str, developed: Developed, now: datetime) -> Given | None:
    """A photograph that came with the form's page, kept; the answer that it is. None where the form has too many."""
    if len(tx.photos.of_form(row.id)) >= MOST:
        return None
    photo = _kept(_photo(desk, row, link, now), developed, now)
    tx.photos.add(photo, developed.content)
    desk.record(tx, "patient", "photo:kept", photo.id, now, data={"form": row.id})
    return Given(link=link, values=(photo.id,))


def _photo(desk: Desk, row: FormRow, link: str, now: datetime) -> Photo:
    return Photo(
        id=desk.new_id(), clinic=row.clinic, form=row.id, link=link, patient=row.patient,
        conversation=row.conversation, made_at=now, due_at=now, changed_at=now,
    )  # fmt: skip


def _kept(photo: Photo, developed: Developed, now: datetime) -> Photo:
    update = {"state": "kept", "kind": developed.kind, "width": developed.width, "height": developed.height}
    return photo.model_copy(update={**update, "url": "", "changed_at": now})


def fetch_next(desk: Desk) -> bool:
    """Fetch one photograph that waits and keep it, written anew; False where none is due. Nothing waits for the
    network inside a transaction."""
    if desk.pictures is None or desk.darkroom is None:
        return False
    now = desk.clock()
    with desk.store.begin() as tx:
        photo = tx.photos.take_due(desk.clinic.id, now, now + LEASE)
    if photo is None:
        return False
    try:
        _open(desk, photo)
    except Conflict:  # somebody answers at this moment: once more, when the lease has run out
        return True
    return True


def _open(desk: Desk, photo: Photo) -> None:
    assert desk.pictures is not None
    assert desk.darkroom is not None
    try:
        developed = desk.darkroom.develop(desk.pictures.fetch(photo.url).content)
    except Refused as refused:
        return _refuse(desk, photo, refused.why)
    except Busy:
        return _later(desk, photo) if photo.attempts < TRIES else _refuse(desk, photo, _AWAY)
    with desk.store.begin() as tx:
        now = desk.clock()
        owned = tx.photos.get(photo.id)  # it may belong to somebody else meanwhile
        if owned is not None and tx.photos.save(_kept(owned, developed, now), developed.content):
            desk.record(tx, "agent", "photo:kept", photo.id, now, data={"form": photo.form})


def _later(desk: Desk, photo: Photo) -> None:
    with desk.store.begin() as tx:
        owned = tx.photos.get(photo.id)
        if owned is not None:
            tx.photos.save(owned.model_copy(update={"due_at": desk.clock() + WAIT * 2**photo.attempts}))


def _said(why: str) -> str:
    return "form.photo.large" if why in _TOO_LARGE else "form.photo.unreadable"


def _refuse(desk: Desk, photo: Photo, why: str) -> None:
    """The answer is taken back and the patient told; a form that is with staff already says why on its card."""
    now = desk.clock()
    with desk.store.begin() as tx:
        talk = tx.conversations.get(photo.talk, lock=True)
        owned, row = tx.photos.get(photo.id), tx.forms.get(photo.form)
        if owned is None or row is None:
            return
        tx.photos.save(owned.model_copy(update={"state": "refused", "why": why, "url": "", "changed_at": now}))
        answered = any(photo.id in g.values for g in row.given)
        if row.state == "open" and answered:
            kept = tuple(g for g in row.given if photo.id not in g.values)
            tx.forms.save(row.model_copy(update={"given": kept, "changed_at": now}))
        desk.record(tx, "agent", "photo:refused", photo.id, now, why=why, data={"form": row.id})
        if talk is not None and talk.mode != "staff":
            carry_out(desk, tx, talk, (Say(key=_said(why)),), now)
    if talk is not None:
        desk.bus.ring("outbox", talk.id)
        desk.bus.ring(f"thread:{talk.id}")
