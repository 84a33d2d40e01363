"""The telephone adapter: decodes Twilio's call webhooks and writes TwiML by twilio's own helpers; decides nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from twilio.twiml.voice_response import VoiceResponse

from agent.model.address import Address
from agent.model.content import Language
from agent.model.fault import Unreadable
from agent.model.message import Outbound
from agent.model.question import Question
from agent.ports import Hook
from channels.signature import Trust, opened, verified

PERSON, REPEAT = "intent:talk_to_human", "intent:repeat"  # what 0 and * choose
_SID = re.compile(r"CA[0-9A-Za-z]{32}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_UNSPOKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_STEP = re.compile(r"(?:^|&)step=([0-9]{1,6})(?:&|$)")
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
STEPS = 10_000  # of one try; the steps after trouble stand far from those before it
_MOST_TRIES = 3
_MOST_HINTS, _MOST_HINT_CHARS = 60, 900


@dataclass(frozen=True)
class Tongue:
    """How a language sounds by telephone: the recogniser's code, the synthesiser's, and who speaks. `lent`: the voice
    and the ear are another language's."""

    locale: str
    hears: str
    says: str
    voice: str
    lent: bool = False

    @property
    def provider(self) -> str:
        return "Google" if self.voice.startswith("Google.") else "Amazon"

    @property
    def name(self) -> str:
        """The voice as ConversationRelay calls it."""
        return self.voice.partition(".")[2] or self.voice


@dataclass(frozen=True)
class CallHook:
    """One webhook of a call. `sender` is a number, or the call itself where the number is withheld; `params` is
    everything that Twilio said."""

    id: str
    sender: Address
    recipient: str
    status: str
    params: Mapping[str, str]
    step: int = 0

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def tries(self) -> int:
        """How often this call was begun again after trouble."""
        return self.step // STEPS


def tongues(languages: Mapping[str, Language], live: Iterable[str]) -> dict[str, Tongue]:
    """By locale. A language without speech of its own is spoken by the one that lends it a voice."""
    out: dict[str, Tongue] = {}
    for tag in live:
        own = languages[tag]
        lender = languages.get(own.spoken_by or "", own) if own.speech is None else own
        if lender.speech is not None:
            voice = lender.voice or ""
            out[tag] = Tongue(tag, lender.speech, lender.tts or lender.speech, voice, lent=own.speech is None)
    return out


def read(hook: Hook, trust: Trust) -> CallHook:
    """One call webhook. Raises Forged or Unreadable. A caller's number is where to call back, never who they are."""
    form = opened(hook, trust)
    id, sender = form.get("CallSid", ""), form.get("From", "")
    if not _SID.fullmatch(id):
        raise Unreadable("no call id")
    handle = sender if _NUMBER.fullmatch(sender) else f"withheld:{id}"
    step = _STEP.search(urlsplit(hook.url).query)
    return CallHook(
        id, Address(channel="voice", value=handle), form.get("To", ""), form.get("CallStatus", "").lower(), form,
        int(step.group(1)) if step else 0,
    )  # fmt: skip


def opens_socket(hook: Hook, trust: Trust) -> bool:
    """Whether a WebSocket's handshake is Twilio's: it signs `wss://host/path`, the query's pairs as parameters."""
    bare, _, query = hook.url.partition("?")
    headers = {**hook.headers, "content-type": "application/x-www-form-urlencoded"}
    asked = Hook("POST", bare, headers, query.encode("ascii", "ignore"), hook.peer)
    return verified(asked, trust.tokens_now, socket_url(trust.public_url), (), trust.shared_keys)


def socket_url(url: str) -> str:
    """https://… as wss://…"""
    return "ws" + url.removeprefix("http") if url.startswith("http") else url


def pressed(digits: str, asked: Question | None) -> tuple[Literal["digits", "choice"], str, str | None]:
    """(kind, text, payload) of keys: 0 a person, * again, a number its option, eight digits a date of birth."""
    keys = digits.strip("#")
    many = keys_wanted(asked) > 1
    if keys == "*":
        return "digits", keys, REPEAT
    if keys == "0" and (not many or digits == "0"):
        return "digits", keys, PERSON
    options = asked.options if asked is not None else ()
    if keys.isdigit() and 0 < int(keys) <= len(options):
        return "choice", keys, options[int(keys) - 1].payload
    if asked is not None and asked.slot in ("dob", "name") and len(keys) == 8:
        year_first = keys[:2] in ("19", "20") and 1 <= int(keys[4:6]) <= 12 and 1 <= int(keys[6:]) <= 31
        year, rest = (keys[:4], keys[4:]) if year_first else (keys[4:], keys[:4])
        first, second = rest[:2], rest[2:]
        return "digits", f"{year}-{first}-{second}" if year_first else f"{first}/{second}/{year}", None
    return "digits", keys, None


