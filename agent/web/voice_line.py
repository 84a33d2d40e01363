"""A call of a patient's, answered webhook by webhook: there is always a next verb, and the words are committed rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from agent.desk import call_back, call_words, calls, transfers, voicemail
from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.dialogue.spoken import Voice
from agent.dialogue.wording import render
from agent.model.call_back import CallBackState
from agent.model.effect import Say
from agent.model.message import Kind
from agent.ports import Hook
from agent.web import hold_music
from channels import voice
from channels import voice_tape_twiml as tape_twiml
from channels import voice_twiml as twiml
from channels.voice import CallHook, Tongue

_MOST_DROPS = 3  # of the relay's socket in one call; then the call is led by <Gather>
_AFTER, _DIALLED = 1_000, 2_000  # the first steps after a lost socket and after a ring that nobody answered
_BACK, _ROUND = 3_000, 250  # after a room that the caller left, and how far apart those of one call are
_OUTCOMES: dict[str, CallBackState] = {
    "completed": "answered", "answered": "answered", "busy": "busy", "no-answer": "no-answer", "canceled": "no-answer",
}  # fmt: skip


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
        return self.go_on(answer, call.step)

    def gathered(self, call: CallHook, hook: Hook) -> str:
        """Speech, keys or nothing, for the question that was put at this step."""
        desk, known = self.desk, calls.look(self.desk, call.id, speak=False)
        if known is None:
            return self.begin(call, hook)
        digits, speech = call.params.get("Digits", ""), call.params.get("SpeechResult", "")
        kind: Kind = "speech"
        text, payload = speech, None
        if digits and len(digits) <= 40:
            kind, text, payload = voice.pressed(digits, known.asked, known.keys)
        inbound = voice.heard(
            kind, text[: desk.settings.max_text], payload, id=desk.new_id(), clinic=desk.clinic.id,
            sender=known.conversation.address, received_at=desk.clock(), provider_id=f"{call.id}:g{call.step}",
            confidence=_confidence(call.params.get("Confidence", "")),
        )  # fmt: skip
        now = known.call.way == "gather"  # a relay that begins says it itself
        return self.go_on(calls.take(desk, inbound, call.id, known.conversation.id, speak=now), call.step + 1)

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
            return self.go_on(held, call.step + 1)
        broken = calls.again(self.desk, call.id)
        if broken is None:
            return self.begin(call, hook)
        if broken.call.drops > _MOST_DROPS:
            calls.note(self.desk, call.id, way="gather")
            broken = self._call(call)
        return self.go_on(broken, call.tries * voice.STEPS + _AFTER + broken.call.drops)

    def dialled(self, call: CallHook, _: Hook) -> str:
        """The staff's telephone has rung: somebody took the call, or nobody did."""
        known = self._call(call)
        if known.call.state == "person" or call.params.get("DialBridged") == "true" or call.over:
            calls.note(self.desk, call.id, state="ended")
            return twiml.goodbye()
        answer = calls.no_answer(self.desk, call.id) or known
        return self.go_on(answer, call.tries * voice.STEPS + _DIALLED)

    def wait(self, call: CallHook, hook: Hook) -> str:
        """The caller is in the room, and nobody else yet: what is due is rung, they hear that it is, and music between
        the words, which come at the first turn and then at every second one."""
        id = named(hook, "call")
        rings = transfers.go_on(self.desk, id, waiting=True)
        answer = calls.look(self.desk, id, speak=False)
        if answer is None or answer.call.state == "ended" or (rings and call.step % 2):
            return twiml.wait(self.base, id, [], hold_music.PATH, call.step)
        tongue = self.tongues.get(answer.conversation.locale) or self.tongues["en"]
        tongue = replace(tongue, slow=answer.conversation.pace == "slow")
        words = call_words.waiting(self.desk, answer, nobody=not rings)
        return twiml.wait(self.base, id, [(words, tongue)], hold_music.PATH, call.step)

    def left(self, call: CallHook, _: Hook) -> str:
        """Out of the room: by the star key, because whoever they talked with is gone, or because they hung up."""
        transfers.stop(self.desk, call.id)
        if call.over:
            calls.note(self.desk, call.id, state="ended")
            return twiml.goodbye()
        answer = calls.returned(self.desk, call.id)
        if answer is None:
            return twiml.goodbye()
        transfers.note(self.desk, answer.conversation.id, "the caller went on with the desk")
        return self.go_on(answer, call.tries * voice.STEPS + _BACK + call.step % _BACK)

    def nobody(self, call: CallHook, hook: Hook) -> str:
        """Out of the room because nobody took the call; where no telephone could be rung that way, in the plain one."""
        if call.over or calls.look(self.desk, call.id, speak=False) is None:
            return self.begin(call, hook)
        if transfers.never_rang(self.desk, call.id):
            calls.note(self.desk, call.id, state="transfer")
            return self._plain([], call.id, 1)
        return self.go_on(calls.no_answer(self.desk, call.id) or self._call(call), call.tries * voice.STEPS + _DIALLED)

    def desk_phone(self, rung: CallHook, hook: Hook) -> str:
        """One of the staff's telephones is answered, and takes the call or leaves it."""
        ring = named(hook, "ring")
        told, of = transfers.answered(self.desk, ring, rung.id, rung.params.get("Digits", ""))
        known = calls.look(self.desk, of, speak=False) if of else None
        if told == "declined":
            return twiml.goodbye()
        if known is None or told == "gone":
            return twiml.goodbye([(call_words.gone(self.desk), self._to_staff)])
        if told == "join":
            return twiml.join(of, call_words.who(self.desk, known), self._to_staff)
        return twiml.desk_whisper(self.base, ring, call_words.summary(self.desk, known), self._to_staff)

    def desk_over(self, rung: CallHook, hook: Hook) -> str:
        if rung.over:
            transfers.over(self.desk, named(hook, "ring"), rung.id, rung.status)
        return twiml.nothing()

    def whisper(self, rung: CallHook, hook: Hook) -> str:
        """The person who is rung hears what it is about, and takes the call with a key."""
        of = named(hook, "call")
        known = calls.look(self.desk, of, speak=False)
        if known is None or known.call.state == "ended":
            return twiml.goodbye()
        if rung.params.get("Digits", ""):
            calls.note(self.desk, of, state="person")
            return twiml.nothing()
        desk = self.desk
        return twiml.whisper(self.base, of, call_words.summary(desk, known), self._to_staff)

    def back(self, rung: CallHook, hook: Hook) -> str:
        """A colleague asked to call somebody back, and our own telephone is answered; with a key theirs rings."""
        desk, id = self.desk, named(hook, "id")
        if not rung.params.get("Digits", ""):
            return twiml.ask_to_dial(self.base, id, call_back.words(desk), self._to_staff)
        number = call_back.taken(desk, id)
        if not number:
            return twiml.goodbye()
        return twiml.dial(self.base, id, number, desk.clinic.numbers[0], desk.settings.voice_ring_seconds)

    def called_back(self, rung: CallHook, hook: Hook) -> str:
        """The patient's telephone has rung."""
        outcome = rung.params.get("DialCallStatus", "")
        call_back.move(self.desk, named(hook, "id"), _OUTCOMES.get(outcome, "failed"))
        return twiml.goodbye()

    def back_over(self, _: CallHook, hook: Hook) -> str:
        """Our own telephone is put down. Where the patient's never rang, nobody took it."""
        call_back.move(self.desk, named(hook, "id"), "nobody")
        return twiml.nothing()

    def status(self, call: CallHook, _: Hook) -> str:
        if call.over:
            transfers.stop(self.desk, call.id)
            calls.note(self.desk, call.id, state="ended")
        return twiml.nothing()

    def trouble(self, call: CallHook) -> str:
        """Nothing can be committed, so nothing of the conversation is said: a person's telephone."""
        desk = self.desk
        locale = desk.clinic.default_language
        words = render(Voice(desk.content, desk.clinic, locale, "voice", desk.clock()), Say(key="voice.trouble")).text
        tongue = self.tongues.get(locale) or self.tongues["en"]
        seconds = desk.settings.voice_ring_seconds
        return twiml.trouble(self.base, words, tongue, desk.clinic.phone, call.tries, seconds)

    # -- the next verb ---------------------------------------------------------------------------------------------

    @property
    def _to_staff(self) -> Tongue:
        return self.tongues.get(self.desk.clinic.language_of_staff) or self.tongues["en"]

    @property
    def base(self) -> str:
        return self.desk.settings.public_url.rstrip("/")

    def _call(self, call: CallHook) -> Answer:
        return calls.begin(self.desk, call.id, call.sender, self.desk.settings.voice)

    def go_on(self, answer: Answer, step: int) -> str:
        desk, known = self.desk, self.tongues
        if answer.call.wish:
            return self._next(answer, step)
        locale = answer.conversation.locale
        tongue = known.get(locale) or known["en"]
        if answer.call.way == "relay":
            others = [t for tag, t in known.items() if tag in desk.clinic.languages and tag != locale]
            return twiml.relay(self.base, tongue, others, step, self._hints(locale))
        rows = answer.rows or calls.spoken(desk, answer.call.id)
        spoken = voice.lines(rows, known, slow=answer.conversation.pace == "slow")
        one = bool(answer.keys)
        return twiml.gather(self.base, spoken, tongue, step, answer.asked, self._hints(locale), one_key=one)

    def _next(self, answer: Answer, step: int) -> str:
        """To a person, or the end; what was said for it is spoken first."""
        desk, call = self.desk, answer.call
        if call.wish == "record":
            return self.may_record(answer)
        slow = answer.conversation.pace == "slow"
        spoken = voice.lines(calls.spoken(desk, call.id), self.tongues, slow=slow)
        if call.wish == "person":
            round = transfers.begin(desk, call.id)
            if round:
                return twiml.room(self.base, spoken, call.id, round * _ROUND)
            calls.note(desk, call.id, state="transfer")
            return self._plain(spoken, call.id, step)
        calls.note(desk, call.id, state="ended")
        return twiml.goodbye(spoken)

    def may_record(self, answer: Answer) -> str:
        """The question comes after the words that wait; nothing is recorded before it is answered."""
        desk, id, locale = self.desk, answer.call.id, answer.conversation.locale
        slow = answer.conversation.pace == "slow"
        voicemail.ask(desk, id)
        spoken = voice.lines(calls.spoken(desk, id), self.tongues, slow=slow)
        return tape_twiml.may_record(self.base, spoken, self.tongues.get(locale) or self.tongues["en"])

    def _plain(self, spoken: Sequence[tuple[str, Tongue]], call: str, step: int) -> str:
        """The clinic's telephone, rung by the call itself: without Twilio's REST API."""
        desk = self.desk
        return twiml.transfer(
            self.base, spoken, call, desk.clinic.phone, desk.clinic.numbers[0], desk.settings.voice_ring_seconds, step
        )  # fmt: skip

    def _hints(self, locale: str) -> str:
        """Whom and what callers name."""
        clinic = self.desk.clinic
        kinds = [w for v in clinic.kinds for w in (v.name.get(locale, ""), *v.aliases.get(locale, ()))]
        return twiml.hints([*(p.name for p in clinic.providers), *(x.name for x in clinic.places), *kinds])


def named(hook: Hook, name: str) -> str:
    """What our own address says."""
    return parse_qs(urlsplit(hook.url).query).get(name, [""])[0]


def _confidence(said: str) -> float | None:
    """Twilio's own, as it says it; it is never acted on alone."""
    try:
        found = float(said)
    except ValueError:
        return None
    return found if 0.0 <= found <= 1.0 else None
