"""A call that we asked Twilio for, as the stand-in plays it: judged by the rules of the Calls API, then led by us."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_twiml import BadTwiml, Verb

Outcome = Literal["completed", "busy", "no-answer", "failed", "canceled"]
AnsweredBy = Literal[
    "human", "machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax", "unknown"
]  # fmt: skip
# what the holder of a simulated telephone does, and what Twilio makes of it
_PICKED: dict[str, AnsweredBy] = {"answer": "human", "machine": "machine_end_beep", "screen": "machine_end_silence"}
_LOOPBACK = ("127.0.0.1", "localhost")
MOST_SECONDS = 600  # that Twilio lets a telephone ring


def refused(form: dict[str, str], ours: str, valid_number: Any) -> int | None:
    """The code of the first thing that Twilio would not accept of POST Calls.json."""
    url = urlsplit(form.get("Url", ""))
    plain = url.scheme == "http" and url.hostname in _LOOPBACK
    timeout = form.get("Timeout", "60")
    checks = (
        (21201, not form.get("To")),
        (21211, not valid_number(form.get("To", ""))),
        (21213, not form.get("From")),
        (21210, form.get("From") != ours),
        (21205, not url.hostname or not (url.scheme == "https" or plain)),
        (20001, form.get("MachineDetection", "Enable") not in ("Enable", "DetectMessageEnd")),
        (20001, not timeout.isdigit() or not 0 < int(timeout) <= MOST_SECONDS),
    )
    return next((code for code, wrong in checks if wrong), None)


@dataclass
class OutboundCall(SimulatedCall):
    """From our number to `number`. `takes`: somebody or something answers there, `by` what Twilio makes of it, and
    presses `key` when asked; else it comes to `unavailable`; `other`: what comes of the telephone that our TwiML then
    dials. `detect`: we asked who answers; `hand`: whoever holds the telephone says what becomes of it, in time."""

    takes: bool = False
    by: AnsweredBy = "human"
    unavailable: Outcome = "no-answer"
    key: str = "1"
    other: Outcome = "completed"
    dialled: str = ""
    detect: bool = False
    told_status: bool = True
    seconds: float = 25.0
    made: datetime = field(default_factory=lambda: datetime.now(UTC))
    hand: "asyncio.Queue[str] | None" = None

    async def run(self) -> None:
        if self.hand is not None:
            self.takes, self.unavailable = await self._held(self.hand)
        if self.takes:
            await super().run()
            return
        self.now("ended")
        try:
            await self.ask(self.status_url, self.unavailable)
        except BadTwiml as bad:
            self.errors.append(str(bad))
        self.finished = True
        self.spoke.set()

    def at_hand(self, key: str) -> None:
        """At the telephone that is rung: "answer", a digit, or "hangup"."""
        if self.state == "ringing" and self.hand is not None:
            self.hand.put_nowait("answer" if key == "answer" else "no")
        elif key in ("hangup", ""):
            self.hung_up = True
            self.gone.set()
        else:
            self._heard.put_nowait(("key", key))

    async def hang_up(self) -> None:
        if self.state == "ringing" and self.hand is not None:
            self.hand.put_nowait("canceled")
        await super().hang_up()

    @property
    def status(self) -> str:
        """As the Calls API says it."""
        if self.state == "ringing":
            return "ringing"
        if self.state != "ended":
            return "in-progress"
        return "completed" if self.takes else self.unavailable

    async def _held(self, hand: "asyncio.Queue[str]") -> tuple[bool, Outcome]:
        self.tell({"t": "ring", "from": self.clinic})
        try:
            async with asyncio.timeout(self.seconds):
                how = await hand.get()
        except TimeoutError:
            return False, "no-answer"
        self.by = _PICKED.get(how, "human")
        return how in _PICKED, "canceled" if how == "canceled" else "busy"

    async def first(self, seconds: float) -> tuple[str, str]:
        return ("key", self.key) if self.key else await super().first(seconds)

    async def _rung(self, number: Verb, seconds: float) -> bool:
        if self.hand is not None or not self.key:
            return await super()._rung(number, seconds)
        self.dialled, self.unanswered = number.text, self.other
        self.gone.set()  # once they have talked, both put down
        return self.other == "completed"

    def _facts(self, status: str) -> dict[str, str]:
        facts = super()._facts("in-progress" if status == "ringing" else status)
        return {**facts, "From": self.clinic, "To": self.number, "Direction": "outbound-api"}

    async def ask(self, url: str, status: str = "in-progress", **more: str) -> str:
        if url == self.status_url and not self.told_status:
            return ""
        if self.detect and self.takes and url in (self.url, self.status_url):
            more["AnsweredBy"] = self.by
        return await super().ask(url, status, **more)


def as_json(call: OutboundCall, account_sid: str, api: str, status: str = "queued") -> dict[str, Any]:
    """Twilio's Call resource, as far as anybody reads it."""
    return {
        "sid": call.id, "account_sid": account_sid, "api_version": api, "to": call.number, "from": call.clinic,
        "status": status, "direction": "outbound-api", "answered_by": call.by if call.detect and call.takes else None,
        "duration": None, "price": None, "date_created": format_datetime(call.made),
        "date_updated": None, "start_time": None, "end_time": None, "parent_call_sid": None,
        "uri": f"/{api}/Accounts/{account_sid}/Calls/{call.id}.json",
    }  # fmt: skip
