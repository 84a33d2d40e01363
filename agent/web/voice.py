"""The call webhooks: whatever Twilio asks, there is a next verb; the words are committed rows."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response, WebSocket

from agent.adapters.pace import Pace
from agent.desk import call_back, call_words, calls
from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice
from agent.dialogue.wording import render
from agent.model.call_back import CallBackState
from agent.model.effect import Say
from agent.model.fault import Busy, Conflict
from agent.model.message import Kind
from agent.ports import Hook
from agent.web.hooks import Taken, answered, failed
from agent.web.voice_relay import RelayedCall
from channels import voice
from channels import voice_twiml as twiml
from channels.signature import Trust
from channels.voice import CallHook, Tongue

_MOST_DROPS = 3  # of the relay's socket in one call; then the call is led by <Gather>
_AFTER, _DIALLED = 1_000, 2_000  # the first steps after a lost socket and after a ring that nobody answered
_OUTCOMES: dict[str, CallBackState] = {
    "completed": "answered", "answered": "answered", "busy": "busy", "no-answer": "no-answer", "canceled": "no-answer",
}  # fmt: skip
Step = Callable[[CallHook, Hook], str]


def routes(desk: Desk, trust: Trust, pace: Pace, leaving: Callable[[], bool]) -> APIRouter:
    """`/twilio/voice` and what follows from it. `leaving`: is this process about to end?"""
    router = APIRouter()
    line = Line(desk)

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
    add("/whisper", line.whisper, lambda _: twiml.nothing())  # the staff's own telephone: whoever is there is joined
    add("/back", line.back, lambda _: twiml.goodbye())
    add("/back/dialled", line.called_back, lambda _: twiml.goodbye())
    add("/back/status", line.back_over, None)
    add("/status", line.status, None)  # no leg of a call waits for this: it is asked again

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


@dataclass
class Line:
    """What each webhook of a call is answered."""

    desk: Desk

    @property
    def tongues(self) -> dict[str, Tongue]:
        return voice.tongues(self.desk.content.languages, self.desk.content.live)

    def begin(self, call: CallHook, _: Hook) -> str:
        """A call comes in; or comes again, after trouble or because our answer was lost."""
        if call.over or call.params.get("DialCallStatus") == "completed":  # somebody took it while nothing worked
            return twiml.goodbye()
        answer = self._call(call)
        lost = answer.call.way == "gather" or call.tries  # a relay that begins says itself what waits to be said
        if lost and not answer.call.wish and not calls.stirred(self.desk, call.id, answer.conversation.id):
            answer = calls.again(self.desk, call.id) or answer
        return self._go_on(answer, call.step)

    def gathered(self, call: CallHook, hook: Hook) -> str:
        """Speech, keys or nothing, for the question that was put at this step."""
        desk, known = self.desk, calls.look(self.desk, call.id, speak=False)
        if known is None:
            return self.begin(call, hook)
        digits, speech = call.params.get("Digits", ""), call.params.get("SpeechResult", "")
        kind: Kind = "speech"
        text, payload = speech, None
        if digits and len(digits) <= 40:
            kind, text, payload = voice.pressed(digits, known.asked)
        inbound = voice.heard(
            kind, text[: desk.settings.max_text], payload, id=desk.new_id(), clinic=desk.clinic.id,
            sender=known.conversation.address, received_at=desk.clock(), provider_id=f"{call.id}:g{call.step}",
            confidence=_confidence(call.params.get("Confidence", "")),
        )  # fmt: skip
        return self._go_on(calls.take(desk, inbound, call.id, known.conversation.id), call.step + 1)

    def after(self, call: CallHook, hook: Hook) -> str:
        """The relay's session is over: because we ended it, because the caller hung up, or because it broke."""
        if call.over:
            calls.note(self.desk, call.id, state="ended")
            return twiml.goodbye()
        held = self._call(call)
        if held.call.wish:
            return self._next(held, call.step)
        if "trouble" in call.params.get("HandoffData", ""):
            return self.trouble(call)
        if "move" in call.params.get("HandoffData", ""):  # our process is about to end: nobody need notice
            return self._go_on(held, call.step + 1)
        broken = calls.again(self.desk, call.id)
        if broken is None:
            return self.begin(call, hook)
        if broken.call.drops > _MOST_DROPS:
            calls.note(self.desk, call.id, way="gather")
            broken = self._call(call)
        return self._go_on(broken, call.tries * voice.STEPS + _AFTER + broken.call.drops)

    def dialled(self, call: CallHook, _: Hook) -> str:
        """The staff's telephone has rung: somebody took the call, or nobody did."""
        known = self._call(call)
        if known.call.state == "person" or call.params.get("DialBridged") == "true" or call.over:
            calls.note(self.desk, call.id, state="ended")
            return twiml.goodbye()
        answer = calls.no_answer(self.desk, call.id) or known
        return self._go_on(answer, call.tries * voice.STEPS + _DIALLED)

    def whisper(self, rung: CallHook, hook: Hook) -> str:
        """The person who is rung hears what it is about, and takes the call with a key."""
        of = _named(hook, "call")
        known = calls.look(self.desk, of, speak=False)
        if known is None or known.call.state == "ended":
            return twiml.goodbye()
        if rung.params.get("Digits", ""):
            calls.note(self.desk, of, state="person")
            return twiml.nothing()
        desk = self.desk
        return twiml.whisper(self._base, of, call_words.summary(desk, known), self._to_staff)

    def back(self, rung: CallHook, hook: Hook) -> str:
        """A colleague asked to call somebody back, and our own telephone is answered; with a key theirs rings."""
        desk, id = self.desk, _named(hook, "id")
        if not rung.params.get("Digits", ""):
            return twiml.ask_to_dial(self._base, id, call_back.words(desk), self._to_staff)
        number = call_back.taken(desk, id)
        if not number:
            return twiml.goodbye()
        return twiml.dial(self._base, id, number, desk.clinic.numbers[0], desk.settings.voice_ring_seconds)

    def called_back(self, rung: CallHook, hook: Hook) -> str:
        """The patient's telephone has rung."""
        outcome = rung.params.get("DialCallStatus", "")
        call_back.move(self.desk, _named(hook, "id"), _OUTCOMES.get(outcome, "failed"))
        return twiml.goodbye()

    def back_over(self, _: CallHook, hook: Hook) -> str:
        """Our own telephone is put down. Where the patient's never rang, nobody took it."""
        call_back.move(self.desk, _named(hook, "id"), "nobody")
        return twiml.nothing()

    def status(self, call: CallHook, _: Hook) -> str:
        if call.over:
            calls.note(self.desk, call.id, state="ended")
        return twiml.nothing()

    def trouble(self, call: CallHook) -> str:
        """Nothing can be committed, so nothing of the conversation is said: a person's telephone."""
        desk = self.desk
        locale = desk.clinic.default_language
        words = render(Voice(desk.content, desk.clinic, locale, "voice", desk.clock()), Say(key="voice.trouble")).text
        tongue = self.tongues.get(locale) or self.tongues["en"]
        seconds = desk.settings.voice_ring_seconds
        return twiml.trouble(self._base, words, tongue, desk.clinic.phone, call.tries, seconds)

    # -- the next verb ---------------------------------------------------------------------------------------------

    @property
    def _to_staff(self) -> Tongue:
        return self.tongues.get(self.desk.clinic.language_of_staff) or self.tongues["en"]

    @property
    def _base(self) -> str:
        return self.desk.settings.public_url.rstrip("/")

    def _call(self, call: CallHook) -> Answer:
        return calls.begin(self.desk, call.id, call.sender, self.desk.settings.voice)

    def _go_on(self, answer: Answer, step: int) -> str:
        desk, known = self.desk, self.tongues
        if answer.call.wish:
            return self._next(answer, step)
        locale = answer.conversation.locale
        tongue = known.get(locale) or known["en"]
        if answer.call.way == "relay":
            others = [
                t for tag, t in known.items() if tag in desk.clinic.languages and t.locale != locale and not t.lent
            ]
            return twiml.relay(self._base, tongue, others, step, self._hints(locale))
        rows = answer.rows or calls.spoken(desk, answer.call.id)
        spoken = voice.lines(rows, known, slow=answer.conversation.pace == "slow")
        return twiml.gather(self._base, spoken, tongue, step, answer.asked, self._hints(locale))

    def _next(self, answer: Answer, step: int) -> str:
        """To a person, or the end; what was said for it is spoken first."""
        desk, call = self.desk, answer.call
        slow = answer.conversation.pace == "slow"
        spoken = voice.lines(calls.spoken(desk, call.id), self.tongues, slow=slow)
        if call.wish == "person":
            calls.note(desk, call.id, state="transfer")
            return twiml.transfer(
                self._base, spoken, call.id, desk.clinic.phone, desk.clinic.numbers[0],
                desk.settings.voice_ring_seconds, step,
            )  # fmt: skip
        calls.note(desk, call.id, state="ended")
        return twiml.goodbye(spoken)

    def _hints(self, locale: str) -> str:
        """Whom and what callers name."""
        clinic = self.desk.clinic
        kinds = [w for v in clinic.visit_types for w in (v.name.get(locale, ""), *v.aliases.get(locale, ()))]
        return twiml.hints([*(p.name for p in clinic.providers), *(x.name for x in clinic.locations), *kinds])


def _named(hook: Hook, name: str) -> str:
    """What our own address says."""
    return parse_qs(urlsplit(hook.url).query).get(name, [""])[0]


def _confidence(said: str) -> float | None:
    """Twilio's own, as it says it; it is never acted on alone."""
    try:
        found = float(said)
    except ValueError:
        return None
    return found if 0.0 <= found <= 1.0 else None
