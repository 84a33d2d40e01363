"""Recorded messages are had from Twilio's own address, in bounds, and only where they are sound."""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agent.demo.twilio_tapes import Tape
from agent.model.fault import Busy, Refused
from channels.twilio_tapes import MAX_BYTES, TwilioTapes
from tests.standin import served
from tests.standin.hooks import ACCOUNT, TOKEN

ID = "RE" + "a" * 32
ANSWER: dict[str, Response] = {}
ASKED: list[tuple[str, str, bool]] = []


async def answer(request: Request) -> Response:
    ASKED.append((request.method, request.url.path, "authorization" in request.headers))
    return ANSWER["next"]


@pytest.fixture(scope="module")
def tapes() -> Iterator[TwilioTapes]:
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "DELETE"])])
    with served(app) as api, closing(TwilioTapes(ACCOUNT, TOKEN, api, seconds=2.0)) as made:
        yield made


def sound(seconds: int) -> bytes:
    return Tape("CA1", "words", seconds).sound


def test_a_sound_is_fetched_with_proof_and_its_length_is_its_own(tapes: TwilioTapes) -> None:
    ANSWER["next"] = Response(sound(3), media_type="audio/x-wav")
    found = tapes.fetch(ID)
    assert (found.kind, found.seconds, found.content) == ("audio/wav", 3, sound(3))
    assert ASKED[-1] == ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{ID}.wav", True)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Response(b"<html>", media_type="text/html"), "it is no sound"),
        (Response(b"RIFF but not really", media_type="audio/wav"), "it is no sound"),
        (Response(b"", media_type="audio/wav"), "it is no sound"),
        (Response(sound(0), media_type="audio/wav"), "there is nothing in it"),
        (Response(BytesIO(b"0" * (MAX_BYTES + 1)).getvalue(), media_type="audio/wav"), "it is too large"),
        (Response(status_code=404), "it is no longer there"),
    ],
)
def test_what_is_not_kept_is_refused_with_a_reason(tapes: TwilioTapes, given: Response, why: str) -> None:
    ANSWER["next"] = given
    with pytest.raises(Refused, match=why):
        tapes.fetch(ID)


@pytest.mark.parametrize("status", [302, 401, 429, 500])
def test_what_may_be_there_later_is_asked_for_later(tapes: TwilioTapes, status: int) -> None:
    ANSWER["next"] = Response(status_code=status, headers={"location": "http://169.254.169.254/"})
    for deed in (tapes.fetch, tapes.delete):
        with pytest.raises(Busy):
            deed(ID)


def test_it_is_deleted_there_and_gone_is_as_good(tapes: TwilioTapes) -> None:
    for status in (204, 404):
        ANSWER["next"] = Response(status_code=status)
        tapes.delete(ID)
    assert ASKED[-1][:2] == ("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{ID}.json")


def test_no_other_address_is_made_of_an_id(tapes: TwilioTapes) -> None:
    before = len(ASKED)
    for odd in ("", "../Calls/CA1", "RE" + "a" * 31 + "/", f"{ID}.json?x="):
        with pytest.raises(Refused):
            tapes.fetch(odd)
    assert len(ASKED) == before
