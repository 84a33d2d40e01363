"""Twilio's webhooks: wrapped as they arrived, verified by the channel, stored before the answer."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from structlog import get_logger

from agent.desk.desk import Desk
from agent.desk.receive import receive
from agent.desk.send import delivery
from agent.model.fault import Busy, Conflict, Forged, Unreadable
from agent.model.sighting import HookAnswered
from agent.ports import Hook
from channels import sms
from channels.signature import MAX_BODY, Trust

_ROW = re.compile(r"[0-9A-Z]{26}")


async def as_hook(request: Request) -> Hook:
    """The request, nothing parsed; bodies over the cap are cut (and then fail their signature)."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            break
    headers: dict[str, str] = {}
    for raw, value in request.headers.raw:
        name = raw.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]},{text}" if name in headers else text
    peer = request.client.host if request.client else ""
    return Hook(request.method, str(request.url), headers, body, peer)


def routes(desk: Desk, trust: Trust) -> APIRouter:
    """`/twilio/sms` and its status callback."""
    router = APIRouter()
    xml = "application/xml"

    def clinic_of(number: str) -> str | None:
        return desk.clinic.id if number in desk.clinic.numbers else None

    def take_text(hook: Hook) -> str:
        inbound = sms.read(
            hook,
            trust,
            clinic_of_number=clinic_of,
            new_id=desk.new_id,
            now=desk.clock(),
            max_text=desk.settings.max_text,
        )
        return "stored" if receive(desk, inbound).fresh else "repeat"

    def take_status(hook: Hook) -> str:
        report = sms.read_status(hook, trust)
        delivery(desk, report.provider_id, report.status, report.error, _row_of(hook))
        return "noted"

    async def answered(request: Request, take: Callable[[Hook], str]) -> Response:
        outcome, response = await taken(request, take)
        desk.watch(HookAnswered(request.url.path, outcome))
        return response

    async def taken(request: Request, take: Callable[[Hook], str]) -> tuple[str, Response]:
        hook = await as_hook(request)
        try:
            outcome = await to_thread.run_sync(take, hook)
        except Forged:
            get_logger().warning("webhook_forged", path=request.url.path)
            return "forged", Response("forbidden", 403, media_type="text/plain")
        except Unreadable:
            get_logger().warning("webhook_unreadable", path=request.url.path)
            return "unreadable", Response("unreadable", 400, media_type="text/plain")
        except (Busy, Conflict):  # not stored: Twilio must try its fallback, so this is not a 200
            return "busy", Response("try again", 503, media_type="text/plain")
        except Exception as fault:  # signed, and ours to mend: the same as being away
            desk.on_fault(fault)
            get_logger().error("webhook_failed", path=request.url.path, fault=type(fault).__name__)
            return "failed", Response("try again", 503, media_type="text/plain")
        return outcome, Response(sms.empty_twiml(), media_type=xml)

    @router.post("/twilio/sms")
    async def text_in(request: Request) -> Response:
        return await answered(request, take_text)

    @router.post("/twilio/sms/status")
    async def status_in(request: Request) -> Response:
        return await answered(request, take_status)

    return router


def _row_of(hook: Hook) -> str | None:
    """The outbox row that we named in the callback's address; the signature covers it."""
    found = parse_qs(urlsplit(hook.url).query).get("row", [])
    return found[0] if len(found) == 1 and _ROW.fullmatch(found[0]) else None
