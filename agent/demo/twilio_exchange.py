"""The inner works of the Twilio stand-in: texts, who stopped, webhooks and faults; its HTTP face is twilio_standin."""

import asyncio
import re
import secrets
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_hooks import Hooks
from agent.demo.twilio_outbound import OutboundCall
from agent.demo.twilio_records import AUTOMATIC, HELP_WORDS, START_WORDS, STOP_WORDS, Text
from agent.demo.twilio_rooms import Room, beside
from agent.demo.twilio_tapes import Tapes

FaultKind = Literal[
    # the next text from a handset
    "duplicate", "reorder", "retry", "delay_inbound",
    # the next send by us
    "429", "500", "timeout_after_accept", "landline", "unreachable", "delay",
    # the status callbacks of the next send
    "status_reorder", "status_duplicate", "status_lost",
    # the next time that we ask for its list of texts
    "list_429", "list_500", "list_garbage",
    # the next call that we make
    "call_429", "call_500", "call_timeout", "call_status_lost",
    # the next time that we lead a call elsewhere, or end it
    "change_429", "change_500",
]  # fmt: skip
INBOUND: frozenset[FaultKind] = frozenset({"duplicate", "reorder", "retry", "delay_inbound"})
STATUS: frozenset[FaultKind] = frozenset({"status_reorder", "status_duplicate", "status_lost"})
LIST: frozenset[FaultKind] = frozenset({"list_429", "list_500", "list_garbage"})
CALL: frozenset[FaultKind] = frozenset({"call_429", "call_500", "call_timeout", "call_status_lost"})
CHANGE: frozenset[FaultKind] = frozenset({"change_429", "change_500"})
SEND: frozenset[FaultKind] = frozenset(get_args(FaultKind)) - INBOUND - STATUS - LIST - CALL - CHANGE
UNDELIVERED = {"landline": 30006, "unreachable": 30003}
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


