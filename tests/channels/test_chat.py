"""The web chat's wire: what the widget may say, and what may leave towards it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.address import Address
from agent.model.fault import Refused, Unreadable
from agent.model.message import Button, Line
from channels import chat

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
SESSION = Address(channel="chat", value="session-1")
ID = "6d1f0f3e-0b9a-4a52-9a55-3d3f6c1f1a11"


def frame(t: str, **fields: object) -> str:
    return json.dumps({"t": t, **fields})


def a_line(author: str = "agent", text: str = "Hello", **fields: object) -> Line:
    direction = "in" if author == "patient" else "out"
    return Line.model_validate(
        {"id": "L1", "direction": direction, "author": author, "text": text, "at": NOW, **fields}
    )


def test_a_widget_says_hello_with_its_token_and_the_last_line_it_has() -> None:
    got = chat.decode(frame("hello", clinic="demo", lang="es-MX", token="abc", after="L7"))
    assert got == chat.Hello(t="hello", clinic="demo", lang="es-MX", token="abc", after="L7")


def test_a_first_hello_needs_no_token() -> None:
    got = chat.decode(frame("hello", clinic="demo", lang="", token=None, after=""))
    assert isinstance(got, chat.Hello)
    assert got.token is None


def test_a_message_becomes_an_inbound_unique_under_its_session_and_client_id() -> None:
    said = chat.decode(frame("say", client_id=ID, text="  I need a doctor\r\nplease \u0000"))
    assert isinstance(said, chat.Said)
    got = chat.inbound(said, id="M1", clinic="demo", session=SESSION, received_at=NOW)
    assert (got.kind, got.text, got.payload) == ("text", "I need a doctor\nplease", None)
    assert (got.channel, got.sender, got.provider_id) == ("chat", SESSION, f"session-1:{ID}")


def test_a_quick_reply_keeps_its_payload_and_its_label() -> None:
    chosen = chat.decode(frame("choose", client_id=ID, payload="opening:3", text="Monday 9:00"))
    assert isinstance(chosen, chat.Chosen)
    got = chat.inbound(chosen, id="M1", clinic="demo", session=SESSION, received_at=NOW)
    assert (got.kind, got.text, got.payload) == ("choice", "Monday 9:00", "opening:3")


def test_typing_and_ping_are_heard() -> None:
    assert chat.decode('{"t":"typing","on":true}') == chat.Writing(t="typing", on=True)
    assert chat.decode(b'{"t":"ping"}') == chat.Ping(t="ping")


@pytest.mark.parametrize(
    ("raw", "code", "client_id"),
    [
        ("", "unreadable", None),
        ("{", "unreadable", None),
        ("[]", "unreadable", None),
        ("null", "unreadable", None),
        (b"\xff\xfe\x00", "unreadable", None),
        ("[" * 20_000, "unreadable", None),
        (frame("shout"), "unreadable", None),
        (frame("hello", clinic=""), "unreadable", None),
        (frame("hello", clinic="demo", lang="<b>"), "unreadable", None),
        (frame("hello", clinic="demo", token="x" * 257), "unreadable", None),
        (frame("say", client_id=ID), "unreadable", ID),
        (frame("say", client_id=ID, text="hi", more=1), "unreadable", ID),
        (frame("say", client_id=ID, text=7), "unreadable", ID),
        (frame("say", client_id="../../x", text="hi"), "unreadable", None),
        (frame("say", client_id="short", text="hi"), "unreadable", None),
        ('{"t":"say","client_id":"' + ID + '","text":"\\ud800"}', "unreadable", ID),
        (frame("say", client_id=ID, text=" \n\u0007 "), "empty", ID),
        (frame("say", client_id=ID, text="x" * 2001), "too_long", ID),
        (frame("say", client_id=ID, text="x" * 40_000), "too_long", None),
        (frame("choose", client_id=ID, payload="", text="Yes"), "unreadable", ID),
        (frame("choose", client_id=ID, payload="p" * 513, text="Yes"), "unreadable", ID),
        (frame("typing", on="very"), "unreadable", None),
    ],
)
def test_a_broken_frame_is_refused_with_a_code_and_never_with_its_words(
    raw: str | bytes, code: str, client_id: str | None
) -> None:
    with pytest.raises(chat.BadFrame) as caught:
        chat.decode(raw)
    assert (caught.value.code, caught.value.client_id) == (code, client_id)
    assert isinstance(caught.value, Unreadable)
    assert caught.value.__cause__ is None
    answer = json.loads(chat.error(caught.value.code, caught.value.client_id))
    assert (answer["t"], answer["code"], answer["client_id"]) == ("error", code, client_id)
    assert str(caught.value) == answer["text"] != ""


def test_the_longest_message_of_the_widest_characters_still_fits_a_frame() -> None:
    got = chat.decode(frame("say", client_id=ID, text="😀" * 2000))  # json.dumps escapes each as 12 bytes
    assert isinstance(got, chat.Said)
    assert len(got.text) == 2000


def test_the_clinic_may_set_a_shorter_cap() -> None:
    with pytest.raises(chat.BadFrame, match="too long"):
        chat.decode(frame("say", client_id=ID, text="x" * 11), max_text=10)


@given(st.one_of(st.text(), st.binary(), st.recursive(st.none() | st.text(), st.lists).map(json.dumps)))
def test_whatever_arrives_it_is_a_frame_or_a_clear_refusal(raw: str | bytes) -> None:
    try:
        got = chat.decode(raw)
    except chat.BadFrame:
        return
    assert isinstance(got, chat.ClientFrame)


def test_a_line_goes_out_with_its_language_direction_and_buttons() -> None:
    line = a_line(text="أهلًا", locale="ar", buttons=(Button(label="نعم", payload="affirm"),), urgent=True)
    got = json.loads(chat.line(line))["line"]
    assert got == {
        "id": "L1", "direction": "out", "author": "agent", "name": "", "text": "أهلًا", "lang": "ar", "dir": "rtl",
        "at": "2026-03-12T15:00:00+00:00", "buttons": [{"label": "نعم", "payload": "affirm"}], "client_id": None,
        "urgent": True, "photo": False,
    }  # fmt: skip


def test_what_the_person_wrote_finds_its_own_direction() -> None:
    assert chat.wire(a_line("patient", locale="ar", client_id=ID))["dir"] == ""


@pytest.mark.parametrize(
    ("locale", "way"), [("en", "ltr"), ("es-MX", "ltr"), ("ar_EG", "rtl"), ("UR", "rtl"), ("", ""), (None, "")]
)
def test_a_language_has_a_direction(locale: str | None, way: str) -> None:
    assert chat.direction(locale) == way


def test_a_staff_line_carries_the_name_and_not_the_staff_id() -> None:
    sent = chat.line(a_line("staff:01JSECRETID"), "Maria")
    assert "01JSECRETID" not in sent
    assert (json.loads(sent)["line"]["author"], json.loads(sent)["line"]["name"]) == ("staff", "Maria")


def test_a_staff_note_never_reaches_the_person() -> None:
    note = a_line("note:01JSECRETID", "Rude on the phone")
    assert not chat.shown(note)
    with pytest.raises(Refused):
        chat.line(note)
    sent = chat.welcome(
        token="t", conversation="C1", clinic_name="Cedar Clinic", phone="+15550100123", lines=[note, a_line()], names={}
    )
    assert "Rude" not in sent
    assert [line["text"] for line in json.loads(sent)["lines"]] == ["Hello"]


def test_the_welcome_tells_who_answers_and_how_to_reach_a_person() -> None:
    sent = chat.welcome(
        token="t", conversation="C1", clinic_name="Cedar Clinic", phone="+15550100123",
        lines=[a_line("staff:7")], names={"staff:7": "Maria"}, mode="staff", name="Maria",
    )  # fmt: skip
    got = json.loads(sent)
    assert (got["t"], got["mode"], got["name"], got["phone"]) == ("welcome", "staff", "Maria", "+15550100123")
    assert got["person"] == chat.PERSON
    assert got["lines"][0]["name"] == "Maria"


def test_a_closed_conversation_is_answered_by_the_assistant() -> None:
    assert json.loads(chat.mode("closed")) == {"t": "mode", "mode": "agent", "name": ""}


def test_small_frames_say_what_they_say() -> None:
    assert json.loads(chat.ack(ID, "L2")) == {"t": "ack", "client_id": ID, "line": "L2"}
    assert json.loads(chat.typing(True, "staff")) == {"t": "typing", "on": True, "who": "staff"}
    assert json.loads(chat.pong()) == {"t": "pong"}
