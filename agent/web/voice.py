"""The call webhooks and their sockets; what each is answered lives in the lines."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response, WebSocket

from agent.adapters.pace import Pace
from agent.desk.desk import Desk
from agent.model.fault import Busy, Conflict
from agent.ports import Hook
from agent.web import hold_music
from agent.web.hooks import Taken, answered, failed
from agent.web.voice_line import Line
from agent.web.voice_out import OutLine
from agent.web.voice_relay import RelayedCall
from agent.web.voice_tape import TapeLine
from channels import voice
from channels import voice_twiml as twiml
from channels.signature import Trust
from channels.voice import CallHook

Step = Callable[[CallHook, Hook], str]


def routes(desk: Desk, trust: Trust, pace: Pace, leaving: Callable[[], bool]) -> APIRouter:
    """`/twilio/voice` and what follows from it. `leaving`: is this process about to end?"""
    router = APIRouter()
    line = Line(desk)
    out = OutLine(line)
    tape = TapeLine(line)

    def add(path: str, step: Step, without: Callable[[CallHook], str] | None = line.trouble) -> None:
        """`without`: what is answered where the desk cannot; a 5xx would end the call."""

        def take(hook: Hook) -> Taken:
            call = voice.read(hook, trust)
            try:
                return "stored", step(call, hook)
            except Exception as fault:
                if without is None:
                    raise
                if isinstance(fault, Busy | Conflict):
                    return "busy", without(call)
                failed(desk, fault, f"/twilio/voice{path}")
                return "failed", without(call)

        async def route(request: Request) -> Response:
            return await answered(request, desk, pace, take)

        router.add_api_route(f"/twilio/voice{path}", route, methods=["POST"])

    add("", line.begin)
    add("/gather", line.gathered)
    add("/after", line.after)
    add("/dialled", line.dialled)
    add("/left", line.left)
    add("/nobody", line.nobody)
    add("/wait", line.wait, lambda call: twiml.wait(line.base, call.id, [], hold_music.PATH))
    add("/desk", line.desk_phone, lambda _: twiml.goodbye())
    add("/desk/status", line.desk_over, None)
    add("/record", tape.answered)
    add("/recorded", tape.recorded)
    add("/recording", tape.status, None)
    add("/transcript", tape.transcript, None)
    add("/whisper", line.whisper, lambda _: twiml.nothing())  # the staff's own telephone: whoever is there is joined
    add("/back", line.back, lambda _: twiml.goodbye())
    add("/back/dialled", line.called_back, lambda _: twiml.goodbye())
    add("/back/status", line.back_over, None)
    add("/out", out.answered, lambda _: twiml.goodbye())  # who never said that they listen is told nothing
    add("/out/gather", out.gathered, lambda _: twiml.goodbye())
    add("/out/status", out.over, None)
    add("/status", line.status, None)  # no leg of a call waits for this: it is asked again

    @router.get(hold_music.PATH)
    def music() -> Response:
        kept = {"Cache-Control": "public, max-age=604800"}
        return Response(hold_music.hold_music(), media_type="audio/wav", headers=kept)

    @router.websocket("/twilio/voice/relay")
    async def relay(ws: WebSocket) -> None:
        headers = {k.lower(): v for k, v in ws.headers.items()}
        hook = Hook("GET", str(ws.url), headers, b"", ws.client.host if ws.client else "")
        if not voice.opens_socket(hook, trust):
            await ws.close(1008)
            return
        await ws.accept()
        await RelayedCall(ws, desk, line.tongues, leaving).run()

    return router
