"""Checks that no message uses the words of a fact without saying that it asserts it; the desk reads them again at
sending, over the whole text."""

from typing import NamedTuple

from agent.content.faults import Fault, instead_of
from agent.content.read_po import FACTS
from agent.content.sources import Sources
from agent.model.content import Content, Message

# Whose words a message may use, by the fact that it asserts.
_SHOWS = {"held": {"held", "booked"}, "told": {"told", "cancelled"}, "withdrawn": {"told", "cancelled", "withdrawn"}}


class _Phrase(NamedTuple):
    fact: str
    phrase: str
    folded: str


def check_honest(content: Content, sources: Sources, *only: str) -> list[Fault]:
    """Every message that says booked or cancelled, in the words of any language, names the fact that must be shown.
    `only`: the messages of these languages."""
    honest = content.rows.get("honest", {})
    faults: list[Fault] = []
    for tag, rows in honest.items():
        document = sources.documents[f"locales/{tag}/honest.yaml"]
        faults += [document.fault(f"unknown fact {f}", instead_of(f, FACTS), f) for f in rows if f not in FACTS]
    told = [
        _Phrase(str(fact), str(phrase), str(phrase).casefold())
        for rows in honest.values()
        for fact, phrases in rows.items()
        for phrase in phrases
    ]
    for book in (book for tag, book in sources.books.items() if not only or tag in only):
        for key, message in book.messages.items():
            for text in (message.text, *message.plural):
                for fact, phrase in _said(text, message, told).items():
                    fix = f"Comment `#. asserts: {fact}`, or say it otherwise."
                    faults.append(book.fault(key, f"“{phrase}” says that something is {fact}", fix))
    return list(dict.fromkeys(faults))


def _said(text: str, message: Message, told: list[_Phrase]) -> dict[str, str]:
    """Facts that the text states and the message does not assert, each with the first phrase that states it."""
    folded = text.casefold()
    shown = _SHOWS.get(message.asserts or "", {message.asserts})
    found: dict[str, str] = {}
    for fact, phrase, words in told:
        if words in folded and fact not in shown:
            found.setdefault(fact, phrase)
    return found
