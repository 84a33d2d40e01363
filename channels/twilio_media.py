"""Fetches the pictures of a message from Twilio and from nowhere else; who may see them is decided elsewhere.

Every connection goes to a listed host by https, at a public address that was looked up once and is the one connected
to, so that neither an address in a message, nor a redirect, nor a changing name leads inside.
"""

import re
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore2

from agent.model.fault import Busy, Refused
from agent.ports.pictures import Picture

API = "api.twilio.com"
HOSTS = frozenset({API, "media.twiliocdn.com", "mms.twiliocdn.com"})  # the API redirects to its store
MAX_BYTES = 5 * 1024 * 1024  # as much as Twilio takes
SECONDS = 10.0  # for everything
HOPS = 3
_PATH = r"/2010-04-01/Accounts/{account}/Messages/(SM|MM)[0-9A-Za-z]{{32}}/Media/ME[0-9A-Za-z]{{32}}"
_BEGINS = {  # type -> how such a file begins
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "application/pdf": re.compile(rb"%PDF-"),
}
_NAT64 = IPv6Network("64:ff9b::/96")
Resolve = Callable[[str], list[str]]


class TwilioMedia:
    """Implements `agent.ports.pictures.Pictures` for one account."""

    def __init__(
        self, account_sid: str, auth_token: str, *, resolve: Resolve | None = None,
        backend: httpcore2.NetworkBackend | None = None, trust: ssl.SSLContext | None = None, seconds: float = SECONDS,
    ) -> None:  # fmt: skip
        self._path = re.compile(_PATH.format(account=re.escape(account_sid)))
        self._proof = b"Basic " + b64encode(f"{account_sid}:{auth_token}".encode())
        self._net = Pinned(resolve or addresses, backend or httpcore2.SyncBackend())
        self._trust, self._seconds = trust, seconds

    def fetch(self, url: str) -> Picture:
        """One picture of this account. Raises Refused or Busy; nothing is connected to for an address not taken."""
        if _host(url) != API or not self._path.fullmatch(urlsplit(url).path) or urlsplit(url).query:
            raise Refused("this is not the address of a picture")
        until = time.monotonic() + self._seconds
        context = self._trust or ssl.create_default_context()
        with httpcore2.ConnectionPool(context, network_backend=self._net, max_connections=1) as pool:
            for _ in range(HOPS):
                try:
                    found = self._ask(pool, url, until)
                except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, OSError) as away:
                    raise Busy(f"the picture cannot be had just now ({type(away).__name__})") from None
                if isinstance(found, Picture):
                    return found
                url = found
        raise Refused("the picture is always somewhere else")

    def _ask(self, pool: httpcore2.ConnectionPool, url: str, until: float) -> Picture | str:
        """The picture, or the listed address where it is."""
        host = _host(url)
        if host not in HOSTS:
            raise Refused("this is not an address of Twilio's")
        headers: list[tuple[bytes, bytes]] = [(b"Host", host.encode()), (b"Accept", b"image/*, application/pdf")]
        if host == API:
            headers.append((b"Authorization", self._proof))
        left = max(0.1, until - time.monotonic())
        timeout = {"connect": left, "read": left, "write": left, "pool": left}
        with pool.stream("GET", url, headers=headers, extensions={"timeout": timeout}) as answer:
            said = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
            if answer.status in (301, 302, 303, 307, 308):
                return _joined(url, said.get(b"location", ""))
            if answer.status == 404:
                raise Refused("the picture is no longer there")
            if answer.status != 200:
                raise Busy(f"the picture cannot be had just now ({answer.status})")
            kind = said.get(b"content-type", "").partition(";")[0].strip().lower()
            if kind not in _BEGINS:
                raise Refused("this kind of file is not shown")
            content = _read(answer.iter_stream(), until)
        if not _BEGINS[kind].match(content):
            raise Refused("this file is not what it says it is")
        return Picture(kind, content)


class Pinned(httpcore2.NetworkBackend):
    """Connects to the listed hosts only, each at a public address that it looked up itself."""

    def __init__(self, resolve: Resolve, real: httpcore2.NetworkBackend) -> None:
        self._resolve, self._real = resolve, real

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:  # fmt: skip
        if host not in HOSTS or port != 443:
            raise Refused("this is not an address of Twilio's")
        found = self._resolve(host)
        if not found or not all(is_public(address) for address in found):
            raise Refused("Twilio's name does not lead to Twilio")
        return self._real.connect_tcp(found[0], port, timeout, local_address, socket_options)


def addresses(host: str) -> list[str]:
    """Where the name leads now. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """No loopback, private, link-local, shared or multicast address, nor one that carries such a one inside."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if found.version == 6:
        inner = (
            found.ipv4_mapped or found.sixtofour or (IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None)
        )
        if inner is not None and not inner.is_global:
            return False
    return found.is_global and not found.is_multicast


def _host(url: str) -> str:
    """The host of a plain https address, "" for anything with more or less than that."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and parts.scheme == "https"
    return parts.netloc if plain and parts.netloc in HOSTS else ""


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Refused("this is not an address of Twilio's") from None


def _read(parts: Iterable[bytes], until: float) -> bytes:
    content = bytearray()
    for part in parts:
        content += part
        if len(content) > MAX_BYTES:
            raise Refused("the file is too large")
        if time.monotonic() > until:
            raise Busy("the picture takes too long")
    return bytes(content)
