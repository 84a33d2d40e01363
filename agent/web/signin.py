"""Sign-in to the console: sessions by an unguessable token, their time-outs, CSRF tokens and the brake on guessing."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from fastapi import Request, Response
from limits import parse as parse_limit

from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.model.patient import StaffUser
from agent.model.wording import N_, Sayable
from agent.web.bodies import TooLarge, TooSlow, body_of
from agent.web.passwords import is_password
from agent.web.second_factor import step_of

_PER_ACCOUNT = parse_limit("10/15minute")
_PER_PEER = parse_limit("100/15minute")
_PER_SESSION = parse_limit("600/minute")  # a busy page asks twice at every ring
FORM_BYTES = 64 * 1024
_SEEN_AGAIN = timedelta(seconds=30)  # a session is not written at every click


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer."""


class NotKnown(Sayable):
    """The sign-in service knows them; the desk does not. Its words are for the person."""


class Forbidden(Sayable):
    """Signed in, but this is not for their role, or the form did not come from our page."""


class TooMany(Exception):
    """Too many tries, the same for a known account and an unknown one; or too many requests of one session."""

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait  # seconds


@dataclass(frozen=True)
class Signed:
    """Who is signed in, and the token that their forms must carry."""

    user: StaffUser
    csrf: str
    key: str  # the session's own key, never the token
    glass_until: datetime | None = None  # sees every location until then, with a reason on record


class Form:
    """The fields of a body. `files`: of a form that carries files, by the name of their field; None: too large."""

    def __init__(self, pairs: list[tuple[str, str]], files: Mapping[str, bytes | None] | None = None) -> None:
        self._pairs, self.files = pairs, dict(files or {})

    def get(self, name: str, default: str = "") -> str:
        return next((v for n, v in self._pairs if n == name), default)

    def all(self, name: str) -> list[str]:
        return [v for n, v in self._pairs if n == name]

    def but(self, *names: str) -> list[tuple[str, str]]:
        """Every field with another name, in order."""
        return [pair for pair in self._pairs if pair[0] not in names]


async def form_of(request: Request, most: int = FORM_BYTES, fields: int = 200) -> Form:
    """The request's fields; Forbidden when it is larger than this form of ours can be."""
    try:
        body = await body_of(request, most)
    except TooLarge:
        raise Forbidden(
            "this form is too large: at most %(most)s kB. Go back: what you typed is still there", most=most // 1024
        ) from None
    except TooSlow:
        raise Forbidden("this form did not arrive whole") from None
    try:
        return Form(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=fields))
    except ValueError:
        raise Forbidden("this form cannot be read") from None


async def form_or_nothing(request: Request, most: int, fields: int) -> Form:
    """The same; without any field where it is too large or cannot be read, as if nothing had been typed."""
    try:
        return await form_of(request, most, fields)
    except Forbidden:
        return Form([])


