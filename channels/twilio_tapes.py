"""Recorded messages at Twilio: fetched as sound, deleted there; the address is made here, never taken from a hook."""

import logging
import re
import time
import wave
from io import BytesIO

import httpx2

from agent.adapters.trusted import trusted
from agent.model.fault import Busy, Refused
from agent.ports.recordings import Sound

MAX_BYTES = 4 * 1024 * 1024  # two minutes as Twilio records them are half of this
SECONDS = 20.0  # for everything
KINDS = frozenset({"audio/wav", "audio/x-wav", "audio/wave"})
_ID = re.compile(r"RE[0-9A-Za-z]{32}")


class TwilioTapes:
    """Implements `agent.ports.recordings.Tapes` for one account."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str, *, seconds: float = SECONDS) -> None:
        self._base = f"{api_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}/Recordings"
        self._proof, self._seconds = (account_sid, auth_token), seconds
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        self._http: httpx2.Client | None = None

    def fetch(self, provider_id: str) -> Sound:
        until = time.monotonic() + self._seconds
        try:
            with self._client().stream("GET", self._at(provider_id, "wav")) as answer:
                if answer.status_code == 404:
                    raise Refused("it is no longer there")
                if answer.status_code != 200:
                    raise Busy(f"it cannot be had just now ({answer.status_code})")
                kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                if kind not in KINDS:
                    raise Refused("it is no sound")
                content = _read(answer, until)
        except httpx2.HTTPError as away:
            raise Busy(f"it cannot be had just now ({type(away).__name__})") from None
        return Sound("audio/wav", content, _length(content))

    def delete(self, provider_id: str) -> None:
        try:
            answer = self._client().delete(self._at(provider_id, "json"))
        except httpx2.HTTPError as away:
            raise Busy(f"it cannot be deleted just now ({type(away).__name__})") from None
        if answer.status_code not in (204, 404):
            raise Busy(f"it cannot be deleted just now ({answer.status_code})")

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _client(self) -> httpx2.Client:
        if self._http is None:
            self._http = httpx2.Client(
                auth=self._proof, timeout=self._seconds, follow_redirects=False, verify=trusted()
            )
        return self._http

    def _at(self, provider_id: str, form: str) -> str:
        if not _ID.fullmatch(provider_id):
            raise Refused("this is no recording")
        return f"{self._base}/{provider_id}.{form}"


def _read(answer: httpx2.Response, until: float) -> bytes:
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        if len(content) > MAX_BYTES:
            raise Refused("it is too large")
        if time.monotonic() > until:
            raise Busy("it takes too long")
    return bytes(content)


def _length(content: bytes) -> int:
    """Whole seconds, at least one. Raises Refused for what holds no sound."""
    try:
        with wave.open(BytesIO(content)) as sound:
            frames, rate = int(sound.getnframes()), int(sound.getframerate())
    except (wave.Error, EOFError, ValueError) as bad:
        raise Refused("it is no sound") from bad
    if not frames or not rate:
        raise Refused("there is nothing in it")
    return max(1, round(frames / rate))
