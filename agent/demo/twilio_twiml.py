"""Reads TwiML as Twilio does, and refuses what Twilio refuses: bad XML, unknown verbs, unknown languages and voices."""

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

MOST_BYTES = 64 * 1024
# verb -> its attributes, and what may stand in it
_VERBS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Response": (frozenset(), frozenset("Connect Gather Say Play Dial Record Redirect Hangup Pause".split())),
    "Connect": (frozenset("action method".split()), frozenset({"ConversationRelay"})),
    "ConversationRelay": (
        frozenset(
            """url language ttsLanguage transcriptionLanguage ttsProvider voice transcriptionProvider speechModel
            profanityFilter dtmfDetection welcomeGreeting welcomeGreetingInterruptible interruptible preemptible hints
            reportInputDuringAgentSpeech events partialPrompts interruptSensitivity debug""".split()
        ),
        frozenset({"Language", "Parameter"}),
    ),
    "Language": (frozenset("code ttsProvider voice transcriptionProvider speechModel hints".split()), frozenset()),
    "Parameter": (frozenset("name value".split()), frozenset()),
    "Gather": (
        frozenset(
            """input action method timeout speechTimeout maxSpeechTime profanityFilter finishOnKey numDigits language
            hints bargeIn actionOnEmptyResult speechModel enhanced""".split()
        ),
        frozenset("Say Pause".split()),
    ),
    "Say": (frozenset("voice language loop".split()), frozenset({"prosody", "break"})),
    "prosody": (frozenset("rate pitch volume".split()), frozenset({"break"})),
    "break": (frozenset("strength time".split()), frozenset()),
    "Dial": (
        frozenset("action method timeout callerId answerOnBridge record timeLimit hangupOnStar".split()),
        frozenset({"Number", "Conference"}),
    ),
    "Number": (frozenset("url method statusCallback statusCallbackEvent".split()), frozenset()),
    "Conference": (
        frozenset(
            """waitUrl waitMethod startConferenceOnEnter endConferenceOnExit beep record muted maxParticipants
            statusCallback statusCallbackMethod statusCallbackEvent""".split()
        ),
        frozenset(),
    ),
    "Record": (
        frozenset(
            """action method timeout finishOnKey maxLength playBeep trim recordingStatusCallback
            recordingStatusCallbackMethod recordingStatusCallbackEvent transcribe transcribeCallback""".split()
        ),
        frozenset(),
    ),
    "Play": (frozenset({"loop", "digits"}), frozenset()),
    "Redirect": (frozenset({"method"}), frozenset()),
    "Hangup": (frozenset(), frozenset()),
    "Pause": (frozenset({"length"}), frozenset()),
}
# what the providers of speech can say and hear, as far as this clinic's languages go
SAYS = frozenset(
    """en-US es-US fr-FR pt-BR de-DE it-IT pl-PL ru-RU ar-AE hi-IN cmn-CN vi-VN ko-KR fil-PH""".split()
)  # fmt: skip
HEARS = frozenset(
    """en-US es-US fr-FR pt-BR de-DE it-IT pl-PL ru-RU ar-EG hi-IN cmn-Hans-CN vi-VN ko-KR fil-PH""".split()
)  # fmt: skip
VOICES = frozenset(
    """Polly.Joanna-Neural Polly.Lupe-Neural Polly.Lea-Neural Polly.Camila-Neural Polly.Vicki-Neural
    Polly.Bianca-Neural Polly.Ola-Neural Polly.Tatyana Polly.Hala-Neural Polly.Kajal-Neural Polly.Zhiyu-Neural
    Polly.Seoyeon-Neural Google.vi-VN-Wavenet-A Google.fil-PH-Wavenet-A""".split()
)
_TAG = re.compile(r"</?[a-zA-Z]")
_INPUTS = frozenset({"none", "dtmf", "speech", "any", "true", "false"})


class BadTwiml(Exception):
    """Twilio would end the call with this error code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


@dataclass(frozen=True)
class Verb:
    name: str
    given: dict[str, str] = field(default_factory=dict)
    text: str = ""
    inner: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.given.get(name, default)


def parse(body: str) -> tuple[Verb, ...]:
    """The verbs of a document, in order. Raises BadTwiml."""
    if len(body.encode()) > MOST_BYTES:
        raise BadTwiml(11750, "the document is larger than 64 kB")
    if re.search(r"<!(DOCTYPE|ENTITY)", body, re.IGNORECASE):
        raise BadTwiml(12100, "a document type")
    try:
        root = Xml.fromstring(body)  # noqa: S314  # no document type, so no entities
    except Xml.ParseError as wrong:
        raise BadTwiml(12100, f"not XML: {wrong}") from None
    if root.tag != "Response":
        raise BadTwiml(12100, f"<{root.tag}> is no Response")
    return _read(root).inner


def while_waiting(verbs: tuple[Verb, ...]) -> tuple[Verb, ...]:
    """What a conference's waitUrl may answer. Raises BadTwiml for anything else."""
    for verb in verbs:
        if verb.name not in ("Say", "Play", "Pause", "Redirect"):
            raise BadTwiml(12200, f"<{verb.name}> while somebody waits for a conference")
    return verbs


