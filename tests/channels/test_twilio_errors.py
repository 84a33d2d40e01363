"""Every way that Twilio says no leads to one next step, and what nobody listed goes to a person."""

import pytest

from agent.model.fault import Busy, Misconfigured, Rejected, SendFault, Stopped, Unknown
from channels.sms_data import table
from channels.twilio_errors import fault, meaning


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (21610, Stopped), (21211, Rejected), (21614, Rejected), (21617, Rejected), (21408, Misconfigured),
        (20003, Misconfigured), (20429, Busy), (30001, Busy), (30003, Busy), (30008, Busy), (30005, Rejected),
        (30006, Rejected), (30007, Rejected), (30034, Misconfigured), (99999, Rejected), ("21610", Stopped),
    ],
)  # fmt: skip
def test_promise_26_each_code_has_its_next_step(code: int | str, kind: type[SendFault]) -> None:
    assert type(fault(400, code)) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected), (401, Misconfigured), (404, Misconfigured), (301, Misconfigured), (408, Unknown),
        (418, Rejected), (429, Busy), (500, Busy), (502, Unknown), (503, Busy), (504, Unknown), (599, Busy),
    ],
)  # fmt: skip
def test_promise_26_an_answer_without_a_code_is_judged_by_its_status(status: int, kind: type[SendFault]) -> None:
    found = fault(status, None, 3.0)
    assert (type(found), found.code, found.retry_after) == (kind, str(status), 3.0)


@pytest.mark.parametrize("code", [None, "", "0", "abc", "٣٠٠٠٣", 12345678, "1" * 4000])
def test_promise_26_an_unknown_code_goes_to_a_person(code: int | str | None) -> None:
    assert (meaning(code).next, meaning(code).staff) == ("rejected", "delivery_unknown")


def test_every_row_of_the_table_is_whole() -> None:
    data = table("twilio_errors")
    for number, row in [*data["codes"].items(), *data["statuses"].items()]:
        assert row["next"] in ("busy", "stopped", "rejected", "misconfigured", "unknown"), number
        assert row["staff"].startswith("delivery_"), number
