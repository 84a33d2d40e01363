"""Whether a webhook really comes from Twilio, judged on the raw body; decoding it is for the channel adapters."""

import hashlib
import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER
from twilio.request_validator import RequestValidator as Validator

from agent.model.fault import Forged, Unreadable
from agent.ports import Clock, Hook

MAX_BODY = 256 * 1024  # bytes; Twilio's own webhooks stay far below
MAX_FIELDS = 400
MAX_SIGNATURE = 200  # characters; base64 of SHA-256 has 44
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")


@dataclass(frozen=True)
class Trust:
    """What makes a webhook ours: our account, its tokens, our public address.

    While a token is rotated there are several, the one to keep first; the others count until `old_until`, where set.
    """

    account_sid: str
    tokens: tuple[str, ...]
    public_url: str
    trusted_proxies: tuple[str, ...] = ()
    shared_keys: Mapping[str, str] = field(default_factory=dict)
    old_until: datetime | None = None
    clock: Clock = lambda: datetime.now(UTC)

    @classmethod
    def of(
        cls,
        account_sid: str,
        tokens: str,
        public_url: str,
        trusted_proxies: str = "",
        shared_keys: Mapping[str, str] | None = None,
        *,
        old_until: datetime | None = None,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> "Trust":
        """From the comma-separated lists of the settings."""
        proxies, keys = _listed(trusted_proxies), dict(shared_keys or {})
        return cls(account_sid, _listed(tokens), public_url, proxies, keys, old_until, clock)

    def covers(self, hook: Hook) -> bool:
        """True only for a correctly signed request to our address."""
        return verified(hook, self.tokens_now, self.public_url, self.trusted_proxies, self.shared_keys)

    @property
    def tokens_now(self) -> tuple[str, ...]:
        over = self.old_until is not None and self.clock() >= self.old_until
        return self.tokens[:1] if over else self.tokens


def may_be_signed(headers: Mapping[str, str]) -> bool:
    """Whether it is worth reading the body: there is one signature, of a length that a signature has."""
    return 0 < len(headers.get(SIGNATURE_HEADER.lower(), "")) <= MAX_SIGNATURE


class Fields:
    """Decoded form pairs, blank and repeated ones kept, as twilio's validator reads them."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def getall(self, key: str) -> list[str]:
        return [value for name, value in self.pairs if name == key]


def fields(hook: Hook) -> Fields:
    """The form of a hook, nothing trimmed; empty for any other content type. Raises ValueError when undecodable.

    Stricter than HTML: every pair has its "=" and a plain name. Twilio signs names and values without a mark between
    them, so that "ToCountry=US" and "ToCountryUS" would carry the same signature.
    """
    kind = hook.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return Fields(())
    body = hook.body.decode("ascii")
    pairs = parse_qsl(
        body, keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=MAX_FIELDS
    )
    if not all(_NAME.fullmatch(name) for name, _ in pairs):
        raise ValueError("not a parameter name")
    return Fields(pairs)


def opened(hook: Hook, trust: Trust) -> dict[str, str]:
    """The decoded form of a hook that is certainly Twilio's and for our account. Raises Forged or Unreadable."""
    if not trust.covers(hook):
        raise Forged("signature")
    form = fields(hook)
    found = dict(form.pairs)
    if found.get("AccountSid") != trust.account_sid:
        raise Forged("another account")
    if any(found[key] != value for key, value in form.pairs):
        raise Unreadable("a parameter came twice with different values")
    return found


def verified(
    hook: Hook,
    tokens: Sequence[str],
    public_url: str,
    trusted_proxies: Collection[str],
    shared_keys: Mapping[str, str] = {},
) -> bool:
    """True only when the signature is right for one of our secrets and one of our own addresses; never raises.

    `public_url` is how the world reaches us (scheme, host, perhaps a path that a proxy strips). Forwarded headers
    count only when the direct peer is one of `trusted_proxies` (addresses or networks). `shared_keys` maps the key
    ids of X-Twilio-Webhooks-Signature-Settings to their secrets, for HMAC-SHA256.
    """
    try:
        return _verified(hook, tokens, public_url, trusted_proxies, shared_keys) is True
    except Exception:  # twilio's validator raises on five kinds of odd input: odd is forged
        return False


def _verified(
    hook: Hook, tokens: Sequence[str], public_url: str, proxies: Collection[str], shared_keys: Mapping[str, str]
) -> bool:
    signature = hook.headers.get(SIGNATURE_HEADER.lower(), "")
    if not may_be_signed(hook.headers) or len(hook.body) > MAX_BODY:
        return False
    form = fields(hook)
    if hook.body and not form and not _hashed(hook):
        return False
    secrets, algorithm = _secrets(hook, tokens, shared_keys)
    for url in _urls(hook, public_url, proxies):
        if "bodySHA256" in urlsplit(url).query and not _hashed(hook):
            return False
        for secret in secrets:
            if Validator(secret).validate(url, form, signature, algorithm) is True:
                return True
    return False


def _hashed(hook: Hook) -> bool:
    """Whether the query carries the hash of exactly this body (Twilio signs JSON so)."""
    claimed = parse_qs(urlsplit(hook.url).query).get("bodySHA256", [])
    return claimed == [hashlib.sha256(hook.body).hexdigest()]


def _secrets(hook: Hook, tokens: Sequence[str], shared_keys: Mapping[str, str]) -> tuple[list[str], str]:
    """The secrets to try and their algorithm. A header may name a key of ours; it never weakens the algorithm."""
    settings = hook.headers.get(SIGNATURE_SETTINGS_HEADER.lower())
    if settings is None:
        return [token for token in tokens if token.strip()], HMAC_SHA1
    said = [part.partition("=")[::2] for part in settings.replace(" ", "").split(",")]
    ids = [value for name, value in said if name == "key"]
    algorithms = [value.upper() for name, value in said if name == "algorithm"]
    secret = shared_keys.get(ids[0], "") if len(ids) == 1 else ""
    return ([secret] if secret and algorithms == [HMAC_SHA256] else []), HMAC_SHA256


def _urls(hook: Hook, public_url: str, proxies: Collection[str]) -> list[str]:
    """The addresses that Twilio may have signed: our configured one first."""
    urlsplit(hook.url)  # raises on a broken one
    scheme, _, rest = hook.url.partition("://")
    netloc, _, path = rest.partition("/")
    bases = [public_url or f"{scheme}://{netloc}"]
    if _trusted(hook.peer, proxies):
        bases += _forwarded(hook)
    urls: list[str] = []
    for base in bases:
        ours = urlsplit(base)
        for prefix in dict.fromkeys(("", ours.path.rstrip("/"))):  # the proxy kept our path, or stripped it
            url = f"{ours.scheme}://{ours.netloc}{prefix}/{path}"
            if "#" not in url and urlsplit(url).geturl() == url:  # twilio's validator would normalise another
                urls.append(url)
    return urls


def _trusted(peer: str, proxies: Collection[str]) -> bool:
    if not peer or not proxies:
        return False
    address = ipaddress.ip_address(peer)
    return any(address in ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def _forwarded(hook: Hook) -> list[str]:
    """Scheme and host as the outermost proxy saw them (the first of each comma list), or nothing."""
    scheme, host, port = (
        hook.headers.get(f"x-forwarded-{name}", "").partition(",")[0].strip() for name in ("proto", "host", "port")
    )
    if scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return []
    if port.isdigit() and ":" not in host and port != {"http": "80", "https": "443"}[scheme]:
        host = f"{host}:{port}"
    return [f"{scheme}://{host}"]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