KEYWORDS = {"stop": STOP_WORDS, "start": START_WORDS, "help": HELP_WORDS}


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong once, at the next event of its kind; `seconds` for the slow ones and Retry-After."""

    kind: FaultKind
    seconds: float = 2.0


class Exchange:
    """Everything Twilio knows and does by itself, for one account and one number of ours.

    Runs on one event loop; `faults` may be filled from any thread.
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
        answers_keywords: bool = True,
        fallback_url: str | None = None,
        voice_url: str = "",
        pace: float = 0.15,
        keep: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`pace` is the seconds between two statuses of a send. `answers_keywords`: Twilio answers STOP, START and
        HELP itself, as it does by default; with `advanced_opt_out` it also says so to us, in OptOutType. `keep`: how
        many texts it remembers, the newest; 0: all."""
        self.account_sid, self.auth_token, self.number = account_sid, auth_token, number
        self.webhook_url, self.status_url, self.fallback_url = webhook_url, status_url, fallback_url
        self.voice_url = voice_url
        self.calls: list[SimulatedCall] = []
        self.other_end: dict[str, Any] = {}  # of the next calls that we make, see `OutboundCall`
        self.call_pace = 1.0
        self.rooms: dict[str, Room] = {}
        self.tapes = Tapes()
        self.lines: dict[str, Callable[[OutboundCall], None]] = {}  # who holds a telephone that we may ring
        self.advanced_opt_out, self.answers_keywords = advanced_opt_out, answers_keywords
        self.pace, self.keep, self.now = pace, keep, now
        self.handsets: list[str] = list(handsets)
        self.texts: list[Text] = []
        self.opted_out: set[str] = set()
        self.faults: deque[Fault] = deque()
        self.hooks = Hooks(auth_token)
        self._held: list[tuple[Text, str]] = []  # texts that a `reorder` fault keeps back
        self._revision = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def accepted(self, to: str | None = None) -> list[Text]:
        """Our sends that were taken, oldest first."""
        return [x for x in self.texts if x.direction == "outbound-api" and to in (None, x.to)]

    # --- a send of ours

    async def carry(self, text: Text, fault: Fault | None, delay: float) -> None:
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

    # --- a person's text

    def text_in(self, handset: str, body: str, media: tuple[str, ...] = ()) -> Text:
        """A person sends a text; Twilio keeps its own list of who stopped, and then tells us. Inside the loop only."""
        text = self.add(handset, self.number, body, "inbound", "received", media=media)
        word = body.strip().upper()
        wish = next(
            (name for name, words in KEYWORDS.items() if word in words and not (name == "start" and self._in(handset))),
            None,
        )
        if wish == "stop":
            self.opted_out.add(handset)
        elif wish == "start":
            self.opted_out.discard(handset)
        if wish and self.advanced_opt_out:
            text.extra["OptOutType"] = wish.upper()
        if wish and self.answers_keywords and (wish == "stop" or self._in(handset)):
            self.add(self.number, handset, AUTOMATIC[wish], "outbound-reply", "delivered")
        self.later(self._tell(text))
        return text

    def _in(self, handset: str) -> bool:
        return handset not in self.opted_out

    async def _tell(self, text: Text) -> None:
        """The webhook of a text, as the next fault wants it."""
        fault, token = self.take(INBOUND), _token()
        if fault and fault.kind == "reorder":
            self._held.append((text, token))
            self.later(self._release(fault.seconds))
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

    # --- a person's call

    def dial(
        self,
        handset: str,
        tell: Callable[[dict[str, Any]], None] = lambda _: None,
        pace: float = 1.0,
        *,
        paged: bool = False,
    ) -> SimulatedCall:
        """A person calls us. Inside the loop only; the call goes on by itself until it is over."""
        call = SimulatedCall(
            self.account_sid, self.auth_token, handset, self.number, self.voice_url, f"{self.voice_url}/status",
            self.hooks, pace, tell, rooms=self.rooms, paged=paged,
            tapes=self.tapes, later=self.later,
        )  # fmt: skip
        self.calls = [*self.calls[-99:], call]
        self.later(call.run(), "call")
        return call

    # --- a call of ours

    def ring(self, form: dict[str, str]) -> OutboundCall:
        """We call somebody, by the parameters of the Calls API; what happens there stands in `other_end`."""
        call = OutboundCall(
            self.account_sid, self.auth_token, form["To"], self.number, form["Url"], form.get("StatusCallback", ""),
            self.hooks, self.call_pace, **self.other_end, detect="MachineDetection" in form,
            seconds=float(form.get("Timeout", "60")), made=self.now(), rooms=self.rooms,
        )  # fmt: skip
        if (telephone := self.lines.get(form["To"])) is not None:
            call.hand, call.key = asyncio.Queue(), ""
            telephone(call)
        else:
            self._for_who_waits(call)
        self.calls = [*self.calls[-99:], call]
        self.later(call.run(), "call")
        return call

    def _for_who_waits(self, call: OutboundCall) -> None:
        """A telephone of the clinic's is rung for a caller: it stands on their page, or does as their test says."""
        waiting = next((c for c in reversed(self.calls) if c.state == "transfer"), None)
        if waiting is None:
            return
        if waiting.staff_answers is not None:
            call.takes, call.key, call.pace = waiting.staff_answers, "1", waiting.pace
            call.tell = lambda what: waiting.whispered.append(what["text"]) if what["t"] == "say" else None
        elif waiting.paged:
            beside(waiting.tell, call)
            waiting.desk = call

    # --- bookkeeping

    def add(self, sender: str, to: str, body: str, direction: str, status: str, **more: Any) -> Text:
        now = self.now()
        sent_at = now if direction != "outbound-api" else None
        prefix = "MM" if more.get("media") else "SM"
        sid = prefix + secrets.token_hex(16)
        text = Text(sid, sender, to, body, direction, status, now, sent_at=sent_at, **more)
        self.texts.append(text)
        if self.keep:
            del self.texts[: -self.keep]
        self._move(text, status)
        return text

    def _move(self, text: Text, status: str) -> None:
        self._revision += 1
        text.status, text.revision = status, self._revision
        if status == "sent":
            text.sent_at = self.now()

    def take(self, kinds: frozenset[FaultKind]) -> Fault | None:
        """Takes the first waiting fault of these kinds."""
        fault = next((x for x in self.faults if x.kind in kinds), None)
        if fault:
            self.faults.remove(fault)
        return fault

    def later(self, work: Coroutine[Any, Any, None], name: str | None = None) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle_beside(self) -> None:
        """Waits until everything that is told beside the calls has been told."""
        while beside := [t for t in self._tasks if t.get_name() != "call"]:
            await asyncio.gather(*beside)

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


def _token() -> str:
    return secrets.token_hex(16)
