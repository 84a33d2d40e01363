"""How the Twilio stand-in calls our webhooks: signed, within 15 seconds, one retry when it cannot connect."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx2

from agent.demo.twilio_records import signature

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
KEPT_SECONDS = (
    0.5  # that an idle connection is used again: less than a process drains, so that none is met as it closes
)
_SOUNDS = frozenset("audio/mpeg audio/wav audio/wave audio/x-wav audio/basic audio/x-gsm audio/ulaw".split())
RETRIES = 1  # on connection failure only, Twilio's default


@dataclass(frozen=True)
class Delivery:
    """One request that the stand-in made: `status` is our answer, or None when there was none."""

    url: str
    params: dict[str, str]
    idempotency_token: str
    status: int | None
    body: str = ""
    why: str = ""


class Hooks:
    """Posts webhooks and keeps a log of them, newest last (the last 500)."""

    def __init__(self, auth_token: str) -> None:
        self._auth_token = auth_token
        self._http: httpx2.AsyncClient | None = None
        self.log: list[Delivery] = []

    async def post(self, url: str, params: dict[str, str], idempotency_token: str) -> Delivery:
        """One webhook with Twilio's retries; never raises."""
        signed_url = url.partition("#")[0]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "X-Home-Region": "us1",
            "I-Twilio-Idempotency-Token": idempotency_token,
            "X-Twilio-Signature": signature(self._auth_token, signed_url, params),
        }
        delivery = Delivery(signed_url, params, idempotency_token, None, why="connection")
        for _ in range(1 + RETRIES):
            try:
                async with asyncio.timeout(TOTAL_SECONDS):
                    answer = await self._client().post(signed_url, content=urlencode(params), headers=headers)
                delivery = Delivery(signed_url, params, idempotency_token, answer.status_code, answer.text)
                break
            except httpx2.ConnectError:
                continue
            except (httpx2.HTTPError, TimeoutError) as cut:
                delivery = Delivery(signed_url, params, idempotency_token, None, why=type(cut).__name__)
                break
        self.log = [*self.log[-499:], delivery]
        return delivery

    async def sound(self, url: str) -> bytes | None:
        """What <Play> fetches; None where there is no sound of a kind that Twilio plays."""
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                answer = await self._client().get(url, headers={"User-Agent": "TwilioProxy/1.1"})
        except (httpx2.HTTPError, TimeoutError):
            return None
        kind = answer.headers.get("content-type", "").partition(";")[0]
        return answer.content if answer.status_code == 200 and kind in _SOUNDS else None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def _client(self) -> httpx2.AsyncClient:
        if self._http is None:  # made inside the running loop
            timeout = httpx2.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
            limits = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEPT_SECONDS)
            self._http = httpx2.AsyncClient(timeout=timeout, limits=limits, follow_redirects=False, trust_env=False)
        return self._http
