"""A FHIR server that does what a test tells it: in memory, on loopback, with every fault that a real one may have."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fhir.server_process import TOKEN

JSON = "application/fhir+json"


@dataclass
class Fault:
    """`after`: only once what was asked is done; `status` 0: the connection ends without an answer."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    writes: bool = True  # asks only of POST and PUT that change something


@dataclass
class Fake:
    """`asked`: every request line with its headers."""

    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: deque[Fault | None] = field(default_factory=deque)  # None: this one goes well
    dies: Callable[[str, str], Any] | None = None  # told of each request that was done
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    version: str = "4.0.1"
    url: str = ""
    count: int = 0
    tokens: set[str] = field(default_factory=lambda: {TOKEN})  # that are let in
    sign_in: Callable[[str, str, str], tuple[int, Any] | None] | None = None  # asked first, with method, path and body

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [r for r in self.held.values() if r["resourceType"] == kind]

    def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        kept = {**resource, "id": resource.get("id") or f"r{self.count}"}
        kept["meta"] = {**(resource.get("meta") or {}), "versionId": str(self.count)}
        self.held[f"{kept['resourceType']}/{kept['id']}"] = kept
        return kept

    def find(self, kind: str, by: dict[str, str]) -> list[dict[str, Any]]:
        return [r for r in self.of(kind) if all(_fits(r, n, v) for n, v in by.items() if n != "_count")]

    def answer(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, Any]:
        parts = urlsplit(path).path.strip("/").split("/")
        if self.sign_in is not None and (told := self.sign_in(method, path, body)) is not None:
            return told
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, {"resourceType": "OperationOutcome"}
        if parts == ["metadata"]:
            return 200, {"resourceType": "CapabilityStatement", "fhirVersion": self.version}
        if method == "POST" and parts[1:] == ["_search"]:
            found = self.find(parts[0], {n: v[0] for n, v in parse_qs(body).items()})
            return 200, {"resourceType": "Bundle", "entry": [{"resource": r} for r in found]}
        if method == "POST":
            unless = {n: v[0] for n, v in parse_qs(headers.get("if-none-exist", "")).items()}
            found = self.find(parts[0], unless) if unless else []
            return (200, found[0]) if found else (201, self.put(json.loads(body)))
        held = self.held.get("/".join(parts))
        if held is None:
            return 404, {"resourceType": "OperationOutcome"}
        if headers.get("if-match") != f'W/"{held["meta"]["versionId"]}"':
            return 412, {"resourceType": "OperationOutcome"}
        return 200, self.put(json.loads(body))


def _fits(resource: dict[str, Any], name: str, value: str) -> bool:
    if name == "identifier":
        held = resource.get("identifier") or []
        held = held if isinstance(held, list) else [held]
        return any(f"{i.get('system')}|{i.get('value')}" == value for i in held)
    if name == "patient":
        return any((resource.get(n) or {}).get("reference") == value for n in ("patient", "subject", "beneficiary"))
    if name == "target":
        return {"reference": value} in (resource.get("target") or [])
    return bool(resource.get({"_id": "id", "birthdate": "birthDate"}.get(name, name)) == value)


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Nothing on standard error."""

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            headers = {n.lower(): unquote(v) for n, v in self.headers.items()}
            fake.asked.append((self.command, self.path, headers))
            changes = self.command in ("POST", "PUT") and not self.path.endswith("/_search")
            fault = None
            if fake.faults and (changes or (fake.faults[0] and not fake.faults[0].writes)):
                fault = fake.faults.popleft()
            done = fake.answer(self.command, self.path, body, headers) if fault is None or fault.after else (0, None)
            if fake.dies is not None:
                fake.dies(self.command, self.path)
            if fault is None:
                self._send(*done, {})
            elif fault.status:
                self._send(fault.status, fault.body, fault.headers)
            else:
                self.close_connection = True

        do_GET = do_POST = do_PUT = _do  # noqa: N815

        def _send(self, status: int, value: Any, headers: dict[str, str]) -> None:
            content = value.encode() if isinstance(value, str) else json.dumps(value or {}).encode()
            self.send_response(status)
            for name, text in ({"Content-Type": JSON, "Content-Length": str(len(content))} | headers).items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

    return Handler


@contextmanager
def fake_server() -> Iterator[Fake]:
    fake = Fake()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake)) as server:
        server.daemon_threads = True
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
