"""Builds a desk from the settings: the one place where adapters are chosen; a composition root."""

import base64
import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from agent.actions import ACTIONS
from agent.actions.context import Rules
from agent.actions.runner import InProcessActions
from agent.adapters.bus_local import LocalBus
from agent.adapters.calendar.local import LocalCalendar
from agent.adapters.clinic_file import ClinicFileError, load_clinic
from agent.adapters.darkroom import PillowDarkroom
from agent.adapters.ids import new_ids
from agent.adapters.store import audit_key, open_store
from agent.adapters.store.unit import Owner
from agent.adapters.vault import Vault, WrongKey, parse_keys
from agent.back_office import LateWriter, verify_late
from agent.content import load_content
from agent.content.check_packs import laxer
from agent.content.kept import Kept, Published
from agent.content.load import revision_of
from agent.desk.desk import Desk
from agent.dialogue.gate import SafetyGate
from agent.language_model import model_of, replier_of, wording_of
from agent.learning import ears_for, gate_for
from agent.model.address import Channel
from agent.model.clinic import Clinic
from agent.model.content import Content
from agent.model.sighting import Watch, unwatched
from agent.ports import Bus, Calendar, ChannelOut, Clock, NewId, Store
from agent.ports.chart import Chart
from agent.ports.dialler import Dialler
from agent.ports.missed import ChannelLog
from agent.ports.pictures import Pictures
from agent.ports.recordings import Tapes
from agent.settings import ROOT, Settings
from agent.understand.hear import Ears
from agent.understand.passages import Passages

_PUBLISHED = 4


def utc_now() -> datetime:
    return datetime.now(UTC)


def content_of(root: Path = ROOT, kept: Path | None = None) -> Content:
    """The checked content of a folder that holds intents/, workflows/ and locales/; `kept` as in `load_content`."""
    return load_content(root, frozenset(ACTIONS), kept)


def content_in(settings: Settings) -> Content:
    """The checked content of these settings; what was found in order is kept beside the trained models."""
    return content_of(settings.content, _kept_content(settings))


def kept_in(settings: Settings) -> Content | None:
    """What `content_in` gives where it need not read anything; else None."""
    return Kept(_kept_content(settings)).find(revision_of(settings.content), frozenset(ACTIONS))


def _kept_content(settings: Settings) -> Path:
    return settings.var / "models" / "content.json"


def published_in(settings: Settings) -> Published:
    """Where the contents that were published are kept whole: the one in service and those of before that open
    conversations may follow."""
    return Published(settings.var / "models", _PUBLISHED)


def keys_of(settings: Settings) -> tuple[bytes, bytes]:
    """(data key, secret) in use. Raises SystemExit with one line for each thing that is missing or wrong."""
    data, secret = _all_keys(settings)
    return data[0], secret


def _all_keys(settings: Settings) -> tuple[tuple[bytes, ...], bytes]:
    """Data keys, the one in use first, and the secret. On loopback missing ones are made once and kept in
    var/keys.json, readable by us alone."""
    refusals = settings.refusals()
    if refusals:
        raise SystemExit("\n".join(refusals))
    data, secret = settings.data_key.get_secret_value(), settings.secret_key.get_secret_value()
    if not data or not secret:
        kept = _kept_keys(settings.var / "keys.json")
        data, secret = data or kept["data"], secret or kept["secret"]
    try:
        return tuple(parse_keys(data)), secret.encode()
    except ValueError as wrong:
        raise SystemExit(f"FRONTDESK_DATA_KEY: {wrong}") from None


def _kept_keys(path: Path) -> dict[str, str]:
    """Web and worker may start for the first time at one moment: the file appears whole, and the first one stays."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {"data": base64.b64encode(secrets.token_bytes(32)).decode(), "secret": secrets.token_urlsafe(48)}
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    found: dict[str, str] = json.loads(path.read_text())
    return found


def store_of(settings: Settings, clock: Clock, new_id: NewId) -> Store:
    """The migrated store of the settings. Raises Busy when the database is away, SystemExit for another's key."""
    keys, secret = _all_keys(settings)
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    try:
        return open_store(
            settings.database_url, data_key=keys[0], secret=secret, clock=clock, new_id=new_id, older_keys=keys[1:]
        )
    except WrongKey as wrong:
        raise SystemExit(f"FRONTDESK_DATA_KEY: {wrong}") from None


def owner_of(settings: Settings, clock: Clock, new_id: NewId) -> Owner:
    """Whose keys a back-up must fit."""
    keys, secret = _all_keys(settings)
    return Owner(Vault(keys[0], keys[1:]), audit_key(secret), clock, new_id)


def bus_of(settings: Settings) -> Bus:
    """Redis where configured, else within this process."""
    if settings.redis_url:
        from agent.adapters.bell_celery import CeleryBell, celery_app
        from agent.adapters.bus_redis import RedisBus

        return CeleryBell(RedisBus(settings.redis_url), celery_app(settings.redis_url))
    return LocalBus()


def channels_of(settings: Settings) -> dict[Channel, ChannelOut]:
    """The ways out that are configured."""
    if not settings.twilio_account_sid:
        return {}
    from channels.sms import SmsChannel
    from channels.twilio_rest import TwilioRest

    tokens = settings.twilio_auth_token.get_secret_value()
    return {"sms": SmsChannel(TwilioRest(settings.twilio_account_sid, tokens, settings.twilio_api_url))}


