"""A call that we asked Twilio for, as the stand-in plays it: judged by the rules of the Calls API, then led by us."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from agent.demo.twilio_calls import SimulatedCall
from agent.demo.twilio_twiml import BadTwiml, Verb

Outcome = Literal["completed", "busy", "no-answer", "failed"]
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
        (21220, not timeout.isdigit() or not 0 < int(timeout) <= MOST_SECONDS),
    )
    return next((code for code, wrong in checks if wrong), None)


@dataclass
class OutboundCall(SimulatedCall):
    """From our number to `number`. `takes`: somebody answers there, and presses `key` when asked; `other`: what comes
    of the telephone that our TwiML then dials."""

    takes: bool = False
    key: str = "1"
    other: Outcome = "completed"
    dialled: str = ""

    async def run(self) -> None:
        if self.takes:
            await super().run()
            return
        self._now("ended")
        try:
            await self._ask(self.status_url, "no-answer")
        except BadTwiml as bad:
            self.errors.append(str(bad))
        self.finished = True
        self.spoke.set()

    async def _first(self, seconds: float) -> tuple[str, str]:
        return ("key", self.key) if self.key else await super()._first(seconds)

    async def _rung(self, number: Verb, seconds: float) -> bool:  # noqa: ARG002
        self.dialled, self.unanswered = number.text, self.other
        self._gone.set()  # once they have talked, both put down
        return self.other == "completed"

    def _facts(self, status: str) -> dict[str, str]:
        facts = super()._facts(status)
        return {**facts, "From": self.clinic, "To": self.number, "Direction": "outbound-api"}


def as_json(call: OutboundCall, account_sid: str, api: str) -> dict[str, Any]:
    """Twilio's Call resource, as far as anybody reads it."""
    return {
        "sid": call.id, "account_sid": account_sid, "api_version": api, "to": call.number, "from": call.clinic,
        "status": "queued", "direction": "outbound-api", "answered_by": None, "duration": None, "price": None,
        "date_created": None, "date_updated": None, "start_time": None, "end_time": None, "parent_call_sid": None,
        "uri": f"/{api}/Accounts/{account_sid}/Calls/{call.id}.json",
    }  # fmt: skip
