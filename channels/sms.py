"""The SMS adapter: decodes Twilio's webhooks and shapes and sends texts; decides nothing about the conversation."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import regex

from agent.model.address import Address, Channel
from agent.model.fault import Rejected, SendFault, Unknown, Unreadable
from agent.model.message import Inbound, Kind, Outbound
from agent.ports import Hook, NewId, Receipt
from agent.ports.missed import Missed
from channels import optout
from channels.signature import Trust, opened
from channels.splitting import split
from channels.twilio_errors import meaning
from channels.twilio_rest import Heard, TwilioRest

MAX_MEDIA = 10
MAX_EXTRA = 40  # further parameters kept with a message
MAX_EXTRA_CHARS = 500
_SID = re.compile(r"(SM|MM)[0-9A-Za-z]{32}")
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")  # one spelling per person, so that the hourly cap counts them right
# Read into fields of their own, or where somebody's phone is registered: not kept twice, or not at all.
_NOT_KEPT = re.compile(r"(Body|From|To|AccountSid|MessageSid|SmsSid|SmsMessageSid|Media.*)|(From|To)(City|State|Zip)")
_WISHES: dict[str, Kind] = {"STOP": "stop", "START": "start", "HELP": "help"}


@dataclass(frozen=True)
class StatusReport:
    """A status callback. `error` is Twilio's code; `next` and `staff` say what it means, when there is one."""

    provider_id: str
    status: str
    error: str | None = None
    next: str = ""
    staff: str = ""


def get_ready() -> None:
    """Builds what the first text needs, so that many at once do not each build it."""
    optout.decide("")


def empty_twiml() -> str:
    """The answer to every SMS webhook: texts go out through the outbox, never in the answer."""
    return '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def read(
    hook: Hook,
    trust: Trust,
    *,
    clinic_of_number: Callable[[str], str | None],
    new_id: NewId,
    now: datetime,
    max_text: int = 2000,
) -> Inbound:
    """One inbound text. Raises Forged (no valid signature, another account) or Unreadable (not a text to us).

    `provider` carries Twilio's other parameters and, from `optout`, `stop_word` (the message is that word alone)
    and `maybe_start` (a bare YES: counts as START only from somebody who had stopped).
    """
    form = opened(hook, trust)
    sender, recipient = form.get("From", ""), form.get("To", "")
    clinic = clinic_of_number(recipient)
    if clinic is None or "Body" not in form or not _NUMBER.fullmatch(sender):
        raise Unreadable("not a text from a phone to a number of ours")
    text = _capped(form.get("Body", ""), max_text)
    kind, hints = _wish(text, form.get("OptOutType", ""))
    return Inbound(
        id=new_id(),
        clinic=clinic,
        channel="sms",
        sender=Address(channel="sms", value=sender),
        recipient=recipient,
        kind=kind,
        text=text,
        media=_media(form),
        provider_id=_sid(form),
        provider=_extra(form) | hints,
        provider_said_stop=form.get("OptOutType", "") in _WISHES,
        received_at=now,
    )


def read_status(hook: Hook, trust: Trust) -> StatusReport:
    """One status callback, in whatever order it comes. Raises Forged or Unreadable."""
    form = opened(hook, trust)
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    if not re.fullmatch(r"[a-z_]{2,20}", status):
        raise Unreadable("a status callback without a status")
    error = form.get("ErrorCode", "")
    if not error or error == "0":
        return StatusReport(_sid(form), status)
    known = meaning(error)
    return StatusReport(_sid(form), status, error[:10], known.next, known.staff)


def shape(message: Outbound) -> list[str]:
    """The texts to send, each within Twilio's limit. Choices that the text does not name yet become its last lines."""
    text = message.text
    said = text.casefold()
    if any(button.label.casefold() not in said for button in message.buttons):
        lines = [f"{number}. {button.label}" for number, button in enumerate(message.buttons, 1)]
        text = "\n".join([text, *lines])
    return split(text)


