"""A small server that speaks the web chat's protocol, for the widget's tests; no desk behind it."""

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.model.clinic import WEEKDAYS, Clinic, Location, Provider, Spans, Weekday
from agent.model.conversation import Mode
from agent.model.message import Button, Line
from agent.web.pages import chat_page
from channels import chat

ROOT = Path(__file__).resolve().parent.parent.parent
WIDGET, PAGES = ROOT / "channels" / "widget", ROOT / "agent" / "web" / "pages"
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
START = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
GREETING = {
    "en": "Hello! I am Cedar Clinic's automated assistant. To reach a person, press “Talk to a person” "
    "or call +15550100123.",
    "es": "¡Hola! Soy el asistente automático de Cedar Clinic. Para hablar con una persona, pulse "
    "«Hablar con una persona» o llame al +15550100123.",
    "ar": "مرحبًا! أنا المساعد الآلي لعيادة Cedar Clinic. للتحدث مع شخص، اضغط «التحدث مع شخص» أو اتصل على ‎+15550100123.",
}

_DAY = ((time(8), time(12)), (time(13), time(17, 30)))
_HOURS: dict[Weekday, Spans] = {day: _DAY for day in WEEKDAYS if day not in ("sat", "sun")}
CLINIC = Clinic(
    id="demo",
    name="Cedar Clinic",
    country="US",
    zone="America/Chicago",
    numbers=("+15550100100",),
    phone="+15550100123",
    locations=(
        Location(
            id="main",
            name="Main Street",
            zone="America/Chicago",
            address="120 Main Street, Springfield, IL 62701",
            phone="+15550100124",
            hours=_HOURS,
        ),
        Location(
            id="lake",
            name="Lakeside",
            zone="America/Chicago",
            address="9 Lakeside Avenue, Springfield, IL 62703",
            hours={**_HOURS, "sat": ((time(9), time(13)),)},
        ),
    ),
    providers=(
        Provider(id="okafor", name="Dr. Amara Okafor", location="main", hours=_HOURS, visit_types=()),
        Provider(
            id="reyes", name="Dr. Luis Reyes", location="lake", hours=_HOURS, visit_types=(), languages=("en", "es")
        ),
    ),
    visit_types=(),
)


