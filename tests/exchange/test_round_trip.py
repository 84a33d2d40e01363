"""What goes to a translator comes back whole: plural forms, forms for a channel, who made it, who read it, notes."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.content.items import written
from agent.content.marks import LONGEST_NOTE, commented, note_in, pairs, plain_note
from agent.content.read_po import CONTROL, Book, parse_po
from agent.exchange import message_sheet, po, sheet, workbook, xliff
from agent.exchange.compare import compared
from agent.exchange.unit import Told, outgoing
from agent.model.content import Content, IntentInfo, Language, Message

NAMES = ("a.one", "a.one@voice", "a.one@chat", "b.two", "b.two@sms", "safety.three")
ENGLISH = {name: Message(key=name, text=f"English of {name} {{day}}", reviewed_only=name.startswith("safety"))
           for name in NAMES if "@" not in name}  # fmt: skip
words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=60).filter(
    lambda t: t.strip() == t and not CONTROL.search(t)
)
names_of_people = st.text(st.characters(categories=["L", "Zs"]), max_size=40).map(lambda t: " ".join(t.split()))
notes = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=300).map(plain_note)
items = st.fixed_dictionaries({
    "text": words, "plural": st.just([]), "origin": st.sampled_from(["human", "machine", "translator"]),
    "reviewer": names_of_people, "source": st.sampled_from(["", "0123456789ab"]), "note": notes,
})  # fmt: skip
plurals = st.lists(words, min_size=2, max_size=6)
books = st.dictionaries(st.sampled_from(NAMES), st.tuples(items, st.none() | plurals), min_size=1)


def book_of(drawn: dict[str, Any]) -> dict[str, dict[str, Any]]:
    out = {}
    for name, (item, forms) in drawn.items():
        out[name] = item | ({"plural": forms, "text": forms[-1]} if forms else {})
    return out


def content_of(said: dict[str, Any] | None = None) -> Content:
    languages = {tag: Language(tag=tag, name=tag, english=tag, state="live") for tag in ("en", "ar")}
    info = IntentInfo(describe="Wants, something", level="routine")
    return Content("r", {}, languages, {"en": ENGLISH, "ar": {}}, {}, {"book": info, "cancel": info},
                   {"corpus": {"ar": said or {}}})  # fmt: skip


def both(book: dict[str, dict[str, Any]]) -> list[Told]:
    rows = list(outgoing(content_of(), Book("b", {}, {}), "ar", book))
    packed = workbook.workbook_of("Messages", message_sheet.table_of(rows, "ar"), message_sheet.WIDTHS)
    return [
        po.read(po.po_of(rows, "ar", ""), "a.po"), xliff.read(xliff.xliff_of(rows, "ar"), "a.xlf"),
        message_sheet.read(workbook.rows_of(packed, "a.xlsx"), "a.xlsx"),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(books)
def test_promise_47_messages_come_back_from_po_xliff_and_xlsx_as_they_went(drawn: Any) -> None:
    book = book_of(drawn)
    for told in both(book):
        units = {unit.name: unit for unit in told.units}
        assert set(units) >= set(book)
        assert {name for name, unit in units.items() if unit.waits == "empty"} == set(units) - set(book)
        for name, item in book.items():
            unit = units[name]
            assert (unit.text, list(unit.plural), unit.waits) == (item["text"], item["plural"], "")
            assert (unit.origin or "human", unit.reviewer, unit.note or "") == (
                item["origin"], item["reviewer"], item["note"])  # fmt: skip
        back = compared(told, "f", content_of(), "ar", book, {})
        assert (back.changed, back.left, back.remarks) == ({}, {}, {})


@settings(max_examples=40, deadline=None)
@given(book=books)
def test_promise_47_what_is_taken_stands_in_the_book_as_it_was_taken(tmp_path_factory: Any, book: Any) -> None:
    root: Path = tmp_path_factory.mktemp("content")
    (root / "locales/ar/LC_MESSAGES").mkdir(parents=True)
    path = root / "locales/ar/LC_MESSAGES/messages.po"
    path.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n', "utf-8")
    wanted = book_of(book)
    (text,) = written(root, {f"message/ar/{name}": item for name, item in wanted.items()}).values()
    found = parse_po(text, "messages.po")
    for name, item in wanted.items():
        message = found.messages[name]
        assert (message.text, list(message.plural), message.origin, message.reviewer or "") == (
            item["text"], item["plural"], item["origin"], item["reviewer"])  # fmt: skip
        assert (found.notes.get(name, ""), found.sources[name]) == (item["note"], item["source"])


def test_a_note_cannot_pass_for_a_reviewer() -> None:
    evil = "please look\nreviewer: Dr. Evil; origin: human " + "x; reviewer: Dr. Evil " * 20
    comment = commented("", {"origin": "machine", "reviewer": "", "source": ""}, evil)
    assert pairs(comment) == {"origin": "machine"}
    assert note_in(comment) == plain_note(evil)
    assert len(note_in(comment)) <= LONGEST_NOTE
    assert max(len(line) for line in comment.split("\n")) < 98


sentences = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), min_size=1, max_size=40).map(
    lambda t: " ".join(t.split())
)
plain = sentences.filter(
    lambda t: t and not CONTROL.search(t) and not sheet.HIDDEN.search(t) and not sheet.MARKUP.search(t)
)
formulas = st.builds(lambda sign, t: sign + t, st.sampled_from(["=", "+", "-", "@", "'=", "''@", "＝"]), plain)
lists = st.lists(plain | formulas, max_size=5, unique=True)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["book", "cancel"]), st.tuples(lists, lists, lists), min_size=1))
def test_promise_47_sentences_come_back_from_a_spreadsheet_and_no_cell_is_a_formula(drawn: Any) -> None:
    said = {
        intent: {"examples": examples, "tests": tests,
                 "not_this": [{"text": x, "intent": "cancel" if intent == "book" else "book"} for x in misses]}
        for intent, (examples, misses, tests) in drawn.items()
    }  # fmt: skip
    content = content_of(said)
    text = sheet.sheet_of(content.intents, said)
    for line in sheet.csv.reader(sheet.io.StringIO(text.lstrip("\ufeff"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in line), line
    told = sheet.read(text.lstrip("\ufeff"), "f", content, "ar")
    assert (told.left, told.whole) == ({}, True)
    assert told.said == {intent: item for intent, item in said.items() if any(item.values())}
    assert sheet.merged(told, said) == {}
    packed = workbook.workbook_of("x", sheet.table_of(content.intents, said), (9, 9))
    rows = workbook.rows_of(packed, "f.xlsx")
    assert not any(row.wrong for row in rows)
    assert sheet.of_rows([(row.number, row.cells) for row in rows], {}, "f.xlsx", content, "ar") == told
