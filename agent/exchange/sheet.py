"""What people say, as a spreadsheet: a row for each sentence, CSV in UTF-8 with a byte order mark, which every
spreadsheet opens; no cell can pass for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from agent.content.check_messages import HIDDEN, MARKUP
from agent.content.read_po import CONTROL
from agent.exchange.opening import refused
from agent.model.content import Content, IntentInfo
from agent.model.edit import Item

HEAD = ("request", "kind", "sentence", "means instead", "what the request is")
KINDS = {"example": "examples", "near miss": "not_this", "test": "tests"}
END = "(end)"
MOST_ROWS = 20_000
LONGEST = 2000  # characters of a sentence
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # a spreadsheet takes what begins so for a formula


@dataclass
class Sheet:
    """What a sheet says: request -> its sentences, `rows`: (request, kind, text) -> row from 1; `left`: row -> why it
    is left out; `torn`: requests of which a row is left out; `whole`: its last row is there, so what it does not hold
    is meant to go."""

    said: dict[str, Item] = field(default_factory=dict)
    rows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    left: dict[int, str] = field(default_factory=dict)
    torn: set[str] = field(default_factory=set)
    whole: bool = False


def sheet_of(intents: Mapping[str, IntentInfo], said: Mapping[str, Item]) -> str:
    """The file: every sentence of every request in `said`, and a last row that shows that none is missing."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in table_of(intents, said):
        writer.writerow([_harmless(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def table_of(intents: Mapping[str, IntentInfo], said: Mapping[str, Item]) -> Iterator[tuple[str, ...]]:
    """The rows of it, heading and last row with them."""
    yield HEAD
    count = 0
    for intent, item in said.items():
        about = intents[intent].describe if intent in intents else ""
        for kind, part in KINDS.items():
            for entry in item.get(part) or ():
                text, meant = (entry["text"], entry["intent"]) if isinstance(entry, Mapping) else (entry, "")
                yield (intent, kind, str(text), str(meant), about)
                count += 1
    yield (END, "", "", "", f"{count} rows; keep this row, and rows that you delete are taken out")


def read(text: str, name: str, content: Content, lang: str) -> Sheet:
    """What the sheet says. Raises ContentFault for what is no such sheet."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(_records(text, name, delimiter))
    cut = rows[-1][0] if len(rows) > 1 and not text.endswith(("\n", "\r")) and len(rows[-1][1]) < len(rows[0][1]) else 0
    bad = {cut: "the file ends in the middle of this row"} if cut else {}
    return of_rows([(row, [_plain(cell) for cell in cells]) for row, cells in rows], bad, name, content, lang)


def of_rows(
    rows: Sequence[tuple[int, list[str]]], bad: Mapping[int, str], name: str, content: Content, lang: str
) -> Sheet:  # fmt: skip
    """What rows of (number, cells) say, the first of them the heading. `bad`: row -> why it cannot be read. Raises
    ContentFault for what is no such sheet."""
    head = [cell.strip().lower() for cell in (rows[0][1] if rows else ())]
    missing = [column for column in HEAD[:3] if column not in head]
    if missing:
        fix = f"The first row holds: {', '.join(HEAD[:4])}."
        raise refused(name, 1, f"there is no column “{missing[0]}”", fix)
    at = {column: head.index(column) for column in HEAD[:4] if column in head}
    sheet, unsure = Sheet(), False
    for row, cells in rows[1:]:
        told = {column: cells[n] if n < len(cells) else "" for column, n in at.items()}
        if told["request"].strip() == END:
            sheet.whole = True
        elif row in bad:
            sheet.left[row] = bad[row]
            sheet.torn.add(told["request"].strip())
            unsure = unsure or not told["request"].strip()  # of whom a row is missing
        elif any(value.strip() for value in told.values()):
            _take(sheet, row, told, content, lang)
    sheet.whole = sheet.whole and not unsure
    return sheet


def _records(text: str, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(row from 1, cells)."""
    row = 0
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if row > MOST_ROWS:
                raise refused(name, row, f"the sheet has more than {MOST_ROWS} rows", "Split it.")
            yield row, cells
    except csv.Error:
        fix = "Save the sheet as CSV UTF-8 once more."
        raise refused(name, row + 1, "this row has a quote that is never closed, or is cut short", fix) from None


def _take(sheet: Sheet, row: int, told: Mapping[str, str], content: Content, lang: str) -> None:
    intent, kind, meant = told["request"].strip(), told["kind"].strip().lower(), told.get("means instead", "").strip()
    known = content.rows.get("corpus", {}).get(lang, {})
    text = _sentence(told["sentence"], known.get(intent, {}).get(KINDS.get(kind, "")) or ())
    why = _wrong(content, known, intent, kind, text, meant)
    if not why and (intent, kind, text) in sheet.rows:
        return  # the same once more
    if why:
        sheet.left[row] = why
        sheet.torn.add(intent)
        return
    sheet.rows[(intent, kind, text)] = row
    item = sheet.said.setdefault(intent, {part: [] for part in KINDS.values()})
    item[KINDS[kind]].append({"text": text, "intent": meant} if kind == "near miss" else text)


def _wrong(content: Content, known: Mapping[str, Any], intent: str, kind: str, text: str, meant: str) -> str:
    """Why a row stays out; empty where it is taken."""
    if intent not in content.intents or intent not in known:
        near = get_close_matches(intent[:60], list(known), n=1)
        hint = f"did you mean {near[0]}?" if near else "the first column names it as the sheet from this page does"
        return f"there is no request “{intent[:60]}”: {hint}"
    if kind not in KINDS:
        return f"the kind is {', '.join(KINDS)}, not “{kind[:40]}”"
    if why := unclean(text):
        return why
    if kind == "near miss" and (meant not in content.intents or meant == intent):
        return f"“means instead” names another request than “{meant[:60] or 'nothing'}”"
    return ""


def unclean(text: str) -> str:
    """Why this cannot be a sentence in any language; empty where it can."""
    if not text:
        return "the sentence is empty"
    if len(text) > LONGEST:
        return f"the sentence has more than {LONGEST} characters"
    if strange := CONTROL.search(text) or HIDDEN.search(text):
        return f"an invisible character (U+{ord(strange[0]):04X}): type the sentence anew"
    return "it holds markup: write plain text" if MARKUP.search(text) else ""


def _sentence(cell: str, known: Iterable[Any]) -> str:
    """What stands already keeps its spaces; else they are made single."""
    return cell if any(cell == (x["text"] if isinstance(x, Mapping) else x) for x in known) else " ".join(cell.split())


def merged(sheet: Sheet, now: Mapping[str, Item]) -> dict[str, Item]:
    """Request -> its sentences as they would be, where they differ. What stays keeps its place, what is new comes last;
    what a sheet lacks is taken out only where the sheet is whole and no row of that request is left out."""
    out: dict[str, Item] = {}
    for intent, item in sheet.said.items():
        before = now[intent]
        goes = sheet.whole and intent not in sheet.torn
        after = {}
        for part in KINDS.values():
            had, has = list(before.get(part) or ()), item[part]
            after[part] = [x for x in had if not goes or x in has] + [x for x in has if x not in had]
        if after != {part: list(before.get(part) or ()) for part in KINDS.values()}:
            out[intent] = after
    return out


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
