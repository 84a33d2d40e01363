"""OpenID Connect, the relying party's side: discovery, the authorization code with PKCE, and the ID token verified.

No route and no session lives here. Everything that a provider can do wrong is a `NotIdentified` with one line for the
person and nothing of the provider's in it.
"""

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import jwt

from agent.adapters.trusted import trusted
from agent.model.wording import N_, Sayable
from agent.settings import Settings, is_loopback

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_SKEW = 90  # seconds by which the provider's clock may differ from ours
_FRESH = 3600.0  # seconds for which its addresses and keys are kept
_KEYS_AGAIN = 30.0  # seconds between two looks for a key that is not known
_PATIENCE = 8.0  # seconds for each request
_MOST_BYTES = 256 * 1024


class NotIdentified(Sayable):
    """The provider did not tell us who this is; its words are for the person."""


UNREACHABLE = N_("the sign-in service does not answer; try again in a moment")
WRONG = N_("the sign-in service gave an answer that cannot be trusted; tell whoever runs this desk")
STALE = N_("this sign-in took too long or was used already; begin again")


@dataclass(frozen=True)
class Pending:
    """What we must find again when the person comes back: kept sealed in their browser, for one sign-in."""

    state: str
    nonce: str
    verifier: str
    onward: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says this is. `subject` holds issuer and sub; `email` is empty unless it is verified."""

    subject: str
    email: str


class Provider:
    """One issuer. Safe from several threads; nothing is asked of it before somebody signs in."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self.back = f"{settings.public_url.rstrip('/')}/console/oidc/back"
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None

    def begin(self, onward: str) -> tuple[str, Pending]:
        """(the provider's address to go to, what to keep). Raises NotIdentified."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        pending = Pending(state, nonce, verifier, onward)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self._client_id, "redirect_uri": self.back,
            "scope": "openid email", "state": pending.state, "nonce": pending.nonce,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        address = self._address("authorization_endpoint")
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}", pending

    def finish(self, code: str, pending: Pending) -> Identity:
        """Exchanges the code and verifies what comes for it. Raises NotIdentified."""
        given = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.back,
            "code_verifier": pending.verifier,
        }  # fmt: skip
        if not self._secret:
            given["client_id"] = self._client_id
        auth = (self._client_id, self._secret) if self._secret else None
        answer = _fetch("POST", self._address("token_endpoint"), data=given, auth=auth)
        if not isinstance(answer.get("id_token"), str):
            raise NotIdentified(STALE)
        claims = self._verified(answer["id_token"], pending.nonce)
        email, sure = claims.get("email"), claims.get("email_verified")
        token = answer.get("access_token")
        if email is None and isinstance(token, str) and "userinfo_endpoint" in self._discovered():
            told = _fetch("GET", self._address("userinfo_endpoint"), headers={"Authorization": f"Bearer {token}"})
            if told.get("sub") != claims["sub"]:
                raise NotIdentified(WRONG)
            email, sure = told.get("email"), told.get("email_verified")
        trusted = sure is True or sure == "true"
        return Identity(f"{self.issuer}|{claims['sub']}", str(email).strip().lower() if email and trusted else "")

    def farewell(self, back: str) -> str | None:
        """Where to sign out of the provider as well; None where it has no such place or does not answer."""
        try:
            found = self._discovered().get("end_session_endpoint")
            if not isinstance(found, str) or not _is_safe(found):
                return None
        except NotIdentified:
            return None
        return f"{found}?{urlencode({'client_id': self._client_id, 'post_logout_redirect_uri': back})}"

    def _verified(self, token: str, nonce: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in _ALGORITHMS:
                raise NotIdentified(WRONG)
            claims: dict[str, Any] = jwt.decode(
                token, self._key(header.get("kid")), algorithms=[header["alg"]], audience=self._client_id,
                issuer=self.issuer, leeway=_SKEW, options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )  # fmt: skip
        except jwt.PyJWTError:
            raise NotIdentified(WRONG) from None
        many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (many or "azp" in claims) and claims.get("azp") != self._client_id:
            raise NotIdentified(WRONG)
        if not secrets.compare_digest(str(claims["nonce"]), nonce) or not str(claims["sub"]):
            raise NotIdentified(WRONG)
        return claims

    def _key(self, kid: str | None) -> jwt.PyJWK:
        """The provider's key of that name, asked for again where it is new. Raises PyJWTError, NotIdentified."""
        for again in (False, True):
            keys = [k for k in self._jwks(again=again).keys if k.public_key_use in (None, "sig")]
            found = [k for k in keys if kid is None or k.key_id == kid]
            if len(found) == 1:
                return found[0]
        raise NotIdentified(WRONG)

    def _jwks(self, *, again: bool) -> jwt.PyJWKSet:
        with self._lock:
            now = time.monotonic()
            age = now - self._keys[0] if self._keys else _FRESH
            if self._keys is None or age >= _FRESH or (again and age >= _KEYS_AGAIN):
                self._keys = (now, jwt.PyJWKSet.from_dict(_fetch("GET", self._address("jwks_uri"))))
            return self._keys[1]

    def _discovered(self) -> dict[str, Any]:
        known = self._known
        if known is None or time.monotonic() - known[0] >= _FRESH:
            found = _fetch("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise NotIdentified(WRONG)
            known = self._known = (time.monotonic(), found)
        return known[1]

    def _address(self, name: str) -> str:
        found = self._discovered().get(name)
        if not isinstance(found, str) or not _is_safe(found):
            raise NotIdentified(WRONG)
        return found


def _is_safe(address: str) -> bool:
    """Encrypted, or this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _fetch(method: str, url: str, **more: Any) -> dict[str, Any]:
    """A JSON object; a refusal of the token endpoint is one too. Raises NotIdentified."""
    try:
        with httpx2.Client(timeout=_PATIENCE, follow_redirects=False, trust_env=True, verify=trusted()) as http:
            answer = http.request(method, url, **{"headers": {"Accept": "application/json"}, **more})
        if answer.status_code >= 500 or len(answer.content) > _MOST_BYTES:
            raise NotIdentified(UNREACHABLE)
        found = answer.json()
    except httpx2.HTTPError:
        raise NotIdentified(UNREACHABLE) from None
    except ValueError:
        raise NotIdentified(WRONG) from None
    if not isinstance(found, dict):
        raise NotIdentified(WRONG)
    return found


__all__ = ["STALE", "Identity", "NotIdentified", "Pending", "Provider"]