class SmsChannel:
    """Over Twilio's REST API: implements `ports.ChannelOut` and, with Twilio's list, `ports_missed.ChannelLog`."""

    channel: Channel = "sms"

    def __init__(self, rest: TwilioRest) -> None:
        self._rest = rest

    def close(self) -> None:
        """Closes its connections."""
        self._rest.close()

    def texts_of(self, message: Outbound) -> int:
        return len(shape(message))

    def send(self, message: Outbound, sender: str, status_url: str | None) -> Receipt:
        """Sends from `sender` (E.164). Raises a SendFault; Unknown, too, when only some of several texts went out."""
        texts = shape(message)
        if not texts:
            raise Rejected("delivery_text", "21602")
        if not _E164.fullmatch(message.to.value):
            raise Rejected("delivery_bad_number", "21211")
        sent: list[str] = []
        status = "sent"
        for text in texts:
            try:
                accepted = self._rest.send(message.to.value, sender, text, status_url)
            except SendFault as fault:
                if sent:  # sending again would repeat the first text
                    raise Unknown("delivery_unsure", fault.code) from fault
                raise
            sent.append(accepted.sid)
            status = accepted.status
        return Receipt(tuple(sent), status)

    def find_sent(self, message: Outbound, sender: str, since: datetime) -> str | None:
        """The first Twilio id when every text of the message was accepted since; None when none was.

        Raises Unknown when only some were (a person decides), Busy when Twilio cannot be asked now.
        """
        texts = shape(message)
        listed = self._rest.sent(message.to.value, sender, since)
        found = [next((sid for sid, body in listed if _same(body, text)), None) for text in texts]
        if any(found) and not all(found):
            raise Unknown("delivery_unsure", "partial")
        return found[0] if found else None

    def missed(
        self, number: str, since: datetime, until: datetime, *, unknown: Callable[[Sequence[str]], set[str]],
        clinic: str, new_id: NewId, max_text: int = 2000,
    ) -> Missed:  # fmt: skip
        """See `ports_missed.ChannelLog`. As a webhook would have brought them, but for Twilio's further parameters,
        OptOutType among them: an opt-out is known by its words."""
        listed = self._rest.received(number, since, until)
        wanted = unknown([text.sid for text in listed])
        news = [text for text in listed if text.sid in wanted]
        readable = [text for text in news if _SID.fullmatch(text.sid) and _NUMBER.fullmatch(text.sender)]
        messages = [self._listed(text, number, clinic, new_id(), max_text) for text in readable]
        return Missed(tuple(messages), len(news) - len(readable))

    def _listed(self, heard: Heard, number: str, clinic: str, id: str, max_text: int) -> Inbound:
        text = _capped(heard.body, max_text)
        kind, hints = _wish(text, "")
        urls = self._rest.pictures(heard.sid)[:MAX_MEDIA] if heard.pictures else []
        return Inbound(
            id=id,
            clinic=clinic,
            channel="sms",
            sender=Address(channel="sms", value=heard.sender),
            recipient=number,
            kind=kind,
            text=text,
            media=tuple(url for url in urls if is_media_url(url)),
            provider_id=heard.sid,
            provider={"NumMedia": str(heard.pictures)} | hints,
            received_at=heard.at,
        )


def _sid(form: dict[str, str]) -> str:
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid") or ""
    if not _SID.fullmatch(sid):
        raise Unreadable("no message id")
    return sid


def _wish(text: str, opt_out_type: str) -> tuple[Kind, dict[str, str]]:
    decision = optout.decide(text)
    kind: Kind = _WISHES.get(opt_out_type) or decision.wish
    hints = {"stop_word": decision.word} if kind == "stop" and decision.word else {}
    return kind, hints | ({"maybe_start": "yes"} if kind == "text" and decision.maybe_start else {})


def _capped(text: str, limit: int) -> str:
    """Without NUL, at most `limit` characters, whole graphemes only."""
    text = text.replace("\x00", "")
    if len(text) <= limit:
        return text
    ends = [match.end() for match in regex.finditer(r"\X", text) if match.end() <= limit]
    return text[: ends[-1]] if ends else text[:limit]


def _media(form: dict[str, str]) -> tuple[str, ...]:
    """Addresses of pictures, recorded and never fetched here; anything but Twilio's own address is dropped."""
    count = form.get("NumMedia", "0")
    number = min(int(count), MAX_MEDIA) if count.isascii() and count.isdigit() else 0
    urls = [form.get(f"MediaUrl{index}", "") for index in range(number)]
    return tuple(url for url in urls if is_media_url(url))


def is_media_url(url: str) -> bool:
    """True for https://api.twilio.com/… without credentials or port: the only place media may come from."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.netloc == "api.twilio.com" and url.isascii() and url.isprintable()


def _extra(form: dict[str, str]) -> dict[str, str]:
    kept = {key[:100]: value[:MAX_EXTRA_CHARS] for key, value in form.items() if not _NOT_KEPT.fullmatch(key)}
    return dict(list(kept.items())[:MAX_EXTRA])


def _same(one: str, other: str) -> bool:
    """Equal but for white space, which providers trim."""
    return one.split() == other.split()
