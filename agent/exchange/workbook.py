"""Workbooks (.xlsx) as rows of plain text, out and in: every cell goes out as text and never as a formula; on the way
in nothing is calculated, and what is damaged or larger than a sheet of ours can be is refused."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from agent.content import ContentFault
from agent.exchange.opening import MAX_BYTES, refused
from agent.exchange.sheet import MOST_ROWS

PACKED = b"PK\x03\x04"
MOST_PARTS = 200  # files in the package
MOST_UNPACKED = 20_000_000  # bytes of all of them, as they say themselves; no more of any is read
_MOST_COLUMNS = 20
_LONGEST_CELL = 32_767  # characters, by the format
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMULA = "a cell holds a formula: type the text itself"
_NO_TEXT = "a cell holds a date or another value: format the column as text"


class Row(NamedTuple):
    """`number` from 1, as the spreadsheet counts; `wrong`: why the row cannot be read ("": it can)."""

    number: int
    cells: list[str]
    wrong: str = ""


def workbook_of(title: str, rows: Iterable[Sequence[str]], widths: Sequence[int]) -> bytes:
    """The file: one sheet, its first row a heading that stays in sight. `widths`: of the columns, in characters."""
    from openpyxl import Workbook  # a third of a second, for a page that few open

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJ"[at]].width = width
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, text, bold=number == 0) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str, *, bold: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, _ESCAPED.sub(r"_x005F_x\1_", text))
    cell.data_type = "s"  # whatever it begins with
    cell.quotePrefix = True  # and so it stays when somebody edits it
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def rows_of(data: bytes, name: str) -> list[Row]:
    """The rows of the first sheet that holds any, empty ones left out. Raises ContentFault with one Fault."""
    if len(data) > MAX_BYTES:
        raise refused(name, 0, f"the file is larger than {MAX_BYTES // 1_000_000} MB", "Split it.")
    _package(data, name)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            for sheet in book.worksheets:
                if found := list(_rows(sheet, name)):
                    return found
        finally:
            book.close()
    except ContentFault:
        raise
    except Exception:  # a reader of so rich a format has no list of what it may raise
        raise refused(name, 0, "this workbook is damaged", "Open it and save it anew as .xlsx.") from None
    raise refused(name, 0, "there is no sheet with anything on it", "Choose the file that you saved.")


def _package(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise refused(name, 0, "this packed file is damaged, or cut short", "Save or copy it anew.") from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise refused(name, 0, "this is a packed file, and no .xlsx", "Unpack it, or save the sheet as .xlsx.")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refused(name, 0, "unpacked, it is larger than any sheet from here", "Copy the sheet into a new file.")
    if any(part.flag_bits & 1 for part in parts):
        raise refused(name, 0, "it is locked with a password", "Save it without one.")
    if any("vbaProject" in part for part in names):
        raise refused(name, 0, "it holds macros", "Save it as .xlsx, without macros.")


def _rows(sheet: Any, name: str) -> Iterator[Row]:
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
        if number > MOST_ROWS:
            raise refused(name, number, f"the sheet has more than {MOST_ROWS} rows", "Split it.")
        read = [_read(cell) for cell in cells]
        texts = [text for text, _ in read]
        wrong = next((why for _, why in read if why), "")
        if wrong or any(text.strip() for text in texts):
            yield Row(number, texts, wrong)


def _read(cell: Any) -> tuple[str, str]:
    """(text, why it is none)."""
    value, kind = cell.value, cell.data_type
    if value is None:
        return "", ""
    if kind == "f":
        return "", _FORMULA
    if isinstance(value, str) and kind != "e":
        if len(value) > _LONGEST_CELL:
            return "", "a cell is too long"
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value), ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}", ""
    return "", _NO_TEXT
