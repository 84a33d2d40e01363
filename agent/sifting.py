"""Of many changes at once, which may stand: the checks of a publish, with what is at fault taken out and named, so that
the rest can be kept."""

import re
from collections.abc import Iterable, Mapping

from agent.content import Fault, Reading
from agent.content.items import Place, file_of
from agent.content.read_yaml import Document
from agent.exchange.sheet import KINDS
from agent.model.edit import Item
from agent.workbench import Workbench, said_of

_ROUNDS = 6  # what is at fault only once something else is out; more than two were never needed
_ELSEWHERE = re.compile(r" in intents/[\w-]+/(\w+)\.yaml:\d+")
_WHERE = re.compile(r"(intents/[\w-]+/\w+\.yaml):(\d+)")


def sift_messages(
    bench: Workbench, lang: str, changed: Mapping[str, Item], base: Mapping[str, Item]
) -> dict[str, str]:  # fmt: skip
    """Name of the message -> why it may not stand. `base`: every other item of the draft, by key."""
    left: dict[str, str] = {}
    for _ in range(_ROUNDS):
        rest = {f"message/{lang}/{name}": item for name, item in changed.items() if name not in left}
        if not rest:
            break
        found = {
            name: said_of(fault, Place("message", lang, name))
            for fault in _read(bench, {**bench.shelf().items, **base, **rest}, Place("message", lang, ""))[1]
            if (name := fault.what.partition(": ")[0]) in changed
        }
        if not set(found) - set(left):
            break
        left = found | left
    return left


def sift_sentences(
    bench: Workbench, lang: str, changed: Mapping[str, Item], now: Mapping[str, Item], base: Mapping[str, Item]
) -> tuple[dict[tuple[str, str, str], str], dict[str, str]]:  # fmt: skip
    """((request, part, sentence) -> why it may not stand, request -> why none of its changes may). `now`: request ->
    its sentences as they are."""
    out: dict[tuple[str, str, str], str] = {}
    none: dict[str, str] = {}
    for _ in range(_ROUNDS):
        rest = {
            intent: without(intent, item, now[intent], out) for intent, item in changed.items() if intent not in none
        }
        keyed = {f"intent/{lang}/{intent}": item for intent, item in rest.items()}
        reading, faults = _read(bench, {**bench.shelf().items, **base, **keyed}, Place("intent", lang, ""))
        files = {file_of(Place("intent", lang, intent)): intent for intent in rest}
        before = (len(out), len(none))
        for fault in faults:
            at = [(fault.file, fault.line), *((file, int(line)) for file, line in _WHERE.findall(fault.what))]
            mine = [(reading.sources.documents[file], line, files[file]) for file, line in at if file in files]
            new = [key for document, line, intent in mine for key in _new(document, line, intent, now[intent])]
            for key in new:
                out.setdefault(key, _plainly(fault))
            if not new:
                none |= {intent: _plainly(fault) for _, _, intent in mine if intent not in none}
        if (len(out), len(none)) == before:
            break
    return out, none


def without(intent: str, item: Item, before: Item, out: Mapping[tuple[str, str, str], str]) -> Item:
    """The sentences but those that may not stand. Where there are such, nothing of what stood goes either: what stays
    out may have been meant to stand for it."""
    if not any(key[0] == intent for key in out):
        return item
    left = {part: [x for x in item[part] if (intent, part, _text(x)) not in out] for part in KINDS.values()}
    had = {part: list(before.get(part) or ()) for part in KINDS.values()}
    return {part: [*had[part], *(x for x in left[part] if x not in had[part])] for part in KINDS.values()}


def _new(document: Document, line: int, intent: str, before: Item) -> Iterable[tuple[str, str, str]]:
    """The sentence on that line, where it is a new one."""
    for part in KINDS.values():
        for at, entry in enumerate(document.data.get(part) or ()):
            if document.line(part, at) == line and entry not in (before.get(part) or ()):
                yield (intent, part, _text(entry))


def _read(bench: Workbench, items: Mapping[str, Item], at: Place) -> tuple[Reading, list[Fault]]:
    reading = bench.read(items)
    found = [fault for fault in reading.faults if not fault.notice]
    if reading.whole and not found:
        found = [fault for fault in bench.deeper(reading, at, bench.shelf().clinic) if not fault.notice]
    return reading, found


def _text(entry: object) -> str:
    return str(entry["text"]) if isinstance(entry, Mapping) else str(entry)


def _plainly(fault: Fault) -> str:
    """Without the file and line of a text that nobody has before them."""
    return _ELSEWHERE.sub(r" in “\1”", said_of(fault, Place("intent", "", "")))