def spoken(token: str) -> str:
    """The words of a relay's token without its SSML. Raises BadTwiml for tags that the voices do not follow."""
    if not _TAG.search(token):
        return token
    try:
        root = Xml.fromstring(f"<Say>{token}</Say>")  # noqa: S314  # no document type can stand here
    except Xml.ParseError as wrong:
        raise BadTwiml(64107, f"SSML: {wrong}") from None
    _read(root)
    return "".join(root.itertext())


def _read(element: Xml.Element) -> Verb:
    known = _VERBS.get(element.tag)
    if known is None:
        raise BadTwiml(12200, f"<{element.tag}>")
    attributes, children = known
    for name in element.attrib:
        if name not in attributes:
            raise BadTwiml(12200, f"{name} in <{element.tag}>")
    for child in element:
        if child.tag not in children:
            raise BadTwiml(12200, f"<{child.tag}> in <{element.tag}>")
    text = "".join(element.itertext()) if element.tag == "Say" else element.text or ""
    verb = Verb(element.tag, dict(element.attrib), text.strip(), tuple(_read(c) for c in element))
    _speaks(verb)
    return verb


def _speaks(verb: Verb) -> None:
    """Codes and voices that there are; addresses that a call can go to."""
    if verb.name == "Say" and verb.get("voice") not in {*VOICES, ""}:
        raise BadTwiml(13511, "an unknown voice")
    if verb.name == "Say" and verb.get("language") and verb.get("language") not in SAYS:
        raise BadTwiml(13511, "an unknown language")
    if verb.name == "Gather" and verb.get("language") and verb.get("language") not in HEARS:
        raise BadTwiml(13511, "an unknown language")
    if verb.name == "Language" and verb.get("code") not in SAYS | HEARS:
        raise BadTwiml(13511, "an unknown language")
    if verb.name == "ConversationRelay":
        _relay(verb)
    if verb.name == "Record":
        _record(verb)
    if verb.name == "Dial" and any(c.name == "Conference" for c in verb.inner):
        _conference(verb)


def _record(verb: Verb) -> None:
    most = verb.get("maxLength", "3600")
    if not most.isdigit() or not 0 < int(most) <= 3600 * 4:
        raise BadTwiml(13612, f"maxLength: {most}")
    if not verb.get("timeout", "5").isdigit():
        raise BadTwiml(13617, f"timeout: {verb.get('timeout')}")
    if verb.get("trim", "do-not-trim") not in ("trim-silence", "do-not-trim"):
        raise BadTwiml(13611, f"trim: {verb.get('trim')}")
    if verb.get("transcribe") == "true" and int(most) > 120:
        raise BadTwiml(13616, "what is transcribed is two minutes at most")
    if not set(verb.get("recordingStatusCallbackEvent", "completed").split()) <= {"in-progress", "completed", "absent"}:
        raise BadTwiml(12200, "recordingStatusCallbackEvent")


def _conference(dial: Verb) -> None:
    noun = dial.inner[0]
    if len(dial.inner) != 1 or dial.text or not noun.text:
        raise BadTwiml(13224, "a conference stands alone in its <Dial>, and has a name")
    if noun.get("waitUrl") and not re.match(r"https?://", noun.get("waitUrl")):
        raise BadTwiml(13233, "the waitUrl is no address")
    for name in ("startConferenceOnEnter", "endConferenceOnExit", "muted"):
        if noun.get(name, "true") not in ("true", "false"):
            raise BadTwiml(13231, f"{name}: {noun.get(name)}")
    if noun.get("beep", "true") not in ("true", "false", "onEnter", "onExit"):
        raise BadTwiml(13226, f"beep: {noun.get('beep')}")


def _relay(verb: Verb) -> None:
    if not re.match(r"wss?://", verb.get("url")):
        raise BadTwiml(64101, "the relay's address is no socket")
    if verb.get("ttsLanguage", "en-US") not in SAYS or verb.get("transcriptionLanguage", "en-US") not in HEARS:
        raise BadTwiml(64101, "an unknown language")
    for name in ("interruptible", "welcomeGreetingInterruptible", "reportInputDuringAgentSpeech"):
        if verb.get(name, "any") not in _INPUTS:
            raise BadTwiml(64101, f"{name}: {verb.get(name)}")
