"""Checks of the words of each message: placeholders, assertions, carrier words, markup, controls, length."""

import re
from collections.abc import Callable
from typing import Any

from agent.content.faults import Fault, instead_of
from agent.content.plurals import COUNT, PluralForm, forms, header, says
from agent.content.read_po import FACTS
from agent.content.sources import Sources
from agent.model.content import Content, Message

_PLACE = re.compile(r"\{([a-z_]+)\}")
_BRACES = re.compile(r"[{}]")
_CODE = re.compile(r"%[sdr(]|\$\(|<%|`")
MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z!?]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);|javascript:", re.IGNORECASE)
_CARRIER = re.compile(r"\b(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|UNSTOP)\b")
# Isolates (U+2068, U+2069) and the two marks are what right-to-left text needs; the rest can hide or turn words.
HIDDEN = re.compile(
    "[\u00ad\u061c\u200b\u202a-\u202e\u2060-\u2067\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LONGEST = 640  # characters before values

Bad = Callable[[str, str], None]


def check_messages(content: Content, sources: Sources) -> list[Fault]:
    """Every message says what English says, in plain text that a carrier passes on."""
    english = content.messages.get("en", {})
    faults: list[Fault] = []
    for tag, book in sources.books.items():
        if book.plural_forms and not says(book.plural_forms, tag):
            fix = f"Write `Plural-Forms: {header(tag)}`."
            faults.append(Fault(book.name, 0, "the rule of its plural forms is not the language's", fix))
        for key, message in book.messages.items():
            source = english.get(key) or english.get(key.split("@")[0])
            if source is None:
                continue

            def bad(what: str, fix: str, key: str = key, book: Any = book) -> None:
                faults.append(book.fault(key, what, fix))

            of = forms(tag) if len(message.plural) == len(forms(tag)) else ()
            _plural(message, source, tag, bad)
            for at, text in enumerate(message.plural or (message.text,)):
                _placeholders(text, message, source, bad, of[at] if message.plural and of else None)
                _plain_text(text, message, bad)
            _assertion(message, source, bad)
    return list(dict.fromkeys(faults))


def said_of(form: PluralForm) -> str:
    """ "“few” (for 2, 3, 4, 22 …)"."""
    return f"“{form.name}” (for {form.examples})"


def _plural(message: Message, source: Message, tag: str, bad: Bad) -> None:
    """Where English tells one from many, every language has each of its own forms, and nowhere else."""
    of = forms(tag)
    wanted = "; ".join(said_of(form) for form in of)
    if message.plural and not source.plural:
        bad("it has plural forms, and English has one text", "Write one text.")
    elif source.plural and len(message.plural) != len(of):
        bad(f"it has {len(message.plural) or 'no'} plural forms of {len(of)}", f"Write a text for each: {wanted}.")
    elif message.plural and COUNT not in _PLACE.findall(source.text):
        bad("it has plural forms and no number", f"Put {{{COUNT}}} into its last form.")


def _placeholders(text: str, message: Message, source: Message, bad: Bad, form: PluralForm | None) -> None:
    have, want = set(_PLACE.findall(text)), set(_PLACE.findall(source.text))
    if form is not None and form.alone:  # "one visit" needs no number
        want -= {COUNT} - have
    missing = set() if "@" in message.key else want - have  # a channel's own wording may leave something out
    said = [f"{_braced(names)} {how}" for names, how in ((missing, "missing"), (have - want, "unknown")) if names]
    if said:
        where = f"in the form {said_of(form)} " if form is not None else ""
        bad(f"{where}placeholders differ from English: {'; '.join(said)}", "Use the same {names} as English.")
    if _BRACES.search(_PLACE.sub("", text)):
        bad("a brace that is not a placeholder", "Write placeholders as {name}, in small letters.")


def _braced(names: set[str]) -> str:
    return " ".join(f"{{{n}}}" for n in sorted(names))


def _assertion(message: Message, source: Message, bad: Bad) -> None:
    if message.asserts and message.asserts not in FACTS:
        bad(f"it asserts an unknown fact, {message.asserts}", instead_of(message.asserts, FACTS))
    elif message.asserts != source.asserts:
        fix = f"Comment `#. asserts: {source.asserts}`." if source.asserts else "Delete the comment `#. asserts:`."
        bad("it asserts another fact than English", fix)


def _plain_text(text: str, message: Message, bad: Bad) -> None:
    found = _CARRIER.search(text)
    if found and not message.key.startswith("consent."):
        bad(f"carriers take the word {found[0]} as an opt-out", "Ask for a digit instead.")
    if found := HIDDEN.search(text):
        bad(f"an invisible control character (U+{ord(found[0]):04X})", "Type the text anew.")
    if text.count("\u2068") != text.count("\u2069"):
        bad("a direction isolate without its end", "Type the text anew.")
    if MARKUP.search(text):
        bad("it holds markup", "Write plain text.")
    if _CODE.search(text):
        bad("it holds a piece of code", "Write plain text; placeholders look like {name}.")
    if len(text) > _LONGEST:
        bad(f"it is longer than {_LONGEST} characters", "Shorten it.")
