"""The chat's socket: sessions, resuming, one line each, typing, time-outs and origins."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from anyio import ClosedResourceError
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from agent.desk import handoff
from agent.desk.rows_of_words import reply_of_person
from agent.model.address import Address
from agent.model.conversation import Conversation
from agent.model.fault import Busy
from agent.web import chat
from tests.desk.world import World

HERE = {"origin": "https://desk.example", "host": "desk.example"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_TICK", 0.05)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    # what the test client raises in a send to a page that has gone; a server's is WebSocketDisconnect
    assert [fault for fault in made.faults if not isinstance(fault, ClosedResourceError)] == []


class Page:
    """The widget's side of one connection."""

    def __init__(self, ws: WebSocketTestSession) -> None:
        self.ws, self.welcome = ws, {}

    def hello(self, token: str | None = None, after: str = "", clinic: str = "demo", lang: str = "en") -> Any:
        self.send(t="hello", clinic=clinic, lang=lang, token=token, after=after)
        answer = self.next()
        if answer["t"] == "welcome":
            self.welcome = answer
        return answer

    def send(self, **frame: Any) -> None:
        self.ws.send_text(json.dumps(frame))

    def say(self, text: str, client_id: str = "client-0001") -> None:
        self.send(t="say", client_id=client_id, text=text)

    def next(self, t: str = "") -> Any:
        """The next frame, or the next one of a kind."""
        while True:
            frame = json.loads(self.ws.receive_text())
            if t in ("", frame["t"]):
                return frame

    def until_pong(self) -> list[Any]:
        """Everything that comes before the answer to a ping."""
        self.send(t="ping")
        got = []
        while (frame := self.next())["t"] != "pong":
            got.append(frame)
        return got


class Open:
    """`with Open(world) as page`: a connected page."""

    def __init__(self, world: World, headers: dict[str, str] | None = None, client: TestClient | None = None) -> None:
        self._session = (client or world.client()).websocket_connect("/chat/socket", headers=headers or HERE)

    def __enter__(self) -> Page:
        return Page(self._session.__enter__())

    def __exit__(self, *fault: Any) -> None:
        self._session.__exit__(*fault)


def conversation(world: World, page: Page) -> Conversation:
    with world.desk.store.begin(write=False) as tx:
        found = tx.conversations.get(page.welcome["conversation"])
    assert found is not None
    return found


def test_the_first_line_says_that_this_is_software_and_how_to_reach_a_person(world: World) -> None:
    with Open(world) as page:
        lines = page.hello(lang="es-MX")["lines"]
        assert "asistente" in lines[0]["text"]
        assert lines[0]["lang"] == "es"
        assert world.clinic.phone == page.welcome["phone"]


def test_a_message_is_acknowledged_answered_and_typing_stops(world: World) -> None:
    with Open(world) as page:
        page.hello()
        page.say("what are your hours?")
        frames = [page.next()]
        while frames[-1]["t"] != "typing":
            frames.append(page.next())
        assert [f["client_id"] for f in frames if f["t"] == "ack"] == ["client-0001"]
        world.settle()
        while frames[-1].get("on") is not False:
            frames.append(page.next())
        assert [f["line"]["direction"] for f in frames if f["t"] == "line"] == ["in", "out"]
        assert [f["on"] for f in frames if f["t"] == "typing"] == [True, False]


def test_typing_stops_when_no_answer_comes(world: World) -> None:
    with Open(world) as page:
        page.hello()
        page.say("hello", "client-0001")
        assert page.next("typing")["on"] is True
        handoff.take(world.desk, page.welcome["conversation"], world.staff())  # a person takes over meanwhile
        world.settle()
        assert page.next("typing")["on"] is False


def test_typing_stops_by_itself_after_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_TYPING", 0.2)
    with Open(world) as page:
        page.hello()
        page.say("hello")
        assert page.next("typing")["on"] is True
        assert page.next("typing")["on"] is False  # no worker runs


def test_a_message_sent_twice_on_a_bad_line_is_heard_once(world: World) -> None:
    with Open(world) as page:
        page.hello()
        for _ in range(3):
            page.say("what are your hours?", "client-same")
        acks = [page.next("ack")["line"] for _ in range(3)]
        assert len(set(acks)) == 1
        world.settle()
        assert conversation(world, page).turns == 1


def test_a_page_that_comes_back_has_the_rest_of_its_conversation(world: World) -> None:
    with Open(world) as page:
        first = page.hello()
        page.say("what are your hours?")
        page.next("ack")
    world.settle()
    last = first["lines"][-1]["id"]
    with Open(world) as page:
        again = page.hello(first["token"], last)
        assert again["conversation"] == first["conversation"]
        assert [x["direction"] for x in again["lines"] if x["id"] > last] == ["in", "out"]


def test_a_line_that_is_committed_late_is_still_shown(world: World) -> None:
    """Two workers: the line with the smaller id may be committed after the greater one."""
    with Open(world) as page:
        page.hello()
        held = conversation(world, page)
        early = reply_of_person(world.desk, held, "early, but late", world.staff().id, world.clock())
        late = reply_of_person(world.desk, held, "late", world.staff().id, world.clock())
        for message in (late, early):
            with world.desk.store.begin() as tx:
                tx.outbox.add(message)
            world.desk.bus.ring(f"thread:{held.id}")
            assert page.next("line")["line"]["text"] == message.text
    with Open(world) as back:  # and also to a page that had the greater one when its line went bad
        again = back.hello(page.welcome["token"], late.id)
        assert "early, but late" in [x["text"] for x in again["lines"]]


