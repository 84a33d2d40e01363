"""Promise 47: no translation that breaks a message gets past the checks, whatever message and language it is of."""

from collections.abc import Callable, Iterable

from agent.actions import ACTIONS
from agent.content import Reading, read_content
from agent.content.items import file_of, place, standing, written
from agent.dialogue.wording import placeholders
from agent.model.edit import Item
from agent.settings import ROOT
from tests.prove.ground import Ground

PROMISE = "Translations cannot break a flow"
SIZE = "every message of 14 languages in 7 ways: placeholder missing, unknown, spoiled; markup, code, bidi, length"

_Break = Callable[[str], str | None]
BREAKS: dict[str, _Break] = {
    "missing": lambda text: text.replace(f"{{{min(names)}}}", "") if (names := placeholders(text)) else None,
    "unknown": lambda text: f"{text} {{patient_secret}}",
    "spoiled": lambda text: text.replace("{", "{ ", 1) if placeholders(text) else f"{text} {{",
    "markup": lambda text: f"<b>{text}</b>",
    "code": lambda text: f"{text} %(day)s",
    "bidi": lambda text: f"\u202e{text}",
    "length": lambda text: text + " muy largo" * 70,
}


def prove(ground: Ground) -> str:
    reading = read_content(ROOT, frozenset(ACTIONS))
    tried = sum(broken(reading, [t for t in reading.content.live if t != "en"], way) for way in BREAKS)
    return f"{tried} broken translations, each refused by name at the message"


def broken(reading: Reading, languages: Iterable[str], way: str, only: frozenset[str] | None = None) -> int:
    """Breaks every message (or `only` these) of the languages that way, at once; raises AssertionError for one that is
    not named as faulty. Returns how many."""
    content, spoil, items = reading.content, BREAKS[way], dict[str, Item]()
    for tag in languages:
        for name in content.messages[tag]:
            key = f"message/{tag}/{name}"
            found = standing(content, place(key))
            text = spoil(found["text"]) if found and (only is None or name in only) else None
            if found is None or text is None or (way == "missing" and "@" in name):
                continue  # a channel's own wording may leave something out
            if way == "missing" and placeholders(text) >= placeholders(content.messages["en"][name].text):
                continue
            items[key] = found | {"text": text, "plural": [*found["plural"][:-1], text] if found["plural"] else []}
    after = read_content(ROOT, frozenset(ACTIONS), edited=written(ROOT, items), like=reading)
    named = {(f.file, f.what.partition(": ")[0]) for f in after.faults}
    missed = [key for key in items if (file_of(place(key)), place(key).name) not in named]
    assert not missed, missed[:5]
    return len(items)
