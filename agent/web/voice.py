"""The call webhooks: whatever Twilio asks, there is a next verb; the words are committed rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from anyio import to_thread
from fastapi import APIRouter, Request, Response, WebSocket
from structlog import get_logger

from agent.adapters.pace import Pace
from agent.desk import call_words, calls
from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice
from agent.dialogue.wording import render
from agent.model.effect import Say
from agent.model.fault import Busy, Conflict, Forged, Unreadable
from agent.model.message import Inbound, Outbound
from agent.model.sighting import HookAnswered
from agent.ports import Hook
from agent.web.bodies import TooSlow
from agent.web.hooks import as_hook, refused
from agent.web.voice_relay import RelayedCall
from channels import voice
from channels.signature import Trust
from channels.voice import CallHook, Tongue

_MOST_DROPS = 3  # of the relay's socket in one call; then the call is led by <Gather>
_AFRESH = 10_000  # the first step after trouble, far from those before it
_XML = "application/xml"


def routes(desk: Desk, trust: Trust, pace: Pace) -> APIRouter:
    """`/twilio/voice` and what follows from it."""
    router = APIRouter()
    line = Line(desk)
    steps: dict[str, Callable[[CallHook, Hook], str]] = {
        "": line.begin, "/gather": line.gathered, "/after": line.after, "/dialled": line.dialled,
        "/whisper": line.whisper, "/status": line.status,
    }  # fmt: skip

    async def answered(request: Request, step: Callable[[CallHook, Hook], str]) -> Response:
        outcome, response = await _taken(request, step)
        desk.watch(HookAnswered(request.url.path, outcome))
        return response

    async def _taken(request: Request, step: Callable[[CallHook, Hook], str]) -> tuple[str, Response]:
        try:
            hook = await as_hook(request)
            call = voice.read(hook, trust)
        except Forged:
            return "forged", await refused(request, desk, pace)
        except (Unreadable, ValueError, TooSlow):
            get_logger().warning("webhook_unreadable", path=request.url.path)
            return "unreadable", Response("unreadable", 400, media_type="text/plain")
        try:
            return "stored", Response(await to_thread.run_sync(step, call, hook), media_type=_XML)
        except (Busy, Conflict):
            return "busy", Response(line.trouble(call), media_type=_XML)  # a 5xx would end the call
        except Exception as fault:
            desk.on_fault(fault)
            get_logger().error("webhook_failed", path=request.url.path, fault=type(fault).__name__)
            return "failed", Response(line.trouble(call), media_type=_XML)

    def add(path: str, step: Callable[[CallHook, Hook], str]) -> None:
        async def route(request: Request) -> Response:
            return await answered(request, step)

        router.add_api_route(f"/twilio/voice{path}", route, methods=["POST"])

    for path, step in steps.items():
        add(path, step)

    @router.websocket("/twilio/voice/relay")
    async def relay(ws: WebSocket) -> None:
        headers = {k.lower(): v for k, v in ws.headers.items()}
        hook = Hook("GET", str(ws.url), headers, b"", ws.client.host if ws.client else "")
        if not voice.opens_socket(hook, trust):
            await ws.close(1008)
            return
        await ws.accept()
        await RelayedCall(ws, desk, line.tongues).run()

    return router


@dataclass
class Line:
    """What each webhook of a call is answered."""

    desk: Desk

    @property
    def tongues(self) -> dict[str, Tongue]:
        return voice.tongues(self.desk.content.languages, self.desk.content.live)

    def begin(self, call: CallHook, _: Hook) -> str:
        """A call comes in. (`step`: once more after trouble.)"""
        way = self.desk.settings.voice
        answer = calls.begin(self.desk, call.id, call.sender, way)
        return self._go_on(answer, call.step * _AFRESH)

    def gathered(self, call: CallHook, hook: Hook) -> str:
        """Speech, keys or nothing, for the question that was put at this step."""
        desk, known = self.desk, calls.look(self.desk, call.id, speak=False)
        if known is None:
            return self.begin(call, hook)
        digits, speech = call.params.get("Digits", ""), call.params.get("SpeechResult", "")
        kind, text, payload = "speech", speech, None
        if digits and len(digits) <= 40:
            kind, text, payload = voice.pressed(digits, known.asked)
        inbound = Inbound.model_validate({
            "id": desk.new_id(), "clinic": desk.clinic.id, "channel": "voice", "sender": known.conversation.address,
            "kind": kind, "text": text[: desk.settings.max_text], "payload": payload, "received_at": desk.clock(),
            "confidence": _confidence(call.params.get("Confidence", "")), "provider_id": f"{call.id}:g{call.step}",
        })  # fmt: skip
        return self._go_on(calls.take(desk, inbound, call.id, known.conversation.id), call.step + 1)

    def after(self, call: CallHook, hook: Hook) -> str:
        """The relay's session is over: because we ended it, because the caller hung up, or because it broke."""
        if call.over:
            calls.note(self.desk, call.id, state="ended")
            return voice.goodbye()
        held = self._call(call)
        if held.call.wish or "trouble" in call.params.get("HandoffData", ""):
            return self._next(held) if held.call.wish else self.trouble(call)
        broken = calls.again(self.desk, call.id)
        if broken is None:
            return self.begin(call, hook)
        if broken.call.drops > _MOST_DROPS:
            calls.note(self.desk, call.id, way="gather")
            broken = self._call(call)
        return self._go_on(broken, 1000 + broken.call.drops)

    def dialled(self, call: CallHook, _: Hook) -> str:
        """The staff's telephone has rung: somebody took the call, or nobody did."""
        known = self._call(call)
        if known.call.state == "person" or call.over:
            calls.note(self.desk, call.id, state="ended")
            return voice.goodbye()
        answer = calls.no_answer(self.desk, call.id) or known
        return self._go_on(answer, 2000)

    def whisper(self, rung: CallHook, hook: Hook) -> str:
        """The person who is rung hears what it is about, and takes the call with a key."""
        of = parse_qs(urlsplit(hook.url).query).get("call", [""])[0]
        known = calls.look(self.desk, of, speak=False)
        if known is None or known.call.state == "ended":
            return voice.goodbye()
        if rung.params.get("Digits", ""):
            calls.note(self.desk, of, state="person")
            return voice.bridge()
        desk = self.desk
        return voice.whisper(desk.settings.public_url, of, call_words.summary(desk, known), self.tongues["en"])

    def status(self, call: CallHook, _: Hook) -> str:
        if call.over:
            calls.note(self.desk, call.id, state="ended")
        return voice.bridge()

    def trouble(self, call: CallHook) -> str:
        """Nothing can be committed, so nothing of the conversation is said: a person's telephone."""
        desk = self.desk
        locale = desk.clinic.default_language
        words = render(Voice(desk.content, desk.clinic, locale, "voice", desk.clock()), Say(key="voice.trouble")).text
        tongue = self.tongues.get(locale) or self.tongues["en"]
        return voice.trouble(desk.settings.public_url, words, tongue, desk.clinic.phone, call.step)

    # -- the next verb ---------------------------------------------------------------------------------------------

    def _call(self, call: CallHook) -> Answer:
        return calls.begin(self.desk, call.id, call.sender, self.desk.settings.voice)

    def _go_on(self, answer: Answer, step: int) -> str:
        desk, known = self.desk, self.tongues
        base = desk.settings.public_url.rstrip("/")
        if answer.call.wish:
            return self._next(answer)
        locale = answer.conversation.locale
        tongue = known.get(locale) or known["en"]
        if answer.call.way == "relay":
            others = [
                t for tag, t in known.items() if tag in desk.clinic.languages and t.locale != locale and not t.lent
            ]
            return voice.relay(base, tongue, others, self._hints(locale))
        rows = answer.rows or calls.spoken(desk, answer.call.id)
        return voice.gather(base, voice.lines(rows, known), tongue, step, answer.asked, self._hints(locale))

    def _next(self, answer: Answer) -> str:
        """To a person, or the end; what was said for it is spoken first."""
        desk, call = self.desk, answer.call
        rows: tuple[Outbound, ...] = calls.spoken(desk, call.id)
        spoken = voice.lines(rows, self.tongues)
        if call.wish == "person":
            calls.note(desk, call.id, state="transfer")
            return voice.transfer(
                desk.settings.public_url.rstrip("/"), spoken, call.id, desk.clinic.phone, desk.clinic.numbers[0],
                desk.settings.voice_ring_seconds,
            )  # fmt: skip
        calls.note(desk, call.id, state="ended")
        return voice.goodbye(spoken)

    def _hints(self, locale: str) -> str:
        """Whom and what callers name."""
        clinic = self.desk.clinic
        kinds = [w for v in clinic.visit_types for w in (v.name.get(locale, ""), *v.aliases.get(locale, ()))]
        return voice.hints([*(p.name for p in clinic.providers), *(x.name for x in clinic.locations), *kinds])


def _confidence(said: str) -> float | None:
    """Twilio's own, as it says it; it is never acted on alone."""
    try:
        found: Any = float(said)
    except ValueError:
        return None
    return found if 0.0 <= found <= 1.0 else None
