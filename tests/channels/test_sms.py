"""What a text from Twilio becomes, what is refused, and how a text of ours is shaped."""

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from agent.model.address import Address
from agent.model.fault import Forged, Refused, Unreadable
from agent.model.message import Button, Inbound, Outbound
from agent.ports import Hook
from channels import sms
from channels.sms import StatusReport, empty_twiml, shape
from tests.shared import read_quickly
from tests.standin.hooks import ACCOUNT, NUMBER, PATIENT, SID, TEXT, TRUST, Pairs, changed, hook

NOW = datetime(2026, 6, 12, 15, 0, tzinfo=UTC)
TABLE: list[dict[str, Any]] = read_quickly((Path(__file__).parent / "sms.yaml").read_text(encoding="utf-8"))
FAULTS: dict[str, type[Refused]] = {"forged": Forged, "unreadable": Unreadable}


def read(given: Hook, max_text: int = 2000) -> Inbound:
    ours = {NUMBER: "okafor"}
    return sms.read(given, TRUST, clinic_of_number=ours.get, new_id=lambda: "01J", now=NOW, max_text=max_text)


def read_status(given: Hook) -> StatusReport:
    return sms.read_status(given, TRUST)


def posted(row: dict[str, Any]) -> Hook:
    how = dict(row.get("how", {}))
    pairs = changed(TEXT, **row.get("set", {}))
    if "repeat" in how:
        pairs.append(tuple(how.pop("repeat")))
    if "body" in how:
        how["body"] = how["body"].encode()
    return hook(pairs, **how)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["name"])
def test_promise_02_each_captured_webhook_is_read_or_refused_for_a_reason(row: dict[str, Any]) -> None:
    given = posted(row)
    if "refused" in row:
        with pytest.raises(FAULTS[row["refused"]]):
            read(given)
        return
    got = read(given)
    seen = got.model_dump() | {"media": list(got.media)}
    seen["hints"] = {key: value for key, value in got.provider.items() if key in ("stop_word", "maybe_start")}
    if "provider" in row["want"]:
        seen["provider"] = {key: value for key, value in got.provider.items() if value}
    assert {key: seen[key] for key in row["want"]} == row["want"]


def test_a_text_carries_who_when_and_which() -> None:
    got = read(hook(TEXT))
    assert (got.id, got.channel, got.recipient, got.received_at) == ("01J", "sms", NUMBER, NOW)
    assert got.sender == Address(channel="sms", value=PATIENT)
    assert got.provider_id == SID


def test_where_a_phone_is_registered_is_not_kept() -> None:
    kept = read(hook(changed(TEXT, FromCity="SPRINGFIELD", FromZip="62701"))).provider
    assert not {"FromCity", "FromZip", "Body", "From", "To"} & set(kept)


def test_promise_05_the_same_post_again_is_the_same_message() -> None:
    once, again = read(hook(TEXT)), read(hook(TEXT, headers={"i-twilio-idempotency-token": "another"}))
    assert once.provider_id == again.provider_id


def test_a_very_long_text_is_read_to_the_cap_and_never_inside_a_character() -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    assert read(hook(changed(TEXT, Body="x" * 3000))).text == "x" * 2000
    assert read(hook(changed(TEXT, Body="ab" + family * 3)), max_text=12).text == "ab" + family
    assert read(hook(changed(TEXT, Body="a\x00b"))).text == "ab"


def test_too_many_strange_parameters_are_not_all_kept() -> None:
    got = read(hook([*TEXT, *((f"Extra{n}", "x" * 600) for n in range(100))]))
    assert len(got.provider) <= sms.MAX_EXTRA + 2
    assert max(map(len, got.provider.values())) <= sms.MAX_EXTRA_CHARS


def test_the_webhook_is_answered_without_a_message() -> None:
    assert empty_twiml() == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


# --- what became of a text of ours


def status(name: str, **more: str | None) -> Hook:
    pairs: Pairs = [
        ("SmsSid", SID), ("SmsStatus", name), ("MessageStatus", name), ("To", PATIENT), ("MessageSid", SID),
        ("AccountSid", ACCOUNT), ("From", NUMBER), ("ApiVersion", "2010-04-01"),
    ]  # fmt: skip
    return hook(changed(pairs, **more), "/twilio/sms/status")


def test_promise_27_a_status_says_the_same_in_whatever_order_it_comes() -> None:
    names = ["queued", "sending", "sent", "delivered", "undelivered", "read"]
    for order in list(permutations(names))[::90]:
        reports = [read_status(status(name)) for name in (*order, *order)]
        assert reports == [StatusReport(SID, name) for name in (*order, *order)]


@pytest.mark.parametrize(
    ("code", "next", "staff"),
    [
        ("30003", "busy", "delivery_unreachable"),
        ("30006", "rejected", "delivery_landline"),
        ("30007", "rejected", "delivery_filtered"),
        ("21610", "stopped", "delivery_stopped"),
        ("98765", "rejected", "delivery_unknown"),
    ],
)
def test_promise_26_a_failed_text_says_what_staff_must_know(code: str, next: str, staff: str) -> None:
    got = read_status(status("undelivered", ErrorCode=code))
    assert got == StatusReport(SID, "undelivered", code, next, staff)


def test_promise_26_a_status_without_a_code_has_no_error() -> None:
    assert read_status(status("delivered", ErrorCode="")).error is None
    assert read_status(status("delivered", ErrorCode="0")).error is None
    assert read_status(status("sent", MessageStatus=None)).status == "sent"


def test_promise_01_a_forged_status_is_refused() -> None:
    with pytest.raises(Forged):
        read_status(status("delivered", AccountSid="AC" + "1" * 32))
    with pytest.raises(Forged):
        read_status(hook(TEXT, "/twilio/sms/status", signature="x"))
    for wrong in (status("<b>"), status("delivered", MessageSid=None, SmsSid=None), status("")):
        with pytest.raises(Unreadable):
            read_status(wrong)


# --- the shape of a text of ours


def outbound(text: str, *labels: str) -> Outbound:
    return Outbound(
        id="01K",
        conversation="01C",
        channel="sms",
        to=Address(channel="sms", value=PATIENT),
        text=text,
        buttons=tuple(Button(label=label, payload=label) for label in labels),
        locale="en",
        created_at=NOW,
        due_at=NOW,
    )


def test_choices_that_the_text_names_are_not_said_twice() -> None:
    said = "Shall I ask for 9:00? Reply 1 for Yes, 2 for Other times."
    assert shape(outbound(said, "Yes", "Other times")) == [said]


def test_choices_that_the_text_does_not_name_become_numbered_lines() -> None:
    assert shape(outbound("When?", "Mon 9:00", "Tue 10:00")) == ["When?\n1. Mon 9:00\n2. Tue 10:00"]


def test_promise_28_a_text_over_the_limit_goes_as_several() -> None:
    texts = shape(outbound(("We are open. " * 200).strip()))
    assert len(texts) == 2
    assert all(len(text) <= 1600 and text.endswith(".") for text in texts)
    assert shape(outbound("  ")) == []
