"""Our rasa-sdk actions for a clinic's own Rasa assistant: the action server's contract, authenticated."""

import asyncio
import hmac
import json
import zlib
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from limits import parse as parse_limit
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException
from structlog import get_logger

from agent.actions.context import Context, Found, Rules, current
from agent.actions.runner import draw_code
from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.desk.once import Answered, Asked, InFlight, Once, OtherRequest, once
from agent.desk.receive import open_conversation
from agent.desk.rows_of_words import code_message
from agent.house import keys_of
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.fault import Busy, Conflict
from agent.ports import Tx
from agent.web.bodies import TooLarge, TooSlow, body_of
from agent.web.keys import BadKey, key_of, pack, unpack
from agent.web.peers import caller_of

MAX_BODY = 1024 * 1024
_WRONG = parse_limit("30/minute")  # tries with a wrong token
_RIGHT = parse_limit("3000/minute")
_MAX_SENDER = 200


class _Bad(Exception):
    pass


def routes(desk: Desk, pace: Pace) -> APIRouter:
    """`/rasa/webhook` and `/rasa/actions`; neither exists while the setting `rasa_token` is empty."""
    router = APIRouter()
    token = desk.settings.rasa_token.get_secret_value()
    executor: ActionExecutor = getattr(desk.actions, "executor")  # noqa: B009  # the port does not know rasa-sdk

    async def refused(request: Request) -> Response | None:
        if not token:
            return Response("not found", 404, media_type="text/plain")
        caller = caller_of(request, desk.settings.trusted_proxies)
        given = request.headers.get("authorization", "")
        right = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
        wait = await (pace.ahit(_RIGHT, "rasa", caller) if right else pace.ahit(_WRONG, "rasa-wrong", caller))
        if wait:
            return JSONResponse({"error": "too many requests"}, 429, {"Retry-After": str(int(wait) + 1)})
        return None if right else JSONResponse({"error": "unauthorized"}, 401, {"WWW-Authenticate": "Bearer"})

    @router.get("/rasa/actions", include_in_schema=False)
    async def actions(request: Request) -> Response:
        return await refused(request) or JSONResponse([a.model_dump() for a in executor.list_actions()])

    @router.post("/rasa/webhook", include_in_schema=False)
    async def webhook(request: Request) -> Response:
        refusal = await refused(request)
        if refusal is not None:
            return refusal
        try:
            body = await _body(request)
            call, key = _call(body), key_of(request.headers)
            asked = Asked("rasa", key, body) if key is not None else None
            return await to_thread.run_sync(_once, desk, executor, call, asked)
        except (_Bad, BadKey) as bad:
            return JSONResponse({"error": str(bad)}, 400)
        except OtherRequest:
            return JSONResponse({"error": "this Idempotency-Key was used for another body"}, 422)
        except InFlight:
            error = "the first request with this Idempotency-Key is still being carried out"
            return JSONResponse({"error": error}, 409, {"Retry-After": "1"})
        except Busy:
            return _busy()

    return router


def _once(desk: Desk, executor: ActionExecutor, call: dict[str, Any], asked: Asked | None) -> Response:
    fresh: list[Response] = []

    def act(kept: Once) -> Answered:
        answer = _answer(desk, executor, call, kept)
        fresh.append(answer)
        return Answered(pack(answer), kept=answer.status_code != 503)

    answer, again = once(desk, asked, act)
    return unpack(answer) if again else fresh[0]


def _answer(desk: Desk, executor: ActionExecutor, call: dict[str, Any], kept: Once) -> Response:
    try:
        return _run(desk, executor, call, kept)
    except ActionExecutionRejection as rejected:
        return JSONResponse({"error": rejected.message, "action_name": rejected.action_name}, 400)
    except ActionNotFoundException as missing:
        return JSONResponse({"error": missing.message, "action_name": missing.action_name}, 404)
    except ActionMissingDomainException as again:
        return JSONResponse({"error": again.message, "action_name": again.action_name}, 449)
    except (Busy, Conflict):  # Conflict: two calls of one sender met; nothing was written
        return _busy()
    except Exception as fault:  # whatever an action raises says nothing to the caller
        get_logger().error("rasa_action_failed", fault=type(fault).__name__)
        return JSONResponse({"error": "internal error"}, 500)


