"""What a translator's file would change here: opened, compared with the draft, checked. Nothing is saved; what is at
fault stays out with one line that says where, and the rest can be taken."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agent.content.items import Place, place
from agent.desk.editing import Arrival
from agent.exchange import message_sheet, po, sheet, workbook, xliff
from agent.exchange.compare import compared
from agent.exchange.opening import refused, text_of
from agent.exchange.unit import Told, outgoing
from agent.model.edit import Edit, Item
from agent.sifting import sift_messages, sift_sentences, without
from agent.workbench import Workbench

FORMATS = {"po": "PO file", "xliff": "XLIFF file", "csv": "spreadsheet"}
WORKBOOKS = {"xlsx-messages": "spreadsheet of messages", "xlsx-phrases": "spreadsheet of sentences"}
_PHRASES = (20, 12, 60, 20, 50)  # widths of the columns
_MESSAGE = re.compile(r"^msg(?:id|str)\b", re.MULTILINE)


class Change(NamedTuple):
    """One item that would change. `before`: as it stands, in the draft or published; `by`: staff id of whoever has it
    in the draft; `remark`: what to know of it; `where`: in the file."""

    arrival: Arrival
    before: Item | None
    by: str
    remark: str
    where: str


@dataclass(frozen=True)
class Incoming:
    """`left`: (where, what, why not); `state`: changes when anything that was compared with does."""

    format: str
    digest: str
    state: str
    changes: tuple[Change, ...]
    left: tuple[tuple[str, str, str], ...]
    whole: bool = True

    @property
    def sentences(self) -> bool:
        """Of what people say, not of messages."""
        return self.format in ("csv", "xlsx-phrases")


def incoming(bench: Workbench, edits: Mapping[str, Edit], lang: str, data: bytes, read: frozenset[str] = frozenset(),
             reader: str = "") -> Incoming:  # fmt: skip
    """`edits`: the draft, by key; `read`: keys of messages that `reader` says to have read. Raises ContentFault where
    the file is refused whole."""
    format, told = _told(bench, lang, data)
    if isinstance(told, sheet.Sheet):
        changes, left, whole = _sentences(bench, edits, lang, told)
    else:
        changes, left, whole = *_messages(bench, edits, lang, told, "row" if format in WORKBOOKS else "line"), True
    changes = [_read_by(change, reader) if change.arrival.key in read else change for change in changes]
    digest = hashlib.sha256(data).hexdigest()
    seen = repr([(c.arrival.key, c.before, c.arrival.was, c.arrival.version) for c in changes]).encode()
    state = hashlib.sha256(digest.encode() + seen).hexdigest()[:24]
    return Incoming(format, digest, state, tuple(changes), tuple(left), whole)


def out(bench: Workbench, edits: Mapping[str, Edit], lang: str, format: str) -> str:
    """The file of a language: what is published, with the draft over it. `format`: po, xliff or csv."""
    reading = bench.shelf().reading
    if format == "csv":
        return sheet.sheet_of(reading.content.intents, _said(bench, edits, lang))
    book = reading.sources.books[lang]
    rows = list(outgoing(reading.content, book, lang, _drafted(edits, lang)))
    return po.po_of(rows, lang, book.plural_forms) if format == "po" else xliff.xliff_of(rows, lang)


def workbook_out(bench: Workbench, edits: Mapping[str, Edit], lang: str, format: str) -> bytes:
    """The same as a workbook. `format`: xlsx-messages or xlsx-phrases."""
    reading = bench.shelf().reading
    if format == "xlsx-phrases":
        rows = sheet.table_of(reading.content.intents, _said(bench, edits, lang))
        return workbook.workbook_of("What people say", rows, _PHRASES)
    book = reading.sources.books[lang]
    told = message_sheet.table_of(outgoing(reading.content, book, lang, _drafted(edits, lang)), lang)
    return workbook.workbook_of("Messages", told, message_sheet.WIDTHS)


def _told(bench: Workbench, lang: str, data: bytes) -> tuple[str, Told | sheet.Sheet]:
    """(format, what the file says)."""
    content = bench.shelf().reading.content
    if data.startswith(workbook.PACKED):
        rows = workbook.rows_of(data, "the file")
        if "message" in [cell.strip().lower() for cell in rows[0].cells]:
            return "xlsx-messages", message_sheet.read(rows, "the file")
        bad = {row.number: row.wrong for row in rows if row.wrong}
        cells = [(row.number, row.cells) for row in rows]
        return "xlsx-phrases", sheet.of_rows(cells, bad, "the file", content, lang)
    text = text_of(data, "the file")
    format = _format(text)
    if format == "csv":
        return format, sheet.read(text, "the file", content, lang)
    return format, po.read(text, "the file") if format == "po" else xliff.read(text, "the file")


def _format(text: str) -> str:
    """By what the file says, not by its name."""
    first = text.lstrip()[:200]
    if first.startswith("<"):
        return "xliff"
    if "sentence" in first.split("\n", 1)[0].lower():
        return "csv"
    if _MESSAGE.search(text):
        return "po"
    fix = "Choose a PO file, an XLIFF 1.2 file, or the spreadsheet from this page."
    raise refused("the file", 1, "this is none of the files that come back here", fix)


def _messages(
    bench: Workbench, edits: Mapping[str, Edit], lang: str, told: Told, place_name: str
) -> tuple[list[Change], list[tuple[str, str, str]]]:  # fmt: skip
    reading, drafted = bench.shelf().reading, _drafted(edits, lang)
    names = dict.fromkeys([*reading.content.messages[lang], *drafted])
    found = {name: bench.stood(reading, Place("message", lang, name)) for name in names}
    published = {name: item for name, item in found.items() if item is not None}
    mine = compared(told, "the file", reading.content, lang, published, drafted)
    others = {key: edit.value for key, edit in edits.items() if not key.startswith(f"message/{lang}/")}
    mine.left |= sift_messages(bench, lang, mine.changed, others)
    changes = [
        _change(edits, f"message/{lang}/{name}", item, published.get(name), mine.remarks.get(name, ""),
                f"{place_name} {mine.lines[name]}")
        for name, item in mine.changed.items() if name not in mine.left
    ]  # fmt: skip
    return changes, [(f"{place_name} {mine.lines[name]}", name, why) for name, why in mine.left.items()]


def _sentences(
    bench: Workbench, edits: Mapping[str, Edit], lang: str, told: sheet.Sheet
) -> tuple[list[Change], list[tuple[str, str, str]], bool]:  # fmt: skip
    content = bench.shelf().reading.content
    now = _said(bench, edits, lang)
    changed = sheet.merged(told, now)
    others = {key: edit.value for key, edit in edits.items() if not key.startswith(f"intent/{lang}/")}
    bad, none = sift_sentences(bench, lang, changed, now, others)
    left = [(f"row {row}", "", why) for row, why in told.left.items()]
    kind_of = {part: kind for kind, part in sheet.KINDS.items()}
    left += [
        (f"row {told.rows.get((intent, kind_of[part], said), 0)}", said[:80], why)
        for (intent, part, said), why in bad.items()
    ]
    left += [(content.intents[intent].describe, "nothing of it is taken", why) for intent, why in none.items()]
    changes = []
    for intent, item in changed.items():
        if intent in none:
            continue
        kept = without(intent, item, now[intent], bad)
        key = f"intent/{lang}/{intent}"
        if kept != now[intent]:
            changes.append(_change(edits, key, kept, bench.stood(bench.shelf().reading, place(key)), "", ""))
    return changes, left, told.whole


def _change(
    edits: Mapping[str, Edit], key: str, value: Item, was: Item | None, remark: str, where: str
) -> Change:  # fmt: skip
    edit = edits.get(key)
    arrival = Arrival(key, value, was, edit.version if edit else 0)
    return Change(arrival, edit.value if edit else was, edit.by if edit else "", remark, where)


def _read_by(change: Change, reader: str) -> Change:
    """The same, with the name of whoever has read it here."""
    value = change.arrival.value | {"reviewer": reader}
    return change._replace(arrival=change.arrival._replace(value=value)) if "text" in value else change


def _drafted(edits: Mapping[str, Edit], lang: str) -> dict[str, Item]:
    found = {place(key): edit.value for key, edit in edits.items() if key.startswith(f"message/{lang}/")}
    return {at.name: value for at, value in found.items()}


def _said(bench: Workbench, edits: Mapping[str, Edit], lang: str) -> dict[str, Item]:
    """Request -> its sentences, with the draft over what is published."""
    reading = bench.shelf().reading
    out: dict[str, Item] = {}
    for intent in reading.content.intents:
        key = f"intent/{lang}/{intent}"
        found = edits[key].value if key in edits else bench.stood(reading, place(key))
        if found is not None:
            out[intent] = found
    return out
