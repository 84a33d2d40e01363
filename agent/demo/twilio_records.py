"""What the Twilio stand-in keeps and how Twilio writes it down: texts, JSON answers, webhook forms, signatures."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from channels.splitting import segments

API = "2010-04-01"

# What Twilio answers by itself to its keywords, in its default words or those of Advanced Opt-Out.
AUTOMATIC = {
    "stop": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "start": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "help": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})

# code -> (HTTP status, message), as Twilio words its refusals
REFUSALS: dict[int, tuple[int, str]] = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20001: (400, "Invalid parameter"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url parameter is not a valid URL"),
    21210: (400, "'From' phone number not verified"),
    21211: (400, "Invalid 'To' Phone Number"),
    21213: (400, "'From' phone number is required"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21266: (400, "'To' and 'From' number cannot be the same"),
    21602: (400, "Message body is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number is not a valid, SMS-capable number for your account."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}


@dataclass
class Text:
    """One text as the stand-in keeps it; `revision` rises at every change, so that a page can ask for news."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str  # "inbound", "outbound-api", "outbound-reply"
    status: str
    created_at: datetime
    media: tuple[str, ...] = ()
    sent_at: datetime | None = None
    error: int | None = None
    callback: str | None = None
    revision: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    def as_json(self, account_sid: str) -> dict[str, Any]:
        """Twilio's Message resource."""
        uri = f"/{API}/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "account_sid": account_sid,
            "api_version": API,
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "date_updated": format_datetime(self.sent_at or self.created_at),
            "direction": self.direction,
            "error_code": self.error,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": str(len(self.media)),
            "num_segments": str(max(segments(self.body), 1)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }

    def as_webhook(self, account_sid: str) -> dict[str, str]:
        """The parameters of an inbound webhook; the blank ones are sent, and signed, too."""
        params = {
            "ToCountry": "US",
            "ToState": "",
            "SmsMessageSid": self.sid,
            "NumMedia": str(len(self.media)),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": self.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": self.body,
            "FromCountry": "US",
            "To": self.to,
            "ToZip": "",
            "NumSegments": str(max(segments(self.body), 1)),
            "MessageSid": self.sid,
            "AccountSid": account_sid,
            "From": self.sender,
            "ApiVersion": API,
        }
        for index, url in enumerate(self.media):
            params |= {f"MediaUrl{index}": url, f"MediaContentType{index}": "image/jpeg"}
        return params | self.extra

    def as_callback(self, account_sid: str, status: str) -> dict[str, str]:
        """The parameters of a status callback."""
        params = {
            "SmsSid": self.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": self.to,
            "MessageSid": self.sid,
            "AccountSid": account_sid,
            "From": self.sender,
            "ApiVersion": API,
        }
        failed = status in ("undelivered", "failed") and self.error
        return params | ({"ErrorCode": str(self.error)} if failed else {})

    def as_bubble(self) -> dict[str, Any]:
        """What the phone page shows; `mine` is the person holding the phone."""
        return {
            "id": self.sid,
            "mine": self.direction == "inbound",
            "body": self.body,
            "at": self.created_at.isoformat(),
            "status": self.status,
            "error": self.error,
            "segments": segments(self.body),
            "media": len(self.media),
            "revision": self.revision,
        }


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """X-Twilio-Signature of a form post: HMAC-SHA1 over the address and every pair by name."""
    signed = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def refusal(code: int) -> tuple[int, dict[str, Any]]:
    """(HTTP status, JSON) of one of Twilio's refusals."""
    status, message = REFUSALS[code]
    return status, {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
