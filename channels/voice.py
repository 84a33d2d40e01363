"""The telephone adapter: decodes Twilio's call webhooks and what callers say and press; decides nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from agent.model.address import Address
from agent.model.content import Language
from agent.model.fault import Unreadable
from agent.model.message import Inbound, Kind, Outbound
from agent.model.question import Question
from agent.ports import Hook
from channels.optout import decide
from channels.signature import Trust, opened, verified

PERSON, REPEAT = "intent:talk_to_human", "intent:repeat"  # what 0 and * choose
_SID = re.compile(r"CA[0-9A-Za-z]{32}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_UNSPOKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_STEP = re.compile(r"(?:^|&)step=([0-9]{1,6})(?:&|$)")
OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
STEPS = 10_000  # of one try; the steps after trouble stand far from those before it
_MEANT = frozenset({"UNSUBSCRIBE", "STOPALL", "STOP ALL", "OPTOUT", "OPT OUT", "REVOKE"})


@dataclass(frozen=True)
class Tongue:
    """How a language sounds by telephone: the recogniser's code, the synthesiser's, and who speaks. `lent`: the voice
    and the ear are another language's; `slow`: this once, more slowly."""

    locale: str
    hears: str
    says: str
    voice: str
    lent: bool = False
    slow: bool = False

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
    """One call webhook. Raises Forged or Unreadable. The number at the other end is where to call back, never who is
    there; of a call that we made it is the one that was dialled."""
    form = opened(hook, trust)
    ours = form.get("Direction", "").startswith("outbound")
    id, sender = form.get("CallSid", ""), form.get("To" if ours else "From", "")
    if not _SID.fullmatch(id):
        raise Unreadable("no call id")
    handle = sender if _NUMBER.fullmatch(sender) else f"withheld:{id}"
    step = _STEP.search(urlsplit(hook.url).query)
    return CallHook(
        id, Address(channel="voice", value=handle), form.get("From" if ours else "To", ""),
        form.get("CallStatus", "").lower(), form,
        int(step.group(1)) if step else 0,
    )  # fmt: skip


def opens_socket(hook: Hook, trust: Trust) -> bool:
    """Whether a WebSocket's handshake is Twilio's: it signs `wss://host/path`, the query's pairs as parameters."""
    bare, _, query = hook.url.partition("?")
    headers = {**hook.headers, "content-type": "application/x-www-form-urlencoded"}
    asked = Hook("POST", bare, headers, query.encode("ascii", "ignore"), hook.peer)
    return verified(asked, trust.tokens_now, socket_url(trust.public_url), (), trust.shared_keys)


def pressed(
    digits: str, asked: Question | None, others: Mapping[str, str] | None = None
) -> tuple[Literal["digits", "choice"], str, str | None]:  # fmt: skip
    """(kind, text, payload) of keys: 0 a person, * again, a number its option, eight digits a date of birth. `others`:
    what single keys mean where nothing is asked that has options."""
    keys = digits.strip("#")
    many = keys_wanted(asked) > 1
    if keys == "*":
        return "digits", keys, REPEAT
    if keys == "0" and (not many or digits == "0"):
        return "digits", keys, PERSON
    options = asked.options if asked is not None else ()
    if keys.isdigit() and 0 < int(keys) <= len(options):
        return "choice", keys, options[int(keys) - 1].payload
    if not options and not many and others and keys in others:
        return "choice", keys, others[keys]
    if asked is not None and asked.slot in ("dob", "name") and len(keys) == 8:
        year_first = keys[:2] in ("19", "20") and 1 <= int(keys[4:6]) <= 12 and 1 <= int(keys[6:]) <= 31
        year, rest = (keys[:4], keys[4:]) if year_first else (keys[4:], keys[:4])
        first, second = rest[:2], rest[2:]
        return "digits", f"{year}-{first}-{second}" if year_first else f"{first}/{second}/{year}", None
    return "digits", keys, None


def keys_wanted(asked: Question | None) -> int:
    """How many keys answer this question without anything more; others end with # or a pause."""
    if asked is not None and asked.slot in ("dob", "name"):
        return 1 if asked.options else 8
    return {"code": 6, "phone": 10}.get(asked.slot if asked is not None else "", 1)


def is_dictated(asked: Question | None) -> bool:
    """Is the answer said piece by piece: a number, a date, a name?"""
    return asked is not None and asked.slot in ("phone", "code", "dob", "name", "letters")


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
        case "letters":
            return not text.isdigit()
        case "name":
            words = text.split()
            return (len(words) == 1 and text.isascii()) or (len(words) > 1 and len(words[-1].strip(".,-")) == 1)
        case _:
            return False


def heard(kind: Kind, text: str, payload: str | None, **more: Any) -> Inbound:
    """What a caller said or pressed, as a message; `more` are its other fields."""
    stop = stop_said(text) if kind == "speech" else ""
    facts = {"stop": stop} if stop else {}
    return Inbound(channel="voice", kind=kind, text=text, payload=payload, provider=facts, **more)


def stop_said(text: str) -> Literal["", "maybe", "words"]:
    """Does a caller want no more texts: in so many words, or by a word ("stop") that on a telephone may mean anything
    else? "Cancel" means the visit there."""
    wish = decide(text)
    if wish.wish != "stop" or wish.word == "CANCEL":
        return ""
    return "words" if wish.word is None or wish.word in _MEANT or len(wish.word.split()) > 2 else "maybe"


def lines(
    rows: Sequence[Outbound], known: Mapping[str, Tongue], *, slow: bool = False
) -> list[tuple[str, Tongue]]:  # fmt: skip
    """What is to be spoken, each with its voice: critical wording that also stands in English is English there, and a
    line in another language is that language's."""
    out: list[tuple[str, Tongue]] = []
    for row in rows:
        own = known.get(row.locale) or known["en"]
        english = {x for text in row.extra.get("english", ()) for x in str(text).split("\n")}
        others = row.extra.get("voices", {})
        for line in _UNSPOKEN.sub(" ", row.text).split("\n"):
            if line.strip():
                voice = known["en"] if line in english and "en" in known else known.get(others.get(line, ""), own)
                out.append((line, replace(voice, slow=slow)))
    return out


def socket_url(url: str) -> str:
    """https://… as wss://…"""
    return "ws" + url.removeprefix("http") if url.startswith("http") else url
