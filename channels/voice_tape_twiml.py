"""TwiML of a recorded message: the question first, then the tone; always a next verb; decides nothing."""

from collections.abc import Sequence

from twilio.twiml.voice_response import VoiceResponse

from channels.voice import Tongue
from channels.voice_twiml import say

STEP = 6_000  # of the question, apart from those of the conversation
_SILENCE = 6  # seconds after which a recording ends


def may_record(base: str, spoken: Sequence[tuple[str, Tongue]], tongue: Tongue) -> str:
    """May we record? By key or by voice; what else is said is heard as a message."""
    answer, action = VoiceResponse(), f"{base}/twilio/voice/record?step={STEP}"
    verb = answer.gather(
        input="speech dtmf", action=action, method="POST", language=tongue.hears, timeout=8, num_digits=1,
        speech_timeout="auto", finish_on_key="#", action_on_empty_result=True, barge_in=True, profanity_filter=False,
    )  # fmt: skip
    say(verb, spoken)
    answer.redirect(action, method="POST")
    return str(answer)


def record(base: str, spoken: Sequence[tuple[str, Tongue]], tongue: Tongue, seconds: int) -> str:
    """Records after the tone, for so long at most. Twilio transcribes English alone; where nothing was said it asks
    for no action, and the call goes on with the next verb."""
    answer, written = VoiceResponse(), {}
    if tongue.hears.startswith("en"):
        written = {"transcribe": True, "transcribe_callback": f"{base}/twilio/voice/transcript"}
    say(answer, spoken)
    answer.record(
        action=f"{base}/twilio/voice/recorded?step={STEP}", method="POST", max_length=seconds, timeout=_SILENCE,
        finish_on_key="#", play_beep=True, trim="trim-silence",
        recording_status_callback=f"{base}/twilio/voice/recording", recording_status_callback_method="POST",
        recording_status_callback_event="completed absent", **written,
    )  # fmt: skip
    answer.redirect(f"{base}/twilio/voice/recorded?step={STEP}", method="POST")
    return str(answer)
