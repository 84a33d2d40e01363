"""The clinic's record over HTTP: FHIR R4 at the one address that the settings name, and nowhere else."""

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote, urlencode

import httpx2

from agent.adapters.trusted import trusted
from agent.model.wording import N_
from agent.ports.chart import ChartAway, ChartChanged, ChartRefuses, ChartUnsure

CONNECT_SECONDS, SECONDS = 5.0, 20.0
MOST_BYTES = 8 * 1024 * 1024  # of one answer
MOST_PAGES = 20
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_KIND = re.compile(r"[A-Z][A-Za-z]{2,40}")
_JSON = "application/fhir+json"
AWAY = N_("The record system does not answer. It is tried again by itself.")
BUSY = N_("The record system is busy (%(status)s). It is tried again by itself.")
UNSURE = N_("It is not known whether the record system took it: it is looked for before anything is sent again.")
SHUT = N_(
    "The record system does not let the desk in (%(status)s): FRONTDESK_FHIR_TOKEN is missing, wrong or has run out, "
    "or the desk's key may not do this there."
)
ELSEWHERE = N_(
    "The record system sends the desk to another address (%(status)s), and it does not go: mend FRONTDESK_FHIR_URL."
)
NOTHING = N_(
    "There is no FHIR server at FRONTDESK_FHIR_URL (%(status)s): it is the address that stands before /Patient."
)
NOT_R4 = N_("The record system speaks FHIR %(version)s; the desk writes R4 (4.0) alone.")
CHANGED = N_("The record has changed since you looked (%(status)s): look again.")
REFUSED = N_("The record system does not accept it (%(status)s): %(said)s")
TOO_MUCH = N_("The record system answers with more than the desk reads.")
NO_VERSION = N_("The record system names no version of this entry, so that it cannot be changed safely.")


class FhirChart:
    """See `agent.ports.chart.Chart`. No redirect is followed; a link to a next page only beneath the address."""

    def __init__(self, url: str, token: str | httpx2.Auth, *, seconds: float = SECONDS) -> None:
        """`token`: a fixed one, or what puts a living one on each request."""
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would print addresses
        self._url, self._token, self._seconds = url.rstrip("/"), token, seconds

    @property
    def server(self) -> str:
        return self._url

    @contextmanager
    def opened(self) -> Iterator["Opened"]:
        auth = self._token if isinstance(self._token, httpx2.Auth) else None
        fixed = self._token if isinstance(self._token, str) else ""
        headers = {"Accept": _JSON} | ({"Authorization": f"Bearer {fixed}"} if fixed else {})
        timeout = httpx2.Timeout(self._seconds, connect=min(CONNECT_SECONDS, self._seconds))
        with httpx2.Client(
            headers=headers, auth=auth, timeout=timeout, follow_redirects=False, verify=trusted()
        ) as http:  # fmt: skip
            yield Opened(http, self._url, self._seconds).checked()