def dialler_of(settings: Settings) -> Dialler | None:
    """The line on which staff call patients back, where an account is configured."""
    if not settings.twilio_account_sid:
        return None
    from channels.twilio_rest import TwilioRest

    tokens = settings.twilio_auth_token.get_secret_value()
    return TwilioRest(settings.twilio_account_sid, tokens, settings.twilio_api_url, connections=2)


def _twilio_token(settings: Settings) -> str:
    """The token in use: the first of those given during a rotation."""
    return settings.twilio_auth_token.get_secret_value().split(",")[0].strip()


def pictures_of(settings: Settings) -> Pictures | None:
    """Twilio's store of pictures, where an account is configured and Twilio itself is spoken to."""
    if not settings.twilio_account_sid:
        return None
    from channels.twilio_media import API, TwilioMedia

    if urlsplit(settings.twilio_api_url).hostname != API:
        return None
    return TwilioMedia(settings.twilio_account_sid, _twilio_token(settings))


def tapes_of(settings: Settings) -> Tapes | None:
    """Twilio's store of recorded messages, where an account is configured."""
    if not settings.twilio_account_sid:
        return None
    from channels.twilio_tapes import TwilioTapes

    return TwilioTapes(settings.twilio_account_sid, _twilio_token(settings), settings.twilio_api_url)


def chart_of(settings: Settings) -> Chart | None:
    """The clinic's record, where an address is set. Raises SystemExit with one line for a key that is none."""
    if not settings.fhir_url:
        return None
    from agent.adapters.chart_fhir import FhirChart

    if not settings.fhir_client:
        return FhirChart(settings.fhir_url, settings.fhir_token.get_secret_value())
    from agent.adapters.smart import Key, SmartAuth

    try:
        key = Key(settings.fhir_key.get_secret_value())
    except ValueError as wrong:
        raise SystemExit(f"FRONTDESK_FHIR_KEY: {wrong}") from None
    return FhirChart(settings.fhir_url, SmartAuth(settings.fhir_url, settings.fhir_client, key, settings.fhir_scope))


def watch_of(settings: Settings) -> Watch:
    """Traces where an address for them is set. Raises SystemExit with one line where the extra is not installed."""
    if not settings.otel_url:
        return unwatched
    try:
        from agent.adapters.traces import exported_to

        return exported_to(settings.otel_url)
    except ImportError:
        raise SystemExit("FRONTDESK_OTEL_URL: install the extra first: pip install 'frontdesk[otel]'") from None


@dataclass(frozen=True)
class Hearing:
    """What hears messages of one content. It holds no connection: a process may load it and then fork."""

    content: Content
    ears: Ears
    gate: SafetyGate


def hearing_of(settings: Settings, clinic: Clinic) -> Hearing:
    """The settings' content, checked, with its trained ears and gate."""
    content = content_in(settings)
    models = settings.var / "models"
    hearing = Hearing(content, ears_for(content, clinic, models), gate_for(content, models))
    hearing.gate.read("", clinic.default_language)  # its phrases are at hand before a fork, to be shared
    return hearing


def move_into(desk: Desk, clinic: Clinic) -> None:
    """The desk works with these facts from now on: hours, calendar and actions."""
    rules = Rules(
        keys_of(desk.settings)[1],
        desk.settings.lockout_tries,
        desk.settings.lockout_minutes,
        desk.settings.code_minutes,
    )
    calendar = LocalCalendar(clinic)
    actions = InProcessActions(clinic, calendar, desk.new_id, rules, passages=desk.passages)
    desk.calendar, desk.actions, desk.clinic = calendar, actions, clinic


def open_desk(
    settings: Settings, *, clinic: Clinic | None = None, content: Content | None = None, store: Store | None = None,
    calendar: Calendar | None = None, clock: Clock = utc_now, bus: Bus | None = None,
    channels: Mapping[Channel, ChannelOut] | None = None, like: "Hearing | Desk | None" = None,
) -> Desk:  # fmt: skip
    """A working desk; anything given replaces what the settings would choose. `like`: hear as that one does."""
    clinic = clinic or load_clinic(settings.clinic_file)
    content = content or content_in(settings)
    if lines := laxer(clinic, content):
        raise ClinicFileError([f"{settings.clinic_file.name}: {line}" for line in lines])
    new_id = new_ids(clock)
    store = store or store_of(settings, clock, new_id)
    calendar = calendar or LocalCalendar(clinic)
    channels = channels_of(settings) if channels is None else channels
    rules = Rules(keys_of(settings)[1], settings.lockout_tries, settings.lockout_minutes, settings.code_minutes)
    passages = Passages(content.rows.get("values", {}))
    return Desk(
        store=store,
        calendar=calendar,
        actions=InProcessActions(clinic, calendar, new_id, rules, passages=passages),
        clinic=clinic,
        content=content,
        ears=like.ears if like else ears_for(content, clinic, settings.var / "models"),
        gate=like.gate if like else gate_for(content, settings.var / "models"),
        bus=bus or bus_of(settings),
        clock=clock,
        new_id=new_id,
        settings=settings,
        channels=channels,
        logs=tuple(channel for channel in channels.values() if isinstance(channel, ChannelLog)),
        writer=LateWriter(settings),
        verifier=verify_late,
        chart=chart_of(settings),
        model=model_of(settings, content),
        replier=replier_of(settings),
        wording=wording_of(settings),
        dialler=dialler_of(settings),
        pictures=pictures_of(settings),
        tapes=tapes_of(settings),
        darkroom=PillowDarkroom(),
        watch=watch_of(settings),
        passages=passages,
    )
