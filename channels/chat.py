"""The web chat's words on the wire: decodes the widget's frames, encodes ours; no socket, no store, no turn.

One WebSocket at `/chat/socket` carries JSON objects as text frames; `t` names the kind.

From the widget:

- `{"t":"hello","clinic","lang","token":null|"…","after":""}` first, once per connection. `token` resumes a
  conversation; `after` is the last line id the widget has, so that only later lines come
  back; it counts only where the token resumes.
- `{"t":"say","client_id","text"}` and `{"t":"choose","client_id","payload","text"}` are repeated with the same
  `client_id` until acknowledged; the server stores one. Other words with the same id are `unreadable`.
- `{"t":"typing","on":true}`, `{"t":"ping"}`; `{"t":"seen","line"}`: that line and all before it stood on the screen.

To the widget:

- `welcome`: `token`, `conversation`, `clinic_name`, `phone` (E.164), `lines`, `mode`, `name` (of staff), `person`
  (the payload that the "talk to a person" button chooses). Another `conversation` than before: the widget starts clean.
- `line`: one line of the thread; `lang` and `dir` where known; `client_id` on the person's own lines.
- `ack`: `client_id` is stored, as line `line` (may be empty).
- `photo`: `on` while a photograph is asked for. The widget posts it to `/chat/photo` (its bytes alone, JPEG or PNG, at
  most 8 MB) with the token in `X-Chat-Token` and a client id in `X-Client-Id`, until it is answered; the answer is
  `{"client_id","line"}`, or a `code` as below, or `photo_wrong`. A line that is a photograph has `photo` true.
- `typing`: `on`, `who` (`desk` or `staff`). `mode`: `agent`, `waiting_staff` or `staff` with their `name`. `pong`.
- `error`: `code`, a plain English `text`, and the `client_id` it is about, if any. Codes: `unreadable`, `empty`,
  `too_long`, `too_fast`, `busy` (try again), `expired` (forget the token), `unknown_clinic` and `refused` (do not
  come back). The widget says each in the person's language.

Staff notes never pass: `shown` is false for them and `line` refuses them. Staff ids stay here; the name goes out.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from agent.model.address import Address
from agent.model.conversation import Mode
from agent.model.fault import Refused, Unreadable
from agent.model.message import Inbound, Line
from agent.model.value import Value
from channels.optout import decide

MAX_FRAME = 32_768  # bytes; 2,000 characters are at most 24,000 when each is escaped as a surrogate pair
MAX_TEXT = 2_000  # characters of one message
_NOT_TEXTS = frozenset({"CANCEL", "END", "QUIT"})
PERSON = "intent:talk_to_human"  # what the "talk to a person" button chooses
RTL = frozenset("ar ckb dv fa he ps sd ug ur yi".split())

Code = Literal["unreadable", "empty", "too_long", "too_fast", "busy", "expired", "unknown_clinic", "refused"]
_TEXTS: dict[Code, str] = {
    "unreadable": "That could not be read.",
    "empty": "The message is empty.",
    "too_long": "The message is too long.",
    "too_fast": "Too many messages at once. Please wait a moment.",
    "busy": "We cannot take messages right now. Please try again in a moment.",
    "expired": "This conversation has ended.",
    "unknown_clinic": "There is no such clinic here.",
    "refused": "Chat is not available on this page.",
}
_ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
_Language = Annotated[str, StringConstraints(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})?$")]


class Hello(Value):
    t: Literal["hello"]
    clinic: str = Field(min_length=1, max_length=64)
    lang: _Language = ""
    token: str | None = Field(None, max_length=256)
    after: str = Field("", max_length=64)


class Said(Value):
    t: Literal["say"]
    client_id: _ClientId
    text: str


class Chosen(Value):
    t: Literal["choose"]
    client_id: _ClientId
    payload: str = Field(min_length=1, max_length=512)
    text: str = Field("", max_length=512)


class Writing(Value):
    t: Literal["typing"]
    on: bool


class Seen(Value):
    t: Literal["seen"]
    line: str = Field(pattern=r"^[0-9A-Z]{26}$")


class Ping(Value):
    t: Literal["ping"]


ClientFrame = Hello | Said | Chosen | Writing | Seen | Ping
_FRAMES: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="t")])


class BadFrame(Unreadable):
    """A frame that cannot be taken; `error(code, client_id)` is the answer. Never carries what was written."""

    def __init__(self, code: Code, client_id: str | None = None) -> None:
        super().__init__(_TEXTS[code])
        self.code, self.client_id = code, client_id


def decode(raw: str | bytes, max_text: int = MAX_TEXT) -> ClientFrame:
    """One frame of the widget's; raises BadFrame for anything else. `max_text` counts characters after trimming."""
    if len(raw) > MAX_FRAME or (isinstance(raw, str) and len(raw.encode("utf-8", "replace")) > MAX_FRAME):
        raise BadFrame("too_long")
    try:
        data: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFrame("unreadable") from None
    if _broken(data):
        raise BadFrame("unreadable", _client_id(data))
    try:
        frame = _FRAMES.validate_python(data)
    except ValidationError:
        raise BadFrame("unreadable", _client_id(data)) from None
    if isinstance(frame, Said):
        return _trimmed(frame, max_text)
    return frame.model_copy(update={"text": _clean(frame.text)}) if isinstance(frame, Chosen) else frame


