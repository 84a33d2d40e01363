"""Messages as a PO file for translators and back: keys, English beside each, origin and reviewer; nothing is lost."""

from collections.abc import Mapping

import polib

from agent.content.items import put_in
from agent.content.read_po import Book, parse_po, source_hash
from agent.model.content import Content
from agent.model.edit import Item

_COMMENT_WIDTH = 100


def exported(content: Content, books: Mapping[str, Book], lang: str, drafted: Mapping[str, Item]) -> str:
    """The PO text of a language: what is published, with the draft over it (`drafted`: key of the message -> item)."""
    english, own = content.messages["en"], content.messages[lang]
    file = polib.POFile(wrapwidth=_COMMENT_WIDTH)
    file.metadata = {
        "Project-Id-Version": "frontdesk", "Language": lang, "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
    }  # fmt: skip
    for name in dict.fromkeys([*english, *own, *drafted]):
        source = english.get(name) or english.get(name.split("@")[0])
        entry = polib.POEntry(msgid=name)
        if source is not None and lang != "en":
            entry.comment = f"English: {source.text}" + ("\nreviewed-only" if source.reviewed_only else "")
        message = own.get(name)
        if name in drafted:
            put_in(entry, drafted[name])
        elif message is not None:
            made_from = books[lang].sources.get(name, "")
            put_in(entry, {"text": message.text, "plural": list(message.plural), "origin": message.origin,
                           "reviewer": message.reviewer or "", "source": made_from})  # fmt: skip
        file.append(entry)
    return str(file) + "\n"


def imported(text: str, content: Content, lang: str, now: Mapping[str, Item]) -> tuple[dict[str, Item], dict[str, str]]:
    """(message -> its item, where it differs from `now`; message -> why it is left out). Raises ContentFault for what
    is no PO file."""
    book = parse_po(text, f"{lang}.po")
    english = content.messages["en"]
    changed: dict[str, Item] = {}
    left = {name: why for name, why in book.waiting.items() if name in now or why == "marked fuzzy"}
    for name, message in book.messages.items():
        source = english.get(name) or english.get(name.split("@")[0])
        if source is None:
            left[name] = "there is no such message"
            continue
        before = now.get(name, {})
        same = message.text == before.get("text") and list(message.plural) == list(before.get("plural") or ())
        origin, reviewer = message.origin, message.reviewer or ""
        if same and (origin, reviewer) == (before.get("origin", "human"), before.get("reviewer") or ""):
            continue
        kept = before.get("source", "") if same else source_hash(source.text) if lang != "en" else ""
        changed[name] = {"text": message.text, "plural": list(message.plural), "origin": origin, "reviewer": reviewer,
                         "source": kept}  # fmt: skip
    return changed, left
