"""Checks of the message books: keys, placeholders, assertions, carrier words, markup and direction controls."""

import re
from collections.abc import Mapping

from agent.content.faults import Fault
from agent.content.read_po import FACTS
from agent.model.content import Content, Message

_PLACE = re.compile(r"\{([a-z_]+)\}")
_BRACES = re.compile(r"[{}]")
_CARRIER = re.compile(r"\b(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|UNSTOP)\b")
_BIDI = re.compile("[\u202a-\u202e\u2066\u2067\u200b\ufeff]")
_LONGEST = 640  # characters before values


def check_messages(content: Content, lines: Mapping[str, Mapping[str, int]]) -> list[Fault]:
    """Every live language holds every English key, with the same placeholders and the same assertion."""
    english = content.messages.get("en", {})
    faults: list[Fault] = []
    for tag, book in content.messages.items():
        name = f"locales/{tag}/LC_MESSAGES/messages.po"
        at = lines.get(tag, {})
        if tag in content.live:
            faults += [
                Fault(name, at.get(key, 0), f"{key} is missing or empty", f"Translate “{english[key].text[:60]}”")
                for key in english
                if key not in book and "@" not in key
            ]
        for key, message in book.items():
            source = english.get(key) or english.get(key.split("@")[0])
            faults += _message(name, at.get(key, 0), message, source)
    return faults


def _message(name: str, line: int, message: Message, source: Message | None) -> list[Fault]:
    faults: list[Fault] = []

    def bad(what: str, fix: str) -> None:
        faults.append(Fault(name, line, f"{message.key}: {what}", fix))

    if source is None:
        bad("English has no such key", "Delete it or mend its name")
        return faults
    have, want = set(_PLACE.findall(message.text)), set(_PLACE.findall(source.text))
    if have != want and "@" not in message.key:
        missing, extra = sorted(want - have), sorted(have - want)
        said = "; ".join(
            ([f"{{{'} {'.join(missing)}}} missing"] if missing else [])
            + ([f"{{{'} {'.join(extra)}}} unknown"] if extra else [])
        )
        bad(f"placeholders differ from English: {said}", "Use the same {names} as English")
    elif have - want:
        bad(f"unknown placeholders {sorted(have - want)}", "Use the same {names} as English")
    if _BRACES.search(_PLACE.sub("", message.text)):
        bad("a brace that is not a placeholder", "Write placeholders as {name}, lower-case")
    if message.asserts and message.asserts not in FACTS:
        bad(f"asserts an unknown fact {message.asserts}", f"Use one of {', '.join(sorted(FACTS))}")
    if message.asserts != source.asserts:
        bad("it asserts another fact than English", f"Comment `#. asserts: {source.asserts}`")
    if _CARRIER.search(message.text) and not message.key.startswith("consent."):
        bad("it holds a word that carriers take as an opt-out", "Ask for digits instead")
    if _BIDI.search(message.text):
        bad("it holds an invisible control character", "Type the text anew")
    if re.search(r"<\s*/?\s*[a-zA-Z!]", message.text):
        bad("it holds markup", "Write plain text")
    if len(message.text) > _LONGEST:
        bad(f"it is longer than {_LONGEST} characters", "Shorten it")
    return faults