class Opened:
    """See `agent.ports.chart.OpenChart`."""

    def __init__(self, http: httpx2.Client, url: str, seconds: float) -> None:
        self._http, self._url, self._seconds = http, url, seconds

    def checked(self) -> Self:
        """Raises ChartFault unless a FHIR R4 server answers here."""
        status, found, _ = self._ask("GET", f"{self._url}/metadata")
        if found.get("resourceType") != "CapabilityStatement":
            raise ChartRefuses(NOTHING, status=status)
        version = str(found.get("fhirVersion") or "?")[:20]
        if not version.startswith("4.0."):
            raise ChartRefuses(NOT_R4, version=version)
        return self

    def search(self, kind: str, by: Mapping[str, str]) -> list[dict[str, Any]]:
        given = urlencode({**by, "_count": "100"}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Prefer": "handling=strict"}
        _, page, _ = self._ask("POST", f"{self._url}/{_kind(kind)}/_search", given, headers)
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            for entry in page.get("entry") or []:
                resource = entry.get("resource") if isinstance(entry, dict) else None
                if isinstance(resource, dict) and resource.get("resourceType") == kind and _has_id(resource):
                    found.append(resource)
            onward = next((link.get("url") for link in page.get("link") or [] if link.get("relation") == "next"), None)
            if onward is None:
                return found
            if not str(onward).startswith((f"{self._url}/", f"{self._url}?")):
                raise ChartRefuses(ELSEWHERE, status="next")
            _, page, _ = self._ask("GET", str(onward))
        raise ChartRefuses(TOO_MUCH)

    def create(self, resource: Mapping[str, Any], unless: str) -> dict[str, Any]:
        headers = {"If-None-Exist": quote(unless, safe="=&|:/.-_")} if unless else {}
        return self._write("POST", f"{self._url}/{_kind(str(resource['resourceType']))}", resource, headers)

    def update(self, resource: Mapping[str, Any], seen: str) -> dict[str, Any]:
        if not seen:
            raise ChartRefuses(NO_VERSION)
        place = f"{self._url}/{_kind(str(resource['resourceType']))}/{_id(str(resource['id']))}"
        return self._write("PUT", place, resource, {"If-Match": f'W/"{seen}"'})

    def _write(self, method: str, url: str, resource: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        body = json.dumps(resource, ensure_ascii=False).encode("utf-8", "replace")
        more = {"Content-Type": _JSON, "Prefer": "return=representation", **headers}
        _, found, answer = self._ask(method, url, body, more, writes=True)
        if found.get("resourceType") == resource["resourceType"] and _has_id(found):
            return found
        place = re.search(rf"{resource['resourceType']}/({_ID.pattern})", answer.get("location", ""))
        if place is None:
            raise ChartUnsure(UNSURE)
        return {**resource, "id": place[1]}

    def _ask(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None,
        *, writes: bool = False,
    ) -> tuple[int, dict[str, Any], httpx2.Headers]:  # fmt: skip
        """A JSON object, or the fault that its status means."""
        until = time.monotonic() + self._seconds
        try:
            with self._http.stream(method, url, content=body, headers=dict(headers or {})) as answer:
                content = bytearray()
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > MOST_BYTES:
                        raise ChartRefuses(TOO_MUCH)
                    if time.monotonic() > until:
                        raise httpx2.ReadTimeout("too slow")
                status, told = answer.status_code, answer.headers
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol):
            raise ChartAway(AWAY) from None
        except httpx2.HTTPError:
            raise (ChartUnsure(UNSURE) if writes else ChartAway(AWAY)) from None
        found = _object(bytes(content))
        if status >= 300:
            _raise(status, found, writes)
        return status, found, told


def _raise(status: int, found: Mapping[str, Any], writes: bool) -> None:
    if status < 400:
        raise ChartRefuses(ELSEWHERE, status=status)
    if status in (401, 403):
        raise ChartRefuses(SHUT, status=status)
    if status in (429, 503):
        raise ChartAway(BUSY, status=status)
    if status >= 500 or status == 408:
        raise ChartUnsure(UNSURE) if writes else ChartAway(BUSY, status=status)
    if status in (409, 412):
        raise ChartChanged(CHANGED, status=status)
    if found.get("resourceType") != "OperationOutcome":
        raise ChartRefuses(NOTHING, status=status)
    raise ChartRefuses(REFUSED, status=status, said=_said(found))


def _said(outcome: Mapping[str, Any]) -> str:
    """What an OperationOutcome says, shortly."""
    words = []
    for issue in outcome.get("issue") or []:
        if isinstance(issue, dict):
            details = issue.get("details")
            text = details.get("text") if isinstance(details, dict) else ""
            where = ", ".join(map(str, issue.get("expression") or []))
            words.append(" ".join(filter(None, [str(text or issue.get("diagnostics") or issue.get("code")), where])))
    return "; ".join(words)[:300] or "?"


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _has_id(resource: Mapping[str, Any]) -> bool:
    return bool(_ID.fullmatch(str(resource.get("id") or "")))


def _id(id: str) -> str:
    if not _ID.fullmatch(id):
        raise ChartRefuses(NOTHING, status=id[:20])
    return id


def _kind(kind: str) -> str:
    if not _KIND.fullmatch(kind):
        raise ValueError("not a kind of resource")
    return kind
