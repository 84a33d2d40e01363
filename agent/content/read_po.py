"""Reads a language's PO file into approved messages; origin, review and assertions stand in the comments."""

import hashlib
import re
from pathlib import Path

import polib

from agent.content.faults import ContentFault, Fault
from agent.model.content import Message

FACTS = frozenset({"booked", "cancelled", "held", "prepared", "told", "withdrawn"})


def read_po(path: Path, name: str) -> tuple[dict[str, Message], dict[str, int]]:
    """Messages by key, and the line of each. Raises ContentFault."""
    try:
        book = polib.pofile(str(path), check_for_duplicates=True, encoding="utf-8")
    except UnicodeDecodeError:
        raise ContentFault([Fault(name, 0, "this is not UTF-8 text", "Save the file as UTF-8.")]) from None
    except (OSError, ValueError) as e:
        found = re.search(r"line (\d+)", str(e))
        what = re.sub(r"^.*?: |\(line \d+\):? ?", "", str(e).replace(str(path), name)) or "this is not a valid PO file"
        line = int(found.group(1)) if found else 0
        raise ContentFault([Fault(name, line, what, "Check quotes and that msgid and msgstr alternate.")]) from None
    messages, lines = {}, {}
    for entry in book:
        if entry.obsolete:
            continue
        lines[entry.msgid] = entry.linenum
        if "fuzzy" in entry.flags or not entry.msgstr:
            continue
        messages[entry.msgid] = _message(entry)
    return messages, lines


def source_hash(text: str) -> str:
    """Twelve hex digits of the English text that a translation was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _message(entry: polib.POEntry) -> Message:
    notes = dict(_pairs(entry.tcomment))
    facts = dict(_pairs(entry.comment))
    return Message(
        key=entry.msgid,
        text=entry.msgstr,
        asserts=facts.get("asserts"),
        reviewed_only="reviewed-only" in entry.comment.split(),
        origin=notes.get("origin", "human"),
        reviewer=notes.get("reviewer"),
    )


def _pairs(comment: str) -> list[tuple[str, str]]:
    return [
        (k.strip(), v.strip()) for part in re.split(r"[;\n]", comment) if ":" in part for k, v in [part.split(":", 1)]
    ]
