"""A workbook is read as text: what would be calculated is refused by its row, what could do harm in one line."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from agent.content import ContentFault
from agent.exchange import message_sheet, sheet, workbook
from agent.incoming import incoming, workbook_out
from agent.workbench import Workbench
from tests.web.console_desk import World

EVIL = ("=1+1", '=HYPERLINK("http://evil.example","x")', "+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "#REF!")


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    made = World()
    yield Workbench(made.desk)
    made.desk.store.close()


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(*rows: tuple[Any, ...]) -> bytes:
    """A workbook as a spreadsheet saves it, formulas and all."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    return saved(book)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same package with one part more, or in the place of one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def test_promise_47_nothing_that_goes_out_is_a_formula_and_it_comes_back_as_it_was() -> None:
    packed = workbook.workbook_of("x", [("head", "b"), *((text, "b_x0041_ \n c") for text in EVIL)], (20, 20))
    cells = [cell for (cell, _) in load_workbook(io.BytesIO(packed)).worksheets[0].iter_rows(min_row=2)]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)] * len(EVIL)
    assert [row.cells[:2] for row in workbook.rows_of(packed, "f")[1:]] == [[text, "b_x0041_ \n c"] for text in EVIL]


def test_a_formula_is_refused_by_its_row_and_the_rest_is_kept(bench: Workbench) -> None:
    head = sheet.HEAD[:4]
    rows = [("book", "example", "apúnteme con quien sea, de verdad", None), ("book", "example", "=1+1", None),
            ("book", "example", date(2026, 3, 2), None), ("book", "test", 4711, None)]  # fmt: skip
    data = table(head, *rows, (sheet.END, None, None))
    found = incoming(bench, {}, "es", data)
    assert found.format == "xlsx-phrases"
    (change,) = found.changes
    had = change.before or {}
    assert [x for x in change.arrival.value["examples"] if x not in had["examples"]] == [
        "apúnteme con quien sea, de verdad"
    ]
    assert change.arrival.value["tests"] == [*had["tests"], "4711"]  # none of what stood is taken out
    assert [(where, why.split(":")[0]) for where, _, why in found.left] == [
        ("row 3", "a cell holds a formula"), ("row 4", "a cell holds a date or another value")]  # fmt: skip


def test_messages_are_taken_from_a_workbook_as_from_a_po_file(bench: Workbench) -> None:
    packed = workbook_out(bench, {}, "es", "xlsx-messages")
    book = load_workbook(io.BytesIO(packed))
    page = book.worksheets[0]
    rows = {page.cell(n, 1).value: n for n in range(2, page.max_row + 1)}
    page.cell(rows["courtesy.welcome"], 4).value = "A la orden."
    page.cell(rows["courtesy.welcome"], 7).value = "Dr. Evil"
    page.cell(rows["booking.ask_day"], 4).value = "¿Qué {dia} le conviene?"
    page.cell(rows["booking.offer"], 4).value = "=1+1"
    found = incoming(bench, {}, "es", saved(book))
    (change,) = found.changes
    value = change.arrival.value
    assert (change.arrival.key, value["text"], value["reviewer"]) == ("message/es/courtesy.welcome", "A la orden.", "")
    assert change.remark.startswith("the file says that Dr. Evil has read it")
    assert {what: why.split(":")[0] for _, what, why in found.left} == {
        "booking.ask_day": "Placeholders differ from English", "booking.offer": "a cell holds a formula"}  # fmt: skip
    with pytest.raises(ContentFault, match="it is for the language"):
        incoming(bench, {}, "fr", packed)


def bomb() -> bytes:
    return with_part(table(sheet.HEAD), "xl/worksheets/sheet1.xml", b"<a>" + b" " * 30_000_000)


def _parts(count: int, name: str = "xl/workbook.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for n in range(count):
            package.writestr(name if n == 0 else f"part{n}", b"x")
    return out.getvalue()


def _laughs() -> bytes:
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    return with_part(table(sheet.HEAD), "xl/workbook.xml", xml.encode())


def _far() -> bytes:
    book = Workbook()
    book.worksheets[0].append(sheet.HEAD)
    book.worksheets[0]["A1048576"] = "x"
    return saved(book)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (bomb, "larger than any sheet"),
    "many parts": (lambda: _parts(300), "larger than any sheet"),
    "no workbook": (lambda: _parts(3, "word/document.xml"), "no .xlsx"),
    "macros": (lambda: with_part(table(sheet.HEAD), "xl/vbaProject.bin", b"x"), "macros"),
    "cut short": (lambda: table(sheet.HEAD)[:-40], "cut short"),
    "entities": (_laughs, "damaged"),
    "no XML": (lambda: with_part(table(sheet.HEAD), "xl/workbook.xml", b"\x00"), "damaged"),
    "nothing on it": (table, "no sheet with anything"),
    "other columns": (lambda: table(("a", "b"), ("c", "d")), "there is no column"),
    "far away": (_far, "more than 20000 rows"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "old workbook"),
    "large": (lambda: workbook.PACKED + bytes(2_000_001), "larger than 2 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_promise_49_a_hostile_workbook_is_refused_in_one_line(bench: Workbench, name: str) -> None:
    made, why = HOSTILE[name]
    with pytest.raises(ContentFault) as refused:
        incoming(bench, {}, "es", made())
    (fault,) = refused.value.faults
    assert why in fault.what
    assert fault.fix
    assert "\n" not in str(fault)


def test_a_plural_form_that_is_missing_leaves_the_message_out() -> None:
    head = list(message_sheet.HEAD)
    rows = [workbook.Row(1, head), workbook.Row(2, ["a", "0", "", "x", "", "", "", "ar"]),
            workbook.Row(3, ["a", "2", "", "y", "", "", "", "ar"])]  # fmt: skip
    (unit,) = message_sheet.read(rows, "f").units
    assert unit.waits == "a plural form is missing, or out of its order"


def test_each_plural_form_of_a_sheet_tells_the_english_that_it_was_made_from() -> None:
    head = list(message_sheet.HEAD)
    rows = [workbook.Row(1, head), workbook.Row(2, ["a", "0", "One visit", "x", "", "", "", "es"]),
            workbook.Row(3, ["a", "1", "{count} visits", "y", "", "", "", "es"])]  # fmt: skip
    (unit,) = message_sheet.read(rows, "f").units
    assert (unit.plural, unit.beside) == (("x", "y"), ("One visit", "{count} visits"))
