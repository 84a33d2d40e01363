"""A stand-in for Twilio's messaging on loopback: takes sends, posts signed webhooks, fails on demand; demo and tests."""

import asyncio
import base64
import hmac
import re
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent.demo.twilio_hooks import Hooks
from agent.demo.twilio_records import API, AUTOMATIC, HELP_WORDS, START_WORDS, STOP_WORDS, Text, refusal

FaultKind = Literal[
    # the next text from a handset
    "duplicate", "reorder", "retry", "delay_inbound",
    # the next send by us
    "429", "500", "timeout_after_accept", "landline", "unreachable", "delay",
    # the status callbacks of the next send
    "status_reorder", "status_duplicate", "status_lost",
]  # fmt: skip
INBOUND: frozenset[FaultKind] = frozenset({"duplicate", "reorder", "retry", "delay_inbound"})
STATUS: frozenset[FaultKind] = frozenset({"status_reorder", "status_duplicate", "status_lost"})
SEND: frozenset[FaultKind] = frozenset(get_args(FaultKind)) - INBOUND - STATUS
UNDELIVERED = {"landline": 30006, "unreachable": 30003}
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong once, at the next event of its kind; `seconds` for the slow ones and Retry-After."""

    kind: FaultKind
    seconds: float = 2.0


class TwilioStandIn:
    """Twilio's part of the conversation for one account and one number of ours.

    `app` is an ASGI application: Twilio's REST API, and under /handset and /faults the hands of the person holding
    the phone. Mounted anywhere, or served alone. Everything runs on the event loop that serves it; `faults` may be
    filled from any thread. Call `close` when it is done (serving `app` alone does).
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        number: str,
        webhook_url: str,
        status_url: str | None = None,
        *,
        handsets: tuple[str, ...] = (),
        advanced_opt_out: bool = False,
        fallback_url: str | None = None,
        pace: float = 0.15,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`pace` is the seconds between two statuses of a send."""
        self.account_sid, self.auth_token, self.number = account_sid, auth_token, number
        self.webhook_url, self.status_url, self.fallback_url = webhook_url, status_url, fallback_url
        self.advanced_opt_out, self.pace, self.now = advanced_opt_out, pace, now
        self.handsets: list[str] = list(handsets)
        self.texts: list[Text] = []
        self.opted_out: set[str] = set()
        self.faults: deque[Fault] = deque()
        self.hooks = Hooks(auth_token)
        self._held: list[tuple[Text, str]] = []  # texts that a `reorder` fault keeps back
        self._revision = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.app = Starlette(routes=self._routes(), lifespan=self._lifespan)

    # --- the account's side: REST

    def accepted(self, to: str | None = None) -> list[Text]:
        """Our sends that were taken, oldest first."""
        return [x for x in self.texts if x.direction == "outbound-api" and to in (None, x.to)]

    async def create(self, request: Request) -> Response:
        """POST Messages.json."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        fault = self._next(SEND)
        kind = fault.kind if fault else None
        code = self._refused(request, form) or {"429": 20429, "500": 20500}.get(kind or "")
        if code:
            status, answer = refusal(code)
            wait = {"Retry-After": str(int(fault.seconds))} if fault and code == 20429 else {}
            return JSONResponse(answer, status, headers=wait)
        callback = form.get("StatusCallback") or self.status_url
        text = self._add(self.number, form["To"], form["Body"], "outbound-api", "queued", callback=callback)
        text.error = UNDELIVERED.get(kind or "")
        answer = text.as_json(self.account_sid) | {"error_code": None}
        self._later(self._carry(text, self._next(STATUS), fault.seconds if fault and kind == "delay" else 0.0))
        if fault and kind == "timeout_after_accept":
            await asyncio.sleep(fault.seconds)
        return JSONResponse(answer, 201)

    async def listed(self, request: Request) -> Response:
        """GET Messages.json, newest first, filtered by To, From and DateSent."""
        if self._unknown_caller(request):
            return JSONResponse(refusal(20003)[1], 401)
        query = request.query_params
        found = [
            text
            for text in reversed(self.texts)
            if query.get("To") in (None, text.to)
            and query.get("From") in (None, text.sender)
            and (not query.get("DateSent>") or (text.sent_at and f"{text.sent_at:%Y-%m-%d}" >= query["DateSent>"][:10]))
        ]
        size = int(query.get("PageSize") or 50)
        uri = f"/{API}/Accounts/{self.account_sid}/Messages.json?PageSize={size}&Page=0"
        page = {"first_page_uri": uri, "next_page_uri": None, "previous_page_uri": None, "page": 0, "page_size": size}
        messages = [text.as_json(self.account_sid) for text in found[:size]]
        return JSONResponse(page | {"messages": messages, "start": 0, "end": max(len(messages) - 1, 0), "uri": uri})

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
            (21211, not _E164.fullmatch(to)),
            (21606, sender != self.number),
            (21266, to == sender),
            (21602, not body.strip()),
            (21617, len(body) > 1600),
            (21610, to in self.opted_out),
        )
        return next((code for code, wrong in checks if wrong), None)

    async def _carry(self, text: Text, fault: Fault | None, delay: float) -> None:
        """A send on its way: sent, then delivered or not, each told to the status callback."""
        await asyncio.sleep(delay)
        last = "undelivered" if text.error else "delivered"
        kind = fault.kind if fault else None
        reported: list[str] = []
        for status in ("sent", last):
            await asyncio.sleep(self.pace)
            self._move(text, status)
            reported += [status] * (2 if kind == "status_duplicate" else 1)
            if kind in (None, "status_duplicate"):
                await self._report(text, reported)
        if kind == "status_reorder":
            await self._report(text, reported[::-1])

    async def _report(self, text: Text, statuses: list[str]) -> None:
        while statuses:
            params = text.as_callback(self.account_sid, statuses.pop(0))
            if text.callback:
                await self.hooks.post(text.callback, params, _token())

    # --- the person's side: a handset

    def text_in(self, handset: str, body: str, media: tuple[str, ...] = ()) -> Text:
        """A person sends a text; Twilio keeps its own list of who stopped, and then tells us. Inside the loop only."""
        text = self._add(handset, self.number, body, "inbound", "received", media=media)
        word = body.strip().upper()
        wish = next(
            (
                name
                for name, words in _KEYWORDS.items()
                if word in words and not (name == "start" and self._in(handset))
            ),
            None,
        )
        if wish == "stop":
            self.opted_out.add(handset)
        elif wish == "start":
            self.opted_out.discard(handset)
        if wish and self.advanced_opt_out:
            text.extra["OptOutType"] = wish.upper()
        if wish and (wish == "stop" or self._in(handset)):
            self._add(self.number, handset, AUTOMATIC[wish], "outbound-reply", "delivered")
        self._later(self._tell(text))
        return text

    def _in(self, handset: str) -> bool:
        return handset not in self.opted_out

    async def _tell(self, text: Text) -> None:
        """The webhook of a text, as the next fault wants it."""
        fault, token = self._next(INBOUND), _token()
        if fault and fault.kind == "reorder":
            self._held.append((text, token))
            self._later(self._release(fault.seconds))
            return
        if fault and fault.kind == "delay_inbound":
            await asyncio.sleep(fault.seconds)
        await self._post(text, token)
        if fault and fault.kind in ("duplicate", "retry"):  # a retry carries the same token, a second delivery does not
            await self._post(text, token if fault.kind == "retry" else _token())
        await self._release(0)

    async def _release(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        held, self._held = self._held, []
        for text, token in held:
            await self._post(text, token)

    async def _post(self, text: Text, token: str) -> None:
        params = text.as_webhook(self.account_sid)
        delivery = await self.hooks.post(self.webhook_url, params, token)
        failed = delivery.status is None or delivery.status >= 400
        if failed and self.fallback_url:
            more = {"ErrorCode": "11200", "ErrorUrl": self.webhook_url}
            delivery = await self.hooks.post(self.fallback_url, params | more, _token())
            failed = delivery.status is None or delivery.status >= 400
        self._move(text, "lost" if failed else "read")

    async def handset_send(self, request: Request) -> Response:
        """POST /handset/{number}/send {"body": …, "media": […]}."""
        number, given = request.path_params["number"], await request.json()
        body, media = str(given.get("body", "")), tuple(str(x) for x in given.get("media", []))
        if not _E164.fullmatch(number) or not (body.strip() or media) or len(body) > 1600:
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

    # --- inside

    def _add(self, sender: str, to: str, body: str, direction: str, status: str, **more: Any) -> Text:
        now = self.now()
        sent_at = now if direction != "outbound-api" else None
        prefix = "MM" if more.get("media") else "SM"
        sid = prefix + secrets.token_hex(16)
        text = Text(sid, sender, to, body, direction, status, now, sent_at=sent_at, **more)
        self.texts.append(text)
        self._move(text, status)
        return text

    def _move(self, text: Text, status: str) -> None:
        self._revision += 1
        text.status, text.revision = status, self._revision
        if status == "sent":
            text.sent_at = self.now()

    def _next(self, kinds: frozenset[FaultKind]) -> Fault | None:
        """Takes the first waiting fault of these kinds."""
        fault = next((x for x in self.faults if x.kind in kinds), None)
        if fault:
            self.faults.remove(fault)
        return fault

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Waits until everything under way has been told."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Drops what is under way and closes connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.hooks.close()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        await self.close()

    def _routes(self) -> list[Route]:
        messages = f"/{API}/Accounts/{{account}}/Messages"
        return [
            Route(f"{messages}.json", self.create, methods=["POST"]),
            Route(f"{messages}.json", self.listed, methods=["GET"]),
            Route(f"{messages}/{{message}}.json", self.fetched, methods=["GET"]),
            Route("/handset", self.handset_numbers, methods=["GET"]),
            Route("/handset/{number}/send", self.handset_send, methods=["POST"]),
            Route("/handset/{number}/messages", self.handset_messages, methods=["GET"]),
            Route("/faults", self.fault, methods=["POST"]),
        ]


_KEYWORDS = {"stop": STOP_WORDS, "start": START_WORDS, "help": HELP_WORDS}


def _token() -> str:
    return secrets.token_hex(16)