class Sessions:
    """Opens, finds and closes sessions; the store knows each token by its hash only."""

    def __init__(self, desk: Desk, pace: Pace) -> None:
        self._desk, self._pace = desk, pace
        self.secure = desk.settings.public_url.startswith("https://")
        self.cookie = "__Host-frontdesk" if self.secure else "frontdesk"

    def sign_in(
        self, email: str, password: str, peer: str, former: str | None = None, *, code: str = "", about: str = ""
    ) -> str | None:
        """A fresh token, or None for a wrong password, an unknown or a disabled account, or a wrong code of the
        second factor. `about`: the browser's own words on itself. Raises TooMany."""
        email = email.strip().lower()[:254]
        if not self.passwords():
            password = ""  # nobody's
        account = hashlib.sha256(email.encode()).hexdigest()
        wait = self._pace.hit(_PER_PEER, "sign-in", peer) or self._pace.hit(_PER_ACCOUNT, "account", account)
        if wait:
            raise TooMany(wait)
        desk, now = self._desk, self._desk.clock()
        with desk.store.begin(write=False) as tx:
            user = tx.staff.by_email(email)
        usable = user is not None and not user.disabled and user.clinic == desk.clinic.id
        right = is_password(password, user.password_hash or None if user is not None and usable else None)
        step = step_of(user.totp, code, now) if user is not None and user.totp else None
        right = right and user is not None and (not user.totp or step is not None)
        token = secrets.token_urlsafe(32) if right else None
        with desk.store.begin() as tx:  # a write either way: the clock tells nothing
            if token is not None and user is not None and step is not None and not tx.staff.use_step(user.id, step):
                token = None  # this code has opened a session already
            if token is None or user is None:
                desk.record(tx, "nobody", "session:refused", user.id if user else "unknown", now)
                return None
            if former:
                tx.staff.close_session(_hash(former))
            tx.staff.open_session(_hash(token), user.id, secrets.token_urlsafe(24), now, browser_in(about))
            desk.record(tx, f"staff:{user.id}", "session:opened", user.id, now)
        self._pace.forget(_PER_ACCOUNT, "account", account)
        return token

    def passwords(self) -> bool:
        """Do passwords count? Where they are switched off they still do until an admin is linked with the sign-in
        service, so that somebody can always get in."""
        desk = self._desk
        if desk.settings.local_passwords:
            return True
        with desk.store.begin(write=False) as tx:
            staff = tx.staff.all(desk.clinic.id)
        ours = f"{desk.settings.oidc_issuer}|"
        return not any(u.role == "admin" and not u.disabled and u.oidc.startswith(ours) for u in staff)

    def count(self, peer: str) -> None:
        """One more try from there; raises TooMany."""
        wait = self._pace.hit(_PER_PEER, "sign-in", peer)
        if wait:
            raise TooMany(wait)

    def admit(self, subject: str, email: str, former: str | None = None, *, about: str = "") -> str:
        """A fresh token for the member of staff whose account this is: by subject, else, once, by verified e-mail
        address. Nobody is put on file here. Raises NotKnown."""
        desk, now, token = self._desk, self._desk.clock(), secrets.token_urlsafe(32)
        with desk.store.begin() as tx:
            user, linked = tx.staff.by_oidc(subject), True
            if user is None and email:
                user, linked = tx.staff.by_email(email), False
            why = _unknown(user, desk.clinic.id, linked=linked)
            if why or user is None:
                desk.record(tx, "nobody", "session:refused", user.id if user else "unknown", now)
            else:
                if not linked:
                    tx.staff.save(user.model_copy(update={"oidc": subject}))
                    desk.record(tx, f"staff:{user.id}", "staff:linked", user.id, now)
                if former:
                    tx.staff.close_session(_hash(former))
                tx.staff.open_session(_hash(token), user.id, secrets.token_urlsafe(24), now, browser_in(about))
                desk.record(tx, f"staff:{user.id}", "session:opened", user.id, now, data={"by": "oidc"})
        if why:
            raise NotKnown(why)
        return token

    def find(self, token: str | None, *, passive: bool = False) -> Signed | None:
        """Who holds this token now; None when it has run out. `passive`: a page refreshing itself is no activity."""
        if not token:
            return None
        desk, now, hashed = self._desk, self._desk.clock(), _hash(token)
        settings = desk.settings
        with desk.store.begin(write=False) as tx:
            held = tx.staff.session(hashed)
            user = tx.staff.get(held[0]) if held else None
            glass = tx.staff.glass_until(hashed) if held else None
        if held is None:
            return None
        _, csrf, opened_at, seen_at = held
        idle, oldest = timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
        if user is None or user.disabled or user.clinic != desk.clinic.id:
            with desk.store.begin() as tx:
                tx.staff.close_sessions_of(held[0])
            return None
        if now - seen_at > idle or now - opened_at > oldest:
            with desk.store.begin() as tx:
                tx.staff.close_session(hashed)
            return None
        if not passive and now - seen_at > _SEEN_AGAIN:
            with desk.store.begin() as tx:
                tx.staff.touch_session(hashed, now)
        if glass is not None and glass > now:
            return Signed(user.model_copy(update={"locations": ()}), csrf, hashed, glass)
        return Signed(user, csrf, hashed)

    def slow_down(self, signed: Signed) -> None:
        """Counts one more request of this session; raises TooMany."""
        wait = self._pace.hit(_PER_SESSION, "session", signed.key)
        if wait:
            raise TooMany(wait)

    def sign_out(self, signed: Signed) -> None:
        desk = self._desk
        with desk.store.begin() as tx:
            tx.staff.close_session(signed.key)
            desk.record(tx, f"staff:{signed.user.id}", "session:closed", signed.user.id, desk.clock())

    def token_of(self, request: Request) -> str | None:
        return request.cookies.get(self.cookie)

    def give(self, response: Response, token: str) -> None:
        """A cookie for this browser session only; scripts cannot read it."""
        response.set_cookie(self.cookie, token, path="/", httponly=True, secure=self.secure, samesite="lax")

    def take_back(self, response: Response) -> None:
        response.delete_cookie(self.cookie, path="/", httponly=True, secure=self.secure, samesite="lax")


def _unknown(user: StaffUser | None, clinic: str, *, linked: bool) -> str:
    """Why this account opens nothing; empty when it does."""
    if user is None or user.disabled or user.clinic != clinic:
        return N_("Nobody who works here has this account's verified e-mail address. Ask an admin to invite you.")
    if not linked and user.oidc:
        return N_("This e-mail address is linked with another account. Ask an admin to unlink it.")
    return ""


def check_csrf(signed: Signed, headers: Mapping[str, str], form: Form) -> None:
    """Raises Forbidden unless the request carries the session's token, as header or as field."""
    given = headers.get("x-csrf-token") or form.get("csrf")
    if not hmac.compare_digest(given.encode(), signed.csrf.encode()):
        raise Forbidden("this page is out of date: open it again and repeat the step")


def browser_in(words: str) -> str:
    """The kind of browser and machine in a User-Agent, for a person to recognise; nothing of it is trusted."""
    names = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    places = (
        ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )  # fmt: skip
    name = next((said for mark, said in names if mark in words), "")
    place = next((said for mark, said in places if mark in words), "")
    return ", ".join(x for x in (name, place) if x)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