class Desk:
    """What the fake server holds, and how badly it behaves. Tests set the attributes and call `say`."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.sockets: set[WebSocket] = set()
        self.behave()

    def behave(self) -> None:
        """Everything forgotten, nothing wrong any more."""
        self.lines: list[Line] = []
        self.token = "t" * 32
        self.conversation = "c1"
        self.lang = ""
        self.mode: Mode = "agent"
        self.name = ""
        self.received: list[dict[str, Any]] = []  # every say and choose frame, repeats included
        self.hellos: list[dict[str, Any]] = []
        self.drop_before_ack = 0  # so many messages are stored, then the line breaks without a word
        self.drop_before_store = 0
        self.refuse: chat.Code | None = None
        self.overhear = 0  # so many messages vanish though the line stays up
        self.turn_away = 0  # so many hellos are answered with "busy"
        self.mute = False  # hears, never answers
        self.down = False
        self.photos: list[tuple[str, str, bytes]] = []  # client id, token, the picture
        self.photo_answers: list[int] = []  # what the next photographs are answered with; then 200
        self.strings: dict[str, dict[str, str]] = {}

    def add(self, text: str, *, author: str = "agent", lang: str | None = None, buttons: tuple[Button, ...] = (),
            client_id: str | None = None, urgent: bool = False, day: date | None = None,
            pictures: int = 0) -> Line:  # fmt: skip
        at = START + timedelta(minutes=len(self.lines))
        line = Line(
            id=f"L{len(self.lines):025d}",
            direction="in" if author == "patient" else "out",
            author=author,
            text=text,
            locale=lang or self.lang,
            at=at if day is None else datetime.combine(day, at.timetz()),
            buttons=buttons,
            client_id=client_id,
            urgent=urgent,
            pictures=pictures,
        )
        self.lines.append(line)
        return line

    def say(self, text: str, **how: Any) -> None:
        """Say it on every open line."""
        self.send(chat.line(self.add(text, **how), self.name))

    def send(self, frame: str) -> None:
        async def all_of_them() -> None:
            for each in list(self.sockets):
                await each.send_text(frame)

        self.run(all_of_them())

    def hang_up(self) -> None:
        async def all_of_them() -> None:
            while self.sockets:
                with suppress(RuntimeError):  # the widget hung up first
                    await self.sockets.pop().close(1012)

        self.run(all_of_them())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        if self.loop is None:  # nobody has called yet
            work.close()
        else:
            asyncio.run_coroutine_threadsafe(work, self.loop).result(5)

    async def hello(self, ws: WebSocket, frame: chat.Hello) -> None:
        self.hellos.append(frame.model_dump())
        if self.turn_away:
            self.turn_away -= 1
            await ws.send_text(chat.error("busy"))
            return
        resumed = frame.token == self.token
        if not resumed:
            self.lines.clear()
        if not self.lines:
            self.lang = frame.lang.partition("-")[0]
            self.add(GREETING.get(self.lang, GREETING["en"]))
        after = [line for line in self.lines if not resumed or line.id > frame.after]
        await ws.send_text(
            chat.welcome(token=self.token, conversation=self.conversation, clinic_name=CLINIC.name, phone=CLINIC.phone,
                         lines=after, names={}, mode=self.mode, name=self.name)
        )  # fmt: skip
        self.sockets.add(ws)

    async def message(self, ws: WebSocket, frame: chat.Said | chat.Chosen) -> None:
        self.received.append(frame.model_dump())
        if self.refuse:
            await ws.send_text(chat.error(self.refuse, frame.client_id))
            return
        if self.overhear:
            self.overhear -= 1
            return
        if self.drop_before_store:
            self.drop_before_store -= 1
            await ws.close(1012)
            return
        stored = next((line for line in self.lines if line.client_id == frame.client_id), None)
        if stored is None:
            stored = self.add(frame.text, author="patient", client_id=frame.client_id)
        if self.drop_before_ack:
            self.drop_before_ack -= 1
            await ws.close(1012)
            return
        await ws.send_text(chat.ack(frame.client_id, stored.id))


def application(desk: Desk) -> FastAPI:
    app = FastAPI()
    pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
    app.mount("/static", StaticFiles(directory=PAGES / "static"))

    @app.get("/chat")
    def page(request: Request, lang: str = "en") -> HTMLResponse:
        spoken = {"en": "English", "es": "Español", "ar": "العربية"}
        values = chat_page(CLINIC, lang, spoken, {}, "https://clinic.example")
        html = pages.get_template("chat.html").render(values)
        return HTMLResponse(html, headers={"Content-Security-Policy": CSP})

    @app.get("/elsewhere")
    def elsewhere(lang: str = "ar", direction: str = "rtl", desk_at: str = "", extra: str = "") -> HTMLResponse:
        """Another website, in another language, that embeds the widget of the desk at that origin."""
        theirs = f"{desk_at} {desk_at.replace('http', 'ws')}" if desk_at else ""
        return HTMLResponse(
            f'<!doctype html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><title>Site</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><h1>…</h1>'
            f'<script src="{desk_at}/widget.js" data-clinic="demo" {extra} async></script></body></html>',
            headers={"Content-Security-Policy": CSP.replace("'self'", f"'self' {theirs}")},
        )

    @app.get("/widget.js")
    def widget() -> FileResponse:
        return FileResponse(WIDGET / "widget.js", media_type="text/javascript")

    @app.get("/widget/strings/{name}.json")
    def strings(name: str) -> Response:
        any_site = {"Access-Control-Allow-Origin": "*"}  # an embedding site fetches them
        if name in desk.strings:
            return JSONResponse(desk.strings[name], headers=any_site)
        path = WIDGET / "strings" / f"{name}.json"
        return FileResponse(path, headers=any_site) if path.is_file() else Response(status_code=404)

    @app.post("/chat/photo")
    async def photo(request: Request) -> Response:
        sent = request.headers["x-client-id"], request.headers["x-chat-token"], await request.body()
        desk.photos.append(sent)
        status = desk.photo_answers.pop(0) if desk.photo_answers else 200
        if status != 200:
            return JSONResponse({"code": "photo_wrong" if status == 422 else "busy"}, status)
        stored = next((x for x in desk.lines if x.client_id == sent[0]), None)
        stored = stored or desk.add("", author="patient", client_id=sent[0], pictures=1)
        for each in list(desk.sockets):  # the line may well come before the answer
            await each.send_text(chat.line(stored))
        return JSONResponse({"client_id": sent[0], "line": stored.id})

    @app.websocket("/chat/socket")
    async def wire(ws: WebSocket) -> None:
        desk.loop = asyncio.get_running_loop()
        if desk.down:
            await ws.close(1012)
            return
        await ws.accept()
        try:
            while True:
                await answer(desk, ws, chat.decode(await ws.receive_text()))
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: we hung up ourselves
            pass
        finally:
            desk.sockets.discard(ws)

    return app


async def answer(desk: Desk, ws: WebSocket, frame: chat.ClientFrame) -> None:
    if desk.mute:
        return
    if isinstance(frame, chat.Hello):
        await desk.hello(ws, frame)
    elif isinstance(frame, chat.Said | chat.Chosen):
        await desk.message(ws, frame)
    elif isinstance(frame, chat.Ping):
        await ws.send_text(chat.pong())


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """The server on a free port of this machine; gives its base URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(application(desk), port=port, log_level="error", ws="websockets-sansio", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def strings_of(lang: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((WIDGET / "strings" / f"{lang}.json").read_text(encoding="utf-8"))
    return found
