"""One message on its way: as it goes into a file, and as a file tells it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agent.content.plurals import PluralForm, forms, which
from agent.content.read_po import Book
from agent.model.content import Content, Message
from agent.model.edit import Item

MOST_UNITS = 5000
TWICE = "it stands twice in the file"


class Outgoing(NamedTuple):
    """A message of a language beside its English; `item` is None where nobody has written it."""

    name: str
    english: Message | None
    item: Item | None


@dataclass(frozen=True)
class Unit:
    """What a file says of a message. Empty or None: it does not say. `beside`: the English that stands beside it in the
    file, of each plural form its own, or `made_from`: a hash of the whole; `waits`: why it may not be used yet; `line`:
    where it stands, from 1."""

    name: str
    text: str = ""
    plural: tuple[str, ...] = ()
    origin: str = ""
    reviewer: str = ""
    made_from: str = ""
    beside: tuple[str, ...] = ()
    note: str | None = None
    waits: str = ""
    line: int = 0


@dataclass(frozen=True)
class Told:
    """All that a file says. `lang`: the language that it says it is for; empty where it names none."""

    lang: str
    units: tuple[Unit, ...]


def outgoing(content: Content, book: Book, lang: str, drafted: Mapping[str, Item]) -> Iterator[Outgoing]:
    """Every message that English has, or this language alone: as published, with the draft over it (`drafted`: name of
    the message -> item)."""
    english, own = content.messages["en"], content.messages[lang]
    for name in dict.fromkeys([*english, *own, *drafted]):
        message, item = own.get(name), drafted.get(name)
        if item is None and message is not None:
            item = {"text": message.text, "plural": list(message.plural), "origin": message.origin,
                    "reviewer": message.reviewer or "", "source": book.sources.get(name, ""),
                    "note": book.notes.get(name, "")}  # fmt: skip
        yield Outgoing(name, english_of(english, name), item)


def english_of(english: Mapping[str, Message], name: str) -> Message | None:
    """The English of a message, or of the one that it is the form of for a channel."""
    return english.get(name) or english.get(name.split("@", maxsplit=1)[0])


def single(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Each message once; of one that stands twice neither is used."""
    found: dict[str, Unit] = {}
    for unit in units:
        first = found.get(unit.name)
        twice = f"{TWICE}, first on line {first.line}" if first is not None else ""
        found[unit.name] = Unit(unit.name, waits=twice, line=unit.line) if twice else unit
    return tuple(found.values())


def beside(english: Message, form: PluralForm) -> str:
    """The English of one plural form: what it says of one where the form is for a single number, else of many."""
    return english.plural[which("en", form.numbers[0]) if form.alone else -1] if english.plural else english.text


def forms_out(row: Outgoing, lang: str) -> list[tuple[str, str]]:
    """(English, text) of each plural form of a message that has them or that English says they are due; else none."""
    told = [str(text) for text in (row.item or {}).get("plural") or ()]
    if not told and (row.english is None or not row.english.plural):
        return []
    of = forms(lang)
    told = told or [""] * len(of)
    return [(beside(row.english, of[at]) if row.english is not None and at < len(of) else "", text)
            for at, text in enumerate(told)]  # fmt: skip