def keys_wanted(asked: Question | None) -> int:
    """How many keys answer this question without anything more; others end with # or a pause."""
    if asked is not None and asked.slot in ("dob", "name"):
        return 8
    return {"code": 6, "phone": 10}.get(asked.slot if asked is not None else "", 1)


def more_to_come(text: str, asked: Question | None) -> bool:
    """Somebody dictates a number or a name, and is perhaps not at the end."""
    digits = sum(c.isdigit() for c in text)
    match asked.slot if asked is not None else "":
        case "phone":
            return digits < 10
        case "code":
            return digits < 6
        case "dob":
            return digits < 5 and len(text.split()) < 4
        case "name":
            return len(text.split()) == 1 and text.isascii()
        case _:
            return False


def lines(rows: Sequence[Outbound], known: Mapping[str, Tongue]) -> list[tuple[str, Tongue]]:
    """What is to be spoken, each with its voice: critical wording that also stands in English is English there."""
    out: list[tuple[str, Tongue]] = []
    for row in rows:
        own = known.get(row.locale) or known["en"]
        english = {x for text in row.extra.get("english", ()) for x in str(text).split("\n")}
        for line in _UNSPOKEN.sub(" ", row.text).split("\n"):
            if line.strip():
                out.append((line, known["en"] if line in english and "en" in known else own))
    return out


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
    base: str, spoken: Sequence[tuple[str, Tongue]], tongue: Tongue, step: int, asked: Question | None, hinted: str
) -> str:
    """`<Gather>` for speech and keys, and where to go when nothing comes: never an end of the call."""
    many = keys_wanted(asked) > 1
    whole = asked is not None and asked.type == "bool"  # a read-back is heard out: no barge-in tells what was heard
    extra: dict[str, Any] = {} if many or asked is None or not asked.options else {"num_digits": 1}
    answer = VoiceResponse()
    verb = answer.gather(
        input="speech dtmf", action=f"{base}/twilio/voice/gather?step={step}", method="POST", language=tongue.hears,
        hints=hinted or None, timeout=8, speech_timeout="3" if many else "auto", finish_on_key="#",
        action_on_empty_result=True, barge_in=not whole, profanity_filter=False, **extra,
    )  # fmt: skip
    _say(verb, spoken)
    answer.redirect(f"{base}/twilio/voice/gather?step={step}", method="POST")
    return str(answer)


def transfer(
    base: str, spoken: Sequence[tuple[str, Tongue]], call: str, to: str, caller_id: str, seconds: int, step: int
) -> str:
    """Rings a person; before they are joined they hear what it is about. What comes of it goes to `dialled`."""
    answer = VoiceResponse()
    _say(answer, spoken)
    dial = answer.dial(
        action=f"{base}/twilio/voice/dialled?step={step}", method="POST", timeout=seconds, caller_id=caller_id,
        answer_on_bridge=True, record="do-not-record",
    )  # fmt: skip
    dial.number(to, url=f"{base}/twilio/voice/whisper?call={call}", method="POST")
    return str(answer)


def whisper(base: str, call: str, words: str, tongue: Tongue) -> str:
    """What the person who is rung hears alone; only a key takes the call, so that no answering machine does."""
    answer = VoiceResponse()
    verb = answer.gather(
        input="dtmf", num_digits=1, timeout=8, action=f"{base}/twilio/voice/whisper?call={call}", method="POST"
    )
    _say(verb, [(words, tongue)])
    answer.hangup()
    return str(answer)


def nothing() -> str:
    """No verb; to a person who was rung it means that the two are joined."""
    return str(VoiceResponse())


def goodbye(spoken: Sequence[tuple[str, Tongue]] = ()) -> str:
    answer = VoiceResponse()
    _say(answer, spoken)
    answer.hangup()
    return str(answer)


def trouble(base: str, words: str, tongue: Tongue, to: str, tries: int, seconds: int) -> str:
    """Nothing of ours works: a person's telephone; where nobody takes it, once more from the start, a few times."""
    answer = VoiceResponse()
    _say(answer, [(words, tongue)])
    if tries < _MOST_TRIES:
        onward = f"{base}/twilio/voice?step={(tries + 1) * STEPS}"
        answer.dial(to, timeout=seconds, record="do-not-record", action=onward, method="POST")
    else:
        answer.dial(to, timeout=seconds, record="do-not-record")
        answer.hangup()
    return str(answer)


def _say(verb: Any, spoken: Sequence[tuple[str, Tongue]]) -> None:
    for text, tongue in spoken:
        verb.say(text, voice=tongue.voice or None, language=None if tongue.voice else tongue.says)
