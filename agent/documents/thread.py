"""The talk with the front desk as a source: what the patient wrote before the visit, as lines of a draft and for the
check."""

from collections.abc import Sequence
from typing import Any

from agent.documents.heard import said
from agent.documents.lexicon import ALLERGY
from agent.documents.record_lines import Line
from agent.model.note import Message

THREAD = "thread:"  # before the id of a message, where a sentence names it as its source
_MOST = 8  # lines in a draft, the newest
_LONGEST = 400  # characters of one


def thread_lines(thread: Sequence[Message]) -> tuple[Line, ...]:
    """What the patient wrote of medicines, allergies and complaints, in their words with the day; the rest (times,
    thanks, where to park) belongs in no document."""
    found: dict[str, Line] = {}
    for message in thread:
        if message.by == "patient" and _tells(message.text):
            text = " ".join(message.text.split())[:_LONGEST].replace("“", "'").replace("”", "'")
            found.setdefault(text.casefold(), Line(f"{_wrote(message)}: “{text.rstrip('.')}”.", message.id))
    return tuple(found.values())[-_MOST:]


def messages_in(record: Any) -> list[tuple[str, str, bool]]:
    """Of one Communication: its reference, its words with the day, and whether the patient wrote them."""
    if not isinstance(record, dict):
        return []
    payload = record.get("payload")
    words = [
        str(p.get("contentString") or "") for p in payload if isinstance(p, dict)
    ] if isinstance(payload, list) else []  # fmt: skip
    text = " ".join(" ".join(words).split())
    sender = record.get("sender")
    mine = isinstance(sender, dict) and str(sender.get("type") or "") in ("Patient", "RelatedPerson")
    return [(f"{THREAD}{record.get('id') or ''}", f"{text[:600]} ({record.get('sent') or ''})", mine)] if text else []


def _wrote(message: Message) -> str:
    return f"Wrote on {message.sent}" if message.sent else "Wrote"


def _tells(text: str) -> bool:
    taken = said(text)
    return bool(taken.of("f") or taken.of("a") or taken.drugs() or any(w.stem in ALLERGY for w in taken.words))
