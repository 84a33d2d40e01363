"""TwiML of a call, by twilio's own helpers: always a next verb; decides nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

from twilio.twiml.voice_response import VoiceResponse

from agent.model.question import Question
from channels.voice import STEPS, Tongue, keys_wanted, socket_url
from channels.voice_relay import SLOW, sentences

_MOST_TRIES = 3
_MOST_HINTS, _MOST_HINT_CHARS = 60, 900


def hints(words: Iterable[str]) -> str:
    """What the recogniser should expect, as Twilio wants it: no digits' soup, few and short."""
    out: list[str] = []
    for word in dict.fromkeys(w.strip().replace(",", " ") for w in words if w.strip()):
        if len(out) >= _MOST_HINTS or sum(len(x) + 1 for x in out) + len(word) > _MOST_HINT_CHARS:
            break
        out.append(word)
    return ",".join(out)


def relay(base: str, tongue: Tongue, others: Sequence[Tongue], step: int, hinted: str) -> str:
    """`<Connect><ConversationRelay>`: every frame comes, speech over our own words too, partial prompts with it."""
    answer = VoiceResponse()
    connect = answer.connect(action=f"{base}/twilio/voice/after?step={step}", method="POST")
    noun = connect.conversation_relay(
        url=f"{socket_url(base)}/twilio/voice/relay", tts_language=tongue.says, transcription_language=tongue.hears,
        tts_provider=tongue.provider, voice=tongue.name, transcription_provider="Google", dtmf_detection=True,
        interruptible="any", partial_prompts=True, report_input_during_agent_speech="any", hints=hinted or None,
        events="speaker-events",
    )  # fmt: skip
    codes: set[str] = set()
    for other in [tongue, *others]:
        for code in (other.says, other.hears):
            if code not in codes:
                codes.add(code)
                noun.language(
                    code=code, tts_provider=other.provider, voice=other.name, transcription_provider="Google"
                )  # fmt: skip
    return str(answer)


def gather(
    base: str, spoken: Sequence[tuple[str, Tongue]], tongue: Tongue, step: int, asked: Question | None, hinted: str,
    *, one_key: bool = False,
) -> str:  # fmt: skip
    """`<Gather>` for speech and keys, and where to go when nothing comes: never an end of the call. `one_key`: a single
    key means something though nothing with options is asked."""
    many = keys_wanted(asked) > 1
    whole = asked is not None and asked.type == "bool"  # a read-back is heard out: no barge-in tells what was heard
    chosen = one_key or (asked is not None and bool(asked.options))
    extra: dict[str, Any] = {"num_digits": 1} if chosen and not many else {}
    answer = VoiceResponse()
    verb = answer.gather(
        input="speech dtmf", action=f"{base}/twilio/voice/gather?step={step}", method="POST", language=tongue.hears,
        hints=hinted or None, timeout=8, speech_timeout="3" if many else "auto", finish_on_key="#",
        action_on_empty_result=True, barge_in=not whole, profanity_filter=False, **extra,
    )  # fmt: skip
    say(verb, spoken)
    answer.redirect(f"{base}/twilio/voice/gather?step={step}", method="POST")
    return str(answer)


def transfer(
    base: str, spoken: Sequence[tuple[str, Tongue]], call: str, to: str, caller_id: str, seconds: int, step: int
) -> str:
    """Rings a person; before they are joined they hear what it is about. What comes of it goes to `dialled`."""
    answer = VoiceResponse()
    say(answer, spoken)
    dial = answer.dial(
        action=f"{base}/twilio/voice/dialled?step={step}", method="POST", timeout=seconds, caller_id=caller_id,
        answer_on_bridge=True, record="do-not-record",
    )  # fmt: skip
    dial.number(to, url=f"{base}/twilio/voice/whisper?call={call}", method="POST")
    return str(answer)


def room(base: str, spoken: Sequence[tuple[str, Tongue]], call: str, step: int) -> str:
    """The caller waits in a conference of their own for whoever takes the call, and comes back with the star key."""
    answer = VoiceResponse()
    say(answer, spoken)
    dial = answer.dial(
        action=f"{base}/twilio/voice/left?step={step}", method="POST", hangup_on_star=True, record="do-not-record"
    )  # fmt: skip
    dial.conference(
        call, wait_url=f"{base}/twilio/voice/wait?call={call}", wait_method="POST", start_conference_on_enter=False,
        end_conference_on_exit=True, beep="false", record="do-not-record",
    )  # fmt: skip
    return str(answer)


