"""`/chat/photo`: a photograph from the widget, whose page may stand on another site; the session's token comes in a
header, so that neither an address nor a log holds it."""

from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from limits import parse as parse_limit

from agent.adapters.pace import Pace
from agent.desk.chat_photos import put
from agent.desk.desk import Desk
from agent.model.fault import Busy, Refused
from agent.web.bodies import TooLarge, TooSlow, body_of
from agent.web.chat_sessions import Sessions
from agent.web.guard import is_from
from agent.web.peers import caller_of
from agent.web.uploads import FILE_BYTES, SECONDS
from channels import chat as words

TOKEN, CLIENT = "X-Chat-Token", "X-Client-Id"
_PER_SESSION = parse_limit("6/minute")
_PER_PEER = parse_limit("30/minute")


def routes(desk: Desk, origins: frozenset[str], pace: Pace) -> APIRouter:
    """Both verbs of `/chat/photo`: the browser's question whether it may, and the photograph."""
    router, sessions = APIRouter(), Sessions(desk)

    def welcome(request: Request) -> dict[str, str]:
        """What lets the page read the answer; empty for a page that may not talk to us."""
        origin = request.headers.get("origin", "")
        listed = is_from(origin, request.headers.get("host", "")) or origin in origins
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if listed else {}

    @router.options("/chat/photo", include_in_schema=False)
    def may(request: Request) -> Response:
        named = {
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": f"Content-Type, {TOKEN}, {CLIENT}",
        }
        shared = welcome(request)
        return Response(status_code=204 if shared else 403, headers=shared | named if shared else {})

    @router.post("/chat/photo")
    async def photo(request: Request) -> Response:
        """The body is the picture's bytes. 200 with the line's id; else a code of the widget's: `refused`, `too_fast`,
        `expired`, `unreadable`, `photo_wrong` or `busy`."""
        shared = welcome(request)
        if not shared:
            return _no(403, "refused", {})
        origin, client = request.headers["origin"], words.client_id(request.headers.get(CLIENT))
        if client is None:
            return _no(400, "unreadable", shared)
        try:
            held = await to_thread.run_sync(sessions.resume, request.headers.get(TOKEN, "")[:256], origin)
            if held is None:
                return _no(401, "expired", shared)
            caller = caller_of(request, desk.settings.trusted_proxies)
            if await pace.ahit(_PER_SESSION, "photo", held.id) or await pace.ahit(_PER_PEER, "photo", caller):
                return _no(429, "too_fast", shared)
            content = await body_of(request, FILE_BYTES, SECONDS)
            inbound = words.photograph(
                client, id=desk.new_id(), clinic=desk.clinic.id, session=held.address, received_at=desk.clock()
            )
            received = await to_thread.run_sync(partial(put, desk, inbound, held.id, content))
        except (TooLarge, Refused):
            return _no(422, "photo_wrong", shared)
        except TooSlow:
            return _no(408, "busy", shared)
        except Busy:
            return _no(503, "busy", shared)
        if received is None:  # the form was handed in meanwhile
            return _no(409, "unreadable", shared)
        return JSONResponse({"client_id": client, "line": received.inbound}, headers=shared)

    return router


def _no(status: int, code: str, shared: dict[str, str]) -> Response:
    return JSONResponse({"code": code}, status, headers=shared)
