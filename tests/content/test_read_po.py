"""A translator's file is read whole or refused with its line."""

from pathlib import Path

import pytest

from agent.content import ContentFault
from agent.content.read_po import parse_po, read_po, source_hash

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
GOOD = HEAD + '# origin: machine; source: 0123456789ab; reviewer: Ana Ruiz\n#. asserts: booked\n#. reviewed-only\n' + (
    'msgid "a.b"\nmsgstr "Hola"\n'
)  # fmt: skip


def test_a_message_carries_where_it_comes_from_and_what_it_asserts() -> None:
    book = parse_po(GOOD, "messages.po")
    message = book.messages["a.b"]
    assert (message.text, message.asserts, message.reviewed_only) == ("Hola", "booked", True)
    assert (message.origin, message.reviewer, book.sources["a.b"]) == ("machine", "Ana Ruiz", "0123456789ab")
    assert book.lines["a.b"] == 8


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + 'msgid "a"\nmsgstr "x\n', 6, "PO line"),
        (HEAD + 'msgid "a"\nmsgstr "say "hi" now"\n', 6, "PO line"),
        (HEAD + "msgid a\n", 5, "PO line"),
        (HEAD + 'msgid "a"\nmsgstr "x"\n\nmsgid "a"\nmsgstr "y"\n', 8, "a stands twice (first on line 5)"),
        (HEAD + 'msgid "a"\nmsgstr "x\x07"\n', 6, "an invisible character (U+0007)"),
        ("<html>\n", 1, "PO line"),
    ],
)
def test_a_broken_book_names_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ContentFault) as refused:
        parse_po(text, "messages.po")
    (fault,) = refused.value.faults
    assert (fault.line, words in fault.what) == (line, True), str(fault)
    assert "\n" not in str(fault)


def test_a_book_cut_off_in_the_middle_of_an_entry_is_refused_or_short_of_it() -> None:
    for end in range(len(HEAD), len(GOOD)):
        try:
            book = parse_po(GOOD[:end], "messages.po")
        except ContentFault:
            continue
        assert "a.b" not in book.messages or book.messages["a.b"].text == "Hola"


def test_a_book_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_bytes((HEAD + 'msgid "a"\nmsgstr "año"\n').encode("latin-1"))
    with pytest.raises(ContentFault, match=r"messages\.po:6: this is not UTF-8 text"):
        read_po(path, "messages.po")


def test_promise_49_a_large_book_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_text(HEAD + "".join(f'msgid "k{n}"\nmsgstr "x"\n\n' for n in range(8000)), encoding="utf-8")
    assert len(read_po(path, "messages.po").messages) == 8000
    with path.open("ab") as file:
        file.truncate(10_000_000)
    with pytest.raises(ContentFault, match="larger than 1000000 bytes"):
        read_po(path, "messages.po")


def test_a_text_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.po"
    secret.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ContentFault):
        parse_po(str(secret), "messages.po")


def test_the_hash_of_the_english_text_is_stable() -> None:
    assert source_hash("Hello") == "185f8db32271"
