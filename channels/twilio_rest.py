"""Twilio's Messages and Calls over one kept-alive connection pool; what to send, and when, is decided elsewhere."""

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

import httpx2

from agent.adapters.trusted import trusted
from agent.model.fault import Busy, Misconfigured, SendFault, Unknown
from agent.ports.dialler import Placed
from channels.twilio_errors import fault

if TYPE_CHECKING:
    from twilio.rest import Client

TWILIO = "https://api.twilio.com"
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
CLOCKS_DIFFER = timedelta(seconds=5)
LISTED = 100  # newest messages to one number that are looked through when a send is uncertain
PAGE = 200  # messages in one answer of a list
MOST = 50_000  # inbound messages read at once; a longer list is one that does not end
OLDER = 50  # messages before a moment, one after the other, after which the list holds no later one
UNAUTHORISED = ("20003", "401")


@dataclass(frozen=True)
class Accepted:
    """Twilio took the message: its id and its first status."""

    sid: str
    status: str


@dataclass(frozen=True)
class Heard:
    """A text from a person, as Twilio lists it."""

    sid: str
    sender: str
    body: str
    pictures: int
    at: datetime


class TwilioRest:
    """Sends and lists texts of one account; safe to use from several threads.

    `auth_token` may hold several, separated by commas: one that Twilio refuses gives way to the next, so that a
    token can be changed while texts go out. The twilio SDK (0.5 s and 24 MiB) is imported at the first call.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_url: str = TWILIO,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        connections: int = 8,
    ) -> None:
        self._account_sid = account_sid
        self._tokens = [token.strip() for token in auth_token.split(",") if token.strip()] or [""]
        self._wire = Wire(api_url, connect_seconds, read_seconds, connections)
        self._client: Client | None = None  # with the first of the tokens
        self._lock = Lock()

    def send(self, to: str, sender: str, body: str, status_url: str | None) -> Accepted:
        """POSTs one message (numbers in E.164). Raises a SendFault named for what to do next."""
        callback = {"status_callback": status_url} if status_url else {}
        created = self._called(lambda twilio: twilio.messages.create(to=to, from_=sender, body=body, **callback))
        if not created.sid:
            raise Unknown("delivery_unsure", "unreadable")
        return Accepted(str(created.sid), str(created.status or "queued"))

    def dial(self, to: str, sender: str, url: str, status_url: str, seconds: int, *, listen: bool = False) -> str:
        """Rings a number (E.164) for so long; the call's id. `listen`: `url` is asked once Twilio has told a person
        from a machine, and after the machine's greeting. Raises a SendFault named for what to do next."""
        detect = {"machine_detection": "DetectMessageEnd"} if listen else {}
        made = self._called(
            lambda twilio: twilio.calls.create(
                to=to, from_=sender, url=url, method="POST", status_callback=status_url, timeout=seconds, **detect
            )
        )
        if not made.sid:
            raise Unknown("delivery_unsure", "unreadable")
        return str(made.sid)

    def redirect(self, call: str, url: str) -> None:
        """Leads a call that is up elsewhere. Raises as `dial` does."""
        self._called(lambda twilio: twilio.calls(call).update(url=url, method="POST"))

    def hang_up(self, call: str) -> None:
        """Ends a call, also one that still rings. Raises as `dial` does."""
        self._called(lambda twilio: twilio.calls(call).update(status="completed"))

    def placed(self, to: str, sender: str, since: datetime) -> list[Placed]:
        """Calls from `sender` to this number that Twilio accepted since (to the second), newest first. Not filtered by
        StartTime, which a queued call does not have yet. Raises as `sent` does."""
        listed = self._asked(lambda twilio: twilio.calls.list(to=to, from_=sender, limit=LISTED))
        from_then = since.replace(microsecond=0) - CLOCKS_DIFFER
        return [
            Placed(str(call.sid), str(call.status))
            for call in listed
            if call.direction == "outbound-api" and (call.date_created is None or call.date_created >= from_then)
        ]

    def sent(self, to: str, sender: str, since: datetime) -> list[tuple[str, str]]:
        """(id, body) of texts to this number that Twilio accepted since (to the second), newest first.

        Not filtered by DateSent, which a queued message does not have yet. Raises a SendFault; Busy when Twilio
        cannot be asked now.
        """
        listed = self._asked(lambda twilio: twilio.messages.list(to=to, from_=sender, limit=LISTED))
        from_then = since.replace(microsecond=0) - CLOCKS_DIFFER
        return [
            (str(message.sid), str(message.body or ""))
            for message in listed
            if message.date_created is None or message.date_created >= from_then
        ]

    def received(self, number: str, since: datetime, until: datetime) -> list[Heard]:
        """Texts from people to `number` in [since, until) by Twilio's clock, oldest first. Raises a SendFault; Busy
        when Twilio cannot be asked now, or its list does not end."""

        def read(twilio: "Client") -> list[Any]:
            return _newer(twilio.messages.stream(to=number, date_sent_after=since, page_size=PAGE, limit=MOST), since)

        listed = self._asked(read)
        if len(listed) >= MOST:
            raise Busy("delivery_busy", "endless")
        inbound = [(m, _when(m)) for m in reversed(listed) if str(m.direction) == "inbound"]
        heard = [
            Heard(str(m.sid), str(m.from_), str(m.body or ""), _count(m.num_media), at)
            for m, at in inbound
            if isinstance(at, datetime) and since <= at < until
        ]
        return sorted(heard, key=lambda text: text.at)  # stable: Twilio's own order within a second

    def pictures(self, sid: str) -> list[str]:
        """Addresses of what came with a text. Raises as `received` does."""
        listed = self._asked(lambda twilio: twilio.messages(sid).media.list(limit=10))
        return [TWILIO + str(media.uri).removesuffix(".json") for media in listed]

    def close(self) -> None:
        """Closes the connections."""
        self._wire.close()

    def _asked(self, call: "Callable[[Client], Any]") -> Any:
        try:
            return self._called(call)
        except Unknown as unsure:
            raise Busy(unsure.why, unsure.code) from unsure  # asking again is harmless

    def _called(self, call: "Callable[[Client], Any]") -> Any:
        for spare in reversed(range(len(self._tokens))):
            client, token = self._sdk()
            try:
                return call(client)
            except Misconfigured as refused:  # certainly not accepted: another token may be
                if not spare or refused.code not in UNAUTHORISED:
                    raise
                self._pass_over(token)
            except SendFault:
                raise
            except Exception as odd:  # an answer that is not Twilio's JSON: the SDK has no one way to say so
                raise Unknown("delivery_unsure", "unreadable") from odd
        raise AssertionError("there is always a last token")

    def _pass_over(self, token: str) -> None:
        """Another token is tried first from now on."""
        with self._lock:
            if self._tokens[0] == token:
                self._tokens = [*self._tokens[1:], token]
                self._client = None

    def _sdk(self) -> "tuple[Client, str]":
        with self._lock:
            token = self._tokens[0]
            if self._client is None:
                from twilio.rest import Client

                self._client = Client(
                    self._account_sid, token, http_client=self._wire.as_twilio(), region=None, edge=None
                )
            return self._client, token