def test_a_long_conversation_comes_whole(world: World) -> None:
    with Open(world) as page:
        first = page.hello()
        held = conversation(world, page)
        rosa = world.staff().id
        with world.desk.store.begin() as tx:
            for number in range(450):
                world.clock.pass_time(seconds=1)
                tx.outbox.add(reply_of_person(world.desk, held, f"line {number}", rosa, world.clock()))
    with Open(world) as page:
        again = page.hello(first["token"])
        shown = [x["text"] for x in again["lines"]]
        while len(shown) < 452:
            shown.append(page.next("line")["line"]["text"])
        assert shown[2:] == [f"line {n}" for n in range(450)]


def test_a_session_ends_after_half_an_hour_of_silence(world: World) -> None:
    with Open(world) as page:
        first = page.hello()
        world.clock.pass_time(minutes=31)
        page.say("still there?")
        gone = page.next("error")
        assert (gone["code"], gone["client_id"]) == ("expired", "client-0001")
        with pytest.raises(WebSocketDisconnect):
            page.next()
    assert world.inbox_waiting() == 0
    with Open(world) as page:
        assert page.hello(first["token"])["conversation"] != first["conversation"]


def test_a_session_ends_after_twelve_hours_however_busy(world: World) -> None:
    with Open(world) as page:
        page.hello()
        for number in range(24):
            world.clock.pass_time(minutes=29)
            page.say("hello", f"client-{number:04d}")
            assert page.next("ack")
        world.clock.pass_time(minutes=29)
        page.say("hello", "client-last")
        assert page.next("error")["code"] == "expired"


def test_promise_52_the_widget_talks_from_listed_origins_only(world: World) -> None:
    for origin in ("https://evil.example", "null", "", "https://desk.example.evil.example", "http://desk.example:1"):
        with Open(world, {"host": "desk.example", **({"origin": origin} if origin else {})}) as page:
            assert page.next()["code"] == "refused"
            with pytest.raises(WebSocketDisconnect) as closed:
                page.next()
            assert closed.value.code == 1008
    with Open(world, {"host": "desk.example", "origin": "https://clinic.example"}) as page:
        token = page.hello()["token"]
    with Open(world) as page:  # a token is bound to the origin it was made for
        assert page.hello(token)["token"] != token


def test_frames_that_cannot_be_read_are_answered_and_harm_nothing(world: World) -> None:
    with Open(world) as page:
        page.say("too early")
        page.hello()
        for raw in ("{", "[]", "null", '{"t":"what"}', '{"t":"say"}', "x" * 40_000):
            page.ws.send_text(raw)
            assert page.next("error")["code"] in ("unreadable", "too_long")
        page.send(t="hello", clinic="demo", lang="en")
        assert page.next("error")["code"] == "unreadable"  # once per connection
        page.say("   ")
        assert page.next("error")["code"] == "empty"
        assert page.until_pong() == []
    assert world.inbox_waiting() == 0


def test_an_unknown_clinic_is_told_so(world: World) -> None:
    with Open(world) as page:
        assert page.hello(clinic="elsewhere")["code"] == "unknown_clinic"


def test_a_flood_is_slowed_and_nobody_else_notices(world: World) -> None:
    client = world.client()
    with Open(world, client=client) as page, Open(world, client=client) as other:
        page.hello()
        other.hello()
        for number in range(31):
            page.say("hello", f"client-{number:04d}")
        codes = [f.get("code") for f in page.until_pong() if f["t"] == "error"]
        assert codes == ["too_fast"]
        other.say("hello")
        assert other.next("ack")


def test_while_the_database_is_away_the_page_is_told_to_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, away = world.desk.store.begin, threading.Event()

    def begin(*, write: bool = True, durable: bool = True) -> Any:
        if away.is_set():
            raise Busy("away")
        return real(write=write, durable=durable)

    monkeypatch.setattr(world.desk.store, "begin", begin)
    with Open(world) as page:
        away.set()
        assert page.hello()["code"] == "busy"
        away.clear()
        page.hello()
        away.set()
        page.say("hello")
        told = page.next("error")
        assert (told["code"], told["client_id"]) == ("busy", "client-0001")
        away.clear()
        page.say("hello")
        assert page.next("ack")


def test_a_person_who_takes_over_is_named_and_their_notes_are_not_shown(world: World) -> None:
    with Open(world) as page:
        page.hello()
        id, rosa = page.welcome["conversation"], world.staff()
        handoff.take(world.desk, id, rosa)
        handoff.note(world.desk, id, rosa, "a note for colleagues")
        handoff.reply(world.desk, id, rosa, "This is Rosa.")
        frames = [page.next() for _ in range(3)]
        assert {f["t"] for f in frames} == {"line", "mode"}
        mode = next(f for f in frames if f["t"] == "mode")
        assert (mode["mode"], mode["name"]) == ("staff", "Rosa Delgado")
        said = [f["line"] for f in frames if f["t"] == "line"]
        assert said[-1]["name"] == "Rosa Delgado"
        assert rosa.id not in json.dumps(frames)
        assert "colleagues" not in json.dumps(page.until_pong() + frames)


def test_chat_sessions_are_not_found_by_guessing(world: World) -> None:
    with Open(world) as page:
        token = page.hello()["token"]
        address = conversation(world, page).address
    assert len(token) >= 43
    assert isinstance(address, Address)
    assert token not in address.value
