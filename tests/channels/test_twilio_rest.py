"""Sending through Twilio's API, over a real connection to the stand-in, and what each failure means."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agent.adapters.ids import new_ids
from agent.demo.twilio_exchange import FaultKind
from agent.model.address import Address
from agent.model.fault import Busy, Misconfigured, Rejected, SendFault, Stopped, Unknown
from agent.model.message import Outbound
from agent.ports.missed import Missed
from channels.sms import SmsChannel
from channels.twilio_rest import Accepted, TwilioRest, Wire
from tests.standin import Fault, TwilioStandIn, served, until
from tests.standin.hooks import ACCOUNT, NUMBER, PATIENT, TOKEN


def message(text: str = "Your visit is on Monday.") -> Outbound:
    now = datetime.now(UTC)
    to = Address(channel="sms", value=PATIENT)
    return Outbound(
        id="01K", conversation="01C", channel="sms", to=to, text=text, locale="en", created_at=now, due_at=now
    )


@pytest.fixture
def twilio() -> TwilioStandIn:
    return TwilioStandIn(ACCOUNT, TOKEN, NUMBER, "http://127.0.0.1:9/twilio/sms", pace=0.01)


@pytest.fixture
def connect(twilio: TwilioStandIn) -> Iterator[Callable[..., TwilioRest]]:
    opened: list[TwilioRest] = []
    with served(twilio.app) as url:

        def make(token: str = TOKEN, **more: float) -> TwilioRest:
            opened.append(TwilioRest(ACCOUNT, token, url, **{"read_seconds": 0.4} | more))  # type: ignore[arg-type]
            return opened[-1]

        yield make
        for rest in opened:
            rest.close()


@pytest.fixture
def channel(connect: Callable[..., TwilioRest]) -> SmsChannel:
    return SmsChannel(connect())


@dataclass
class Odd:
    """A server in Twilio's place that gives one odd answer."""

    url: str = ""
    answer: Response = field(default_factory=Response)

    async def say(self, _: Request) -> Response:
        return self.answer