class Wire:
    """HTTP with our time limits: a failure before the request was written is Busy, after it Unknown."""

    def __init__(self, api_url: str, connect_seconds: float, read_seconds: float, connections: int) -> None:
        self._api_url = api_url.rstrip("/")
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would print addresses, and with them numbers
        self._http = httpx2.Client(
            timeout=httpx2.Timeout(read_seconds, connect=connect_seconds),
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            follow_redirects=False,
            verify=trusted(),
        )

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, url: str, given: dict[str, Any]) -> tuple[int, str, dict[str, str]]:
        """(status, text, headers) of an answer below 300; raises the SendFault of any other."""
        if not url.startswith(TWILIO + "/"):
            raise ValueError("only Twilio's messaging API is called here")
        url = self._api_url + url.removeprefix(TWILIO)
        try:
            answer = self._http.request(
                method, url, params=given["params"] or None, data=given["data"], headers=given["headers"],
                auth=given["auth"],
            )  # fmt: skip
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol) as away:
            raise Busy("delivery_busy", type(away).__name__) from away
        except httpx2.HTTPError as cut:
            raise Unknown("delivery_unsure", type(cut).__name__) from cut
        if answer.status_code >= 300:
            raise fault(answer.status_code, _code(answer.text), _retry_after(answer.headers))
        return answer.status_code, answer.text, dict(answer.headers)

    def as_twilio(self) -> Any:
        """Itself in the shape that twilio's SDK calls; without the SDK's logging, which prints numbers."""
        from twilio.http import HttpClient
        from twilio.http.response import Response

        wire = self

        class Http(HttpClient):  # type: ignore[misc]
            def __init__(self) -> None:
                self.is_async = False

            def request(self, method: str, uri: str, **given: Any) -> Any:
                return Response(*wire.request(method, uri, given))

        return Http()


def _newer(listed: Iterable[Any], since: datetime) -> list[Any]:
    """The beginning of a list, newest first: DateSent filters by its day, and a whole day is much to read each time."""
    found, older = list[Any](), 0
    for message in listed:
        found.append(message)
        at = _when(message)
        older = older + 1 if isinstance(at, datetime) and at < since else 0
        if older >= OLDER:
            break
    return found


def _when(message: Any) -> Any:
    return message.date_sent or message.date_created


def _count(number: Any) -> int:
    text = str(number or 0)
    return int(text) if text.isascii() and text.isdigit() else 0


def _code(text: str) -> int | str | None:
    """Twilio's own code in an error answer."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    code = found.get("code") if isinstance(found, dict) else None
    return code if isinstance(code, int | str) else None


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds to wait, from either form of Retry-After; None when absent or unreadable."""
    after = headers.get("retry-after", "").strip()
    if after.isascii() and after.isdigit():
        return float(after)
    try:
        wait = parsedate_to_datetime(after) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
