"""Transcripts of a visit as utterances: JSON, WebVTT or plain text with speakers; checks nothing else."""

import json
import re
from collections.abc import Iterable
from html import unescape
from typing import Any, Literal

from agent.model.note import Utterance

Role = Literal["clinician", "patient", "other"]

MOST_TURNS = 20_000  # three hours of quick talk are about 4,000
MOST_CHARACTERS = 4_000_000

_CUE = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?(?:[biuvc]|lang|ruby|rt)\b[^>]*>|<\d[^>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"^(?:NOTE|STYLE|REGION)(?:\s|$)")
# "Doctor: …", "[doctor] …", "(00:12) Mrs Lopez: …", "D: …"; a time may stand before or after the name
_CLOCK = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?"
_SPOKEN_BY = re.compile(
    rf"^\s*(?:{_CLOCK}\s*[-–]?\s*)?(?:\[(?P<tag>[^\]\d][^\]]{{0,39}})\]:?|(?P<name>[^\W\d_][^:\n?!;,]{{0,39}}?)"
    rf"\s*(?:{_CLOCK})?\s*[:：])\s*(?P<said>.*)$"
)
_SPEAKER_KEYS = ("speaker", "role", "participant", "name", "from")
_TEXT_KEYS = ("text", "content", "Content", "utterance", "transcript")
_LISTS = ("dialogue", "utterances", "turns", "transcript", "segments", "TranscriptSegments", "Conversation", "messages")

_CLINICIANS = re.compile(
    r"doc|dr\b|physician|clinician|provider|nurse|\bgp\b|\bmd\b|\bnp\b|\bpa\b|therap|consultant|m[ée]dic|arzt|ärztin|"
    r"médecin|dottor|lekarz|врач|доктор|医生|醫生|医師|طبيب|bác sĩ|doktor|의사|चिकित्सक|डॉक्टर|^d$",
    re.IGNORECASE,
)
_PATIENTS = re.compile(
    r"pat?i[ëe]?nt|patient|paci|pazient|pacjent|hasta|пациент|пацієнт|患者|病人|환자|مريض|bệnh nhân|मरीज|"
    r"client|caller|^pt?$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"famil|mother|father|mom|dad|wife|husband|daughter|son\b|guest|carer|friend|interpreter|partner|parent|sister|brother",
    re.IGNORECASE,
)


class NotATranscript(ValueError):
    """The text cannot be read as a transcript; says in one line why."""


def transcript(text: str) -> tuple[Utterance, ...]:
    """The utterances of a transcript in any of the three forms, told apart by their looks.

    Raises NotATranscript for anything else, and for more than MOST_TURNS turns or MOST_CHARACTERS characters.
    """
    if len(text) > MOST_CHARACTERS:
        raise NotATranscript(f"a transcript of more than {MOST_CHARACTERS:,} characters")
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip()[:1] in ("{", "["):
        try:
            return dialogue(json.loads(text))
        except json.JSONDecodeError as broken:
            if not _SPOKEN_BY.match(text.lstrip()):
                raise NotATranscript(f"not JSON: {broken.msg} in line {broken.lineno}") from None
        except RecursionError:
            raise NotATranscript("JSON nested too deeply") from None
    if text.lstrip().startswith("WEBVTT") or any(_CUE.match(line) for line in text.split("\n", 12)[:12]):
        return _joined(_webvtt(text))
    return _joined(_plain(text))


def dialogue(value: Any) -> tuple[Utterance, ...]:
    """The utterances of a decoded JSON value: a list of turns `{"speaker", "text"}`, an object that holds such a list
    under a usual name, or text in one of the other forms. Turns keep their numbers: an empty one stays, empty.

    Raises NotATranscript.
    """
    if isinstance(value, str):
        return transcript(value) if value.strip() else ()
    for _ in range(3):
        if isinstance(value, dict):
            value = next((value[key] for key in _LISTS if isinstance(value.get(key), list | dict)), None)
    if not isinstance(value, list):
        raise NotATranscript("a dialogue is a list of turns with speaker and text")
    if len(value) > MOST_TURNS:
        raise NotATranscript(f"a dialogue of more than {MOST_TURNS:,} turns")
    turns = tuple(_turn(number, each) for number, each in enumerate(value))
    if sum(len(t.text) for t in turns) > MOST_CHARACTERS:
        raise NotATranscript(f"a dialogue of more than {MOST_CHARACTERS:,} characters")
    return turns


def role(speaker: str) -> Role:
    """Whose turn it is by the name that the transcript gives; `other` where the name does not say."""
    name = speaker.strip()
    if is_beside(name):
        return "other"
    if _PATIENTS.search(name):
        return "patient"
    return "clinician" if _CLINICIANS.search(name) else "other"


def is_beside(speaker: str) -> bool:
    """Whether the name is that of a relative, a friend or a helper: "patient's mother", "interpreter"."""
    return bool(_BESIDE.search(speaker))


def _turn(number: int, each: Any) -> Utterance:
    if isinstance(each, str):
        found = _SPOKEN_BY.match(each)
        return Utterance(speaker=_who(found), text=found["said"]) if found else Utterance(speaker="", text=each)
    if not isinstance(each, dict):
        raise NotATranscript(f"turn {number} of the dialogue is not an object with speaker and text")
    said = next((each[key] for key in _TEXT_KEYS if key in each), None)
    if said is None:
        said = ""
    details = each.get("ParticipantDetails")
    who = details.get("ParticipantRole") if isinstance(details, dict) else None
    who = who or next((each[key] for key in _SPEAKER_KEYS if each.get(key) is not None), "")
    if not isinstance(said, str) or isinstance(who, dict | list):
        raise NotATranscript(f"turn {number} of the dialogue has no text")
    return Utterance(speaker=str(who)[:80], text=said)


def _webvtt(text: str) -> Iterable[tuple[str, str]]:
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        at = next((n for n, line in enumerate(lines) if _CUE.match(line)), None)
        if at is None or _BLOCK.match(block):
            continue
        spoken = "\n".join(lines[at + 1 :])
        voices = list(_VOICE.finditer(spoken))
        if not voices:
            yield from _plain(unescape(_TAG.sub("", spoken)), strict=False)
            continue
        for here, after in zip(voices, [*voices[1:], None], strict=True):
            said = spoken[here.end() : after.start() if after else len(spoken)]
            yield here[1].strip(), " ".join(unescape(_TAG.sub("", said)).split())


def _plain(text: str, *, strict: bool = True) -> Iterable[tuple[str, str]]:
    """A line without a name goes on with what the speaker before it said; with `strict` the first one must have one."""
    named = not strict
    for line in text.split("\n"):
        if not line.strip():
            continue
        found = _SPOKEN_BY.match(line)
        if found:
            named = True
            yield _who(found), found["said"].strip()
        elif named:
            yield "", line.strip()
        else:
            raise NotATranscript("plain text needs a speaker at the start: “Doctor: …”")


def _joined(lines: Iterable[tuple[str, str]]) -> tuple[Utterance, ...]:
    turns: list[tuple[str, list[str]]] = []
    for who, said in lines:
        if not said:
            continue
        if turns and (not who or who == turns[-1][0]):
            turns[-1][1].append(said)
        else:
            turns.append((who, [said]))
        if len(turns) > MOST_TURNS:
            raise NotATranscript(f"a transcript of more than {MOST_TURNS:,} turns")
    return tuple(Utterance(speaker=who, text=" ".join(said)) for who, said in turns)


def _who(found: re.Match[str]) -> str:
    return (found["tag"] or found["name"] or "").strip()
