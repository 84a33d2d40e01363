"""A picture that came with a message, shown to staff: fetched at that moment, kept nowhere, its viewing audited."""

from fastapi import APIRouter, Request, Response

from agent.desk.photos import own_photo
from agent.model.fault import Refused
from agent.ports.pictures import Picture
from agent.web.console_door import Door, NotThere
from agent.web.console_talk import load_talk
from agent.web.console_tongue import said, tr
from agent.web.signin import Signed

SANDBOX = "default-src 'none'; sandbox"  # whatever the file holds, it runs nothing and is of no origin
_ENDS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf",
}  # fmt: skip


def routes(door: Door) -> APIRouter:
    """`/console/conversations/{id}/pictures/{inbound}/{number}`, numbers from 1."""
    router = door.router()

    @router.get("/console/conversations/{id}/pictures/{inbound}/{number}")
    def picture(request: Request, id: str, inbound: str, number: str) -> Response:
        return _show(door, request, door.signed(request), (id, inbound, number))

    return router


def _show(door: Door, request: Request, signed: Signed, which: tuple[str, str, str]) -> Response:
    desk, (id, inbound, number) = door.desk, which
    with desk.store.begin() as tx:
        held, heard = load_talk(door, tx, id, signed), tx.inbox.get(inbound)
        if heard is None or heard.sender != held.address:
            raise NotThere
        sent = dict(enumerate(heard.media, 1))
        if number not in {str(n) for n in sent}:
            raise NotThere
        desk.record(tx, f"staff:{signed.user.id}", "picture:viewed", inbound, desk.clock())
        own = own_photo(sent[int(number)])
        photo, content = (tx.photos.get(own), tx.photos.content(own)) if own else (None, None)
    if own:
        if photo is None or content is None or photo.talk != id:
            raise NotThere
        return _picture(Picture(photo.kind, content), number)
    if desk.pictures is None:
        return door.problem(
            request, signed, 503, tr("No picture"), tr("No text service is set up here to fetch it from.")
        )
    try:
        found = desk.pictures.fetch(sent[int(number)])
    except Refused as refused:
        return door.problem(
            request, signed, 422, tr("No picture"), tr("The picture is not shown: %(why)s.", why=said(refused))
        )
    return _picture(found, number)


def _picture(found: Picture, number: str) -> Response:
    headers = {
        "Content-Security-Policy": SANDBOX,
        "Content-Disposition": f'inline; filename="picture-{number}.{_ENDS[found.kind]}"',
    }
    return Response(found.content, media_type=found.kind, headers=headers)
