"""What Twilio's error codes mean for the next step, from twilio_errors.yaml; calling Twilio is elsewhere."""

from dataclasses import dataclass
from typing import Literal, get_args

from agent.model.fault import Busy, Misconfigured, Rejected, SendFault, Stopped, Unknown
from channels.sms_data import table

Next = Literal["busy", "stopped", "rejected", "misconfigured", "unknown"]

_FAULTS: dict[Next, type[SendFault]] = {
    "busy": Busy,
    "stopped": Stopped,
    "rejected": Rejected,
    "misconfigured": Misconfigured,
    "unknown": Unknown,
}


@dataclass(frozen=True)
class Meaning:
    """`next`: what to do now. `staff`: the key of the words that staff read."""

    next: Next
    staff: str


def meaning(code: str | int | None) -> Meaning:
    """Of a Twilio error code, from a refusal or a status callback; an unlisted one goes to a person."""
    data = table("twilio_errors")
    return _meaning(data["codes"].get(_number(code)) or data["unlisted"])


def fault(status: int, code: str | int | None, retry_after: float | None = None) -> SendFault:
    """The exception for an answer of `status` with Twilio's `code`, if it gave one. `why` is the staff key."""
    data = table("twilio_errors")
    row = data["codes"].get(_number(code)) or data["statuses"].get(status)
    if row is None and status >= 500:
        row = data["statuses"][500]
    elif row is None and status < 400:
        row = data["statuses"][404]  # a redirect: the API address is wrong
    found = _meaning(row or data["unlisted"])
    return _FAULTS[found.next](found.staff, str(code) if code else str(status), retry_after)


def _meaning(row: dict[str, str]) -> Meaning:
    step = next((x for x in get_args(Next) if x == row["next"]), None)
    if step is None:
        raise ValueError(f"channels/twilio_errors.yaml: no such next step: {row['next']}")
    return Meaning(step, row["staff"])


def _number(code: str | int | None) -> int:
    text = str(code or "").strip()
    return int(text) if text.isascii() and text.isdigit() else 0
