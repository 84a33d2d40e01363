"""A recorded message of a caller, played or saved by those who see its task; each time is on record."""

from fastapi import APIRouter, Request, Response

from agent.web.console_door import Door, NotThere
from agent.web.console_pictures import SANDBOX
from agent.web.console_task import load


def routes(door: Door) -> APIRouter:
    """`/console/tasks/{id}/recordings/{recording}`, with `?save=yes` as a file."""
    router = door.router()

    @router.get("/console/tasks/{id}/recordings/{recording}")
    def play(request: Request, id: str, recording: str, save: str = "") -> Response:
        signed = door.signed(request)
        with door.desk.store.begin() as tx:
            task = load(door, tx, id, signed)
            made = tx.recordings.get(recording)
            content = tx.recordings.content(recording) if made is not None and made.task == task.id else None
            if made is None or content is None:
                raise NotThere
            door.note_read(tx, signed, "recording:saved" if save else "recording:played", recording, again=True)
        how = "attachment" if save else "inline"
        named = {
            "Content-Security-Policy": SANDBOX,
            "Content-Disposition": f'{how}; filename="message-{task.number}.wav"',
        }
        return Response(content, media_type=made.kind, headers=named)

    return router