def _busy() -> Response:
    return JSONResponse({"error": "busy, try again"}, 503, {"Retry-After": "1"})


async def _body(request: Request) -> bytes:
    """The body, inflated when it came deflated; never more than MAX_BODY either way."""
    try:
        raw = await body_of(request, MAX_BODY)
    except TooLarge:
        raise _Bad("the body is too large") from None
    except TooSlow:
        raise _Bad("the body did not arrive whole") from None
    if request.headers.get("content-encoding", "").lower() != "deflate":
        return raw
    inflate = zlib.decompressobj()
    try:
        out = inflate.decompress(raw, MAX_BODY)
    except zlib.error:
        raise _Bad("the body is not deflated") from None
    if inflate.unconsumed_tail:
        raise _Bad("the body is too large")
    if not inflate.eof:
        raise _Bad("the body is cut short")
    return out


def _call(body: bytes) -> dict[str, Any]:
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        raise _Bad("the body is not JSON") from None
    if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
        raise _Bad("next_action is missing")
    tracker = call.get("tracker")
    if not isinstance(tracker, dict) or not isinstance(tracker.get("slots", {}), dict):
        raise _Bad("the tracker is missing")
    sender = tracker.get("sender_id")
    if not isinstance(sender, str) or not 0 < len(sender) <= _MAX_SENDER:
        raise _Bad("the tracker's sender_id is missing")
    slots = tracker.get("slots", {})
    defaults = {"latest_message": {}, "events": [], "paused": False, "followup_action": None, "active_loop": {}}
    return {**call, "tracker": {**defaults, **tracker, "slots": slots}}


def _run(desk: Desk, executor: ActionExecutor, call: dict[str, Any], kept: Once) -> Response:
    """One action and its answer in one transaction, on the conversation of that sender; a found identity stays with
    it."""
    if call["next_action"] not in {a.name for a in executor.list_actions()}:
        raise ActionNotFoundException(call["next_action"])  # before anything is written
    now, caps = desk.clock(), desk.settings
    rules = Rules(keys_of(caps)[1], caps.lockout_tries, caps.lockout_minutes, caps.code_minutes)
    with desk.store.begin() as tx:
        held = _conversation(desk, tx, call["tracker"]["sender_id"])
        at = Context(tx=tx, conversation=held, clinic=desk.clinic, calendar=desk.calendar, now=now, new_id=desk.new_id,
                     draw_code=draw_code, rules=rules)  # fmt: skip
        token = current.set(at)
        try:
            result = asyncio.run(executor.run(call))
        finally:
            current.reset(token)
        _keep(desk, tx, held, at.found)
        desk.record(tx, "rasa", "action:run", held.id, now, why=call["next_action"])
        answer = JSONResponse(result.model_dump() if result else {"events": [], "responses": []})
        kept.keep(tx, pack(answer))
    if at.found.outbound:
        desk.bus.ring("outbox", held.id)
    return answer


def _conversation(desk: Desk, tx: Tx, sender: str) -> Conversation:
    """A Rasa conversation is a chat of ours under its own address: it can never be somebody's phone or chat session."""
    address = Address(channel="chat", value=f"rasa:{sender}")
    return tx.conversations.by_address(desk.clinic.id, address) or open_conversation(desk, tx, address, desk.clock())


def _keep(desk: Desk, tx: Tx, held: Conversation, found: Found) -> None:
    for raw in found.outbound:
        tx.outbox.add(code_message(desk, held, raw, desk.clock()))
    proven = {"patient": found.patient, "identity": found.identity}
    update = {k: v for k, v in proven.items() if v is not None}
    if update:
        tx.conversations.save(held.model_copy(update=update), desk.clock())
