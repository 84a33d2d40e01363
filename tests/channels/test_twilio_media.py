"""Pictures come from Twilio, whole, of a kind that is safe to show, in time; or not at all."""

import random
import time
from typing import Any

import pytest

from agent.model.fault import Busy, Refused
from channels.twilio_media import MAX_BYTES
from tests.prove.p54_ssrf import GOOD, PNG, Wires, attack, media, reply


def test_promise_54_nothing_that_is_sent_leads_anywhere_but_to_twilio() -> None:
    assert attack(800, random.Random(54)) == 0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(200, "text/html", b"<script>"), "kind of file"),
        (reply(200, "image/svg+xml", b"<svg/>"), "kind of file"),
        (reply(200, "image/png", b"<html>"), "not what it says"),
        (reply(200, "image/jpeg", PNG), "not what it says"),
        (reply(200, body=PNG + b"0" * MAX_BYTES), "too large"),
        (reply(404), "no longer"),
    ],
)
def test_promise_54_what_is_not_a_plain_picture_is_refused(answer: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        media(Wires(answer)).fetch(GOOD)


@pytest.mark.parametrize(
    "answer", [reply(500), b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n"]
)
def test_an_answer_that_breaks_off_is_for_later(answer: bytes) -> None:
    with pytest.raises((Busy, Refused)):
        media(Wires(answer)).fetch(GOOD)


def test_promise_54_redirects_in_a_circle_end() -> None:
    circle = reply(302, body=b"", location=GOOD)
    with pytest.raises(Refused, match="somewhere else"):
        media(Wires(*[circle] * 10)).fetch(GOOD)


def test_promise_54_a_picture_that_drips_is_given_up() -> None:
    wires = Wires(reply(200))
    slow: Any = media(wires, seconds=-1.0)
    began = time.monotonic()
    with pytest.raises(Busy, match="too long"):
        slow.fetch(GOOD)
    assert time.monotonic() - began < 5


def test_the_token_goes_to_the_api_and_not_to_its_store() -> None:
    sent: list[bytes] = []

    class Listening(Wires):
        def connect_tcp(self, *given: Any, **more: Any) -> Any:
            stream = super().connect_tcp(*given, **more)
            stream.write = lambda buffer, timeout=None: sent.append(buffer)  # type: ignore[method-assign]
            return stream

    wires = Listening(reply(302, body=b"", location="https://mms.twiliocdn.com/a"), reply(200))
    media(wires).fetch(GOOD)
    heads = [part for part in sent if part.startswith(b"GET")]
    assert [b"Authorization" in head for head in heads] == [True, False]