def _trimmed(frame: Said, max_text: int) -> Said:
    text = _clean(frame.text)
    if not text:
        raise BadFrame("empty", frame.client_id)
    if len(text) > max_text:
        raise BadFrame("too_long", frame.client_id)
    return frame.model_copy(update={"text": text})


def _broken(data: Any) -> bool:
    """Whether some text holds half a surrogate pair, which JSON can escape but no database takes."""
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return True
    return False


def _clean(text: str) -> str:
    """Trimmed, one kind of newline, without control characters (which PostgreSQL and screens do not take)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or not (c < " " or "\x7f" <= c <= "\x9f")).strip()


def _client_id(data: Any) -> str | None:
    """The client id of a broken frame, if it has a sound one, so that the widget can mark that message."""
    found = data.get("client_id") if isinstance(data, dict) else None
    try:
        return TypeAdapter(_ClientId).validate_python(found, strict=True)
    except ValidationError:
        return None


def inbound(frame: Said | Chosen, *, id: str, clinic: str, session: Address, received_at: datetime) -> Inbound:
    """The message as the desk stores it, unique under session and client id."""
    chosen = isinstance(frame, Chosen)
    stops = not chosen and stops_texts(frame.text)
    return Inbound(
        id=id,
        clinic=clinic,
        channel="chat",
        sender=session,
        kind="choice" if chosen else "text",
        text=frame.text,
        payload=frame.payload if isinstance(frame, Chosen) else None,
        provider_id=f"{session.value}:{frame.client_id}",
        provider={"client_id": frame.client_id} | ({"stop": "maybe"} if stops else {}),
        received_at=received_at,
    )


def stops_texts(text: str) -> bool:
    """Does somebody in a chat perhaps want no more texts? They are asked; "cancel", "quit" mean other things there."""
    wish = decide(text)
    return wish.wish == "stop" and (wish.word or "") not in _NOT_TEXTS


def client_id(said: str | None) -> str | None:
    """A sound client id, or None."""
    return _client_id({"client_id": said})


def photograph(client: str, *, id: str, clinic: str, session: Address, received_at: datetime) -> Inbound:
    """The message that a photograph is, unique under session and client id as those of words are."""
    return Inbound(
        id=id, clinic=clinic, channel="chat", sender=session, provider_id=f"{session.value}:{client}",
        provider={"client_id": client}, received_at=received_at,
    )  # fmt: skip


def shown(line: Line) -> bool:
    """Whether the person may see this line; staff notes are not theirs."""
    return not line.author.startswith("note:")


def wire(line: Line, name: str = "") -> dict[str, Any]:
    """The line as the widget shows it; `name` is the staff member's. Raises Refused for a staff note."""
    if not shown(line):
        raise Refused("a staff note is never shown to the person")
    kind = line.author.partition(":")[0]
    return {
        "id": line.id,
        "direction": line.direction,
        "author": kind,
        "name": name if kind == "staff" else "",
        "text": line.text,
        "lang": line.locale or "",
        "dir": direction(line.locale) if line.direction == "out" else "",
        "at": line.at.isoformat(),
        "buttons": [button.model_dump() for button in line.buttons],
        "client_id": line.client_id,
        "urgent": line.urgent,
        "photo": line.pictures > 0,
    }


def direction(locale: str | None) -> str:
    """`rtl` or `ltr`; empty when the language is not known."""
    if not locale:
        return ""
    return "rtl" if locale.replace("_", "-").partition("-")[0].lower() in RTL else "ltr"


def welcome(
    *,
    token: str,
    conversation: str,
    clinic_name: str,
    phone: str,
    lines: Iterable[Line],
    names: dict[str, str],
    mode: Mode = "agent",
    name: str = "",
) -> str:
    """The answer to hello, staff notes left out. `names`: author (`staff:<id>`) -> name people know."""
    return _frame(
        "welcome",
        token=token,
        conversation=conversation,
        clinic_name=clinic_name,
        phone=phone,
        lines=[wire(each, names.get(each.author, "")) for each in lines if shown(each)],
        mode=_mode(mode),
        name=name,
        person=PERSON,
    )


def line(each: Line, name: str = "") -> str:
    """One new line; raises Refused for a staff note."""
    return _frame("line", line=wire(each, name))


def ack(client_id: str, line_id: str = "") -> str:
    """The message is stored."""
    return _frame("ack", client_id=client_id, line=line_id)


def typing(on: bool, who: Literal["desk", "staff"] = "desk") -> str:
    return _frame("typing", on=on, who=who)


def photo(on: bool) -> str:
    """Whether a photograph is asked for."""
    return _frame("photo", on=on)


def mode(now: Mode, name: str = "") -> str:
    """Who answers from now on."""
    return _frame("mode", mode=_mode(now), name=name)


def error(code: Code, client_id: str | None = None) -> str:
    return _frame("error", code=code, text=_TEXTS[code], client_id=client_id)


def pong() -> str:
    return _frame("pong")


def _mode(now: Mode) -> str:
    """A closed conversation is answered by the assistant again as soon as somebody writes."""
    return "agent" if now == "closed" else now


def _frame(t: str, **fields: Any) -> str:
    return json.dumps({"t": t, **fields}, ensure_ascii=False, separators=(",", ":"))
