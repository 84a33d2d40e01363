"""A stand-in for Twilio's messaging on loopback, for the demo and tests: its REST API and a person's handset."""

import asyncio
import base64
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from agent.demo.twilio_exchange import CALL, CHANGE, E164, LIST, SEND, STATUS, UNDELIVERED, Exchange, Fault, FaultKind
from agent.demo.twilio_handset import handset_call, handset_line
from agent.demo.twilio_outbound import OutboundCall, as_json, refused
from agent.demo.twilio_records import API, Text, refusal

__all__ = ["Fault", "FaultKind", "Text", "TwilioStandIn"]


class TwilioStandIn(Exchange):
    """Twilio's part of the conversation for one account and one number of ours.

    `app` is an ASGI application: Twilio's REST API, and under /handset and /faults the hands of the person holding
    the phone. Mounted anywhere, or served alone. Everything runs on the event loop that serves it; `faults` may be
    filled from any thread. Call `close` when it is done (serving `app` alone does).
    """

    @cached_property
    def app(self) -> Starlette:
        return Starlette(routes=self._routes(), lifespan=self._lifespan)

    # --- the account's side: REST

    async def create(self, request: Request) -> Response:
        """POST Messages.json."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        fault = self.take(SEND)
        kind = fault.kind if fault else None
        code = self._refused(request, form) or {"429": 20429, "500": 20500}.get(kind or "")
        if code:
            status, answer = refusal(code)
            wait = {"Retry-After": str(int(fault.seconds))} if fault and code == 20429 else {}
            return JSONResponse(answer, status, headers=wait)
        callback = form.get("StatusCallback") or self.status_url
        text = self.add(self.number, form["To"], form["Body"], "outbound-api", "queued", callback=callback)
        text.error = UNDELIVERED.get(kind or "")
        answer = text.as_json(self.account_sid) | {"error_code": None}
        self.later(self.carry(text, self.take(STATUS), fault.seconds if fault and kind == "delay" else 0.0))
        if fault and kind == "timeout_after_accept":
            await asyncio.sleep(fault.seconds)
        return JSONResponse(answer, 201)

    async def call(self, request: Request) -> Response:
        """POST Calls.json."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        unknown = 20003 if self._unknown_caller(request) else None
        fault = self.take(CALL)
        kind = fault.kind if fault else ""
        code = unknown or refused(form, self.number, E164.fullmatch) or {"call_429": 20429, "call_500": 20500}.get(kind)
        if code:
            status, answer = refusal(code)
            return JSONResponse(answer, status)
        call = self.ring(form)
        call.told_status = kind != "call_status_lost"
        if fault and kind == "call_timeout":
            await asyncio.sleep(fault.seconds)
        return JSONResponse(as_json(call, self.account_sid, API), 201)

    async def call_changed(self, request: Request) -> Response:
        """POST Calls/{sid}.json: another address to ask for what comes next, or the end."""
        if self._unknown_caller(request):
            return JSONResponse(refusal(20003)[1], 401)
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        fault = self.take(CHANGE)
        code = {"change_429": 20429, "change_500": 20500}.get(fault.kind) if fault else None
        call = next((c for c in self.calls if c.id == request.path_params["call"]), None)
        url, over = form.get("Url", ""), form.get("Status", "")
        if not code and call is None:
            code = 20404
        elif (not code and bool(url) == bool(over)) or (not code and over not in ("", "completed", "canceled")):
            code = 20001
        elif not code and url and not urlsplit(url).hostname:
            code = 21205
        elif not code and call is not None and (call.state == "ended" or call.hung_up):
            code = 21220
        if code or call is None:
            status, answer = refusal(code or 20404)
            return JSONResponse(answer, status)
        await (call.hang_up() if over else call.lead(url))
        return JSONResponse({"sid": call.id, "status": "completed" if over else "in-progress"})

    async def tape(self, request: Request) -> Response:
        """GET Recordings/{sid}.wav and DELETE Recordings/{sid}.json."""
        sid = request.path_params["recording"]
        if self._unknown_caller(request):
            return JSONResponse(refusal(20003)[1], 401)
        if self.tapes.away:
            self.tapes.away -= 1
            return JSONResponse(refusal(20500)[1], 500)
        found = self.tapes.kept.get(sid)
        if found is None:
            return JSONResponse(refusal(20404)[1], 404)
        if request.method == "DELETE":
            del self.tapes.kept[sid]
            self.tapes.deleted.append(sid)
            return Response(status_code=204)
        return Response(await asyncio.to_thread(lambda: found.sound), media_type="audio/x-wav")

    async def calls_listed(self, request: Request) -> Response:
        """GET Calls.json, newest first, filtered by To and From, page by page."""
        if self._unknown_caller(request):
            return JSONResponse(refusal(20003)[1], 401)
        fault = self.take(LIST)
        if fault:
            status, answer = refusal(20429 if fault.kind == "list_429" else 20500)
            return JSONResponse(answer, status)
        query = request.query_params
        made = [
            c for c in reversed(self.calls) if isinstance(c, OutboundCall) and query.get("From") in (None, c.clinic)
        ]
        rows = [as_json(c, self.account_sid, API, c.status) for c in made if query.get("To") in (None, c.number)]
        return JSONResponse(_page(f"/{API}/Accounts/{self.account_sid}/Calls.json", dict(query), rows, "calls"))

    async def listed(self, request: Request) -> Response:
        """GET Messages.json, newest first, filtered by To, From and DateSent (its day alone), page by page."""
        if self._unknown_caller(request):
            return JSONResponse(refusal(20003)[1], 401)
        fault = self.take(LIST)
        if fault and fault.kind == "list_garbage":
            return JSONResponse({"messages": "none of your business"})
        if fault:
            status, answer = refusal(20429 if fault.kind == "list_429" else 20500)
            return JSONResponse(answer, status)
        query = request.query_params
        found = [
            text
            for text in reversed(self.texts)
            if query.get("To") in (None, text.to)
            and query.get("From") in (None, text.sender)
            and (not query.get("DateSent>") or (text.sent_at and f"{text.sent_at:%Y-%m-%d}" >= query["DateSent>"][:10]))
        ]
        uri = f"/{API}/Accounts/{self.account_sid}/Messages.json"
        return JSONResponse(_page(uri, dict(query), found, write=lambda text: text.as_json(self.account_sid)))

    async def pictures(self, request: Request) -> Response:
        """GET Messages/{sid}/Media.json."""
        if self._unknown_caller(request):
            return JSONResponse(refusal(20003)[1], 401)
        found = next((x for x in self.texts if x.sid == request.path_params["message"]), None)
        if found is None:
            return JSONResponse(refusal(20404)[1], 404)
        rows = [
            {"sid": url.rpartition("/")[2], "uri": f"{urlsplit(url).path}.json", "content_type": "image/jpeg"}
            for url in found.media
        ]
        uri = f"/{API}/Accounts/{self.account_sid}/Messages/{found.sid}/Media.json"
        return JSONResponse(_page(uri, dict(request.query_params), rows, "media_list"))

    async def fetched(self, request: Request) -> Response:
        """GET Messages/{sid}.json."""
        if self._unknown_caller(request):
            return JSONResponse(refusal(20003)[1], 401)
        found = next((x for x in self.texts if x.sid == request.path_params["message"]), None)
        return JSONResponse(found.as_json(self.account_sid)) if found else JSONResponse(refusal(20404)[1], 404)

    def _unknown_caller(self, request: Request) -> bool:
        expected = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        return request.path_params["account"] != self.account_sid or not hmac.compare_digest(
            given.encode(), expected.encode()
        )

    def _refused(self, request: Request, form: dict[str, str]) -> int | None:
        """The code of the first thing that Twilio would not accept."""
        to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
        checks = (
            (20003, self._unknown_caller(request)),
            (21604, not to),
            (21211, not E164.fullmatch(to)),
            (21606, sender != self.number),
            (21266, to == sender),
            (21602, not body.strip()),
            (21617, len(body) > 1600),
            (21610, to in self.opted_out),
        )
        return next((code for code, wrong in checks if wrong), None)

    # --- the person's side: a handset

    async def handset_send(self, request: Request) -> Response:
        """POST /handset/{number}/send {"body": …, "media": […]}."""
        number, given = request.path_params["number"], await request.json()
        body, media = str(given.get("body", "")), tuple(str(x) for x in given.get("media", []))
        if not E164.fullmatch(number) or not (body.strip() or media) or len(body) > 1600:
            return JSONResponse({"error": "a number in E.164 and a text of 1 to 1600 characters"}, 422)
        return JSONResponse(self.text_in(number, body, media).as_bubble(), 201)

    async def handset_messages(self, request: Request) -> Response:
        """GET /handset/{number}/messages?after=: what is new or changed since that revision, oldest first."""
        number, after = request.path_params["number"], request.query_params.get("after", "0")
        since = int(after) if after.isascii() and after.isdigit() else 0
        arrived = ("sent", "delivered", "received", "read", "lost")
        changed = [
            text.as_bubble()
            for text in self.texts
            if number in (text.sender, text.to) and text.revision > since and text.status in arrived
        ]
        stopped = number in self.opted_out
        return JSONResponse({"messages": changed, "cursor": self._revision, "stopped": stopped, "clinic": self.number})

    async def every_message(self, request: Request) -> Response:
        """GET /texts?after=: what any handset has got, or had lost, since that revision, oldest change first."""
        after = request.query_params.get("after", "0")
        since = int(after) if after.isascii() and after.isdigit() else 0
        changed = sorted((t for t in self.texts if t.revision > since), key=lambda t: t.revision)
        rows = [{**t.as_bubble(), "number": t.sender if t.direction == "inbound" else t.to} for t in changed]
        return JSONResponse({"messages": rows, "cursor": self._revision})

    async def handset_numbers(self, _: Request) -> Response:
        """GET /handset: the numbers known so far."""
        used = [x.sender for x in self.texts if x.direction == "inbound"]
        return JSONResponse({"numbers": list(dict.fromkeys([*self.handsets, *used])), "faults": get_args(FaultKind)})

    async def fault(self, request: Request) -> Response:
        """POST /faults {"kind": …, "seconds": …}: goes wrong once, next time."""
        given = await request.json()
        kind = next((x for x in get_args(FaultKind) if x == given.get("kind")), None)
        if kind is None:
            return JSONResponse({"error": "no such fault"}, 422)
        self.faults.append(Fault(kind, min(float(given.get("seconds", 2.0)), 30.0)))
        return JSONResponse({"waiting": [x.kind for x in self.faults]}, 201)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        await self.close()

    def _routes(self) -> list[BaseRoute]:
        tapes = f"/{API}/Accounts/{{account}}/Recordings"
        messages = f"/{API}/Accounts/{{account}}/Messages"
        return [
            Route(f"{messages}.json", self.create, methods=["POST"]),
            Route(f"{messages}.json", self.listed, methods=["GET"]),
            Route(f"{messages}/{{message}}/Media.json", self.pictures, methods=["GET"]),
            Route(f"{messages}/{{message}}.json", self.fetched, methods=["GET"]),
            Route(f"/{API}/Accounts/{{account}}/Calls.json", self.call, methods=["POST"]),
            Route(f"/{API}/Accounts/{{account}}/Calls/{{call}}.json", self.call_changed, methods=["POST"]),
            Route(f"/{API}/Accounts/{{account}}/Calls.json", self.calls_listed, methods=["GET"]),
            Route(f"{tapes}/{{recording}}.wav", self.tape, methods=["GET"]),
            Route(f"{tapes}/{{recording}}.json", self.tape, methods=["DELETE"]),
            Route("/handset", self.handset_numbers, methods=["GET"]),
            Route("/texts", self.every_message, methods=["GET"]),
            Route("/handset/{number}/send", self.handset_send, methods=["POST"]),
            Route("/handset/{number}/messages", self.handset_messages, methods=["GET"]),
            WebSocketRoute("/handset/{number}/call", lambda ws: handset_call(self, ws)),
            WebSocketRoute("/handset/{number}/line", lambda ws: handset_line(self, ws)),
            Route("/faults", self.fault, methods=["POST"]),
        ]


def _page(
    uri: str, query: dict[str, str], rows: list[Any], name: str = "messages", write: Callable[[Any], Any] = dict
) -> dict[str, Any]:
    """One page of a list as Twilio writes it, with the address of the next one. `write`: a row, as JSON."""
    size, number = min(int(query.get("PageSize") or 50), 1000), int(query.get("Page") or 0)

    def at(page: int) -> str:
        return f"{uri}?{urlencode(query | {'PageSize': size, 'Page': page})}"

    shown = [write(row) for row in rows[number * size : (number + 1) * size]]
    return {
        "first_page_uri": at(0),
        "next_page_uri": at(number + 1) if len(rows) > (number + 1) * size else None,
        "previous_page_uri": at(number - 1) if number else None,
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
        "uri": at(number),
        name: shown,
    }