@pytest.fixture(scope="module")
def odd() -> Iterator[Odd]:
    server = Odd()
    with served(Starlette(routes=[Route("/{path:path}", server.say, methods=["POST"])])) as server.url:
        yield server


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def test_a_text_is_sent_once_and_its_id_kept(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    receipt = channel.send(message("¿Le va bien el lunes? 🙂 a+b&c"), NUMBER, "https://desk.example/twilio/sms/status")
    [text] = twilio.accepted()
    assert receipt.provider_ids == (text.sid,)
    assert receipt.status == "queued"
    assert (text.body, text.to) == ("¿Le va bien el lunes? 🙂 a+b&c", PATIENT)
    assert text.callback == "https://desk.example/twilio/sms/status"


def test_a_long_text_goes_as_several_with_all_their_ids(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    receipt = channel.send(message("We are open. " * 150), NUMBER, None)
    assert receipt.provider_ids == tuple(text.sid for text in twilio.accepted())
    assert len(receipt.provider_ids) == 2


def test_an_empty_text_is_never_sent(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    with pytest.raises(Rejected):
        channel.send(message(" "), NUMBER, None)
    assert not twilio.accepted()


def test_promise_26_too_many_requests_means_later(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    twilio.faults.append(Fault("429", 7))
    with pytest.raises(Busy) as busy:
        channel.send(message(), NUMBER, None)
    assert (busy.value.retry_after, busy.value.code, busy.value.why) == (7.0, "20429", "delivery_busy")
    assert channel.send(message(), NUMBER, None).provider_ids


def test_promise_26_an_error_of_twilios_own_means_later(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    twilio.faults.append(Fault("500"))
    with pytest.raises(Busy):
        channel.send(message(), NUMBER, None)
    assert not twilio.accepted()


def test_promise_24_a_person_who_stopped_is_never_texted(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    twilio.opted_out.add(PATIENT)
    with pytest.raises(Stopped) as stopped:
        channel.send(message(), NUMBER, None)
    assert stopped.value.code == "21610"


def test_promise_26_our_own_mistakes_are_named(
    connect: Callable[..., TwilioRest], channel: SmsChannel, twilio: TwilioStandIn
) -> None:
    with pytest.raises(Misconfigured):
        SmsChannel(connect("wrong")).send(message(), NUMBER, None)
    with pytest.raises(Misconfigured):
        channel.send(message(), "+15559999999", None)
    nobody = message().model_copy(update={"to": Address(channel="sms", value="5550123")})
    with pytest.raises(Rejected) as bad:
        channel.send(nobody, NUMBER, None)
    assert bad.value.why == "delivery_bad_number"
    assert not twilio.accepted()


def test_promise_13_a_lost_answer_is_looked_up_and_not_sent_again(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    since = datetime.now(UTC)
    twilio.faults.append(Fault("timeout_after_accept", 1.0))
    with pytest.raises(Unknown):
        channel.send(message(), NUMBER, None)
    [text] = twilio.accepted()
    assert channel.find_sent(message(), NUMBER, since) == text.sid
    assert channel.find_sent(message("Another text."), NUMBER, since) is None
    assert channel.find_sent(message(), NUMBER, since + timedelta(minutes=1)) is None


def test_promise_13_a_text_that_trims_its_end_is_still_found(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    sid = channel.send(message("Reply 1 for Yes.\n"), NUMBER, None).provider_ids[0]
    twilio.accepted()[0].body = "Reply 1 for Yes."
    assert channel.find_sent(message("Reply 1 for Yes.\n"), NUMBER, long_ago()) == sid


def test_promise_13_half_of_a_long_text_is_for_a_person_to_judge(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    words = "We are open. " * 150
    assert channel.find_sent(message(words), NUMBER, long_ago()) is None
    channel.send(message(words), NUMBER, None)
    assert channel.find_sent(message(words), NUMBER, long_ago()) == twilio.accepted()[0].sid
    twilio.texts.pop()
    with pytest.raises(Unknown):
        channel.find_sent(message(words), NUMBER, long_ago())


def test_promise_13_a_failure_after_the_first_part_is_never_repeated(twilio: TwilioStandIn) -> None:
    sent: list[str] = []

    class Breaks:
        def send(self, to: str, sender: str, body: str, status_url: str | None) -> Accepted:
            if sent:
                raise Busy("delivery_busy", "20429")
            sent.append(body)
            return Accepted("SM1", "queued")

    with pytest.raises(Unknown):
        SmsChannel(Breaks()).send(message("We are open. " * 150), NUMBER, None)  # type: ignore[arg-type]
    assert len(sent) == 1


def test_nobody_listening_means_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    rest = TwilioRest(ACCOUNT, TOKEN, f"http://127.0.0.1:{port}")
    with pytest.raises(Busy):
        rest.send(PATIENT, NUMBER, "hi", None)
    with pytest.raises(Busy):
        rest.sent(PATIENT, NUMBER, long_ago())
    rest.close()


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "retry_after"),
    [
        (201, {}, "<html>proxy page</html>", Unknown, None),
        (201, {}, "{}", Unknown, None),
        (201, {}, "[1]", Unknown, None),
        (503, {"retry-after": "12"}, "", Busy, 12),
        (503, {"retry-after": "Fri, 12 Jun 2015 15:00:30 GMT"}, "", Busy, 0),
        (503, {"retry-after": "soon"}, "no", Busy, None),
        (502, {}, "bad gateway", Unknown, None),
        (307, {"location": "http://127.0.0.1:9/"}, "", Misconfigured, None),
        (400, {}, '{"code": 88888, "message": "new"}', Rejected, None),
        (400, {}, '{"type": "t", "title": "t", "status": 400, "code": 21610}', Stopped, None),
        (400, {}, '["odd"]', Rejected, None),
    ],
)
def test_promise_26_every_odd_answer_has_a_next_step(
    odd: Odd, status: int, headers: dict[str, str], body: str, kind: type[SendFault], retry_after: float | None
) -> None:
    odd.answer = Response(body, status, headers=headers)
    rest = TwilioRest(ACCOUNT, TOKEN, odd.url)
    try:
        with pytest.raises(kind) as fault:
            rest.send(PATIENT, NUMBER, "hi", None)
    finally:
        rest.close()
    assert type(fault.value) is kind
    assert fault.value.retry_after == retry_after


def test_a_connection_cut_after_the_request_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take_and_hang_up() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)

        thread = threading.Thread(target=take_and_hang_up)
        thread.start()
        rest = TwilioRest(ACCOUNT, TOKEN, f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(Unknown):
            rest.send(PATIENT, NUMBER, "hi", None)
        thread.join()
        rest.close()


def test_several_threads_share_one_connection_pool(connect: Callable[..., TwilioRest], twilio: TwilioStandIn) -> None:
    rest = connect(read_seconds=5.0)
    got: list[str] = []

    def send(name: int) -> None:
        got.extend(rest.send(PATIENT, NUMBER, f"{name}:{number}", None).sid for number in range(10))

    threads = [threading.Thread(target=send, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == len(twilio.accepted()) == 40


def test_promise_42_no_number_and_no_word_reaches_a_log(channel: SmsChannel, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        channel.send(message("the knee of Ana Canary"), NUMBER, None)
        channel.find_sent(message("the knee of Ana Canary"), NUMBER, long_ago())
    assert PATIENT.removeprefix("+") not in caplog.text
    assert "Canary" not in caplog.text


def test_only_messaging_is_called(connect: Callable[..., TwilioRest]) -> None:
    rest = connect()
    with pytest.raises(ValueError, match="messaging API"):
        rest._wire.request("GET", "https://lookups.twilio.com/v2", SimpleNamespace())  # type: ignore[arg-type]


def arrivals(twilio: TwilioStandIn, count: int, media: tuple[str, ...] = ()) -> list[str]:
    """Ids of texts that people have sent, a second apart, oldest first."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    made = [twilio.add(PATIENT, NUMBER, f"text {n}", "inbound", "received", media=media) for n in range(count)]
    for n, text in enumerate(made):
        text.created_at = text.sent_at = began + timedelta(seconds=n)
    return [text.sid for text in made]


def missed_of(channel: SmsChannel, known: frozenset[str] = frozenset(), hours: float = 2.0) -> Missed:
    now = datetime.now(UTC)
    return channel.missed(
        NUMBER, now - timedelta(hours=hours), now, unknown=lambda ids: set(ids) - known, clinic="k",
        new_id=new_ids(lambda: now),
    )  # fmt: skip


def test_promise_08_twilios_list_of_inbound_texts_is_read_page_by_page_oldest_first(
    channel: SmsChannel, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.twilio_rest.PAGE", 7)
    sids = arrivals(twilio, 30)
    channel.send(message(), NUMBER, None)  # ours, not a person's
    missed = missed_of(channel, frozenset(sids[:3]))
    assert [m.provider_id for m in missed.messages] == sids[3:]
    first = missed.messages[0]
    assert (first.text, first.sender.value, first.recipient, first.clinic) == ("text 3", PATIENT, NUMBER, "k")
    assert first.received_at == twilio.texts[3].sent_at
    assert missed_of(channel, hours=0.5).messages == ()


def test_of_a_long_day_only_what_may_have_been_missed_is_read(
    channel: SmsChannel, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twilio filters by the day alone; every minute all of it would be read again."""
    monkeypatch.setattr("channels.twilio_rest.PAGE", 20)
    sids = arrivals(twilio, 400)
    asked: list[str] = []
    real = Wire.request
    monkeypatch.setattr(Wire, "request", lambda self, *given: asked.append(given[1]) or real(self, *given))
    since = twilio.texts[380].sent_at
    assert since is not None
    heard = channel._rest.received(NUMBER, since, datetime.now(UTC))  # type: ignore[attr-defined]
    assert [text.sid for text in heard] == sids[380:]
    assert len(asked) == 4  # 20 later ones, then 50 before


def test_one_that_stands_out_of_order_is_read_all_the_same(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    sids = arrivals(twilio, 120)
    since = twilio.texts[110].sent_at
    twilio.texts.insert(70, twilio.texts.pop())  # 40 before the moment stand in front of it
    heard = channel._rest.received(NUMBER, since, datetime.now(UTC))  # type: ignore
    assert {text.sid for text in heard} == set(sids[110:])


def test_a_missed_text_is_what_its_webhook_would_have_been(channel: SmsChannel, twilio: TwilioStandIn) -> None:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    twilio.add(PATIENT, NUMBER, "Stop", "inbound", "received").created_at = long_ago()
    twilio.add(PATIENT, NUMBER, "", "inbound", "received", media=(url,))
    twilio.add("CLINIC", NUMBER, "not from a phone", "inbound", "received")
    for text in twilio.texts:
        text.sent_at = long_ago()
    missed = missed_of(channel)
    assert missed.unreadable == 1
    assert [(m.kind, m.media) for m in missed.messages] == [("stop", ()), ("text", (url,))]
    assert missed.messages[0].provider["stop_word"] == "STOP"


@pytest.mark.parametrize("kind", ["list_429", "list_500", "list_garbage"])
def test_a_list_that_cannot_be_had_is_told_from_an_empty_one(
    kind: FaultKind, channel: SmsChannel, twilio: TwilioStandIn
) -> None:
    sids = arrivals(twilio, 2)
    twilio.faults.append(Fault(kind))
    with pytest.raises(Busy):
        missed_of(channel)
    assert [m.provider_id for m in missed_of(channel).messages] == sids


def test_a_list_without_end_is_not_believed(
    channel: SmsChannel, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.twilio_rest.MOST", 5)
    arrivals(twilio, 5)
    with pytest.raises(Busy, match="delivery_busy"):
        missed_of(channel)


def test_promise_04_while_a_token_changes_every_text_still_goes_out(
    connect: Callable[..., TwilioRest], twilio: TwilioStandIn
) -> None:
    """The list in the settings may name the new one first before Twilio knows it, or the old one when it is gone."""
    channel = SmsChannel(connect("the-new-one," + TOKEN))
    channel.send(message("before"), NUMBER, None)
    twilio.auth_token = "the-new-one"
    channel.send(message("after"), NUMBER, None)
    channel.send(message("later"), NUMBER, None)
    assert [t.body for t in twilio.accepted()] == ["before", "after", "later"]
    twilio.auth_token = "another"
    with pytest.raises(Misconfigured):
        channel.send(message("too late"), NUMBER, None)


def test_calls_of_ours_are_listed_with_what_became_of_them(
    twilio: TwilioStandIn, connect: Callable[..., TwilioRest]
) -> None:
    rest, url = connect(), "https://desk.example.org/x"
    twilio.other_end = {"takes": False, "unavailable": "busy"}
    begun = twilio.now()
    sids = [rest.dial(PATIENT, NUMBER, url, url, 20, listen=listen) for listen in (True, False)]
    assert [p.id for p in rest.placed(PATIENT, NUMBER, begun)] == sids[::-1]
    assert rest.placed("+15550123998", NUMBER, begun) == []
    assert rest.placed(PATIENT, NUMBER, begun + timedelta(minutes=1)) == []
    assert [c.detect for c in twilio.calls] == [True, False]
    until(lambda: {p.status for p in rest.placed(PATIENT, NUMBER, begun)} == {"busy"})
    twilio.faults.append(Fault("list_429"))
    with pytest.raises(Busy):
        rest.placed(PATIENT, NUMBER, begun)
