"""The webhooks of a recorded message: the answer to whether we may, what was recorded, what it says."""

import re
from dataclasses import dataclass

from agent.desk import calls, voicemail
from agent.desk.calls import Answer
from agent.desk.desk import Desk
from agent.model.fault import Unreadable
from agent.ports import Hook
from agent.web.voice_line import Line
from channels import voice
from channels import voice_tape_twiml as tape_twiml
from channels import voice_twiml as twiml
from channels.voice import CallHook

_RECORDING = re.compile(r"RE[0-9A-Za-z]{32}")


@dataclass
class TapeLine:
    """What each of these webhooks is answered."""

    line: Line

    @property
    def desk(self) -> Desk:
        return self.line.desk

    def answered(self, call: CallHook, hook: Hook) -> str:
        """A yes, and the tone follows; a no, and it is as if we had not asked; or the message itself, heard as such."""
        desk, known = self.desk, calls.look(self.desk, call.id, speak=False)
        if known is None or call.over:
            return self.line.status(call, hook) if call.over else self.line.begin(call, hook)
        digits, speech = call.params.get("Digits", ""), call.params.get("SpeechResult", "")[: desk.settings.max_text]
        said = voicemail.heard(desk, known.conversation.locale, digits, speech)
        if known.call.recording == "yes" and said == "yes":  # our answer was lost
            return self._record(known)
        if known.call.recording != "asked":
            return self.line.gathered(call, hook)
        if said == "yes":
            return self._record(voicemail.agree(desk, call.id) or known)
        told = voicemail.decline(desk, call.id, plainly=said == "no") or known
        return self.line.go_on(told, tape_twiml.STEP + 1) if said == "no" else self.line.gathered(call, hook)

    def recorded(self, call: CallHook, hook: Hook) -> str:
        """It is made, or there was nothing to record; the caller is still there, or has hung up."""
        told = voicemail.left(self.desk, call.id, _id(call), _seconds(call), listens=not call.over)
        if call.over:
            calls.note(self.desk, call.id, state="ended")
            return twiml.goodbye()
        return self.line.begin(call, hook) if told is None else self.line.go_on(told, tape_twiml.STEP + 2)

    def status(self, call: CallHook, _: Hook) -> str:
        """The same from Twilio's store, also where the caller's line was lost."""
        match call.params.get("RecordingStatus", ""):
            case "completed":
                voicemail.left(self.desk, call.id, _id(call), _seconds(call), listens=False)
            case "absent" | "failed":
                voicemail.failed(self.desk, call.id)
        return twiml.nothing()

    def transcript(self, call: CallHook, _: Hook) -> str:
        """Twilio's reading of it, where there is one."""
        text, id = call.params.get("TranscriptionText", "").strip(), _id(call)
        if text and id and call.params.get("TranscriptionStatus") == "completed":
            desk = self.desk
            inbound = voice.heard(
                "speech", text[: desk.settings.max_text], None, id=desk.new_id(), clinic=desk.clinic.id,
                sender=call.sender, received_at=desk.clock(), provider_id=f"{call.id}:{id}",
            )  # fmt: skip
            voicemail.transcribed(desk, id, inbound)
        return twiml.nothing()

    def _record(self, answer: Answer) -> str:
        desk, line = self.desk, self.line
        tongue = line.tongues.get(answer.conversation.locale) or line.tongues["en"]
        rows = calls.spoken(desk, answer.call.id)
        spoken = voice.lines(rows, line.tongues, slow=answer.conversation.pace == "slow")
        return tape_twiml.record(line.base, spoken, tongue, desk.clinic.voicemail.most_seconds)


def _id(call: CallHook) -> str:
    """The recording's id; "" where there is none. Raises Unreadable."""
    id = call.params.get("RecordingSid", "")
    if id and not _RECORDING.fullmatch(id):
        raise Unreadable("no recording id")
    return id


def _seconds(call: CallHook) -> int:
    said = call.params.get("RecordingDuration", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
