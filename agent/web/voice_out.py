"""The webhooks of calls that the desk makes: is somebody there, do they listen, and then it goes on as any call."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from agent.desk import call_words, calls, outgoing_calls_over
from agent.desk.call_kind import Subject
from agent.desk.call_kinds import KINDS
from agent.desk.desk import Desk
from agent.dialogue import calling
from agent.dialogue.turn import Decision
from agent.model.content import Content
from agent.model.conversation import Conversation
from agent.model.message import Kind
from agent.model.outgoing_call import OutgoingCall, RingOutcome
from agent.ports import Hook
from agent.web.voice_line import Line, named
from channels import voice
from channels import voice_twiml as twiml
from channels.voice import CallHook, Tongue

_BEEP = "machine_end_beep"
_MACHINES = frozenset({_BEEP, "machine_start", "machine_end_silence", "machine_end_other"})
_MOST_OFFERS = 3
_AFTER_A_MACHINE = 50  # the step of the words that a machine, or a service that screens calls, was told
_LISTENS = 8  # seconds after those words


@dataclass
class OutLine:
    """What each webhook of such a call is answered. Until somebody says that they listen nothing is told of anybody."""

    line: Line

    @property
    def desk(self) -> Desk:
        return self.line.desk

    def answered(self, call: CallHook, hook: Hook) -> str:
        """It is taken: by a person, as far as Twilio can tell; by a machine, which has said its own words; or by what
        asks who is calling and why."""
        row = outgoing_calls_over.answered(self.desk, named(hook, "id"), call.id)
        if row is None:
            return twiml.goodbye()
        by = call.params.get("AnsweredBy", "")
        if by not in _MACHINES | {"fax"}:
            return self._offer(row, 0)
        outgoing_calls_over.note(self.desk, row.id, "machine")
        if by == "fax" or self.desk.clinic.reminders.calls.machine == "nothing":
            return twiml.goodbye()
        if by == _BEEP:
            return self._bye(row, "call.machine")
        return self._offer(row, _AFTER_A_MACHINE, "call.machine", _LISTENS)

    def gathered(self, call: CallHook, hook: Hook) -> str:
        """Speech, keys or nothing for the first words."""
        desk = self.desk
        row = outgoing_calls_over.answered(desk, named(hook, "id"), call.id)
        if row is None or call.over:
            return twiml.goodbye()
        if calls.look(desk, call.id, speak=False) is not None:  # it has begun, and our answer was lost
            return self.line.begin(call, hook)
        digits, speech = call.params.get("Digits", ""), call.params.get("SpeechResult", "")[: desk.settings.max_text]
        if call.step >= _AFTER_A_MACHINE:
            return self._offer(row, 1) if digits or speech.strip() else twiml.goodbye()
        said = "stop" if voice.stop_said(speech) else outgoing_calls_over.heard(desk, row, digits, speech)
        match said:
            case "yes":
                return self._begun(row, call)
            case "person":
                return self._begun(row, call, "person", "digits", "0", voice.PERSON)
            case "alarm":
                return self._begun(row, call, "alarm", "speech", speech)
            case "no":
                return self._ended(row, "declined", "call.not_now")
            case "wrong":
                return self._ended(row, "wrong", "reminder.not_theirs")
            case "stop":
                return self._ended(row, "stopped", "call.no_more")
        if call.step + 1 < _MOST_OFFERS:
            return self._offer(row, call.step + 1)
        return twiml.goodbye()

    def over(self, call: CallHook, hook: Hook) -> str:
        """It has ended, or nobody took it."""
        if call.over:
            calls.note(self.desk, call.id, state="ended")
            outgoing_calls_over.over(self.desk, named(hook, "id"), call.id, call.status)
        return twiml.nothing()

    def _begun(
        self, row: OutgoingCall, call: CallHook, outcome: RingOutcome = "", kind: Kind = "speech", text: str = "",
        payload: str | None = None,
    ) -> str:  # fmt: skip
        """A person is there: from here on it is a call like any other, and what they have said is its first words."""
        desk, told = self.desk, KINDS[row.about]
        with desk.store.begin(write=False) as tx:
            talk, found = tx.conversations.get(row.conversation), told.look(desk, tx, row, desk.clock())
        if talk is None or not isinstance(found, Subject):
            return self._ended(row, "void", "call.not_now")
        if outcome:
            outgoing_calls_over.note(desk, row.id, outcome)
        slots = {} if outcome == "alarm" and not told.alarm_answers else found.slots
        greet = partial(_greets, desk, found.flow or told.flow, slots, not text)
        answer = calls.begin(desk, call.id, talk.address, desk.settings.voice, greet)
        if text:
            inbound = voice.heard(
                kind, text, payload, id=desk.new_id(), clinic=desk.clinic.id, sender=talk.address,
                received_at=desk.clock(), provider_id=f"{call.id}:o{call.step}",
            )  # fmt: skip
            answer = calls.take(desk, inbound, call.id, talk.id, speak=False)
        return self.line.go_on(answer, 0)

    def _offer(self, row: OutgoingCall, step: int, key: str = "call.opening", seconds: int = 6) -> str:
        tongue, words = self._words(row, key)
        return twiml.offer(self.line.base, row.id, step, [(words, tongue)], tongue, seconds=seconds)

    def _ended(self, row: OutgoingCall, outcome: RingOutcome, key: str) -> str:
        outgoing_calls_over.note(self.desk, row.id, outcome)
        return self._bye(row, key)

    def _bye(self, row: OutgoingCall, key: str) -> str:
        tongue, words = self._words(row, key)
        return twiml.goodbye([(words, tongue)])

    def _words(self, row: OutgoingCall, key: str) -> tuple[Tongue, str]:
        with self.desk.store.begin(write=False) as tx:
            talk = tx.conversations.get(row.conversation)
        locale = talk.locale if talk is not None else self.desk.clinic.default_language
        known = self.line.tongues
        return known.get(locale) or known["en"], call_words.of_own_call(self.desk, locale, key)


def _greets(
    desk: Desk, flow: str, slots: dict[str, Any], ask: bool, talk: Conversation, content: Content, now: datetime
) -> Decision:  # fmt: skip
    return calling.remind(talk, content, desk.clinic, now, slots, ask=ask, flow=flow)
