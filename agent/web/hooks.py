"""Twilio's webhooks: wrapped as they arrived, verified by the channel, stored before the answer."""

import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs, urlsplit

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from limits import parse as parse_limit
from structlog import get_logger

from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.desk.send import delivery
from agent.model.fault import Busy, Conflict, Forged, Unreadable
from agent.model.sighting import HookAnswered
from agent.ports import Hook
from agent.web.bodies import TooLarge, TooSlow, body_of
from agent.web.brake import slow_down
from agent.web.lanes import Lane
from agent.web.peers import caller_of
from channels import sms
from channels.signature import MAX_BODY, Trust, may_be_signed

_ROW = re.compile(r"[0-9A-Z]{26}")
_FORGED = parse_limit("60/minute")  # refused plainly; more of them from one source are told to wait
_TOLD = parse_limit("10/minute")  # lines in the log
Taken = tuple[str, str]  # what became of a webhook, for the metrics; the TwiML of its answer


async def as_hook(request: Request) -> Hook:
    """The request, nothing parsed. Raises Forged, unread, for what cannot be Twilio's: no signature, too large."""
    if not may_be_signed(request.headers):
        raise Forged("no signature")
    try:
        body = await body_of(request, MAX_BODY)
    except TooLarge:
        raise Forged("too large") from None
    headers: dict[str, str] = {}
    for raw, value in request.headers.raw:
        name = raw.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]},{text}" if name in headers else text
    peer = request.client.host if request.client else ""
    return Hook(request.method, str(request.url), headers, body, peer)


async def answered(
    request: Request, desk: Desk, pace: Pace, take: Callable[[Hook], Taken], lane: Lane | None = None
) -> Response:
    """What a webhook is answered: the TwiML of `take`, or plainly why there is none. `lane`: where none of them
    waits for anything but the database."""
    outcome, response = await _answer(request, desk, pace, take, lane)
    desk.watch(HookAnswered(request.url.path, outcome))
    return response


async def _answer(
    request: Request, desk: Desk, pace: Pace, take: Callable[[Hook], Taken], lane: Lane | None
) -> tuple[str, Response]:
    try:
        hook = await as_hook(request)
        outcome, twiml = await (lane.run(take, hook) if lane else to_thread.run_sync(take, hook))
    except Forged:
        return "forged", await _refused(request, desk, pace)
    except TooSlow:
        return "unreadable", Response("too slow", 408, media_type="text/plain")
    except Unreadable:
        get_logger().warning("webhook_unreadable", path=request.url.path)
        return "unreadable", Response("unreadable", 400, media_type="text/plain")
    except (Busy, Conflict):  # not stored: Twilio must try its fallback, so this is not a 200
        return "busy", Response("try again", 503, media_type="text/plain")
    except Exception as fault:  # signed, and ours to mend: the same as being away
        failed(desk, fault, request.url.path)
        return "failed", Response("try again", 503, media_type="text/plain")
    return outcome, Response(twiml, media_type="application/xml")


def failed(desk: Desk, fault: Exception, path: str) -> None:
    """A fault of ours, told to whoever runs the desk."""
    desk.on_fault(fault)
    get_logger().error("webhook_failed", path=path, fault=type(fault).__name__)


async def _refused(request: Request, desk: Desk, pace: Pace) -> Response:
    """The answer to a webhook that is not Twilio's."""
    wait = await pace.ahit(_FORGED, "forged", caller_of(request, desk.settings.trusted_proxies))
    if wait:
        return slow_down(wait)
    if not pace.here(_TOLD, "forged"):
        get_logger().warning("webhook_forged", path=request.url.path)
    return Response("forbidden", 403, media_type="text/plain")


class _Unread(APIRoute):
    """A route that takes the request as it came: looking for parameters, of which there are none, is 5 % of a turn."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


def routes(desk: Desk, trust: Trust, pace: Pace, lane: Lane) -> APIRouter:
    """`/twilio/sms` and its status callback. What Twilio signed is never told to wait, whoever else floods us from
    the same address."""
    router = APIRouter(route_class=_Unread)
    sms.get_ready()

    def clinic_of(number: str) -> str | None:
        return desk.clinic.id if number in desk.clinic.numbers else None

    def take_text(hook: Hook) -> Taken:
        inbound = sms.read(
            hook,
            trust,
            clinic_of_number=clinic_of,
            new_id=desk.new_id,
            now=desk.clock(),
            max_text=desk.settings.max_text,
        )
        return ("stored" if receive(desk, inbound).fresh else "repeat"), sms.empty_twiml()

    def take_status(hook: Hook) -> Taken:
        report = sms.read_status(hook, trust)
        delivery(
            desk, report.provider_id, report.status, report.error, _row_of(hook), next=report.next, why=report.staff
        )  # fmt: skip
        return "noted", sms.empty_twiml()

    @router.post("/twilio/sms")
    async def text_in(request: Request) -> Response:
        return await answered(request, desk, pace, take_text, lane)

    @router.post("/twilio/sms/status")
    async def status_in(request: Request) -> Response:
        return await answered(request, desk, pace, take_status, lane)

    return router


def _row_of(hook: Hook) -> str | None:
    """The outbox row that we named in the callback's address; the signature covers it."""
    found = parse_qs(urlsplit(hook.url).query).get("row", [])
    return found[0] if len(found) == 1 and _ROW.fullmatch(found[0]) else None
