"""The Twilio stand-in behaves as Twilio does, or the demo and every other test would prove nothing."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from twilio.request_validator import RequestValidator

from agent.demo.twilio_exchange import FaultKind
from tests.standin import Fault, TwilioStandIn, closing, served, until
from tests.standin.hooks import ACCOUNT, NUMBER, PATIENT, TOKEN

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
HANDSET = f"/handset/{PATIENT}"


@dataclass
class Desk:
    """Our side of the webhooks: checks each with twilio's own validator, and answers as told."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    unsigned: int = 0

    async def hear(self, request: Request) -> Response:
        params = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        if not RequestValidator(TOKEN).validate(str(request.url), params, request.headers["x-twilio-signature"]):
            self.unsigned += 1
        self.got.append((request.url.path, params, request.headers["i-twilio-idempotency-token"]))
        return Response("<Response/>", self.answers.pop(0) if self.answers else 200, media_type="text/xml")

    def texts(self) -> list[str]:
        return [params["Body"] for path, params, _ in self.got if path == "/twilio/sms"]

    def statuses(self) -> list[str]:
        return [params["MessageStatus"] for path, params, _ in self.got if path == "/twilio/sms/status"]


@dataclass
class Line:
    """A stand-in and our side, both served."""

    twilio: TwilioStandIn
    desk: Desk
    http: httpx2.Client

    def send(self, **form: str) -> httpx2.Response:
        return self.http.post(MESSAGES, data={"To": PATIENT, "From": NUMBER, "Body": "Hello"} | form)

    def text(self, body: str) -> None:
        assert self.http.post(f"{HANDSET}/send", json={"body": body}).status_code == 201

    def handset(self, after: int = 0) -> list[str]:
        found = self.http.get(f"{HANDSET}/messages", params={"after": after}).json()["messages"]
        return [bubble["body"] for bubble in found]

    def breaks(self, kind: FaultKind, seconds: float = 0.05) -> None:
        self.twilio.faults.append(Fault(kind, seconds))


@pytest.fixture
def line() -> Iterator[Line]:
    """Both sides on one server, the stand-in mounted as the demo mounts it."""
    desk, twilio = Desk(), TwilioStandIn(ACCOUNT, TOKEN, NUMBER, "", handsets=(PATIENT,), pace=0.01)

    routes = [Route(path, desk.hear, methods=["POST"]) for path in ("/twilio/sms", "/twilio/sms/status", "/fallback")]
    with served(Starlette(routes=[*routes, Mount("/standin", twilio.app)], lifespan=closing(twilio))) as url:
        twilio.webhook_url, twilio.status_url = f"{url}/twilio/sms", f"{url}/twilio/sms/status"
        with httpx2.Client(base_url=f"{url}/standin", auth=(ACCOUNT, TOKEN)) as http:
            yield Line(twilio, desk, http)
    assert desk.unsigned == 0


def test_a_text_reaches_us_signed_with_all_of_twilios_parameters(line: Line) -> None:
    line.text("¿Me duele la rodilla?  🙂 a+b&c=d")
    until(lambda: line.desk.got)
    _, params, token = line.desk.got[0]
    assert params["Body"] == "¿Me duele la rodilla?  🙂 a+b&c=d"
    assert params["FromCity"] == ""
    assert params["NumSegments"] == "1"
    assert params["MessageSid"] == params["SmsSid"] == params["SmsMessageSid"]
    assert len(token) == 32


def test_a_send_is_accepted_and_its_status_told(line: Line) -> None:
    answer = line.send(Body="Your visit is on Monday.")
    assert answer.status_code == 201
    assert answer.json()["status"] == "queued"
    assert answer.json()["sid"].startswith("SM")
    until(lambda: line.desk.statuses() == ["sent", "delivered"])
    assert line.handset() == ["Your visit is on Monday."]


def test_twilio_refuses_what_twilio_refuses(line: Line) -> None:
    wrong: list[tuple[dict[str, str], int]] = [
        ({"To": ""}, 21604),
        ({"To": "5550123"}, 21211),
        ({"From": "+15559999999"}, 21606),
        ({"To": NUMBER}, 21266),
        ({"Body": " "}, 21602),
        ({"Body": "x" * 1601}, 21617),
    ]
    for form, code in wrong:
        answer = line.send(**form)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not line.twilio.accepted()


def test_a_wrong_token_sends_nothing(line: Line) -> None:
    answer = line.http.post(MESSAGES, data={"To": PATIENT, "From": NUMBER, "Body": "x"}, auth=(ACCOUNT, "no"))
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert line.http.get(MESSAGES, auth=(ACCOUNT, "no")).status_code == 401


def test_after_stop_twilio_blocks_us_until_start(line: Line) -> None:
    for word in ("stop please", "Stop"):
        line.text(word)
    until(lambda: line.desk.texts() == ["stop please", "Stop"])
    assert line.send().json()["code"] == 21610
    assert any("unsubscribed" in body for body in line.handset())
    line.text("UNSTOP")
    assert line.send().status_code == 201
    assert all("OptOutType" not in params for _, params, _ in line.desk.got)


def test_with_advanced_opt_out_twilio_tells_us_that_it_answered(line: Line) -> None:
    line.twilio.advanced_opt_out = True
    line.text("STOP")
    until(lambda: line.desk.got)
    assert line.desk.got[0][1]["OptOutType"] == "STOP"


