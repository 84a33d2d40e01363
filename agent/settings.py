"""Every setting of the product, once: typed, documented, printed redacted; and what it refuses to start with."""

from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read from the environment. Caps carry their unit in their name or description."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True, env_prefix="FRONTDESK_")

    var: Path = Field(ROOT / "var", alias="FRONTDESK_VAR", description="folder for the database, models and keys")
    database_url: str = Field(
        default_factory=lambda given: f"sqlite:///{given['var']}/frontdesk.db", alias="FRONTDESK_DATABASE_URL",
        description="SQLAlchemy URL; its default lies in FRONTDESK_VAR",
    )  # fmt: skip
    redis_url: str | None = Field(None, alias="FRONTDESK_REDIS_URL", description="unset: one process")
    public_url: str = Field(
        "http://127.0.0.1:8000", alias="FRONTDESK_PUBLIC_URL", description="how patients and Twilio reach the desk"
    )
    secret_key: SecretStr = Field(
        SecretStr(""), alias="FRONTDESK_SECRET_KEY", description="signs sessions and the audit chain; 32+ characters"
    )
    data_key: SecretStr = Field(
        SecretStr(""), alias="FRONTDESK_DATA_KEY", description="encrypts what patients say; 32 bytes in base64"
    )
    model: str | None = Field(
        None, alias="FRONTDESK_MODEL", description="provider:name of a language model that may propose; unset: none"
    )
    model_url: str | None = Field(None, alias="FRONTDESK_MODEL_URL", description="its address, if not the provider's")
    model_agreement: str = Field(
        "", alias="FRONTDESK_MODEL_AGREEMENT",
        description="names the agreement under which patients' words may go to the model; without it none do",
    )  # fmt: skip
    model_seconds: float = Field(3.0, description="how long a turn waits for the model; there is no second try")
    note_seconds: float = Field(45.0, description="how long a draft of a document waits for the model")
    reply_seconds: float = Field(12.0, description="how long staff wait for the model's draft of a reply or of wording")
    note_tokens: int = Field(4000, description="at most so many tokens of the model for one document")
    rasa_token: SecretStr = Field(
        SecretStr(""), alias="FRONTDESK_RASA_TOKEN", description="bearer token of /rasa/*; unset: there is no /rasa/*"
    )
    fhir_url: str | None = Field(
        None, alias="FRONTDESK_FHIR_URL",
        description="FHIR R4 server of the clinic's record, where signed documents and forms may go; unset: off",
    )  # fmt: skip
    fhir_token: SecretStr = Field(
        SecretStr(""), alias="FRONTDESK_FHIR_TOKEN", description="bearer token for it; empty: none is sent"
    )
    fhir_client: str = Field(
        "", alias="FRONTDESK_FHIR_CLIENT",
        description="the desk as it is registered there for SMART Backend Services: its tokens renew themselves",
    )  # fmt: skip
    fhir_key: SecretStr = Field(
        SecretStr(""), alias="FRONTDESK_FHIR_KEY", description="its private key, a JWK; `frontdesk fhir-key` makes one"
    )
    fhir_scope: str = Field(
        "", alias="FRONTDESK_FHIR_SCOPE", description="scopes to ask for there; empty: what the desk reads and writes"
    )
    twilio_account_sid: str = Field("", alias="TWILIO_ACCOUNT_SID", description="Twilio account, AC…")
    twilio_auth_token: SecretStr = Field(
        SecretStr(""), alias="TWILIO_AUTH_TOKEN", description="token; while it is rotated the old one after a comma"
    )
    twilio_old_token_until: AwareDatetime | None = Field(
        None, alias="TWILIO_OLD_TOKEN_UNTIL",
        description="when webhooks signed with the old token end to count, ISO 8601 with zone; unset: never",
    )  # fmt: skip
    twilio_api_url: str = Field("https://api.twilio.com", alias="TWILIO_API_URL", description="Twilio's REST API")
    otel_url: str | None = Field(
        None, alias="FRONTDESK_OTEL_URL", description="OTLP/HTTP address for traces (needs the extra otel); unset: none"
    )
    metrics_port: int = Field(
        0, alias="FRONTDESK_METRICS_PORT", description="`frontdesk worker` serves its figures there; 0: not"
    )
    oidc_issuer: str = Field(
        "", alias="FRONTDESK_OIDC_ISSUER", description="OpenID Connect issuer for staff; unset: passwords only"
    )
    oidc_client_id: str = Field("", alias="FRONTDESK_OIDC_CLIENT_ID", description="our name at the issuer")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), alias="FRONTDESK_OIDC_CLIENT_SECRET", description="our secret there; empty: a public client"
    )
    oidc_name: str = Field(
        "your organisation's account", alias="FRONTDESK_OIDC_NAME", description="what staff call it: “Sign in with …”"
    )
    local_passwords: bool = Field(
        True,
        alias="FRONTDESK_LOCAL_PASSWORDS",
        description="false: passwords do not count, once an admin has signed in with the issuer",
    )
    host: str = Field("127.0.0.1", alias="FRONTDESK_HOST", description="the address to listen on")
    port: int = Field(8000, alias="FRONTDESK_PORT", description="the port to listen on")
    demo: bool = Field(False, alias="FRONTDESK_DEMO", description="demo clinic, sign-ins and /phone; loopback only")
    clinic_file: Path = Field(
        ROOT / "agent" / "demo" / "clinic.yaml", alias="FRONTDESK_CLINIC", description="clinic facts, YAML or JSON"
    )
    content: Path = Field(
        ROOT, alias="FRONTDESK_CONTENT", description="folder of intents/, workflows/ and locales/, watched for edits"
    )
    trusted_proxies: str = Field(
        "",
        alias="FRONTDESK_TRUSTED_PROXIES",
        description="comma-separated IPs or networks whose X-Forwarded-* headers count",
    )
    widget_origins: str = Field(
        "", alias="FRONTDESK_WIDGET_ORIGINS", description="comma-separated origins that may embed the chat widget"
    )

    voice: Literal["relay", "gather"] = Field(
        "relay", alias="FRONTDESK_VOICE", description="how calls are led: Twilio's ConversationRelay, or <Gather>"
    )

    # caps, each a number
    turn_threads: int = Field(1, description="turn workers in this process; more only help where turns wait for others")
    drain_seconds: float = Field(
        5.0, description="with Redis: after SIGTERM, how long /readyz fails while requests are still answered"
    )
    senders: int = Field(2, description="sending threads in this process; 0 leaves sending to others")
    lease_seconds: float = Field(30.0, description="how long a claimed message is ours")
    max_attempts: int = Field(5, description="tries for one message, in or out, before a person is told")
    catch_up_seconds: float = Field(
        60.0, description="how often Twilio's list of inbound texts is compared with ours, each number; 0: never"
    )
    max_steps: int = Field(50, description="flow steps in one turn")
    voice_silence_seconds: float = Field(8.0, description="how long a caller may say nothing once we have spoken")
    voice_ring_seconds: int = Field(25, description="how long the staff's telephone rings for a caller")
    max_text: int = Field(2000, description="characters of one message that are read")
    max_frames: int = Field(5, description="flows open at once in a conversation")
    max_open_tasks: int = Field(10, description="open tasks of one conversation")
    texts_per_hour: int = Field(20, description="texts to one number in an hour, whatever the bug")
    alarms_per_hour: int = Field(10, description="further texts to it in that hour that only emergency wording may use")
    form_texts_per_hour: int = Field(
        120, description="further texts to it in that hour that only the questions of a form being answered may use"
    )
    form_link_days: int = Field(7, description="how long the link to a form opens it, since its last answer")
    document_link_days: int = Field(
        7, description="how long the link to a document that staff sent opens it, unless it is used before"
    )
    calendar_links: bool = Field(
        True,
        description="a link to the visit's calendar file beside the words that it is booked; up to a segment more",
    )
    second_look_every: int = Field(
        50, description="one in so many confidently heard messages is shown to staff; 0: none"
    )
    source_requests: int = Field(
        200, description="requests of one source address in three seconds, signed webhooks aside; 0: no limit"
    )
    session_idle_minutes: int = Field(30, description="console idle time-out")
    session_hours: int = Field(12, description="console absolute time-out")
    undo_seconds: float = Field(
        10.0, ge=0, le=30, description="how long staff may take a decision back before the patient is told; 0: not"
    )
    reply_minutes: int = Field(
        15, description="a patient unanswered so long by the person who has the conversation goes back to the queue"
    )
    return_minutes: int = Field(
        60, description="tasks of somebody who is not signed in go back to the queue after this; urgent ones after 10"
    )
    on_call: str = Field(
        "", description="comma-separated numbers, +1…, that are texted when nobody takes an urgent task"
    )
    code_minutes: int = Field(10, description="life of a one-time code")
    lockout_tries: int = Field(5, description="identity tries per person and source")
    lockout_minutes: int = Field(15, description="length of a lockout")

    # how long what is kept, in days; the audit chain stays (HIPAA asks for six years of it)
    keep_conversations_days: int = Field(
        2190, description="conversations without activity, with all their rows and key"
    )
    keep_texts_days: int = Field(2190, description="single messages, in and out, of conversations that go on")
    keep_tasks_days: int = Field(2190, description="closed tasks")
    keep_recordings_days: int = Field(90, description="recorded messages of callers")
    keep_second_looks_days: int = Field(365, description="messages looked at again")

    def printed(self) -> dict[str, str]:
        """Every setting as text, secrets and passwords redacted."""
        out: dict[str, str] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                out[name] = "set" if value.get_secret_value() else "unset"
            elif name.endswith("_url") and value and "@" in str(value):
                scheme, _, rest = str(value).partition("://")
                out[name] = f"{scheme}://…@{rest.rpartition('@')[2]}"
            else:
                out[name] = str(value)
        return out

    def __repr__(self) -> str:
        return f"Settings({self.printed()})"

    __str__ = __repr__

    def refusals(self) -> list[str]:
        """Why the desk will not start like this; empty when it may."""
        why: list[str] = []
        if self.model and not self.model_agreement.strip():
            why.append(
                "FRONTDESK_MODEL_AGREEMENT: name the agreement that covers patients' words at the model's endpoint "
                "(for example a BAA and its date), or unset FRONTDESK_MODEL"
            )
        for proxy in filter(None, map(str.strip, self.trusted_proxies.split(","))):
            if not _is_network(proxy):
                why.append(f"FRONTDESK_TRUSTED_PROXIES: {proxy!r} is no IP address and no network")
        if self.oidc_issuer and not self.oidc_client_id:
            why.append("FRONTDESK_OIDC_CLIENT_ID: name this desk as it is registered at FRONTDESK_OIDC_ISSUER")
        issuer = urlsplit(self.oidc_issuer)
        if self.oidc_issuer and issuer.scheme != "https" and not is_loopback(issuer.hostname or ""):
            why.append("FRONTDESK_OIDC_ISSUER: an address that begins with https:// is needed")
        if self.fhir_url and (why_not := _no_record(self.fhir_url)):
            why.append(f"FRONTDESK_FHIR_URL: {why_not}")
        if bool(self.fhir_client) != bool(self.fhir_key.get_secret_value()):
            why.append("FRONTDESK_FHIR_CLIENT and FRONTDESK_FHIR_KEY: set both, or neither")
        elif self.fhir_client and self.fhir_token.get_secret_value():
            why.append("FRONTDESK_FHIR_TOKEN: unset it, or FRONTDESK_FHIR_CLIENT: one way to sign in is enough")
        if not self.local_passwords and not self.oidc_issuer:
            why.append("FRONTDESK_LOCAL_PASSWORDS: without FRONTDESK_OIDC_ISSUER nobody could sign in")
        if self.demo and self.redis_url:
            why.append("FRONTDESK_DEMO: the demo runs in one process; unset FRONTDESK_REDIS_URL")
        if is_loopback(self.host):
            return why
        if len(self.secret_key.get_secret_value()) < 32:
            why.append("FRONTDESK_SECRET_KEY: outside loopback a secret of 32 or more characters is needed")
        if not self.data_key.get_secret_value():
            why.append("FRONTDESK_DATA_KEY: outside loopback your own data key is needed (32 bytes in base64)")
        if self.demo:
            why.append("FRONTDESK_DEMO: the demo runs on loopback only")
        return why


def _no_record(url: str) -> str:
    """Why this cannot be the address of the record; empty when it can."""
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        return "an address alone, without a name, a password, ? or #; the token stands in FRONTDESK_FHIR_TOKEN"
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname))):
        return "an address that begins with https:// is needed"
    return ""


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Only this machine can reach a server that listens there."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def documented() -> str:
    """docs/settings.md: every setting as a row, with its default."""
    lines = [
        "# Settings",
        "",
        "Read from the environment; there is no other place. `agent/settings.py` makes this page; after a change run",
        "`python -c 'from agent.settings import documented; print(documented(), end=\"\")' > docs/settings.md`.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={"var": ROOT / "var"})
        default = default.get_secret_value() if isinstance(default, SecretStr) else default
        shown = "" if default in (None, "") else f"`{str(default).replace(str(ROOT), '.')}`"
        lines.append(f"| `{field.alias or f'FRONTDESK_{name.upper()}'}` | {shown} | {field.description} |")
    return "\n".join(lines) + "\n"


@cache
def load_settings() -> Settings:
    """The settings of this process."""
    return Settings()
