"""SMART Backend Services: a token for the record, asked for with a signed assertion and renewed by itself.

Client credentials with `private_key_jwt` as SMART App Launch 2 has it: the desk's key never leaves this process, and
each assertion is good for one token request at one address."""

import json
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from agent.adapters.trusted import trusted
from agent.model.wording import N_
from agent.ports.chart import ChartAway, ChartRefuses

ASSERTION_SECONDS = 240  # the profile allows five minutes
EARLY_SECONDS = 60.0  # a token is renewed so long before it ends, or at half its life where it is short
FRESH_SECONDS = 3600.0  # for which the token's address is kept
MOST_BYTES = 256 * 1024
_READ_AND_WRITTEN = (
    "Patient", "DocumentReference", "Composition", "Device", "Provenance", "QuestionnaireResponse",
    "AllergyIntolerance", "Condition", "MedicationStatement", "Coverage",
)  # fmt: skip
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ERROR = re.compile(r"[a-z_]{1,40}")
NO_SMART = N_(
    "The record system names no address where the desk gets its token (%(status)s): it is looked for beneath "
    "FRONTDESK_FHIR_URL, at /.well-known/smart-configuration."
)
NO_TOKEN = N_(
    "The record system gives the desk no token (%(status)s, %(said)s): FRONTDESK_FHIR_CLIENT, the public part of "
    "FRONTDESK_FHIR_KEY or the scopes are not registered there."
)
AWAY = N_("The record system's sign-in does not answer. It is tried again by itself.")
BUSY = N_("The record system's sign-in is busy (%(status)s). It is tried again by itself.")


class Key:
    """The desk's private key, a JWK as JSON. Raises ValueError in one line for what is no RSA or P-384 key."""

    def __init__(self, jwk: str) -> None:
        try:
            held = json.loads(jwk)
            key = jwt.PyJWK(held, algorithm="RS384" if held["kty"] == "RSA" else "ES384").key
        except (ValueError, TypeError, KeyError, jwt.PyJWTError):
            raise ValueError("a private key as one JWK is needed; `frontdesk fhir-key` makes one") from None
        right = isinstance(key, RSAPrivateKey) and key.key_size >= 2048
        right = right or (isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP384R1))
        if not right:
            raise ValueError("a private RSA key of 2048 bits or more, or one of P-384, is needed")
        self.algorithm = "RS384" if isinstance(key, RSAPrivateKey) else "ES384"
        self.id = str(held.get("kid") or "")
        if not self.id:
            raise ValueError("the key has no kid, by which the record system finds its public part")
        self._key, self._held = key, held

    def assertion(self, client: str, audience: str, now: float) -> str:
        """Who we are, signed for one request at `audience`."""
        claims = {"iss": client, "sub": client, "aud": audience, "jti": str(uuid4()), "iat": int(now),
                  "exp": int(now) + ASSERTION_SECONDS}  # fmt: skip
        return jwt.encode(claims, self._key, algorithm=self.algorithm, headers={"kid": self.id})

    def public(self) -> dict[str, Any]:
        """The JWK Set to be registered at the record system."""
        shown = {n: self._held[n] for n in ("kty", "crv", "x", "y", "n", "e") if n in self._held}
        return {"keys": [{**shown, "kid": self.id, "alg": self.algorithm, "use": "sig", "key_ops": ["verify"]}]}


def new_key() -> str:
    """A fresh private key of P-384 as a JWK."""
    made = jwt.algorithms.ECAlgorithm.to_jwk(generate_private_key(SECP384R1()), as_dict=True)
    return json.dumps({**made, "kid": str(uuid4()), "alg": "ES384"})


class SmartAuth(httpx2.Auth):
    """Puts a living token on each request; one that is refused is renewed once. Safe from several threads."""

    def __init__(
        self, url: str, client: str, key: Key, scope: str = "", *, seconds: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._url, self._client, self._key, self._scope, self._seconds = url.rstrip("/"), client, key, scope, seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0
        self._found: tuple[float, str, str] | None = None  # until when, the token's address, our scopes

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        token = self._living("")
        request.headers["Authorization"] = f"Bearer {token}"
        answer = yield request
        if answer.status_code == 401:  # it was not carried out: nothing happens twice
            request.headers["Authorization"] = f"Bearer {self._living(token)}"
            yield request

    def _living(self, refused: str) -> str:
        """Raises ChartAway, ChartRefuses."""
        with self._lock:
            if not self._token or self._token == refused or self._clock() >= self._until:
                self._token, self._until = "", 0.0
                self._token, self._until = self._asked()
            return self._token

    def _asked(self) -> tuple[str, float]:
        address, scope = self._place()
        given = {
            "grant_type": "client_credentials", "scope": scope, "client_assertion_type": _JWT_BEARER,
            "client_assertion": self._key.assertion(self._client, address, time.time()),
        }  # fmt: skip
        start = self._clock()
        status, told = self._fetch("POST", address, given)
        token, life = told.get("access_token"), told.get("expires_in")
        if status >= 300 or not _is_token(token) or str(told.get("token_type", "")).lower() != "bearer":
            said = str(told.get("error") or "?")
            raise ChartRefuses(NO_TOKEN, status=status, said=said if _ERROR.fullmatch(said) else "?")
        lasts = float(life) if isinstance(life, int | float) and not isinstance(life, bool) and life > 0 else 60.0
        return str(token), start + max(lasts - EARLY_SECONDS, lasts / 2)

    def _place(self) -> tuple[str, str]:
        """The token's address and the scopes to ask for, as the record says."""
        if self._found is None or self._clock() >= self._found[0]:
            status, told = self._fetch("GET", f"{self._url}/.well-known/smart-configuration")
            address = told.get("token_endpoint")
            if status >= 300 or not isinstance(address, str) or not _is_safe(address):
                raise ChartRefuses(NO_SMART, status=status)
            known = told.get("capabilities")
            newer = isinstance(known, list) and "permission-v2" in known
            self._found = (self._clock() + FRESH_SECONDS, address, self._scope or scopes(newer=newer))
        return self._found[1:]

    def _fetch(self, method: str, url: str, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        until, content = time.monotonic() + self._seconds, bytearray()
        try:
            with (
                httpx2.Client(timeout=self._seconds, follow_redirects=False, verify=trusted()) as http,
                http.stream(method, url, data=form, headers={"Accept": "application/json"}) as answer,
            ):
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > MOST_BYTES or time.monotonic() > until:
                        raise ChartAway(AWAY)
                status = answer.status_code
        except httpx2.HTTPError:
            raise ChartAway(AWAY) from None
        if status >= 500 or status in (408, 429):
            raise ChartAway(BUSY, status=status)
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            told = {}
        return status, told if isinstance(told, dict) else {}


def scopes(*, newer: bool) -> str:
    """What the desk reads and writes, as SMART 2 or SMART 1 names it."""
    ways = ("crus",) if newer else ("read", "write")
    return " ".join(f"system/{kind}.{way}" for kind in _READ_AND_WRITTEN for way in ways)


def _is_token(token: object) -> bool:
    return isinstance(token, str) and 0 < len(token) < 16_000 and token.isascii() and token.isprintable()


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    if parts.username or parts.password or parts.fragment or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))