def test_a_carrier_that_keeps_few_texts_forgets_the_oldest(line: Line) -> None:
    line.twilio.keep = 3
    sids = [line.send(Body=f"text {number}").json()["sid"] for number in range(5)]
    until(lambda: len(line.desk.statuses()) == 10)  # those that it forgot arrived all the same
    assert [message["sid"] for message in line.http.get(MESSAGES).json()["messages"]] == sids[:1:-1]
    assert [text.sid for text in line.twilio.texts] == sids[2:]


def test_sent_texts_can_be_listed_newest_first(line: Line) -> None:
    sids = [line.send(Body=f"text {number}").json()["sid"] for number in range(3)]
    listed = line.http.get(MESSAGES, params={"To": PATIENT, "From": NUMBER, "PageSize": 2}).json()
    assert [message["sid"] for message in listed["messages"]] == sids[:0:-1]
    until(lambda: len(line.desk.statuses()) == 6)
    since = {"To": PATIENT, "DateSent>": "2020-01-01"}
    assert len(line.http.get(MESSAGES, params=since).json()["messages"]) == 3
    assert not line.http.get(MESSAGES, params=since | {"DateSent>": "2999-01-01"}).json()["messages"]
    one = line.http.get(MESSAGES.replace(".json", f"/{sids[0]}.json")).json()
    assert one["body"] == "text 0"
    assert line.http.get(MESSAGES.replace(".json", "/SM0.json")).status_code == 404


def test_faults_of_a_text_happen_once_each(line: Line) -> None:
    line.breaks("duplicate")
    line.text("one")
    until(lambda: line.desk.texts() == ["one", "one"])
    assert line.desk.got[0][2] != line.desk.got[1][2]
    line.breaks("retry")
    line.text("two")
    until(lambda: line.desk.texts()[2:] == ["two", "two"])
    assert line.desk.got[2][2] == line.desk.got[3][2]
    line.breaks("reorder", 1.0)
    line.text("three")
    line.text("four")
    until(lambda: line.desk.texts()[4:] == ["four", "three"])
    line.breaks("delay_inbound")
    line.text("five")
    until(lambda: line.desk.texts()[6:] == ["five"])
    assert not line.twilio.faults


@pytest.mark.parametrize(("kind", "code"), [("landline", "30006"), ("unreachable", "30003")])
def test_promise_26_a_text_that_cannot_arrive_says_why(line: Line, kind: FaultKind, code: str) -> None:
    line.breaks(kind)
    assert line.send().json()["error_code"] is None
    until(lambda: line.desk.statuses() == ["sent", "undelivered"])
    assert line.desk.got[-1][1]["ErrorCode"] == code
    assert "ErrorCode" not in line.desk.got[-2][1]
    assert line.handset() == []


def test_promise_27_statuses_can_come_late_twice_or_never(line: Line) -> None:
    line.breaks("status_reorder")
    line.send()
    until(lambda: line.desk.statuses() == ["delivered", "sent"])
    line.breaks("status_duplicate")
    line.send()
    until(lambda: line.desk.statuses()[2:] == ["sent", "sent", "delivered", "delivered"])
    line.breaks("status_lost")
    line.send()
    until(lambda: line.twilio.accepted()[-1].status == "delivered")
    assert len(line.desk.statuses()) == 6


def test_a_failed_webhook_is_not_tried_again_but_told_to_the_fallback(line: Line) -> None:
    line.desk.answers = [500]
    line.text("lost")
    until(lambda: line.twilio.texts[-1].status == "lost")
    assert line.desk.texts() == ["lost"]
    line.twilio.fallback_url = line.twilio.webhook_url.replace("/twilio/sms", "/fallback")
    line.desk.answers = [500, 200]
    line.text("kept")
    until(lambda: line.twilio.texts[-1].status == "read")
    assert line.desk.got[-1][0] == "/fallback"
    assert line.desk.got[-1][1]["ErrorCode"] == "11200"


def test_a_text_is_tried_twice_when_nobody_listens(line: Line) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        line.twilio.webhook_url = f"http://127.0.0.1:{free.getsockname()[1]}/twilio/sms"
    line.text("anybody?")
    until(lambda: line.twilio.texts[-1].status == "lost")
    assert line.twilio.hooks.log[-1].why == "connection"


def test_the_phone_sees_only_its_own_thread_and_what_is_new(line: Line) -> None:
    line.text("hello")
    assert line.http.get("/handset/+15550123999/messages").json()["messages"] == []
    first = line.http.get(f"{HANDSET}/messages").json()
    assert [(bubble["body"], bubble["mine"], bubble["segments"]) for bubble in first["messages"]] == [
        ("hello", True, 1)
    ]
    until(lambda: line.twilio.texts[-1].status == "read")
    again = line.http.get(f"{HANDSET}/messages", params={"after": first["cursor"]}).json()["messages"]
    assert all(bubble["status"] == "read" for bubble in again)
    assert line.http.get("/handset").json()["numbers"] == [PATIENT]


def test_the_phone_refuses_what_no_phone_sends(line: Line) -> None:
    wrong = [(f"{HANDSET}/send", {"body": " "}), ("/handset/5/send", {"body": "x"}), ("/faults", {"kind": "meteor"})]
    for path, body in wrong:
        assert line.http.post(path, json=body).status_code == 422


def test_a_fault_can_be_asked_for_from_the_page(line: Line) -> None:
    assert line.http.post("/faults", json={"kind": "429", "seconds": 7}).json() == {"waiting": ["429"]}
    answer = line.send()
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (429, "7", 20429)