def wait(base: str, call: str, spoken: Sequence[tuple[str, Tongue]], music: str, turn: int = 0) -> str:
    """What is heard in the room until somebody comes: words where there are any, music after them, and then what this
    is asked for the next `turn`. No other verbs may stand here."""
    answer = VoiceResponse()
    say(answer, spoken)
    answer.play(f"{base}{music}")
    answer.redirect(f"{base}/twilio/voice/wait?call={call}&step={turn + 1}", method="POST")
    return str(answer)


def desk_whisper(base: str, ring: str, words: str, tongue: Tongue) -> str:
    """What one of the staff's telephones hears; a key takes the call or leaves it to the next one."""
    return _with_a_key(f"{base}/twilio/voice/desk?ring={ring}", words, tongue)


def join(call: str, words: str, tongue: Tongue) -> str:
    """Into the caller's room; the one who leaves it first ends it for both."""
    answer = VoiceResponse()
    say(answer, [(words, tongue)])
    answer.dial(record="do-not-record").conference(
        call, start_conference_on_enter=True, end_conference_on_exit=True, beep="false", record="do-not-record"
    )
    answer.hangup()
    return str(answer)


def whisper(base: str, call: str, words: str, tongue: Tongue) -> str:
    """What the person who is rung hears alone."""
    return _with_a_key(f"{base}/twilio/voice/whisper?call={call}", words, tongue)


def ask_to_dial(base: str, back: str, words: str, tongue: Tongue) -> str:
    """What our own telephone hears when somebody is to be called back."""
    return _with_a_key(f"{base}/twilio/voice/back?id={back}", words, tongue)


def _with_a_key(action: str, words: str, tongue: Tongue) -> str:
    """Only a key goes on to `action`, so that no answering machine does."""
    answer = VoiceResponse()
    verb = answer.gather(input="dtmf", num_digits=1, timeout=8, action=action, method="POST")
    say(verb, [(words, tongue)])
    answer.hangup()
    return str(answer)


def offer(
    base: str, id: str, step: int, spoken: Sequence[tuple[str, Tongue]], tongue: Tongue, *, seconds: int = 6
) -> str:  # fmt: skip
    """The first words of a call that we made, and what comes of them; a machine that says nothing ends it."""
    answer, action = VoiceResponse(), f"{base}/twilio/voice/out/gather?id={id}&step={step}"
    verb = answer.gather(
        input="speech dtmf", action=action, method="POST", language=tongue.hears, timeout=seconds, num_digits=1,
        speech_timeout="auto", finish_on_key="#", action_on_empty_result=True, barge_in=True, profanity_filter=False,
    )  # fmt: skip
    say(verb, spoken)
    answer.redirect(action, method="POST")
    return str(answer)


def dial(base: str, back: str, number: str, caller_id: str, seconds: int) -> str:
    """Rings the patient; whoever has asked for it hears the ringing, and their voicemail, themselves."""
    answer = VoiceResponse()
    action = f"{base}/twilio/voice/back/dialled?id={back}"
    verb = answer.dial(action=action, method="POST", timeout=seconds, caller_id=caller_id, record="do-not-record")
    verb.number(number)
    return str(answer)


def nothing() -> str:
    """No verb; to a person who was rung it means that the two are joined."""
    return str(VoiceResponse())


def goodbye(spoken: Sequence[tuple[str, Tongue]] = ()) -> str:
    answer = VoiceResponse()
    say(answer, spoken)
    answer.hangup()
    return str(answer)


def trouble(base: str, words: str, tongue: Tongue, to: str, tries: int, seconds: int) -> str:
    """Nothing of ours works: a person's telephone; where nobody takes it, once more from the start, a few times."""
    answer = VoiceResponse()
    say(answer, [(words, tongue)])
    if tries < _MOST_TRIES:
        onward = f"{base}/twilio/voice?step={(tries + 1) * STEPS}"
        answer.dial(to, timeout=seconds, record="do-not-record", action=onward, method="POST")
    else:
        answer.dial(to, timeout=seconds, record="do-not-record")
        answer.hangup()
    return str(answer)


def say(verb: Any, spoken: Sequence[tuple[str, Tongue]]) -> None:
    for text, tongue in spoken:
        how = {"voice": tongue.voice or None, "language": None if tongue.voice else tongue.says}
        if not tongue.slow:
            verb.say(text, **how)
            continue
        for part in sentences(text):
            verb.say(**how).prosody(part, rate=SLOW)
            verb.pause(length=1)
